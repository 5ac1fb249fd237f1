"""The units of an order as stretches that item promotions take from, never expanded one by one."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from commerce.pricing._working_order import Stretch, WorkingLine, WorkingOrder
from commerce.pricing.money import rounded


class UnitPool:
    """All stretches, found by product or by price; ties always stand in request order."""

    __slots__ = ("_by_product", "_cheapest_first", "_dearest_first", "_index", "order")

    def __init__(self, order: WorkingOrder) -> None:
        self.order = order
        self._by_product: dict[str, list[Stretch]] = {}
        self._cheapest_first: list[Stretch] | None = None
        self._dearest_first: list[Stretch] | None = None
        self._index = 0
        for line in order.priced():
            self.add(line)

    def add(self, line: WorkingLine) -> None:
        """Lay out the line's units; neighbours of equal price are one stretch (contract: pricing.md §12 row 10)."""
        last: Stretch | None = None
        for price, units in line.spans:
            if last is not None and last.price == price:
                last.units += units
                last.free += units
                continue
            last = Stretch(line, self._index, price, units)
            self._index += 1
            line.stretches.append(last)
        self._by_product.setdefault(line.cart_line.product_id, []).extend(line.stretches)
        self._cheapest_first = self._dearest_first = None

    def cheapest_first(self, products: frozenset[str]) -> list[Stretch]:
        """The stretches of the products (none named: of all), by price."""
        if products:
            return sorted(self._of(products), key=_ascending)
        if self._cheapest_first is None:
            self._cheapest_first = sorted(self._all(), key=_ascending)
        return self._cheapest_first

    def dearest_first(self, products: frozenset[str]) -> list[Stretch]:
        """The stretches of the products (none named: of all), highest price first."""
        if products:
            return sorted(self._of(products), key=_descending)
        if self._dearest_first is None:
            self._dearest_first = sorted(self._all(), key=_descending)
        return self._dearest_first

    def sub_total(self) -> Decimal:
        """Σ amounts as they stand now, without units claimed as gifts."""
        order = self.order
        total = order.zero
        for stretch in self._all():
            plain = stretch.units - stretch.reserved
            for discounted in stretch.discounted:
                plain -= discounted.units
                total += discounted.amount
            if plain:
                total += rounded(stretch.price * plain, order.unit)
        return total

    def _all(self) -> Iterable[Stretch]:
        return (stretch for stretches in self._by_product.values() for stretch in stretches)

    def _of(self, products: frozenset[str]) -> Iterable[Stretch]:
        fewer = self._by_product.keys() & products
        return (stretch for product in fewer for stretch in self._by_product[product])


def _ascending(stretch: Stretch) -> tuple[Decimal, int]:
    return stretch.price, stretch.index


def _descending(stretch: Stretch) -> tuple[Decimal, int]:
    return -stretch.price, stretch.index


class Draw(Struct):
    """Units taken for one promotion; they are no longer free until put back."""

    targets: dict[Stretch, int]
    qualifiers: dict[Stretch, int]

    def put_back(self) -> None:
        """Free all units again."""
        for taken in (self.targets, self.qualifiers):
            for stretch, units in taken.items():
                stretch.free += units


def draw(targets: list[Stretch], qualifiers: list[Stretch], buy: int, get: int | None, limit: int | None) -> Draw:
    """Take `buy` qualifiers, then 1 to `get` targets, from the front of the lists, as often as possible.

    Without `buy` or `get` it happens once, for all remaining targets. A stretch may stand in both lists. Work grows
    with the number of stretches, not of units: applications that fit wholly into the front stretches are taken at
    once. contract: pricing.md §12 row 6.
    """
    drawn = Draw({}, {})
    left = sum(stretch.free for stretch in targets)
    if limit is not None:
        left = min(left, limit)
    want_all = get is None or not buy
    at_target = at_qualifier = 0
    while left:
        at_target = _front(targets, at_target)
        at_qualifier = _front(qualifiers, at_qualifier)
        if at_target == len(targets) or (buy and at_qualifier == len(qualifiers)):
            break
        if get is not None and buy:
            target, qualifier = targets[at_target], qualifiers[at_qualifier]
            times = min(left // get, _whole_applications(target, qualifier, buy, get))
            if times:
                _take(drawn.qualifiers, qualifier, times * buy)
                _take(drawn.targets, target, times * get)
                left -= times * get
                continue
        bought = _collect(qualifiers, at_qualifier, buy, drawn.qualifiers)
        if sum(units for _, units in bought) < buy:
            _return(bought, drawn.qualifiers)
            break
        wanted = left if want_all or get is None else min(get, left)
        got = _collect(targets, at_target, wanted, drawn.targets)
        if not got:
            _return(bought, drawn.qualifiers)
            break
        left -= sum(units for _, units in got)
        if want_all:
            break
    return drawn


def _front(stretches: list[Stretch], at: int) -> int:
    while at < len(stretches) and not stretches[at].free:
        at += 1
    return at


def _whole_applications(target: Stretch, qualifier: Stretch, buy: int, get: int) -> int:
    if target is qualifier:
        return target.free // (buy + get)
    return min(qualifier.free // buy, target.free // get)


def _take(taken: dict[Stretch, int], stretch: Stretch, units: int) -> None:
    stretch.free -= units
    taken[stretch] = taken.get(stretch, 0) + units


def _collect(stretches: list[Stretch], at: int, units: int, taken: dict[Stretch, int]) -> list[tuple[Stretch, int]]:
    collected: list[tuple[Stretch, int]] = []
    while units and at < len(stretches):
        stretch = stretches[at]
        some = min(stretch.free, units)
        if some:
            _take(taken, stretch, some)
            collected.append((stretch, some))
            units -= some
        at += 1
    return collected


def _return(collected: list[tuple[Stretch, int]], taken: dict[Stretch, int]) -> None:
    for stretch, units in collected:
        _take(taken, stretch, -units)
