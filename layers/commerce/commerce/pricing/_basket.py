"""The working state that the stages hand on: mutable, private to the pricing room."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from commerce.pricing.cart import CartLine, GiftClaim
from commerce.pricing.money import ZERO, quantum, rounded
from commerce.pricing.prices import Prices, Span
from commerce.pricing.promotions import Promotion, Reason


class WorkingDetail:
    """A stretch of units as it is shown: amount, share and tax fill up stage by stage."""

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


class Segment:
    """Units of a stretch that are targets of one item promotion; `price` is the exact unit price it leaves."""

    __slots__ = ("amount", "discount", "price", "units")

    def __init__(self, units: int, price: Decimal, amount: Decimal, discount: Decimal) -> None:
        self.units = units
        self.price = price
        self.amount = amount
        self.discount = discount


class Stretch:
    """Units of one line with one exact unit price; `free` ones have no role yet (contract: pricing.md §12 row 5)."""

    __slots__ = ("free", "index", "node", "price", "reserved", "segments", "units")

    def __init__(self, node: Node, index: int, price: Decimal, units: int) -> None:
        self.node = node
        self.index = index
        self.price = price
        self.units = units
        self.free = units
        self.reserved = 0
        """Units claimed as gifts and not yet given."""
        self.segments: list[Segment] = []


class Node:
    """A line or child, in depth-first order, with all its units."""

    __slots__ = (
        "added",
        "child",
        "children",
        "details",
        "discountable",
        "discounts",
        "gifts",
        "line",
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
        self.line = line
        self.discountable = line.product_id not in prices.not_discountable
        self.recurring = line.external_recurring or prices.recurring_charges.of(line.product_id, line.sku_id)
        """contract: pricing.md §10, §12 row 24"""
        self.units = units
        self.per_top = per_top
        """Units per unit of the top-level line."""
        self.valid = valid
        self.added = False
        self.child = False
        self.children: list[Node] = []
        self.list_price = self.sale_price = self.raw_total = zero
        self.on_sale = False
        self.spans: list[Span] = []
        self.stretches: list[Stretch] = []
        self.details: list[WorkingDetail] = []
        self.discounts: list[tuple[Trial, Decimal]] = []
        self.order_discounts: list[tuple[Trial, Decimal]] = []
        self.gifts: tuple[GiftClaim, ...] = ()


class Trial:
    """One promotion's turn: what it took, or why nothing."""

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


class Basket:
    """The cart's lines as nodes, in depth-first request order, parents before children."""

    __slots__ = ("_prices", "nodes", "tops", "unit", "zero")

    def __init__(self, digits: int, lines: Iterable[CartLine], prices: Prices) -> None:
        self._prices = prices
        self.unit = quantum(digits)
        self.zero = rounded(ZERO, self.unit)
        self.nodes: list[Node] = []
        self.tops: list[Node] = [self._node(line, line.quantity, 1, line.valid, None) for line in lines]

    def add_gift(self, line: CartLine) -> Node:
        """A gift's own line, after all others; the caller prices it."""
        node = self._node(line, line.quantity, 1, True, None)
        node.added = True
        self.tops.append(node)
        return node

    def _node(self, line: CartLine, units: int, per_top: int, valid: bool, parent: Node | None) -> Node:
        node = Node(line, units, per_top, valid, self._prices, self.zero)
        self.nodes.append(node)
        if parent is not None:
            parent.children.append(node)
            node.child = True
        for child in line.children:
            self._node(child, units * child.quantity, per_top * child.quantity, valid and child.valid, node)
        return node

    def priced(self) -> list[Node]:
        """The nodes that take part in sums."""
        return [node for node in self.nodes if node.valid]

    @property
    def sub_total(self) -> Decimal:
        """Σ amounts after item promotions (contract: pricing.md §2 row 9)."""
        return sum((detail.amount for node in self.nodes for detail in node.details), self.zero)
