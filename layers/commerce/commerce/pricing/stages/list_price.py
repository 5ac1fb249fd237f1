"""Step 1: the list price of the price list group (contract: pricing.md §2 rows 1 and 4, §4, §12 rows 1 to 3)."""

from __future__ import annotations

from decimal import Decimal

from commerce.errors import ProductUnavailable
from commerce.pricing._basket import Basket, Node
from commerce.pricing.money import quotient, rounded
from commerce.pricing.prices import Prices, Span, spans


def apply(basket: Basket, prices: Prices) -> None:
    """Give each node its list price, its raw total and its first unit prices.

    Raises: ProductUnavailable, where a valid line has no list price.
    """
    for node in basket.priced():
        price(node, prices, basket.unit)


def price(node: Node, prices: Prices, unit: Decimal) -> None:
    """The same for one node."""
    entry = prices.list_prices.of(node.line.product_id, node.line.sku_id)
    if entry is None:
        raise ProductUnavailable(node.line.product_id)
    node.spans = spans(entry, node.units)
    node.raw_total, node.list_price = total_and_average(node.spans, node.units, unit)


def total_and_average(stretches: list[Span], units: int, unit: Decimal) -> tuple[Decimal, Decimal]:
    """Σ price × units and its average per unit, each rounded by itself."""
    if len(stretches) == 1:
        price = stretches[0][0]
        return rounded(price * units, unit), rounded(price, unit)
    total = sum((price * count for price, count in stretches), Decimal(0))
    return rounded(total, unit), quotient(total, units, unit)
