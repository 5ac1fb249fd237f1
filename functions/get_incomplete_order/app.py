"""GET /ccstore/v1/orders/current (contract: orders.md §9)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("getIncompleteOrder", parts.orders.get, parts)
