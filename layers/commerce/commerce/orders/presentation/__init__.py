"""An order as the wire shows it (contract: orders.md §5)."""

from commerce.orders.presentation._order import OrderView

__all__ = ["OrderView"]
