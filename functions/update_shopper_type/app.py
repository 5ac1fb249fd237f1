"""PUT /ccadmin/v1/shopperTypes/{id} (contract: shopper-types.md)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("updateShopperType", parts.shopper_types.update, parts)
