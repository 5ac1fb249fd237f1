"""moto writes each DynamoDB value by asking for ten members under many spellings, which takes two thirds of a call.

A value has one member, spelled as on the wire. `write_values_directly` says so to moto's JSON serialiser.
"""

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from moto.core.serialize import BaseJSONSerializer


def write_values_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has the shape of an attribute's value is written as it is; all else in moto's own way."""
    own = BaseJSONSerializer._serialize_type_structure

    def structure(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and type(value) is dict:
            serialized[key] = _written(value)
        else:
            own(self, serialized, value, shape, key)

    monkeypatch.setattr(BaseJSONSerializer, "_serialize_type_structure", structure)


def _written(value: Mapping[str, Any]) -> dict[str, Any]:
    ((kind, content),) = value.items()
    match kind:
        case "B":
            content = _text(content)
        case "BS":
            content = [_text(each) for each in content]
        case "L":
            content = [_written(each) for each in content]
        case "M":
            content = {name: _written(each) for name, each in content.items()}
    return {kind: content}


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
