"""Where moto takes most of its time, the same said more directly.

Each piece has to pay. Seconds of processor time of the tests on moto, one machine: 68 with the first two pieces, 89
without the first, 72 without the second; the third takes 1.2 off the 13 that 279 tests took, the last two 1.3 off the
15 that 277 tests with many transactions took. Signing what moto does not look at would cost another 7, a client and its
service description for each function of each test more than 150 (tests/conftest.py).
"""

import base64
import copy
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from moto import backend_index
from moto.core import responses, utils
from moto.core.parse import BaseJSONParser
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models.dynamo_type import LimitedSizeDict
from moto.dynamodb.models.table import Table


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


def read_structures_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is spelled as on the wire is read member by member; all else in moto's own way.

    moto looks for every member that a structure may have: ten for each attribute's value.
    """
    own: Any = BaseJSONParser._parse_structure

    def structure(self: Any, shape: Any, value: Any) -> Any:
        if type(value) is not dict or shape.is_document_type or not value.keys() <= shape.members.keys():
            return own(self, shape, value)
        if shape.name == "AttributeValue":
            return _read(value)
        members = shape.members
        return {name: self._parse_shape(members[name], one) for name, one in value.items() if one is not None}

    monkeypatch.setattr(BaseJSONParser, "_parse_structure", structure)


def keep_tables_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto copies a table for each item of a transaction, to put it back when one fails, attribute by attribute."""

    def table(self: Any, _: dict[int, Any]) -> Any:
        kept: Any = object.__new__(type(self))
        vars(kept).update(vars(self))
        kept.items = type(self.items)(self.items.default_factory)
        for key, partition in self.items.items():
            kept.items[key] = {sort: _kept(item) for sort, item in partition.items()}
        return kept

    monkeypatch.setattr(Table, "__deepcopy__", table, raising=False)
    # An expression is parsed for the one call that it came with.
    monkeypatch.setattr("moto.dynamodb.parsing.ast_nodes.Node.__deepcopy__", lambda self, _: self, raising=False)


def _restored(attributes: dict[str, Any]) -> LimitedSizeDict:
    restored = LimitedSizeDict()
    dict.update(restored, attributes)
    return restored


def _kept(item: Any) -> Any:
    """With values of its own where moto changes a value in place: not in scalars."""
    kept: Any = object.__new__(type(item))
    attributes = LimitedSizeDict()
    dict.update(attributes, item.attrs)
    for name, value in item.attrs.items():
        if type(value.value) in (list, dict):
            dict.__setitem__(attributes, name, copy.deepcopy(value))
    kept.hash_key, kept.range_key, kept.attrs = item.hash_key, item.range_key, attributes
    return kept


def _read(value: Mapping[str, Any]) -> dict[str, Any]:
    ((kind, content),) = value.items()
    match kind:
        case "B":
            content = base64.b64decode(content)
        case "BS":
            content = [base64.b64decode(item) for item in content]
        case "L":
            content = [_read(item) for item in content]
        case "M":
            content = {name: _read(member) for name, member in content.items()}
    return {kind: content}


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
