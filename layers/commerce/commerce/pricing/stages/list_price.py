"""Step 1: the list price of the price list group (contract: pricing.md §2 rows 1 and 4, §4, §12 rows 1 to 3)."""

from __future__ import annotations

from decimal import Decimal

from commerce.errors import ProductUnavailable
from commerce.pricing._working_order import WorkingLine, WorkingOrder
from commerce.pricing.money import quotient, rounded
from commerce.pricing.prices import Prices, Span, spans


def apply(order: WorkingOrder, prices: Prices) -> None:
    """Give each line its list price, its raw total and its first unit prices.

    Raises: ProductUnavailable, where a valid line has no list price.
    """
    for line in order.priced():
        price(line, prices, order.unit)


def price(line: WorkingLine, prices: Prices, unit: Decimal) -> None:
    """The same for one line."""
    entry = prices.list_prices.of(line.cart_line.product_id, line.cart_line.sku_id)
    if entry is None:
        raise ProductUnavailable(line.cart_line.product_id)
    line.spans = spans(entry, line.units)
    line.raw_total, line.list_price = total_and_average(line.spans, line.units, unit)


def total_and_average(priced: list[Span], units: int, unit: Decimal) -> tuple[Decimal, Decimal]:
    """Σ price × units and its average per unit, each rounded by itself."""
    if len(priced) == 1:
        price = priced[0][0]
        return rounded(price * units, unit), rounded(price, unit)
    total = sum((price * count for price, count in priced), Decimal(0))
    return rounded(total, unit), quotient(total, units, unit)
