"""An order as the wire shows it (contract: orders.md §5)."""

from commerce.orders.presentation._order import GROUPS, OrderView, removed_body

__all__ = ["GROUPS", "OrderView", "removed_body"]
