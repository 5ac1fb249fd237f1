"""Items between Python and DynamoDB's wire form; only the kinds of attributes that the tables use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from msgspec import Struct

Attribute: TypeAlias = "str | int | bool | bytes | Mapping[str, Attribute]"
Item: TypeAlias = dict[str, Any]
WireItem: TypeAlias = dict[str, Any]


class PlainItem(Item):
    """An item whose values are plain ones already, as `commerce.storage.answers` reads it."""

    __slots__ = ()


class Key(Struct, frozen=True):
    """Where an item stands: the table's name, its partition and sort key."""

    table: str
    pk: str
    sk: str

    def wire(self) -> WireItem:
        return {"pk": {"S": self.pk}, "sk": {"S": self.sk}}


def to_wire(value: Attribute) -> dict[str, Any]:
    """One attribute value in DynamoDB's form."""
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, bytes):
        return {"B": value}
    return {"M": {name: to_wire(member) for name, member in value.items()}}


def from_wire(item: WireItem) -> Item:
    """An item of DynamoDB with plain Python values; numbers are whole ones.

    An attribute of a kind that the tables do not use, which the layer's client reads as empty, is left out. What comes
    from a client that reads plain items stays as it is.
    """
    if isinstance(item, PlainItem):
        return item
    return {name: _value(attribute) for name, attribute in item.items() if attribute}


def _value(attribute: dict[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    if kind == "N":
        return int(value)
    if kind == "M":
        return from_wire(value)
    return value
