"""What botocore's clients make anew for each request, though it is the same, and what they do member by member.

No answer depends on it: where to send a request, which moto answers wherever it goes; by which name the client calls
itself; and whether an attribute's value is one, of which a shape with ten members is asked.
"""

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from botocore import serialize as untyped_serialize
from botocore import validate as untyped_validate

Serializer: Any = untyped_serialize.JSONSerializer
Validator: Any = untyped_validate.ParamValidator

_TYPES = {"B": bytes, "BOOL": bool, "N": str, "S": str}


def remember(client: Any) -> None:
    """The addresses of a client's operations, and its name."""
    resolver, known = client._ruleset_resolver, dict[str, Any]()
    resolve = resolver.construct_endpoint

    def endpoint(operation_model: Any, **more: Any) -> Any:
        name = operation_model.name
        if name not in known:
            known[name] = resolve(operation_model=operation_model, **more)
        return known[name]

    resolver.construct_endpoint = endpoint
    client._user_agent_creator.to_string = lambda: "tests"


def take_values_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attributes' values of the plain kinds are looked at and written at once; all else in botocore's own way."""
    validate, serialize = Validator._validate_structure, Serializer._serialize_type_structure

    def validated(self: Any, params: Any, shape: Any, errors: Any, name: str) -> None:
        if shape.name != "AttributeValue" or not _is_plain(params):
            validate(self, params, shape, errors, name)

    def serialized(self: Any, written: Any, value: Any, shape: Any, key: Any) -> None:
        if shape.name == "AttributeValue" and key and _is_plain(value):
            written[key] = _written(value)
        else:
            serialize(self, written, value, shape, key)

    monkeypatch.setattr(Validator, "_validate_structure", validated)
    monkeypatch.setattr(Serializer, "_serialize_type_structure", serialized)


def _is_plain(value: Any) -> bool:
    """Whether a value has one kind of those that are known here, and what belongs to it."""
    if type(value) is not dict or len(value) != 1:
        return False
    ((kind, content),) = value.items()
    if kind == "M":
        return type(content) is dict and all(type(name) is str and _is_plain(one) for name, one in content.items())
    if kind == "L":
        return type(content) is list and all(map(_is_plain, content))
    return type(content) is _TYPES.get(kind)


def _written(value: Mapping[str, Any]) -> dict[str, Any]:
    ((kind, content),) = value.items()
    match kind:
        case "B":
            content = base64.b64encode(content).decode()
        case "L":
            content = [_written(one) for one in content]
        case "M":
            content = {name: _written(one) for name, one in content.items()}
    return {kind: content}
