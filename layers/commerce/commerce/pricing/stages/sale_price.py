"""Step 2: an existing sale price replaces the list price (contract: pricing.md §2 rows 2 and 3, §12 row 1)."""

from __future__ import annotations

from decimal import Decimal

from commerce.pricing._basket import Basket, Node
from commerce.pricing.prices import Prices, spans
from commerce.pricing.stages.list_price import total_and_average


def apply(basket: Basket, prices: Prices) -> None:
    """Put the units of each node that is on sale at their sale prices."""
    if prices.sale_prices:
        for node in basket.priced():
            price(node, prices, basket.unit)


def price(node: Node, prices: Prices, unit: Decimal) -> None:
    """The same for one node."""
    entry = prices.sale_prices.of(node.line.product_id, node.line.sku_id)
    if entry is not None:
        node.on_sale = True
        node.spans = spans(entry, node.units)
        _, node.sale_price = total_and_average(node.spans, node.units, unit)
