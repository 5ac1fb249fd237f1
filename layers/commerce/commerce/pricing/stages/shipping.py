"""Step 6: shipping methods and surcharges (contract: pricing.md §7, §12 rows 20 and 22)."""

from __future__ import annotations

from decimal import Decimal

from commerce.errors import ShippingMethodUnavailable
from commerce.pricing._basket import Basket
from commerce.pricing._parcels import Parcel, Part
from commerce.pricing.money import ZERO, rounded
from commerce.pricing.prices import PriceEntry, Prices, spans


def apply(basket: Basket, parcels: list[Parcel], prices: Prices) -> None:
    """Price each group's method on the group's own amount, and add the surcharges of its units.

    Raises: ShippingMethodUnavailable, where no range of a method the request chose holds the base.
    """
    for parcel in parcels:
        if not parcel.ships or parcel.method is None:
            continue
        price = parcel.method.price(base(parcel))
        if price is not None:
            parcel.price = rounded(price, basket.unit)
            _surcharge(parcel, prices, basket.unit)
        elif parcel.group is not None and parcel.group.kept:
            parcel.method, parcel.dropped = None, True
        else:
            raise ShippingMethodUnavailable(parcel.method.method_id)


def base(parcel: Parcel) -> Decimal:
    """Σ (amount − share) of the parts without a recurring charge of their own."""
    return sum(
        (
            detail.amount - detail.share
            for part in parcel.parts
            if part.node.recurring is None
            for detail in part.details
        ),
        ZERO,
    )


def _surcharge(parcel: Parcel, prices: Prices, unit: Decimal) -> None:
    if not prices.surcharges:
        return
    for part in parcel.parts:
        node = part.node
        entry = prices.surcharges.of(node.line.product_id, node.line.sku_id)
        if entry is not None and node.valid and node.recurring is None:
            part.surcharge = rounded(_of_units(part, entry), unit)
            parcel.surcharge += part.surcharge


def _of_units(part: Part, entry: PriceEntry) -> Decimal:
    total = ZERO
    start = 0
    for price, units in spans(entry, part.node.units):
        inside = min(start + units, part.first + part.units) - max(start, part.first)
        if inside > 0:
            total += price * inside
        start += units
    return total
