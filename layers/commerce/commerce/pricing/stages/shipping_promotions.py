"""Step 7: shipping promotions, on the method's price alone (contract: pricing.md §12 row 21)."""

from __future__ import annotations

from decimal import Decimal

from commerce.pricing._candidates import Candidates
from commerce.pricing._working_groups import WorkingGroup
from commerce.pricing._working_order import WorkingOrder
from commerce.pricing.money import PERCENT, ZERO, rounded
from commerce.pricing.promotions import Adjustment, Level, Reason, ShippingDiscount


def apply(order: WorkingOrder, groups: list[WorkingGroup], candidates: Candidates) -> None:
    """Lower the method price of every group whose method matches."""
    for candidate in candidates.open(Level.SHIPPING):
        reward = candidate.promotion.reward
        if not isinstance(reward, ShippingDiscount):
            continue
        matching = [group for group in groups if group.ships and _matches(reward, group)]
        if not matching:
            candidate.reason = Reason.NO_METHOD
            continue
        taken = order.zero
        for group in matching:
            discount = rounded(_off(reward, group.price - group.discount), order.unit)
            if discount:
                group.discount += discount
                group.discounts.append((candidate, discount))
                taken += discount
        if taken:
            candidates.applied(candidate, taken)
        else:
            candidate.reason = Reason.NOTHING_TAKEN


def _matches(reward: ShippingDiscount, group: WorkingGroup) -> bool:
    return group.method is not None and (not reward.methods or group.method.method_id in reward.methods)


def _off(reward: ShippingDiscount, left: Decimal) -> Decimal:
    if reward.adjustment is Adjustment.PERCENT:
        return left * reward.value * PERCENT
    if reward.adjustment is Adjustment.AMOUNT:
        return min(reward.value, left)
    return max(left - reward.value, ZERO)
