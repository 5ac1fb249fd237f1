"""Which promotions are tried, in which order, and what an applied one blocks (contract: pricing.md §5, §12 row 15)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from commerce.pricing._basket import Trial
from commerce.pricing.promotions import Coupon, Gift, Level, Occasion, Promotion, Reason, ineligible


class Trials:
    """The turns of all promotions offered to this order, level by level, by priority, then id."""

    __slots__ = ("_exclusive", "_levels", "turns")

    def __init__(self, turns: dict[Level, list[Trial]]) -> None:
        self.turns = turns
        self._exclusive: dict[str, str] = {}
        self._levels: dict[Level, str] = {}

    def open(self, level: Level) -> Iterable[Trial]:
        """The turns of a level that may still be taken, judged when each one's turn comes."""
        for turn in self.turns[level]:
            if turn.reason is None and not self._blocked(turn):
                yield turn

    def applied(self, turn: Trial, taken: Decimal) -> None:
        """Record that the promotion took `taken`; it now blocks what it excludes."""
        turn.taken = taken
        turn.applied = True
        promotion = turn.promotion
        if promotion.exclusive_group is not None:
            self._exclusive.setdefault(promotion.exclusive_group, promotion.promotion_id)
        for level in promotion.excludes:
            self._levels.setdefault(level, promotion.promotion_id)

    def _blocked(self, turn: Trial) -> bool:
        promotion = turn.promotion
        group = promotion.exclusive_group
        if group is not None and group in self._exclusive:
            turn.reason = Reason.EXCLUSIVE_GROUP
            turn.blocked_by = self._exclusive[group]
        elif promotion.level in self._levels:
            turn.reason = Reason.LEVEL_EXCLUDED
            turn.blocked_by = self._levels[promotion.level]
        return turn.reason is not None

    def all(self) -> list[Trial]:
        """Every turn, in the order of trial."""
        return [turn for level in Level for turn in self.turns[level]]


def trials(promotions: Sequence[Promotion], coupons: Sequence[Coupon], occasion: Occasion) -> Trials:
    """A turn for each promotion that needs no coupon or whose coupon was sent."""
    codes: dict[str, dict[str, None]] = {}
    for coupon in coupons:
        for promotion_id in coupon.promotion_ids:
            codes.setdefault(promotion_id, {})[coupon.code] = None
    turns: dict[Level, list[Trial]] = {level: [] for level in Level}
    for promotion in sorted(promotions, key=_rank):
        sent = tuple(codes.get(promotion.promotion_id, ()))
        if sent or not promotion.coupon_only:
            turns[promotion.level].append(Trial(promotion, sent, ineligible(promotion, occasion)))
    return Trials(turns)


def _rank(promotion: Promotion) -> tuple[bool, int, str]:
    reward = promotion.reward
    # A gift's minimum subtotal counts after item promotions, so its turn comes after theirs.
    waits = isinstance(reward, Gift) and reward.minimum_subtotal is not None
    return waits, promotion.priority, promotion.promotion_id
