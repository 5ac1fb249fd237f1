"""Step 7: shipping promotions, on the method's price alone (contract: pricing.md §12 row 21)."""

from __future__ import annotations

from decimal import Decimal

from commerce.pricing._basket import Basket
from commerce.pricing._parcels import Parcel
from commerce.pricing._trials import Trials
from commerce.pricing.money import PERCENT, ZERO, rounded
from commerce.pricing.promotions import Adjustment, Level, Reason, ShippingDiscount


def apply(basket: Basket, parcels: list[Parcel], trials: Trials) -> None:
    """Lower the method price of every group whose method matches."""
    for turn in trials.open(Level.SHIPPING):
        reward = turn.promotion.reward
        if not isinstance(reward, ShippingDiscount):
            continue
        matching = [parcel for parcel in parcels if parcel.ships and _matches(reward, parcel)]
        if not matching:
            turn.reason = Reason.NO_METHOD
            continue
        taken = basket.zero
        for parcel in matching:
            discount = rounded(_off(reward, parcel.price - parcel.discount), basket.unit)
            if discount:
                parcel.discount += discount
                parcel.discounts.append((turn, discount))
                taken += discount
        if taken:
            trials.applied(turn, taken)
        else:
            turn.reason = Reason.NOTHING_TAKEN


def _matches(reward: ShippingDiscount, parcel: Parcel) -> bool:
    return parcel.method is not None and (not reward.methods or parcel.method.method_id in reward.methods)


def _off(reward: ShippingDiscount, left: Decimal) -> Decimal:
    if reward.adjustment is Adjustment.PERCENT:
        return left * reward.value * PERCENT
    if reward.adjustment is Adjustment.AMOUNT:
        return min(reward.value, left)
    return max(left - reward.value, ZERO)
