"""Which units of which line travel in which shipping group (contract: pricing.md §12 rows 18 and 19)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from commerce.pricing._candidates import Candidate
from commerce.pricing._working_order import WorkingDetail, WorkingLine, WorkingOrder
from commerce.pricing.cart import GroupKind, ShippingGroup, ShippingMethod
from commerce.pricing.money import prorate, rounded
from commerce.pricing.taxation import TaxBreakdown


class LinePart:
    """Units `first` to `first + units` of a line, which travel in one group; every number is for these alone."""

    __slots__ = (
        "details",
        "discounts",
        "first",
        "line",
        "order_discounts",
        "raw_total",
        "recurring_amount",
        "recurring_tax",
        "surcharge",
        "units",
    )

    def __init__(self, line: WorkingLine, first: int, units: int, zero: Decimal) -> None:
        self.line = line
        self.first = first
        self.units = units
        self.details: list[WorkingDetail] = line.details
        self.raw_total = line.raw_total
        self.discounts = line.discounts
        self.order_discounts = line.order_discounts
        self.recurring_amount = self.recurring_tax = self.surcharge = zero


class WorkingGroup:
    """A shipping group on its way to become a `PricedGroup`; `cart_group` None: it had to be added."""

    __slots__ = (
        "breakdown",
        "cart_group",
        "discount",
        "discounts",
        "dropped",
        "method",
        "parts",
        "price",
        "shipping_tax",
        "surcharge",
    )

    def __init__(self, group: ShippingGroup | None, zero: Decimal) -> None:
        self.cart_group = group
        self.method: ShippingMethod | None = group.method if group is not None else None
        self.dropped = False
        self.parts: list[LinePart] = []
        self.price = self.discount = self.surcharge = self.shipping_tax = zero
        self.discounts: list[tuple[Candidate, Decimal]] = []
        self.breakdown = TaxBreakdown(zero, zero, zero, zero, zero, zero, zero)

    @property
    def group_id(self) -> str | None:
        """The group's id; None for one that had to be added."""
        return self.cart_group.group_id if self.cart_group is not None else None

    @property
    def kind(self) -> GroupKind:
        """The group's type."""
        return self.cart_group.kind if self.cart_group is not None else GroupKind.HARDGOOD

    @property
    def ships(self) -> bool:
        """Whether a chosen method carries something that has no recurring charge (contract: pricing.md §7)."""
        return (
            self.method is not None
            and self.kind is GroupKind.HARDGOOD
            and any(part.line.valid and part.line.recurring is None for part in self.parts)
        )

    @property
    def shipping(self) -> Decimal:
        """What shipping this group costs."""
        return self.price + self.surcharge - self.discount


def working_groups(order: WorkingOrder, cart_groups: Sequence[ShippingGroup]) -> list[WorkingGroup]:
    """The groups in request order with their parts; what no group names goes to the first hardgood group."""
    groups = [WorkingGroup(group, order.zero) for group in cart_groups]
    named: dict[str, list[tuple[int, int]]] = {}
    for at, group in enumerate(cart_groups):
        for item in group.items:
            named.setdefault(item.line_id, []).append((at, item.quantity))
    first_hardgood = next((at for at, group in enumerate(groups) if group.kind is GroupKind.HARDGOOD), None)
    for top in order.tops:
        shares: dict[int, int] = {}
        left = top.units
        for at, quantity in () if top.added else named.get(top.cart_line.line_id, ()):
            units = min(quantity, left)
            shares[at] = shares.get(at, 0) + units
            left -= units
        if left:
            if first_hardgood is None:
                first_hardgood = len(groups)
                groups.append(WorkingGroup(None, order.zero))
            shares[first_hardgood] = shares.get(first_hardgood, 0) + left
        _place(top, [(groups[at], units) for at, units in sorted(shares.items()) if units], order)
    return groups


def _place(line: WorkingLine, placed: list[tuple[WorkingGroup, int]], order: WorkingOrder) -> None:
    parts: list[LinePart] = []
    first = 0
    for group, tops in placed:
        part = LinePart(line, first, tops * line.per_top, order.zero)
        first += part.units
        parts.append(part)
        group.parts.append(part)
    if line.recurring is not None and line.valid:
        amount = rounded(line.recurring.charge * line.units, order.unit)
        _spread_recurring(amount, parts, order.unit)
    if len(parts) > 1:
        _split(line, parts, order.unit)
    for child in line.children:
        _place(child, placed, order)


def _spread_recurring(amount: Decimal, parts: list[LinePart], unit: Decimal) -> None:
    amounts = prorate(amount, [part.units for part in parts], None, unit) if len(parts) > 1 else [amount]
    for part, recurring_amount in zip(parts, amounts, strict=True):
        part.recurring_amount = recurring_amount


def _split(line: WorkingLine, parts: list[LinePart], unit: Decimal) -> None:
    """Cut the line's details at the borders of its parts, in unit order."""
    units = [part.units for part in parts]
    for part, raw in zip(parts, prorate(line.raw_total, units, None, unit), strict=True):
        part.raw_total = raw
        part.details = []
    at, room = 0, parts[0].units
    for detail in line.details:
        counts: list[tuple[LinePart, int]] = []
        left = detail.quantity
        while left:
            if not room:
                at += 1
                room = parts[at].units
            count = min(left, room)
            counts.append((parts[at], count))
            left -= count
            room -= count
        if len(counts) == 1:
            counts[0][0].details.append(detail)
        else:
            _cut(detail, counts, unit)
    zero = rounded(Decimal(0), unit)
    lowered = [sum((detail.discount for detail in part.details), zero) for part in parts]
    shared = [sum((detail.share for detail in part.details), zero) for part in parts]
    for part, discounts in zip(parts, _spread(line.discounts, units, lowered, unit), strict=True):
        part.discounts = discounts
    for part, discounts in zip(parts, _spread(line.order_discounts, units, shared, unit), strict=True):
        part.order_discounts = discounts


def _cut(detail: WorkingDetail, counts: list[tuple[LinePart, int]], unit: Decimal) -> None:
    weights = [count for _, count in counts]
    amounts = prorate(detail.amount, weights, None, unit)
    discounts = prorate(detail.discount, weights, None, unit)
    shares = prorate(detail.share, weights, amounts, unit)
    for at, (part, count) in enumerate(counts):
        piece = WorkingDetail(detail.price, count, amounts[at], discounts[at], detail.discounted, detail.tax)
        piece.share = shares[at]
        piece.whole = detail
        part.details.append(piece)


def _spread(
    discounts: list[tuple[Candidate, Decimal]], units: list[int], totals: list[Decimal], unit: Decimal
) -> list[list[tuple[Candidate, Decimal]]]:
    """Each promotion's discount over the parts, so that every part's discounts add up to its total."""
    result: list[list[tuple[Candidate, Decimal]]] = [[] for _ in units]
    rooms = list(totals)
    for candidate, amount in discounts:
        for at, part in enumerate(prorate(amount, units, rooms, unit)):
            rooms[at] -= part
            if part:
                result[at].append((candidate, part))
    return result
