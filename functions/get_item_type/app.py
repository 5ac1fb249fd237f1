"""GET /ccadmin/v1/itemTypes/{id} (contract: companions.md §5)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("getItemType", parts.item_types.item_type, parts)
