"""Step 3: the first units at the external price (contract: pricing.md §2 row 7, §12 rows 2 and 4)."""

from __future__ import annotations

from commerce.pricing._basket import Basket, Node
from commerce.pricing.cart import ExternalPrice
from commerce.pricing.prices import Span


def apply(basket: Basket) -> None:
    """Replace the price of the first units; the others keep what they would cost without it."""
    for node in basket.priced():
        external = node.line.external_price
        if external is not None:
            node.spans = _replaced(node, external)


def _replaced(node: Node, external: ExternalPrice) -> list[Span]:
    parents = node.units // node.line.quantity
    covered = external.units(node.line.quantity) * parents
    if not covered:
        return node.spans
    result: list[Span] = [(external.price, covered)]
    for price, units in node.spans:
        left = max(units - covered, 0)
        covered -= units - left
        if left:
            result.append((price, left))
    return result
