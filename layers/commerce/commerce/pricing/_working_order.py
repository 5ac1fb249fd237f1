"""The working state that the stages hand on: mutable, private to the pricing room."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from commerce.pricing._candidates import Candidate
from commerce.pricing.cart import CartLine, GiftClaim
from commerce.pricing.money import ZERO, quantum, rounded
from commerce.pricing.prices import Prices, Span


class WorkingDetail:
    """Units of a line that are shown as one entry, at one unit price: a `Detail` that fills up stage by stage."""

    __slots__ = ("amount", "discount", "discounted", "price", "quantity", "share", "tax", "whole")

    def __init__(
        self, price: Decimal, quantity: int, amount: Decimal, discount: Decimal, discounted: bool, zero: Decimal
    ) -> None:
        self.price = price
        self.quantity = quantity
        self.amount = amount
        self.discount = discount
        self.discounted = discounted
        self.share = zero
        self.tax = zero
        self.whole: WorkingDetail | None = None
        """The detail this one is a part of, where groups split it."""


class DiscountedUnits:
    """The units of a stretch that one item promotion took; `price` is the exact unit price it left."""

    __slots__ = ("amount", "discount", "price", "units")

    def __init__(self, units: int, price: Decimal, amount: Decimal, discount: Decimal) -> None:
        self.units = units
        self.price = price
        self.amount = amount
        self.discount = discount


class Stretch:
    """Units of one line with one exact unit price before promotions; `free` ones have no role yet.

    contract: pricing.md §12 row 5.
    """

    __slots__ = ("discounted", "free", "index", "line", "price", "reserved", "units")

    def __init__(self, line: WorkingLine, index: int, price: Decimal, units: int) -> None:
        self.line = line
        self.index = index
        self.price = price
        self.units = units
        self.free = units
        self.reserved = 0
        """Units claimed as gifts and not yet given."""
        self.discounted: list[DiscountedUnits] = []


class WorkingLine:
    """A line or child with all its units: a `CartLine` on its way to become a `PricedLine`."""

    __slots__ = (
        "added",
        "cart_line",
        "child",
        "children",
        "details",
        "discountable",
        "discounts",
        "gifts",
        "list_price",
        "on_sale",
        "order_discounts",
        "per_top",
        "raw_total",
        "recurring",
        "sale_price",
        "spans",
        "stretches",
        "units",
        "valid",
    )

    def __init__(self, line: CartLine, units: int, per_top: int, valid: bool, prices: Prices, zero: Decimal) -> None:
        self.cart_line = line
        self.discountable = line.product_id not in prices.not_discountable
        self.recurring = line.external_recurring or prices.recurring_charges.of(line.product_id, line.sku_id)
        """contract: pricing.md §10, §12 row 24"""
        self.units = units
        self.per_top = per_top
        """Units per unit of the top-level line."""
        self.valid = valid
        self.added = False
        self.child = False
        self.children: list[WorkingLine] = []
        self.list_price = self.sale_price = self.raw_total = zero
        self.on_sale = False
        self.spans: list[Span] = []
        self.stretches: list[Stretch] = []
        self.details: list[WorkingDetail] = []
        self.discounts: list[tuple[Candidate, Decimal]] = []
        self.order_discounts: list[tuple[Candidate, Decimal]] = []
        self.gifts: tuple[GiftClaim, ...] = ()

    @property
    def external_units(self) -> int:
        """How many of its first units have the external price; 0 without one."""
        external = self.cart_line.external_price
        if external is None:
            return 0
        quantity = self.cart_line.quantity
        return external.units(quantity) * (self.units // quantity)


class WorkingOrder:
    """The cart's lines in depth-first request order, parents before children."""

    __slots__ = ("_prices", "lines", "tops", "unit", "zero")

    def __init__(self, digits: int, lines: Iterable[CartLine], prices: Prices) -> None:
        self._prices = prices
        self.unit = quantum(digits)
        self.zero = rounded(ZERO, self.unit)
        self.lines: list[WorkingLine] = []
        self.tops: list[WorkingLine] = [self._add(line, line.quantity, 1, line.valid, None) for line in lines]

    def add_gift(self, cart_line: CartLine) -> WorkingLine:
        """A gift's own line, after all others; the caller prices it."""
        line = self._add(cart_line, cart_line.quantity, 1, True, None)
        line.added = True
        self.tops.append(line)
        return line

    def _add(
        self, cart_line: CartLine, units: int, per_top: int, valid: bool, parent: WorkingLine | None
    ) -> WorkingLine:
        line = WorkingLine(cart_line, units, per_top, valid, self._prices, self.zero)
        self.lines.append(line)
        if parent is not None:
            parent.children.append(line)
            line.child = True
        for child in cart_line.children:
            self._add(child, units * child.quantity, per_top * child.quantity, valid and child.valid, line)
        return line

    def priced(self) -> list[WorkingLine]:
        """The lines that take part in sums."""
        return [line for line in self.lines if line.valid]

    @property
    def sub_total(self) -> Decimal:
        """Σ amounts after item promotions (contract: pricing.md §2 row 9)."""
        return sum((detail.amount for line in self.lines for detail in line.details), self.zero)
