"""Step 6: shipping methods and surcharges (contract: pricing.md §7, §12 rows 20 and 22)."""

from __future__ import annotations

from decimal import Decimal

from commerce.errors import ShippingMethodUnavailable
from commerce.pricing._working_groups import LinePart, WorkingGroup
from commerce.pricing._working_order import WorkingOrder
from commerce.pricing.money import ZERO, rounded
from commerce.pricing.prices import PriceEntry, Prices, spans


def apply(order: WorkingOrder, groups: list[WorkingGroup], prices: Prices) -> None:
    """Price each group's method on the group's own amount, and add the surcharges of its units.

    Raises: ShippingMethodUnavailable, where no range of a method the request chose holds the base.
    """
    for group in groups:
        if not group.ships or group.method is None:
            continue
        price = group.method.price(base(group))
        if price is not None:
            group.price = rounded(price, order.unit)
            _surcharge(group, prices, order.unit)
        elif group.cart_group is not None and group.cart_group.kept:
            group.method, group.dropped = None, True
        else:
            raise ShippingMethodUnavailable(group.method.method_id)


def base(group: WorkingGroup) -> Decimal:
    """Σ (amount − share) of the parts without a recurring charge of their own."""
    return sum(
        (
            detail.amount - detail.share
            for part in group.parts
            if part.line.recurring is None
            for detail in part.details
        ),
        ZERO,
    )


def _surcharge(group: WorkingGroup, prices: Prices, unit: Decimal) -> None:
    if not prices.surcharges:
        return
    for part in group.parts:
        line = part.line
        entry = prices.surcharges.of(line.cart_line.product_id, line.cart_line.sku_id)
        if entry is not None and line.valid and line.recurring is None:
            part.surcharge = rounded(_of_units(part, entry), unit)
            group.surcharge += part.surcharge


def _of_units(part: LinePart, entry: PriceEntry) -> Decimal:
    total = ZERO
    start = 0
    for price, units in spans(entry, part.line.units):
        inside = min(start + units, part.first + part.units) - max(start, part.first)
        if inside > 0:
            total += price * inside
        start += units
    return total
