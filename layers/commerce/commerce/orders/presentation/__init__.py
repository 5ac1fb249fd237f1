"""An order as the wire shows it (contract: orders.md §5)."""

from commerce.orders.presentation._order import OrderView, removed_body

__all__ = ["OrderView", "removed_body"]
