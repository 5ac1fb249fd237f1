"""Step 5: order promotions and their shares (contract: pricing.md §2 rows 10 and 16, §3, §12 rows 11 to 14)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from commerce.pricing._candidates import Candidate, Candidates
from commerce.pricing._working_order import WorkingDetail, WorkingLine, WorkingOrder
from commerce.pricing.money import PERCENT, prorate, rounded
from commerce.pricing.promotions import Adjustment, Level, OrderDiscount, Reason


def apply(order: WorkingOrder, candidates: Candidates) -> None:
    """Take each order promotion off what is discountable and share it among the details it came from."""
    if not candidates.by_level[Level.ORDER]:
        return
    sub_total = order.sub_total
    discountable = Discountable(order)
    for candidate in candidates.open(Level.ORDER):
        reward = candidate.promotion.reward
        if not isinstance(reward, OrderDiscount):
            continue
        if reward.minimum_subtotal is not None and sub_total < reward.minimum_subtotal:
            candidate.reason = Reason.MINIMUM_SUBTOTAL
            continue
        base = discountable.left
        off = base * reward.value * PERCENT if reward.adjustment is Adjustment.PERCENT else reward.value
        discount = min(rounded(off, order.unit), base)
        if discount <= 0:
            candidate.reason = Reason.NOTHING_TAKEN
            continue
        discountable.take(candidate, discount)
        candidates.applied(candidate, discount)


class Discountable:
    """The details that order promotions may lower, with what is left of them."""

    __slots__ = ("_details", "_lines", "_unit", "_weights", "left")

    def __init__(self, order: WorkingOrder) -> None:
        self._unit = order.unit
        self._details: list[WorkingDetail] = []
        self._lines: list[WorkingLine] = []
        for line in order.lines:
            if line.discountable:
                for detail in line.details:
                    if detail.amount:
                        self._details.append(detail)
                        self._lines.append(line)
        self._weights: Sequence[Decimal] = [detail.amount for detail in self._details]
        self.left = sum(self._weights, order.zero)

    def take(self, candidate: Candidate, discount: Decimal) -> None:
        """Share `discount` by the amounts after item promotions, each share within what is left of its detail."""
        rooms = [detail.amount - detail.share for detail in self._details]
        shares = prorate(discount, self._weights, rooms, self._unit)
        for detail, line, share in zip(self._details, self._lines, shares, strict=True):
            if not share:
                continue
            detail.share += share
            discounts = line.order_discounts
            if discounts and discounts[-1][0] is candidate:
                discounts[-1] = (candidate, discounts[-1][1] + share)
            else:
                discounts.append((candidate, share))
        self.left -= discount
