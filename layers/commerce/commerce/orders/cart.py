"""An order as the cart that the pricing room takes, and what its answer means for the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from commerce.catalogue import Coupon, PriceListGroup, Product, Selling
from commerce.orders.model import (
    GroupItem,
    Numbers,
    Order,
    OrderCard,
    OrderGroup,
    OrderLine,
    StoredMarker,
    with_claims,
)
from commerce.pricing import (
    ALL_UNITS,
    Cart,
    CartLine,
    ExternalPrice,
    GiftCard,
    GiftMarker,
    Occasion,
    PricedGroup,
    PricedLine,
    PricedOrder,
    Prices,
    RecurringCharge,
    ShippingGroup,
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order is priced with: the catalogue as one batch read it, for one shopper at one moment."""

    occasion: Occasion
    group: PriceListGroup
    selling: Selling
    products: Mapping[str, Product]
    prices: Prices


def cart_of(
    terms: Terms,
    lines: Sequence[OrderLine],
    groups: Sequence[ShippingGroup],
    coupons: Sequence[Coupon],
    markers: Sequence[GiftMarker],
    cards: Sequence[GiftCard] = (),
) -> Cart:
    """The cart to price; lines that cannot be priced any more are marked as not valid (contract: orders.md §9)."""
    return Cart(
        lines=[_cart_line(line, terms) for line in lines],
        prices=terms.prices,
        occasion=terms.occasion,
        digits=terms.group.currency.fractional_digits,
        promotions=terms.selling.promotions_with(terms.products),
        coupons=[coupon.priced for coupon in coupons],
        shipping_groups=groups,
        gift_cards=cards,
        gift_markers=markers,
        tax_included=terms.group.tax_included,
        calculate_tax=terms.group.calculates_tax,
    )


def gift_markers(stored: Sequence[StoredMarker], removed: Mapping[str, int]) -> list[GiftMarker]:
    """The order's own markers, with the removals that the shopper's echo tells of."""
    return [
        replace(each.marker, removed=max(each.marker.removed, min(told, each.marker.quantity)))
        if (told := removed.get(each.marker.promotion_id, 0))
        else each.marker
        for each in stored
    ]


def priced_lines(lines: Sequence[OrderLine], priced: Sequence[PricedLine], numbers: Numbers) -> tuple[OrderLine, ...]:
    """The lines as pricing left them: gifts that were lost taken off, new gifts added last."""
    known = {line.id: line for line in lines}
    return tuple(
        OrderLine(
            id=numbers.next("ci"),
            product_id=each.product_id,
            sku_id=each.sku_id or "",
            quantity=each.quantity,
            gifts=each.gifts,
        )
        if each.added
        else with_claims(known[each.line_id], each.quantity, each.gifts)
        for each in priced
    )


def settled_groups(
    groups: Sequence[OrderGroup], priced: Sequence[PricedGroup], lines: Sequence[OrderLine], numbers: Numbers
) -> tuple[OrderGroup, ...]:
    """The groups as pricing left them: methods that no range holds dropped, items no more than their lines."""
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


def settled_markers(
    stored: Sequence[StoredMarker], markers: Sequence[GiftMarker], numbers: Numbers
) -> tuple[StoredMarker, ...]:
    """The new markers, each under the id that its promotion's marker had."""
    ids = {each.marker.promotion_id: each.id for each in stored}
    return tuple(StoredMarker(ids.get(each.promotion_id) or numbers.next(""), each) for each in markers)


def settled_cards(stored: Sequence[OrderCard], sent: Sequence[str], numbers: Numbers) -> tuple[OrderCard, ...]:
    """The cards of the request, each under the id it had."""
    ids = {card.number: card.id for card in stored}
    return tuple(OrderCard(ids.get(number) or numbers.next("pg"), number) for number in sent)


def settled(
    order: Order, priced: PricedOrder, groups: Sequence[OrderGroup], cards: Sequence[str], numbers: Numbers
) -> Order:
    """The order to store after pricing."""
    lines = priced_lines(order.lines, priced.lines, numbers)
    settled_order = replace(
        order,
        lines=lines,
        groups=settled_groups(groups, priced.groups, lines, numbers),
        cards=settled_cards(order.cards, cards, numbers),
        markers=settled_markers(order.markers, priced.gift_markers, numbers),
    )
    return replace(settled_order, sequence=numbers.last)


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
        children=tuple(_cart_line(child, terms) for child in line.children),
        gifts=line.gifts,
        valid=_valid(line, terms),
    )


def _recurring(line: OrderLine) -> RecurringCharge | None:
    members = line.members
    if "externalRecurringCharge" not in members:
        return None
    duration = members.get("externalRecurringChargeDuration")
    return RecurringCharge(
        Decimal(members["externalRecurringCharge"]),
        members.get("externalRecurringChargeFrequency") or "Monthly",
        None if duration is None else str(duration),
    )


def _valid(line: OrderLine, terms: Terms) -> bool:
    product = terms.products.get(line.product_id)
    if product is None or not product.offers(line.sku_id):
        return False
    return terms.prices.list_prices.of(line.product_id, line.sku_id) is not None
