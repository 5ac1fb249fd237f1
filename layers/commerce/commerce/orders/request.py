"""The body of an order update, read down to its lines; those are checked one by one later (contract: orders.md §2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from commerce.errors import NoOrderLines, OrderUpdateFailed
from commerce.exact_json import JsonObject, JsonValue, Unusable, expected_object
from commerce.orders.model import GIFT_CARD, OrderForm
from commerce.shapes import Shape, path_text
from commerce.unprinted import Unprinted
from commerce.values import EXPECTED_ID, card_number, id_text, possible_card_number, typed_code, whole_number

MAX_LINES: Final = 500
MAX_SELECTIONS_OF_A_LINE: Final = 100
MAX_SELECTIONS: Final = 500
MAX_COUPONS: Final = 50
MAX_CARDS: Final = 10
# A group without a line is of no use, so there are never more of them than lines.
MAX_GROUPS: Final = MAX_LINES
MAX_GROUP_ITEMS: Final = 2_000

_SHAPE: Final = Shape(OrderForm)
_OPERATIONS: Final = ("update", "create")


class SentCard(Unprinted, frozen=True):
    """A gift card of the request; `number` None: not of the form of a card number."""

    number: str | None
    pin: str


class OrderRequest(Unprinted, frozen=True):
    """What an update asks for.

    `order_id`: of the order to update instead of the current one, never with `create`. `items`: entries of the cart as
    sent. `groups` None: not sent. `markers`: the order's gift markers, as far as they are echoed.
    """

    body: JsonObject
    create: bool
    order_id: str | None
    combine: bool
    items: Sequence[Any]
    coupons: tuple[str, ...]
    cards: tuple[SentCard, ...]
    groups: Sequence[JsonObject] | None
    markers: Sequence[Any]

    def lines(self) -> list[tuple[int, Any]]:
        """The entries that ask for something, with their places. Raises NoOrderLines when there are none."""
        wanted = [(place, item) for place, item in enumerate(self.items) if not dropped(item)]
        if not wanted:
            raise NoOrderLines
        return wanted

    def dropped_lines(self) -> frozenset[str]:
        """Ids of the lines that the request itself drops."""
        return frozenset(id_text(item.get("commerceItemId")) or "" for item in self.items if dropped(item))


def read_request(body: JsonValue | Unusable) -> OrderRequest:
    """The request of a body. Raises OrderUpdateFailed: no object, a wrong type, an unknown `op`, a limit passed."""
    if not isinstance(body, dict):
        raise OrderUpdateFailed(about="The body", expected=expected_object(body))
    for violation in _SHAPE.violations(body):
        raise OrderUpdateFailed(path=path_text(violation.path), expected=violation.expected)
    operation = body.get("op") or "update"
    if operation not in _OPERATIONS:
        raise OrderUpdateFailed(path="op", expected=f"be {' or '.join(_OPERATIONS)}")
    create = operation == "create"
    cart = body.get("shoppingCart") or {}
    items = cart.get("items") or ()
    codes = (typed_code(coupon["code"]) for coupon in cart.get("coupons") or ())
    coupons = tuple(dict.fromkeys(code for code in codes if code))
    cards = _cards(body.get("payments") or ())
    if _count(items) > MAX_LINES:
        raise OrderUpdateFailed(path="shoppingCart.items", expected=f"hold at most {MAX_LINES} lines, children counted")
    _check_selections(items)
    if len(coupons) > MAX_COUPONS:
        raise OrderUpdateFailed(path="shoppingCart.coupons", expected=f"hold at most {MAX_COUPONS} codes")
    if len({card.number for card in cards}) > MAX_CARDS:
        raise OrderUpdateFailed(path="payments", expected=f"hold at most {MAX_CARDS} gift cards")
    groups = body.get("shippingGroups") or ()
    if len(groups) > MAX_GROUPS or sum(len(group.get("items") or ()) for group in groups) > MAX_GROUP_ITEMS:
        expected = f"hold at most {MAX_GROUPS} groups, and {MAX_GROUP_ITEMS:,} items in all of them"
        raise OrderUpdateFailed(path="shippingGroups", expected=expected)
    return OrderRequest(
        body=body,
        create=create,
        order_id=None if create else id_text(body.get("id")) or None,
        combine=body.get("combineLineItems") != "no",
        items=items,
        coupons=coupons,
        cards=cards,
        groups=body.get("shippingGroups"),
        markers=body.get("giftWithPurchaseOrderMarkers") or (),
    )


def product_ids(items: Sequence[Any]) -> list[str]:
    """Every product that entries of a cart name, however wrong the rest of them is."""
    found: dict[str, None] = {}
    pending = list(items)
    while pending:
        item = pending.pop()
        if not isinstance(item, dict):
            continue
        name = id_text(item.get("productId"))
        if name:
            found[name] = None
        children = item.get("childItems")
        if isinstance(children, list):
            pending += children
    return sorted(found)


def dropped(item: Any) -> bool:
    """A quantity of 0 drops a line unchecked."""
    return isinstance(item, dict) and whole_number(item.get("quantity")) == 0


def _count(items: Sequence[Any]) -> int:
    count, pending = 0, [items]
    while pending:
        level = pending.pop()
        count += len(level)
        for item in level:
            children = item.get("childItems") if isinstance(item, dict) else None
            if isinstance(children, list):
                pending.append(children)
    return count


def _check_selections(items: Sequence[Any]) -> None:
    """Raises OrderUpdateFailed: more gifts chosen than a line, or all of them, may have."""
    count, pending = 0, [item for item in items if not dropped(item)]
    while pending:
        item = pending.pop()
        if not isinstance(item, dict):
            continue
        selections, children = item.get("giftWithPurchaseSelections"), item.get("childItems")
        if isinstance(selections, list):
            count += len(selections)
            if len(selections) > MAX_SELECTIONS_OF_A_LINE or count > MAX_SELECTIONS:
                most = f"{MAX_SELECTIONS_OF_A_LINE} of a line and {MAX_SELECTIONS} in all"
                raise OrderUpdateFailed(
                    path="shoppingCart.items", expected=f"hold at most so many giftWithPurchaseSelections: {most}"
                )
        if isinstance(children, list):
            pending += [child for child in children if not dropped(child)]


def _cards(payments: Sequence[JsonObject]) -> tuple[SentCard, ...]:
    """Gift cards in list order, each number once; entries of other types create no payment."""
    cards: dict[str, SentCard] = {}
    for place, payment in enumerate(payments):
        kind = payment.get("type")
        if (payment.get("paymentMethod") if kind is None else kind) != GIFT_CARD:
            continue
        number, pin = payment.get("giftCardNumber"), payment.get("giftCardPin")
        for name, value in (("giftCardNumber", number), ("giftCardPin", pin)):
            if value is not None and id_text(value) is None:
                raise OrderUpdateFailed(path=f"payments[{place}].{name}", expected=EXPECTED_ID)
        text = card_number(id_text(number) or "")
        known = text if possible_card_number(text) else None
        cards.setdefault(text, SentCard(known, typed_code(id_text(pin) or "")))
    return tuple(cards.values())
