"""Step 2: an existing sale price replaces the list price (contract: pricing.md §2 rows 2 and 3, §12 row 1)."""

from __future__ import annotations

from decimal import Decimal

from commerce.pricing._working_order import WorkingLine, WorkingOrder
from commerce.pricing.prices import Prices, spans
from commerce.pricing.stages.list_price import total_and_average


def apply(order: WorkingOrder, prices: Prices) -> None:
    """Put the units of each line that is on sale at their sale prices."""
    if prices.sale_prices:
        for line in order.priced():
            price(line, prices, order.unit)


def price(line: WorkingLine, prices: Prices, unit: Decimal) -> None:
    """The same for one line."""
    entry = prices.sale_prices.of(line.cart_line.product_id, line.cart_line.sku_id)
    if entry is not None:
        line.on_sale = True
        line.spans = spans(entry, line.units)
        _, line.sale_price = total_and_average(line.spans, line.units, unit)
