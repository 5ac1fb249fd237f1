"""Products, their prices and coupons, as an order needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from msgspec import Struct

from commerce.catalogue.texts import Texts
from commerce.dates import parse_date
from commerce.errors import CouponInvalid, CouponUsedUp
from commerce.exact_json import JsonObject, JsonValue
from commerce.pricing import (
    Bracket,
    ByItem,
    Price,
    PriceEntry,
    Prices,
    PriceScheme,
    RecurringCharge,
    SentCoupon,
    VolumePrice,
)

OrderPrices: TypeAlias = Prices


class VariantOption(Struct, frozen=True):
    """What sets a SKU apart from its siblings: ``Colour`` = ``Blue``."""

    option_id: str
    name: Texts
    value: Texts


class SkuProperty(Struct, frozen=True):
    """A further property of a SKU; `value` is a JSON scalar, or text per locale."""

    id: str
    name: Texts
    value: Texts | JsonValue


class Sku(Struct, frozen=True):
    """A stock keeping unit of one product."""

    id: str
    active: bool
    primary_thumb_image_url: str | None
    variant: tuple[VariantOption, ...]
    properties: tuple[SkuProperty, ...]


class AddOnLink(Struct, frozen=True):
    """A product that may be added to its main product; `sku_id` None: any of its SKUs."""

    configurable_property_id: str
    configuration_option_id: str
    product_id: str
    sku_id: str | None


class ShopperInput(Struct, frozen=True):
    """A text that the shopper may, or must, give for a line. `values` empty: any; `max_length` in characters."""

    id: str
    required: bool
    max_length: int | None
    values: frozenset[str]

    def accepts(self, text: str | None) -> bool:
        """None is an input not given."""
        if text is None:
            return not self.required
        if self.max_length is not None and len(text) > self.max_length:
            return False
        return not self.values or text in self.values


class Product(Struct, frozen=True):
    """A product; `order_limit`: units of it that one order may hold, None: any number.

    `configurable`: put together in an external configurator. `discountable` False: no discount may touch it.
    `sold_alone` False: only as a child of another line.
    """

    id: str
    active: bool
    slug: str
    display_name: Texts
    description: Texts
    primary_thumb_image_url: str | None
    primary_image_alt_text: Texts
    primary_image_title: Texts
    discountable: bool
    sold_alone: bool
    order_limit: int | None
    configurable: bool
    skus: Mapping[str, Sku]
    add_ons: tuple[AddOnLink, ...]
    shopper_inputs: Mapping[str, ShopperInput]

    def sku(self, sku_id: str) -> Sku | None:
        """The active SKU of that id, None if there is none (contract: orders.md §2.2 `28129`)."""
        sku = self.skus.get(sku_id)
        return sku if sku is not None and sku.active else None

    def offers(self, sku_id: str | None) -> bool:
        """Whether the SKU, or without one any SKU, can be had."""
        return self.offered_skus(sku_id) > 0

    def offered_skus(self, sku_id: str | None) -> int:
        """How many SKUs can be had: of all, or of the one."""
        if not self.active:
            return 0
        return sum(sku.active for sku in self.skus.values()) if sku_id is None else int(self.sku(sku_id) is not None)

    def links_add_on(
        self,
        product_id: str,
        sku_id: str,
        configurable_property_id: str | None = None,
        configuration_option_id: str | None = None,
    ) -> bool:
        """Whether the add-on is linked to this product; link ids left out match any (contract: orders.md §2.2)."""
        return any(
            link.product_id == product_id
            and link.sku_id in {None, sku_id}
            and configurable_property_id in {None, link.configurable_property_id}
            and configuration_option_id in {None, link.configuration_option_id}
            for link in self.add_ons
        )

    def accepts_shopper_input(self, given: Mapping[str, str | None]) -> bool:
        """Whether every input is declared and fits, and none that is required is missing (`28411`)."""
        if not self.shopper_inputs:
            return not given
        if not given.keys() <= self.shopper_inputs.keys():
            return False
        return all(declared.accepts(given.get(name)) for name, declared in self.shopper_inputs.items())


class Coupon(Struct, frozen=True):
    """A stored coupon. `starts` inclusive, `ends` exclusive, aware UTC, None: no bound; `use_limit` None: no limit.

    `uses` is counted where orders are submitted (contract: pricing.md §5).
    """

    code: str
    promotion_ids: tuple[str, ...]
    starts: datetime | None = None
    ends: datetime | None = None
    use_limit: int | None = None
    uses: int = 0

    def check(self, moment: datetime) -> None:
        """Raises CouponInvalid (not begun, over) and CouponUsedUp (contract: errors.md `28326`, `28346`)."""
        if (self.starts is not None and moment < self.starts) or (self.ends is not None and moment >= self.ends):
            raise CouponInvalid(self.code)
        if self.use_limit is not None and self.uses >= self.use_limit:
            raise CouponUsedUp(self.code)

    def valid(self, moment: datetime) -> bool:
        """Whether `check` passes."""
        try:
            self.check(moment)
        except (CouponInvalid, CouponUsedUp):
            return False
        return True

    @property
    def priced(self) -> SentCoupon:
        """What the pricing room wants of it."""
        return SentCoupon(self.code, self.promotion_ids)


class ProductPrices(Struct, frozen=True):
    """All prices of a product and of its SKUs in one price list group: entries by the name of their price list."""

    own: Mapping[str, Any]
    of_skus: Mapping[str, Mapping[str, Any]]


def read_product_prices(document: JsonObject) -> ProductPrices:
    """A stored price row."""
    skus = document.get("skus", {})
    return ProductPrices(_entries(document), {sku_id: _entries(entries) for sku_id, entries in skus.items()})


def _entries(document: JsonObject) -> dict[str, Any]:
    return {name: read(document[name]) for name, read in _PRICE_LISTS.items() if name in document}


def order_prices(prices: Mapping[str, ProductPrices], not_discountable: Iterable[str] = ()) -> Prices:
    """The prices of several products, by their ids, as an order is priced with."""
    products: dict[str, dict[str, Any]] = {name: {} for name in _PRICE_LISTS}
    skus: dict[str, dict[str, Any]] = {name: {} for name in _PRICE_LISTS}
    for product_id, product in prices.items():
        for name, entry in product.own.items():
            products[name][product_id] = entry
        for sku_id, entries in product.of_skus.items():
            for name, entry in entries.items():
                skus[name][sku_id] = entry
    by_item = {name: ByItem(skus=skus[name], products=products[name]) for name in _PRICE_LISTS}
    return Prices(
        by_item["list"], by_item["sale"], by_item["surcharge"], by_item["recurring"], frozenset(not_discountable)
    )


def read_price(value: JsonValue) -> PriceEntry:
    """A stored price: a number, or ``{"scheme": …, "brackets": […]}``."""
    if not isinstance(value, dict):
        return Price(Decimal(value))
    brackets = tuple(
        Bracket(bracket["levelMinimum"], bracket.get("levelMaximum"), Decimal(bracket["price"]))
        for bracket in value["brackets"]
    )
    return VolumePrice(PriceScheme(value["scheme"]), brackets)


def priced_by_volume(prices: Prices, product_id: str, sku_id: str | None) -> bool:
    """Whether list or sale price of the item have brackets, which no add-on may (contract: errors.md `51108`)."""
    entries = (prices.list_prices.of(product_id, sku_id), prices.sale_prices.of(product_id, sku_id))
    return any(isinstance(entry, VolumePrice) for entry in entries)


def read_product(product_id: str, document: JsonObject, *, discountable: bool = True) -> Product:
    """A stored product; the document is its record in ``products.json``."""
    return Product(
        id=product_id,
        active=document.get("active", True),
        slug=document.get("slug", product_id),
        display_name=document["displayName"],
        description=document.get("description", {}),
        primary_thumb_image_url=document.get("primaryThumbImageURL"),
        primary_image_alt_text=document.get("primaryImageAltText", {}),
        primary_image_title=document.get("primaryImageTitle", {}),
        discountable=discountable,
        sold_alone=document.get("soldAlone", True),
        order_limit=document.get("orderLimit"),
        configurable=document.get("configurable", False),
        skus={sku["id"]: _sku(sku) for sku in document["skus"]},
        add_ons=tuple(
            AddOnLink(link["configurablePropertyId"], option["id"], option["productId"], option.get("skuId"))
            for link in document.get("addOns", ())
            for option in link["options"]
        ),
        shopper_inputs={declared["id"]: _shopper_input(declared) for declared in document.get("shopperInputs", ())},
    )


def read_coupon(code: str, document: JsonObject, uses: int) -> Coupon:
    """A stored coupon; the document is its record in ``coupons.json``."""
    return Coupon(
        code=code,
        promotion_ids=tuple(document["promotions"]),
        starts=moment_of(document.get("startDate")),
        ends=moment_of(document.get("endDate")),
        use_limit=document.get("useLimit"),
        uses=uses,
    )


def moment_of(text: str | None) -> datetime | None:
    """A stored date, None: no bound."""
    return None if text is None else parse_date(text)


def _sku(document: JsonObject) -> Sku:
    return Sku(
        id=document["id"],
        active=document.get("active", True),
        primary_thumb_image_url=document.get("primaryThumbImageURL"),
        variant=tuple(
            VariantOption(option["id"], option["name"], option["value"]) for option in document.get("variant", ())
        ),
        properties=tuple(
            SkuProperty(shown["id"], shown["name"], shown["value"]) for shown in document.get("properties", ())
        ),
    )


def _shopper_input(document: JsonObject) -> ShopperInput:
    return ShopperInput(
        id=document["id"],
        required=document.get("required", False),
        max_length=document.get("maxLength"),
        values=frozenset(document.get("values", ())),
    )


def _recurring(document: JsonObject) -> RecurringCharge:
    return RecurringCharge(Decimal(document["charge"]), document.get("frequency", "Monthly"), document.get("duration"))


# How the entries of each price list are stored.
_PRICE_LISTS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "list": read_price,
    "sale": read_price,
    "surcharge": read_price,
    "recurring": _recurring,
}
