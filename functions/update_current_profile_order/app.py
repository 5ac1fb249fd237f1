"""POST /ccstore/v1/orders/current (contract: orders.md)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("updateCurrentProfileOrder", parts.orders.update, parts)
