"""Step 3: the first units at the external price (contract: pricing.md §2 row 7, §12 rows 2 and 4)."""

from __future__ import annotations

from commerce.pricing._working_order import WorkingOrder
from commerce.pricing.prices import Span


def apply(order: WorkingOrder) -> None:
    """Replace the price of the first units; the others keep what they would cost without it."""
    for line in order.priced():
        external = line.cart_line.external_price
        if external is not None and line.external_units:
            line.spans = [(external.price, line.external_units), *_after(line.spans, line.external_units)]


def _after(spans: list[Span], covered: int) -> list[Span]:
    """The spans without their first `covered` units."""
    result: list[Span] = []
    for price, units in spans:
        left = max(units - covered, 0)
        covered -= units - left
        if left:
            result.append((price, left))
    return result
