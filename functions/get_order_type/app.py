"""GET /ccadmin/v1/orderTypes/{id} (contract: companions.md §5)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("getOrderType", parts.item_types.order_type, parts)
