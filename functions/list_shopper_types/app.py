"""GET /cc{admin,agent}/v1/shopperTypes (contract: shopper-types.md §7)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("listShopperTypes", parts.shopper_types.list, parts)
