"""GET /cc{admin,agent}/v1/shopperTypes/{id} (contract: shopper-types.md §7)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("getShopperType", parts.shopper_types.get, parts)
