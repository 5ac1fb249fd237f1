"""Where moto takes most of its time, the same said more directly.

Each piece has to pay. Seconds of processor time of the tests on moto, one machine: 68 with the first two pieces, 89
without the first, 72 without the second; the third takes 1.2 off the 13 that 279 tests took. Signing what moto does not
look at would cost another 7, a client and its service description for each function of each test more than 150
(tests/conftest.py).
"""

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from moto import backend_index
from moto.core import responses, utils
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models.dynamo_type import LimitedSizeDict


def write_structures_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is spelled as on the wire is written member by member; all else in moto's own way.

    moto looks for every member that a structure may have, under several spellings: ten for each attribute's value.
    """
    own = BaseJSONSerializer._serialize_type_structure

    def structure(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if type(value) is not dict or not value.keys() <= shape.members.keys():
            own(self, serialized, value, shape, key)
        elif shape.name == "AttributeValue":
            serialized[key] = _written(value)
        else:
            written: dict[str, Any] = {} if key else serialized
            for name, content in value.items():
                if content is not None:
                    self._serialize(written, content, shape.members[name], name)
            if key:
                self._default_serialize(serialized, written, shape, key)

    monkeypatch.setattr(BaseJSONSerializer, "_serialize_type_structure", structure)


def copy_items_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """An item that is pickled comes back as it was: moto adds its size up again at each attribute."""
    monkeypatch.setattr(LimitedSizeDict, "__reduce__", lambda self: (_restored, (dict(self),)), raising=False)


def find_handlers_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto compares each request's host with those of all services, and lists a class's methods for each anew."""
    used = ("dynamodb", "secretsmanager")
    patterns = [(service, pattern) for service, pattern in backend_index.backend_url_patterns if service in used]
    assert {service for service, _ in patterns} == {*used}
    monkeypatch.setattr(backend_index, "backend_url_patterns", patterns)
    monkeypatch.setattr(responses, "method_names_from_class", cache(utils.method_names_from_class))


def _restored(attributes: dict[str, Any]) -> LimitedSizeDict:
    restored = LimitedSizeDict()
    dict.update(restored, attributes)
    return restored


def _written(value: Mapping[str, Any]) -> dict[str, Any]:
    ((kind, content),) = value.items()
    match kind:
        case "B":
            content = _text(content)
        case "BS":
            content = [_text(item) for item in content]
        case "L":
            content = [_written(item) for item in content]
        case "M":
            content = {name: _written(member) for name, member in content.items()}
    return {kind: content}


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
