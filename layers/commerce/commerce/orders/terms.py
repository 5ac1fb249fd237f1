"""What an order is priced with."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from commerce.catalogue import Coupon, PriceListGroup, Product, Selling
from commerce.pricing import Occasion, Prices, ShippingMethod


class Terms(Struct, frozen=True):
    """The catalogue as one batch read it, for one shopper at one moment. `coupons`: those that exist, by code."""

    occasion: Occasion
    group: PriceListGroup
    selling: Selling
    products: Mapping[str, Product]
    prices: Prices
    coupons: Mapping[str, Coupon]

    def shipping_methods(self, country: str | None, state: str | None) -> Mapping[str, ShippingMethod]:
        """The methods offered there, by id."""
        return self.selling.shipping_methods(self.occasion.site_id, self.group.id, country, state)
