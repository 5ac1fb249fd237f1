"""Step 4: item promotions on units (contract: pricing.md §5, §12 rows 5 to 10)."""

from __future__ import annotations

from decimal import Decimal

from commerce.pricing._candidates import Candidate, Candidates
from commerce.pricing._unit_pool import UnitPool, draw
from commerce.pricing._working_order import DiscountedUnits, Stretch, WorkingDetail, WorkingLine, WorkingOrder
from commerce.pricing.money import PERCENT, ZERO, rounded
from commerce.pricing.promotions import Adjustment, Gift, ItemDiscount, Level, Reason
from commerce.pricing.stages.gifts_with_purchase import Gifts


def apply(order: WorkingOrder, candidates: Candidates, gifts: Gifts) -> None:
    """Try each item promotion in turn, then write the details of every line."""
    pool = UnitPool(order)
    gifts.reserve()
    for candidate in candidates.open(Level.ITEM):
        reward = candidate.promotion.reward
        if isinstance(reward, ItemDiscount):
            _discount(pool, candidates, candidate, reward)
        elif isinstance(reward, Gift):
            gifts.give(pool, candidates, candidate, reward)
    gifts.settle()
    for line in order.priced():
        line.details = _details(line, order.unit, order.zero)


def _discount(pool: UnitPool, candidates: Candidates, candidate: Candidate, reward: ItemDiscount) -> None:
    fixed = reward.adjustment is Adjustment.FIXED_PRICE
    floor = reward.value if fixed else ZERO
    targets: list[Stretch] = []
    if fixed or reward.value > 0:
        targets = [
            stretch
            for stretch in pool.cheapest_first(reward.targets)
            if stretch.free and stretch.line.discountable and stretch.price > floor
        ]
    if not targets:
        candidate.reason = Reason.NO_TARGET
        return
    qualifiers = _qualifiers(pool, reward, set(targets)) if reward.buy else []
    drawn = draw(targets, qualifiers, reward.buy, reward.get, reward.limit)
    if not drawn.targets:
        candidate.reason = Reason.NO_QUALIFIER if reward.limit != 0 else Reason.NO_TARGET
        return
    unit = pool.order.unit
    lowered = [(stretch, _discounted(reward, stretch.price, units, unit)) for stretch, units in drawn.targets.items()]
    taken = sum((discounted.discount for _, discounted in lowered), pool.order.zero)
    if not taken:
        drawn.put_back()
        candidate.reason = Reason.NOTHING_TAKEN
        return
    by_line: dict[WorkingLine, Decimal] = {}
    for stretch, discounted in lowered:
        stretch.discounted.append(discounted)
        by_line[stretch.line] = by_line.get(stretch.line, ZERO) + discounted.discount
    for line, amount in by_line.items():
        if amount:
            line.discounts.append((candidate, amount))
    candidates.applied(candidate, taken)


def _qualifiers(pool: UnitPool, reward: ItemDiscount, targets: set[Stretch]) -> list[Stretch]:
    """Units that cannot be targets first, then dearest first (contract: pricing.md §12 row 6)."""
    able = [stretch for stretch in pool.dearest_first(reward.qualifiers) if stretch.free and stretch.price > 0]
    return [stretch for stretch in able if stretch not in targets] + [stretch for stretch in able if stretch in targets]


def _discounted(reward: ItemDiscount, price: Decimal, units: int, unit: Decimal) -> DiscountedUnits:
    """Discount rounded once for all units of the stretch (contract: pricing.md §12 rows 7 and 8)."""
    if reward.adjustment is Adjustment.PERCENT:
        off = price * reward.value * PERCENT
    elif reward.adjustment is Adjustment.AMOUNT:
        off = min(reward.value, price)
    else:
        off = price - reward.value
    discount = rounded(off * units, unit)
    return DiscountedUnits(units, price - off, rounded(price * units, unit) - discount, discount)


def _details(line: WorkingLine, unit: Decimal, zero: Decimal) -> list[WorkingDetail]:
    """Inside one price undiscounted units first; equal neighbours are one (contract: pricing.md §12 row 10)."""
    details: list[WorkingDetail] = []
    for stretch in line.stretches:
        plain = stretch.units - sum(discounted.units for discounted in stretch.discounted)
        if plain:
            details.append(WorkingDetail(stretch.price, plain, rounded(stretch.price * plain, unit), zero, False, zero))
        for taken in stretch.discounted:
            last = details[-1] if details else None
            if last is not None and last.discounted and last.price == taken.price:
                last.quantity += taken.units
                last.amount += taken.amount
                last.discount += taken.discount
            else:
                details.append(WorkingDetail(taken.price, taken.units, taken.amount, taken.discount, True, zero))
    return details
