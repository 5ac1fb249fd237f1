"""DELETE /ccstore/v1/orders/current (contract: orders.md §9)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("removeCurrentProfileIncompleteOrder", parts.orders.delete, parts)
