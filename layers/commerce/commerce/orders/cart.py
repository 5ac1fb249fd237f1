"""An order as the cart that the pricing room takes, and what its answer means for the order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from msgspec.structs import replace

from commerce.addresses.regions import Regions
from commerce.orders.draft import Draft
from commerce.orders.model import (
    GroupItem,
    Numbers,
    Order,
    OrderCard,
    OrderGroup,
    OrderLine,
    StoredMarker,
)
from commerce.orders.rules import plain_text
from commerce.orders.shipping import priced_groups
from commerce.orders.terms import Terms
from commerce.pricing import (
    ALL_UNITS,
    Cart,
    CartLine,
    ExternalPrice,
    GiftCard,
    GiftMarker,
    PricedGroup,
    PricedLine,
    PricedOrder,
    RecurringCharge,
)


def cart_of(draft: Draft, terms: Terms, regions: Regions, cards: Sequence[GiftCard] = ()) -> Cart:
    """The cart to price; lines that cannot be priced any more are marked as not valid (contract: orders.md §9)."""
    return Cart(
        lines=[_cart_line(line, terms) for line in draft.order.lines],
        prices=terms.prices,
        occasion=terms.occasion,
        digits=terms.group.currency.fractional_digits,
        promotions=terms.selling.promotions_with(terms.products),
        coupons=[coupon.priced for coupon in draft.coupons],
        shipping_groups=priced_groups(draft.groups, terms.shipping_methods, regions),
        gift_cards=cards,
        gift_markers=draft.markers,
        tax_included=terms.group.tax_included,
        calculate_tax=terms.group.calculates_tax,
    )


def settled(draft: Draft, priced: PricedOrder, cards: Sequence[str]) -> Order:
    """The order as pricing left it. `cards`: numbers of those that pay."""
    order, numbers = draft.order, draft.numbers
    lines = _lines(draft, priced.lines)
    result = replace(
        order,
        lines=lines,
        groups=_groups([group.group for group in draft.groups], priced.groups, lines, numbers),
        cards=_cards(order.cards, cards, numbers),
        markers=_markers(order.markers, priced.gift_markers, numbers),
    )
    return replace(result, sequence=numbers.last)


def _lines(draft: Draft, priced: Sequence[PricedLine]) -> tuple[OrderLine, ...]:
    """Gifts that were lost taken off, new gifts added last, under the ids that they had before."""
    known = {line.id: line for line in draft.order.lines}
    return tuple(
        OrderLine(
            id=_gift_line_id(draft, line, known),
            product_id=line.product_id,
            sku_id=line.sku_id or "",
            quantity=line.quantity,
            gifts=line.gifts,
        )
        if line.added
        else _with_outcome(known[line.line_id], line)
        for line in priced
    )


def _gift_line_id(draft: Draft, line: PricedLine, known: Collection[str]) -> str:
    before = draft.gift_line_ids.get(line.gifts[0].promotion_id)
    return before if before is not None and before not in known else draft.numbers.next("ci")


def _with_outcome(line: OrderLine, priced: PricedLine) -> OrderLine:
    """The line with what pricing left of its units and gifts."""
    if line.quantity == priced.quantity and line.gifts == priced.gifts and not priced.lapsed:
        return line
    lapsed = min(line.lapsed + priced.lapsed, priced.quantity)
    return replace(line, quantity=priced.quantity, gifts=priced.gifts, lapsed=lapsed)


def _groups(
    groups: Sequence[OrderGroup], priced: Sequence[PricedGroup], lines: Sequence[OrderLine], numbers: Numbers
) -> tuple[OrderGroup, ...]:
    """Methods that no range holds dropped, items no more than their lines; groups that pricing added last."""
    left = {line.id: line.quantity for line in lines}
    result = []
    for group, outcome in zip(groups, priced, strict=False):
        items = []
        for item in group.items:
            units = min(item.quantity, left.get(item.line_id, 0))
            if units:
                left[item.line_id] -= units
                items.append(
                    item if units == item.quantity else GroupItem(item.line_id, units, item.preferred_pickup_date)
                )
        method = None if outcome.method_dropped else group.method
        result.append(replace(group, method=method, items=tuple(items)))
    result += [OrderGroup(numbers.next("sg")) for _ in priced[len(groups) :]]
    return tuple(result)


def _cards(stored: Sequence[OrderCard], paying: Sequence[str], numbers: Numbers) -> tuple[OrderCard, ...]:
    """Each under the id it had."""
    ids = {card.number: card.id for card in stored}
    return tuple(OrderCard(ids.get(number) or numbers.next("pg"), number) for number in paying)


def _markers(
    stored: Sequence[StoredMarker], markers: Sequence[GiftMarker], numbers: Numbers
) -> tuple[StoredMarker, ...]:
    """Each under the id that its promotion's marker had."""
    ids = {known.marker.promotion_id: known.id for known in stored}
    return tuple(StoredMarker(ids.get(marker.promotion_id) or numbers.next(""), marker) for marker in markers)


def _cart_line(line: OrderLine, terms: Terms) -> CartLine:
    members = line.members
    external = None
    if "externalPrice" in members:
        units = members.get("externalPriceQuantity", ALL_UNITS)
        external = ExternalPrice(Decimal(members["externalPrice"]), units)
    return CartLine(
        line_id=line.id,
        product_id=line.product_id,
        sku_id=line.sku_id,
        quantity=line.quantity,
        external_price=external,
        external_recurring=_recurring(line),
        children=tuple([_cart_line(child, terms) for child in line.children]) if line.children else (),
        gifts=line.gifts,
        valid=_valid(line, terms),
    )


def _recurring(line: OrderLine) -> RecurringCharge | None:
    members = line.members
    if "externalRecurringCharge" not in members:
        return None
    return RecurringCharge(
        Decimal(members["externalRecurringCharge"]),
        plain_text(members.get("externalRecurringChargeFrequency")) or "Monthly",
        plain_text(members.get("externalRecurringChargeDuration")),
    )


def _valid(line: OrderLine, terms: Terms) -> bool:
    product = terms.products.get(line.product_id)
    if product is None or not product.offers(line.sku_id):
        return False
    return terms.prices.list_prices.of(line.product_id, line.sku_id) is not None
