"""The orders table: a partition a shopper, with a row an order and one that says which orders are current."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from commerce.dates import epoch_seconds
from commerce.errors import OrderUpdateFailed
from commerce.orders.model import INCOMPLETE, Order, order_document, read_order
from commerce.storage import (
    Attribute,
    Condition,
    Delete,
    Item,
    Key,
    Put,
    Store,
    Update,
    Write,
    decode_document,
    encode_document,
)

CURRENT: Final = "current"
ORDER: Final = "order#"
MAX_DOCUMENT_BYTES: Final = 380_000


class OrderRepository:
    """Reads and conditional writes of orders. `lifetime`: how long an untouched order lives, None = until deleted."""

    def __init__(self, store: Store, table: str, lifetime: timedelta | None = None) -> None:
        self._store = store
        self._table = table
        self._lifetime = lifetime

    def key(self, shopper: str, order_id: str) -> Key:
        return Key(self._table, shopper, ORDER + order_id)

    def current_key(self, shopper: str) -> Key:
        """The row that names the shopper's current orders: one attribute for each site group and organization."""
        return Key(self._table, shopper, CURRENT)

    def current_id(self, rows: Mapping[Key, Item], shopper: str, scope: str) -> str | None:
        """The current order of one `scope`, of a batch that held `current_key`."""
        name: str | None = rows.get(self.current_key(shopper), {}).get(scope)
        return name

    def order(self, rows: Mapping[Key, Item], shopper: str, order_id: str, now: datetime) -> Order | None:
        """The order of a batch that held its key; an expired one counts as absent (contract: common.md §15)."""
        item = rows.get(self.key(shopper, order_id))
        if item is None or item.get("expiresAt", epoch_seconds(now) + 1) <= epoch_seconds(now):
            return None
        return read_order(order_id, item["version"], item["state"], decode_document(item["document"]))

    def put(self, shopper: str, order: Order, now: datetime) -> Put:
        """The write that makes `order` the successor of the version it names. Raises OrderUpdateFailed: too large."""
        document = encode_document(order_document(order))
        if len(document) > MAX_DOCUMENT_BYTES:
            raise OrderUpdateFailed(expected=f"have at most {MAX_DOCUMENT_BYTES:,} bytes, compressed")
        item: dict[str, Attribute] = {"version": order.version + 1, "state": INCOMPLETE, "document": document}
        if self._lifetime:
            item["expiresAt"] = epoch_seconds(now + self._lifetime)
        return Put(self.key(shopper, order.id), item, Condition.version(order.version))

    def make_current(self, shopper: str, scope: str, old: str | None, new: str) -> Update:
        """The write that replaces the current order of a scope."""
        return Update(self.current_key(shopper), _still(scope, old), {scope: new})

    def remove(self, shopper: str, scope: str, order: Order) -> None:
        """Delete the current order of a scope. Raises WriteLost."""
        self._store.write(
            Delete(self.key(shopper, order.id), Condition.version(order.version)),
            Update(self.current_key(shopper), _still(scope, order.id), removals=[scope]),
        )

    def write(self, writes: Sequence[Write]) -> None:
        """All or none. Raises WriteLost."""
        self._store.write(*writes)


def current_scope(cart_sharing_group: str, organization: str | None) -> str:
    """The attribute that names a current order; a dot would be a path into a map."""
    parts = (cart_sharing_group, organization) if organization else (cart_sharing_group,)
    return "for:" + "/".join(quote(part, safe="").replace(".", "%2E") for part in parts)


def _still(scope: str, order_id: str | None) -> Condition:
    return Condition(equal={scope: order_id}) if order_id is not None else Condition(absent=[scope])
