"""Which units of which line travel in which shipping group (contract: pricing.md §12 rows 18 and 19)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from commerce.pricing._basket import Basket, Node, Trial, WorkingDetail
from commerce.pricing.cart import GroupKind, ShippingGroup, ShippingMethod
from commerce.pricing.money import prorate, rounded
from commerce.pricing.taxation import TaxBreakdown


class Part:
    """Units `first` to `first + units` of a node, in one group; every number is for these units alone."""

    __slots__ = (
        "details",
        "discounts",
        "first",
        "node",
        "order_discounts",
        "raw_total",
        "recurring_amount",
        "recurring_tax",
        "surcharge",
        "units",
    )

    def __init__(self, node: Node, first: int, units: int, zero: Decimal) -> None:
        self.node = node
        self.first = first
        self.units = units
        self.details: list[WorkingDetail] = node.details
        self.raw_total = node.raw_total
        self.discounts = node.discounts
        self.order_discounts = node.order_discounts
        self.recurring_amount = self.recurring_tax = self.surcharge = zero


class Parcel:
    """One shipping group while it is priced; `group` None: it had to be added."""

    __slots__ = (
        "breakdown",
        "discount",
        "discounts",
        "dropped",
        "group",
        "method",
        "parts",
        "price",
        "shipping_tax",
        "surcharge",
    )

    def __init__(self, group: ShippingGroup | None, zero: Decimal) -> None:
        self.group = group
        self.method: ShippingMethod | None = group.method if group is not None else None
        self.dropped = False
        self.parts: list[Part] = []
        self.price = self.discount = self.surcharge = self.shipping_tax = zero
        self.discounts: list[tuple[Trial, Decimal]] = []
        self.breakdown = TaxBreakdown(zero, zero, zero, zero, zero, zero, zero)

    @property
    def kind(self) -> GroupKind:
        """The group's type."""
        return self.group.kind if self.group is not None else GroupKind.HARDGOOD

    @property
    def ships(self) -> bool:
        """Whether a chosen method carries something that has no recurring charge (contract: pricing.md §7)."""
        return (
            self.method is not None
            and self.kind is GroupKind.HARDGOOD
            and any(part.node.valid and part.node.recurring is None for part in self.parts)
        )

    @property
    def shipping(self) -> Decimal:
        """What shipping this group costs."""
        return self.price + self.surcharge - self.discount


def parcels(basket: Basket, groups: Sequence[ShippingGroup]) -> list[Parcel]:
    """The groups in request order with their parts; what no group names goes to the first hardgood group."""
    result = [Parcel(group, basket.zero) for group in groups]
    named: dict[str, list[tuple[int, int]]] = {}
    for at, group in enumerate(groups):
        for item in group.items:
            named.setdefault(item.line_id, []).append((at, item.quantity))
    first_hardgood = next((at for at, parcel in enumerate(result) if parcel.kind is GroupKind.HARDGOOD), None)
    for top in basket.tops:
        shares: dict[int, int] = {}
        left = top.units
        for at, quantity in () if top.added else named.get(top.line.line_id, ()):
            units = min(quantity, left)
            shares[at] = shares.get(at, 0) + units
            left -= units
        if left:
            if first_hardgood is None:
                first_hardgood = len(result)
                result.append(Parcel(None, basket.zero))
            shares[first_hardgood] = shares.get(first_hardgood, 0) + left
        _place(top, [(result[at], units) for at, units in sorted(shares.items()) if units], basket)
    return result


def _place(node: Node, placed: list[tuple[Parcel, int]], basket: Basket) -> None:
    parts: list[Part] = []
    first = 0
    for parcel, tops in placed:
        part = Part(node, first, tops * node.per_top, basket.zero)
        first += part.units
        parts.append(part)
        parcel.parts.append(part)
    if node.recurring is not None and node.valid:
        amount = rounded(node.recurring.charge * node.units, basket.unit)
        _spread_recurring(amount, parts, basket.unit)
    if len(parts) > 1:
        _split(node, parts, basket.unit)
    for child in node.children:
        _place(child, placed, basket)


def _spread_recurring(amount: Decimal, parts: list[Part], unit: Decimal) -> None:
    amounts = prorate(amount, [part.units for part in parts], None, unit) if len(parts) > 1 else [amount]
    for part, recurring_amount in zip(parts, amounts, strict=True):
        part.recurring_amount = recurring_amount


def _split(node: Node, parts: list[Part], unit: Decimal) -> None:
    """Cut the node's details at the borders of its parts, in unit order."""
    units = [part.units for part in parts]
    for part, raw in zip(parts, prorate(node.raw_total, units, None, unit), strict=True):
        part.raw_total = raw
        part.details = []
    at, room = 0, parts[0].units
    for detail in node.details:
        counts: list[tuple[Part, int]] = []
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
    for part, discounts in zip(parts, _spread(node.discounts, units, lowered, unit), strict=True):
        part.discounts = discounts
    for part, discounts in zip(parts, _spread(node.order_discounts, units, shared, unit), strict=True):
        part.order_discounts = discounts


def _cut(detail: WorkingDetail, counts: list[tuple[Part, int]], unit: Decimal) -> None:
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
    discounts: list[tuple[Trial, Decimal]], units: list[int], totals: list[Decimal], unit: Decimal
) -> list[list[tuple[Trial, Decimal]]]:
    """Each promotion's discount over the parts, so that every part's discounts add up to its total."""
    result: list[list[tuple[Trial, Decimal]]] = [[] for _ in units]
    rooms = list(totals)
    for turn, amount in discounts:
        for at, part in enumerate(prorate(amount, units, rooms, unit)):
            rooms[at] -= part
            if part:
                result[at].append((turn, part))
    return result
