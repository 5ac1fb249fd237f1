"""What is sold and on which terms: products, prices, promotions, coupons, shipping methods, taxes, gift cards."""

from commerce.catalogue.external_prices import ExternalPriceClaim, ExternalPriceValidator, SiteSwitch
from commerce.catalogue.gift_cards import CardAnswer, CardRequest, CardStatus, GiftCardProvider, TableProvider
from commerce.catalogue.goods import Goods
from commerce.catalogue.model import (
    AddOnLink,
    Coupon,
    Product,
    ShopperInput,
    Sku,
    SkuProperty,
    VariantOption,
    priced_by_volume,
)
from commerce.catalogue.repository import CatalogueRepository
from commerce.catalogue.selling import (
    LOCATION_MEMBERS,
    Currency,
    DeclaredProperty,
    MethodOffer,
    PriceListGroup,
    Selling,
)
from commerce.catalogue.taxes import Taxes, TaxProvider
from commerce.catalogue.texts import Texts, text_in

__all__ = [
    "LOCATION_MEMBERS",
    "AddOnLink",
    "CardAnswer",
    "CardRequest",
    "CardStatus",
    "CatalogueRepository",
    "Coupon",
    "Currency",
    "DeclaredProperty",
    "ExternalPriceClaim",
    "ExternalPriceValidator",
    "GiftCardProvider",
    "Goods",
    "MethodOffer",
    "PriceListGroup",
    "Product",
    "Selling",
    "ShopperInput",
    "SiteSwitch",
    "Sku",
    "SkuProperty",
    "TableProvider",
    "TaxProvider",
    "Taxes",
    "Texts",
    "VariantOption",
    "priced_by_volume",
    "text_in",
]
