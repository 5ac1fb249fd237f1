"""What DynamoDB answers, read in one step: out of JSON into items.

botocore's parser looks for every member of every shape that an answer may have, for each attribute of each row. The one
here knows the answers that `Store` asks for and the kinds of attributes that the tables use; whatever else comes, an
error above all, is botocore's to read, as if there were no other.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import orjson
from botocore.parsers import ResponseParserFactory

from commerce.storage.items import Item, PlainItem

Answer: TypeAlias = dict[str, Any]

PROTOCOL: Final = "json"
_SCALARS: Final = frozenset({str, int, float})


class Unknown(Exception):  # never leaves this module
    """An answer, or a part of one, that is not among those known here."""


class AnswerParser:
    """Reads as botocore's `generic` parser does, except that items are plain ones."""

    def __init__(self, generic: Any) -> None:
        self._generic = generic

    def parse(self, response: Mapping[str, Any], shape: Any) -> Answer:
        """The members of an answer, with botocore's own metadata of it."""
        read = _READERS.get(shape.name) if shape is not None else None
        if read is None or response["status_code"] != 200:
            return self._read_generically(response, shape)
        try:
            # Numbers of items come as texts; those of the capacity consumed are binary with any reader.
            parsed = read(orjson.loads(response["body"]))
        except (Unknown, ValueError, TypeError, AttributeError):
            return self._read_generically(response, shape)
        headers = {name.lower(): value for name, value in response["headers"].items()}
        metadata: Answer = {"HTTPStatusCode": 200, "HTTPHeaders": headers}
        if "x-amzn-requestid" in headers:
            metadata["RequestId"] = headers["x-amzn-requestid"]
        parsed["ResponseMetadata"] = metadata
        return parsed

    def _read_generically(self, response: Mapping[str, Any], shape: Any) -> Answer:
        parsed: Answer = self._generic.parse(response, shape)
        return parsed


class AnswerParsers(ResponseParserFactory):
    """botocore's component that makes parsers, to be registered in a session."""

    def __init__(self) -> None:
        super().__init__()
        self._parser = AnswerParser(super().create_parser(PROTOCOL))

    def create_parser(self, protocol_name: str) -> Any:
        return self._parser if protocol_name == PROTOCOL else super().create_parser(protocol_name)


def _item(wire: Mapping[str, Any]) -> Item:
    item = PlainItem()
    for name, attribute in wire.items():
        item[name] = _value(attribute)
    return item


def _value(attribute: Mapping[str, Any]) -> Any:
    """Raises Unknown, or ValueError where there is more or less than one kind."""
    ((kind, value),) = attribute.items()
    if kind == "S" and isinstance(value, str):
        return value
    if kind == "N" and isinstance(value, str):
        return int(value)
    if kind == "B" and isinstance(value, str):
        return a2b_base64(value)
    if kind == "M" and isinstance(value, dict):
        return {name: _value(member) for name, member in value.items()}
    if kind == "BOOL" and isinstance(value, bool):
        return value
    raise Unknown


def _read_get_item(answer: Answer) -> Answer:
    for name, value in answer.items():
        if name == "Item":
            answer[name] = _item(value)
        else:
            _check_capacity(name, value)
    return answer


def _read_batch(answer: Answer) -> Answer:
    for name, value in answer.items():
        if name == "Responses":
            for table, items in value.items():
                value[table] = [_item(item) for item in items]
        elif name != "UnprocessedKeys" or value != {}:
            _check_capacity(name, value)
    return answer


def _read_query(answer: Answer) -> Answer:
    for name, value in answer.items():
        if name == "Items":
            answer[name] = [_item(item) for item in value]
        elif name not in {"Count", "ScannedCount"} or type(value) is not int:
            _check_capacity(name, value)
    return answer


def _read_write(answer: Answer) -> Answer:
    for name, value in answer.items():
        _check_capacity(name, value)
    return answer


def _check_capacity(name: str, value: Any) -> None:
    """Raises Unknown for what is not the capacity consumed, which is plain JSON with texts and numbers alone."""
    if name != "ConsumedCapacity":
        raise Unknown
    for consumed in value if isinstance(value, list) else (value,):
        if not all(type(member) in _SCALARS for member in consumed.values()):
            raise Unknown


_READERS: Final[Mapping[str, Callable[[Answer], Answer]]] = {
    "BatchGetItemOutput": _read_batch,
    "DeleteItemOutput": _read_write,
    "GetItemOutput": _read_get_item,
    "PutItemOutput": _read_write,
    "QueryOutput": _read_query,
    "TransactWriteItemsOutput": _read_write,
    "UpdateItemOutput": _read_write,
}
