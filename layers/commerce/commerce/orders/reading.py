"""What the reader tells of each of the three calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from commerce.call import FinishedAnswer
from commerce.idempotency import IdempotencyKey
from commerce.orders.access import Buyer
from commerce.orders.model import Order
from commerce.orders.request import OrderRequest
from commerce.orders.terms import Terms
from commerce.storage import Item, Key


class UpdateReading(Struct, frozen=True):
    """All that an update is decided on.

    `kept_answer`: of this very request, answered before. `named`: the order of the request's id. `current_id`: the
    order that is stored as the current one; `current`: that order, while it can be changed. `rows`: of all batches,
    for the provider of gift cards. `terms` reads once more where the prices that count are not those foreseen.
    """

    request: OrderRequest
    key: IdempotencyKey | None
    kept_answer: FinishedAnswer | None
    buyer: Buyer
    named: Order | None
    current: Order | None
    current_id: str | None
    rows: Mapping[Key, Item]
    terms: Callable[[], Terms]


class GetReading(Struct, frozen=True):
    """The current order with what it is priced with. `rows` as in `UpdateReading`."""

    buyer: Buyer
    order: Order
    terms: Terms
    rows: Mapping[Key, Item]


class DeleteReading(Struct, frozen=True):
    """The current order, None where there is none that can be changed."""

    buyer: Buyer
    order: Order | None
