"""Step 5: order promotions and their shares (contract: pricing.md §2 rows 10 and 16, §3, §12 rows 11 to 14)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from commerce.pricing._basket import Basket, Node, Trial, WorkingDetail
from commerce.pricing._trials import Trials
from commerce.pricing.money import PERCENT, prorate, rounded
from commerce.pricing.promotions import Adjustment, Level, OrderDiscount, Reason


def apply(basket: Basket, trials: Trials) -> None:
    """Take each order promotion off what is discountable and share it among the details it came from."""
    turns = list(trials.turns[Level.ORDER])
    if not turns:
        return
    sub_total = basket.sub_total
    discountable = Discountable(basket)
    for turn in trials.open(Level.ORDER):
        reward = turn.promotion.reward
        if not isinstance(reward, OrderDiscount):
            continue
        if reward.minimum_subtotal is not None and sub_total < reward.minimum_subtotal:
            turn.reason = Reason.MINIMUM_SUBTOTAL
            continue
        base = discountable.left
        off = base * reward.value * PERCENT if reward.adjustment is Adjustment.PERCENT else reward.value
        discount = min(rounded(off, basket.unit), base)
        if discount <= 0:
            turn.reason = Reason.NOTHING_TAKEN
            continue
        discountable.take(turn, discount)
        trials.applied(turn, discount)


class Discountable:
    """The details that order promotions may lower, with what is left of them."""

    __slots__ = ("_details", "_nodes", "_unit", "_weights", "left")

    def __init__(self, basket: Basket) -> None:
        self._unit = basket.unit
        self._details: list[WorkingDetail] = []
        self._nodes: list[Node] = []
        for node in basket.nodes:
            if node.discountable:
                for detail in node.details:
                    if detail.amount:
                        self._details.append(detail)
                        self._nodes.append(node)
        self._weights: Sequence[Decimal] = [detail.amount for detail in self._details]
        self.left = sum(self._weights, basket.zero)

    def take(self, turn: Trial, discount: Decimal) -> None:
        """Share `discount` by the amounts after item promotions, each share within what is left of its detail."""
        rooms = [detail.amount - detail.share for detail in self._details]
        shares = prorate(discount, self._weights, rooms, self._unit)
        for detail, node, share in zip(self._details, self._nodes, shares, strict=True):
            if not share:
                continue
            detail.share += share
            discounts = node.order_discounts
            if discounts and discounts[-1][0] is turn:
                discounts[-1] = (turn, discounts[-1][1] + share)
            else:
                discounts.append((turn, share))
        self.left -= discount
