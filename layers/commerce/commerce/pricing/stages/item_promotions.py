"""Step 4: item promotions on units (contract: pricing.md §5, §12 rows 5 to 10)."""

from __future__ import annotations

from decimal import Decimal

from commerce.pricing._basket import Basket, Node, Segment, Stretch, Trial, WorkingDetail
from commerce.pricing._shelf import Shelf, draw
from commerce.pricing._trials import Trials
from commerce.pricing.money import PERCENT, ZERO, rounded
from commerce.pricing.promotions import Adjustment, Gift, ItemDiscount, Level, Reason
from commerce.pricing.stages.gifts_with_purchase import Gifts


def apply(basket: Basket, trials: Trials, gifts: Gifts) -> None:
    """Try each item promotion in turn, then write the details of every line."""
    shelf = Shelf(basket)
    gifts.reserve()
    for turn in trials.open(Level.ITEM):
        reward = turn.promotion.reward
        if isinstance(reward, ItemDiscount):
            _discount(shelf, trials, turn, reward)
        elif isinstance(reward, Gift):
            gifts.give(shelf, trials, turn, reward)
    gifts.settle()
    for node in basket.priced():
        node.details = _details(node, basket.unit, basket.zero)


def _discount(shelf: Shelf, trials: Trials, turn: Trial, reward: ItemDiscount) -> None:
    fixed = reward.adjustment is Adjustment.FIXED_PRICE
    floor = reward.value if fixed else ZERO
    targets: list[Stretch] = []
    if fixed or reward.value > 0:
        targets = [
            stretch
            for stretch in shelf.cheapest_first(reward.targets)
            if stretch.free and stretch.node.discountable and stretch.price > floor
        ]
    if not targets:
        turn.reason = Reason.NO_TARGET
        return
    qualifiers = _qualifiers(shelf, reward, set(targets)) if reward.buy else []
    drawn = draw(targets, qualifiers, reward.buy, reward.get, reward.limit)
    if not drawn.targets:
        turn.reason = Reason.NO_QUALIFIER if reward.limit != 0 else Reason.NO_TARGET
        return
    unit = shelf.basket.unit
    segments = [(stretch, _segment(reward, stretch.price, units, unit)) for stretch, units in drawn.targets.items()]
    taken = sum((segment.discount for _, segment in segments), shelf.basket.zero)
    if not taken:
        drawn.put_back()
        turn.reason = Reason.NOTHING_TAKEN
        return
    by_node: dict[Node, Decimal] = {}
    for stretch, segment in segments:
        stretch.segments.append(segment)
        by_node[stretch.node] = by_node.get(stretch.node, ZERO) + segment.discount
    for node, amount in by_node.items():
        if amount:
            node.discounts.append((turn, amount))
    trials.applied(turn, taken)


def _qualifiers(shelf: Shelf, reward: ItemDiscount, targets: set[Stretch]) -> list[Stretch]:
    """Units that cannot be targets first, then dearest first (contract: pricing.md §12 row 6)."""
    able = [stretch for stretch in shelf.dearest_first(reward.qualifiers) if stretch.free and stretch.price > 0]
    return [stretch for stretch in able if stretch not in targets] + [stretch for stretch in able if stretch in targets]


def _segment(reward: ItemDiscount, price: Decimal, units: int, unit: Decimal) -> Segment:
    """Discount rounded once for all units of the stretch (contract: pricing.md §12 rows 7 and 8)."""
    if reward.adjustment is Adjustment.PERCENT:
        off = price * reward.value * PERCENT
    elif reward.adjustment is Adjustment.AMOUNT:
        off = min(reward.value, price)
    else:
        off = price - reward.value
    discount = rounded(off * units, unit)
    return Segment(units, price - off, rounded(price * units, unit) - discount, discount)


def _details(node: Node, unit: Decimal, zero: Decimal) -> list[WorkingDetail]:
    """Inside one price undiscounted units first; equal neighbours are one (contract: pricing.md §12 row 10)."""
    details: list[WorkingDetail] = []
    for stretch in node.stretches:
        plain = stretch.units - sum(segment.units for segment in stretch.segments)
        if plain:
            details.append(WorkingDetail(stretch.price, plain, rounded(stretch.price * plain, unit), zero, False, zero))
        for segment in stretch.segments:
            last = details[-1] if details else None
            if last is not None and last.discounted and last.price == segment.price:
                last.quantity += segment.units
                last.amount += segment.amount
                last.discount += segment.discount
            else:
                details.append(
                    WorkingDetail(segment.price, segment.units, segment.amount, segment.discount, True, zero)
                )
    return details
