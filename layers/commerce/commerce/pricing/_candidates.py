"""Which promotions are tried, in which order, and what an applied one blocks (contract: pricing.md §5, §12 row 15)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from commerce.pricing.money import ZERO
from commerce.pricing.promotions import Gift, Level, Occasion, Promotion, Reason, SentCoupon, ineligible


class Candidate:
    """A promotion that this order is offered: what it took, or why nothing."""

    __slots__ = ("applied", "blocked_by", "codes", "promotion", "reason", "taken")

    def __init__(self, promotion: Promotion, codes: tuple[str, ...], reason: Reason | None) -> None:
        self.promotion = promotion
        self.codes = codes
        self.reason = reason
        self.blocked_by: str | None = None
        self.taken = ZERO
        self.applied = False

    @property
    def coupon(self) -> str | None:
        """The first sent code that carries the promotion."""
        return self.codes[0] if self.codes else None


class Candidates:
    """Level by level in the order of trial: by priority, then id."""

    __slots__ = ("_exclusive", "_levels", "by_level")

    def __init__(self, by_level: dict[Level, list[Candidate]]) -> None:
        self.by_level = by_level
        self._exclusive: dict[str, str] = {}
        self._levels: dict[Level, str] = {}

    def open(self, level: Level) -> Iterable[Candidate]:
        """Those of a level that nothing keeps out, each judged only when it is reached."""
        for candidate in self.by_level[level]:
            if candidate.reason is None and not self._blocked(candidate):
                yield candidate

    def applied(self, candidate: Candidate, taken: Decimal) -> None:
        """Record that the promotion took `taken`; it now blocks what it excludes."""
        candidate.taken = taken
        candidate.applied = True
        promotion = candidate.promotion
        if promotion.exclusive_group is not None:
            self._exclusive.setdefault(promotion.exclusive_group, promotion.promotion_id)
        for level in promotion.excludes:
            self._levels.setdefault(level, promotion.promotion_id)

    def _blocked(self, candidate: Candidate) -> bool:
        promotion = candidate.promotion
        group = promotion.exclusive_group
        if group is not None and group in self._exclusive:
            candidate.reason = Reason.EXCLUSIVE_GROUP
            candidate.blocked_by = self._exclusive[group]
        elif promotion.level in self._levels:
            candidate.reason = Reason.LEVEL_EXCLUDED
            candidate.blocked_by = self._levels[promotion.level]
        return candidate.reason is not None

    def all(self) -> list[Candidate]:
        """Every candidate, in the order of trial."""
        return [candidate for level in Level for candidate in self.by_level[level]]


def candidates_for(promotions: Sequence[Promotion], coupons: Sequence[SentCoupon], occasion: Occasion) -> Candidates:
    """A candidate for each promotion that needs no coupon or whose coupon was sent."""
    codes: dict[str, dict[str, None]] = {}
    for coupon in coupons:
        for promotion_id in coupon.promotion_ids:
            codes.setdefault(promotion_id, {})[coupon.code] = None
    by_level: dict[Level, list[Candidate]] = {level: [] for level in Level}
    for promotion in sorted(promotions, key=_rank):
        sent = tuple(codes.get(promotion.promotion_id, ()))
        if sent or not promotion.coupon_only:
            by_level[promotion.level].append(Candidate(promotion, sent, ineligible(promotion, occasion)))
    return Candidates(by_level)


def _rank(promotion: Promotion) -> tuple[bool, int, str]:
    reward = promotion.reward
    # A gift's minimum subtotal counts after item promotions, so it is tried after them.
    waits = isinstance(reward, Gift) and reward.minimum_subtotal is not None
    return waits, promotion.priority, promotion.promotion_id
