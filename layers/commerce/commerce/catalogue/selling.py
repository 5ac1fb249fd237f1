"""What every order needs and what changes rarely: promotions, shipping methods, tax rates, price list groups, and the
declared properties of orders and lines. One document, cached under its version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from commerce.catalogue.model import Product, moment_of
from commerce.catalogue.texts import Texts, text_in
from commerce.exact_json import JsonObject, JsonValue
from commerce.pricing import (
    Adjustment,
    Gift,
    GiftOption,
    ItemDiscount,
    Level,
    Occasion,
    OrderDiscount,
    PriceRange,
    Promotion,
    ShippingDiscount,
    ShippingMethod,
    TaxRate,
    TaxTable,
)
from commerce.pricing.promotions import Reward, ineligible
from commerce.values import TEXT_LENGTHS, PropertyKind, form_value

# What is told of a place where orders are picked up, beside its id (contract: orders.md §5.3).
LOCATION_MEMBERS: Final = (
    "name", "address1", "address2", "address3", "city", "county", "stateAddress", "postalCode", "country",
    "phoneNumber", "faxNumber", "email", "hours",
)  # fmt: skip
NO_TAX: Final = "doNotCalculateTax"
# The member of the stored document that names loads of products and prices which have not ended; absent without one.
LOADING: Final = "loading"

T = TypeVar("T")


class Currency(Struct, frozen=True):
    """`fractional_digits`: where amounts are rounded. `numeric_code` as in ISO 4217, ``840``."""

    code: str
    symbol: str
    display_name: str
    fractional_digits: int
    numeric_code: str | None


class PriceListGroup(Struct, frozen=True):
    """One list, one sale and one surcharge price list in one currency (contract: pricing.md §4, orders.md §5.1).

    The price lists are ids.
    """

    id: str
    display_name: Texts
    locale: str
    active: bool
    tax_included: bool
    tax_calculation_type: str | None
    currency: Currency
    list_price_list: str
    sale_price_list: str
    surcharge_price_list: str

    @property
    def calculates_tax(self) -> bool:
        """False: no tax is computed (contract: pricing.md §8)."""
        return self.tax_calculation_type != NO_TAX


class DeclaredProperty(Struct, frozen=True):
    """A custom property of orders or of lines; `internal_only`: shoppers do not see it."""

    id: str
    label: Texts
    type: PropertyKind
    internal_only: bool

    def stored(self, value: JsonValue) -> JsonValue:
        """What is stored of a sent value; None = no value. Raises Misfit (contract: orders.md §2.1)."""
        return form_value(self.type, value, TEXT_LENGTHS.get(self.type))


class MethodOffer(Struct, frozen=True):
    """A shipping method and where it is offered.

    `ranges` per price list group, in its currency. `sites` None: all. `destinations`: country → states (None: all of
    them); None: everywhere.
    """

    method_id: str
    display_name: Texts
    ranges: Mapping[str, tuple[PriceRange, ...]]
    sites: frozenset[str] | None
    destinations: Mapping[str, frozenset[str] | None] | None

    def delivers_to(self, country: str | None, state: str | None) -> bool:
        """Whether an address lies where the method goes; ISO codes, None: not known."""
        if self.destinations is None:
            return True
        if country is None or country not in self.destinations:
            return False
        states = self.destinations[country]
        return states is None or state in states


class Selling(Struct, frozen=True):
    """The document, read. `promotions` of coupons are marked `coupon_only` (contract: pricing.md §12 row 16).

    `locations`: what is told of places by their id, members of `LOCATION_MEMBERS`. `version`: of the document, raised
    with products and prices too; `is_loading`: their rows are being written, or the load of them was interrupted.
    """

    promotions: tuple[Promotion, ...] = ()
    promotion_names: Mapping[str, Texts] = field(default_factory=dict)
    methods: Mapping[str, MethodOffer] = field(default_factory=dict)
    tax_table: TaxTable = field(default_factory=lambda: TaxTable(()))
    price_list_groups: Mapping[str, PriceListGroup] = field(default_factory=dict)
    order_properties: Mapping[str, DeclaredProperty] = field(default_factory=dict)
    line_properties: Mapping[str, DeclaredProperty] = field(default_factory=dict)
    locations: Mapping[str, JsonObject] = field(default_factory=dict)
    default_locale: str = "en"
    version: int = 0
    is_loading: bool = False

    def price_list_group(self, group_id: str) -> PriceListGroup | None:
        """The active group of that id."""
        group = self.price_list_groups.get(group_id)
        return group if group is not None and group.active else None

    def shipping_methods(
        self, site_id: str, price_list_group_id: str, country: str | None, state: str | None
    ) -> Mapping[str, ShippingMethod]:
        """The methods offered there, by id (contract: pricing.md §7)."""
        return {
            method_id: ShippingMethod(method_id, offer.ranges[price_list_group_id])
            for method_id, offer in self.methods.items()
            if price_list_group_id in offer.ranges
            and (offer.sites is None or site_id in offer.sites)
            and offer.delivers_to(country, state)
        }

    def method_name(self, method_id: str, language: str) -> str | None:
        """The method's name for the shopper, None if there is no such method."""
        offer = self.methods.get(method_id)
        return text_in(offer.display_name, language, self.default_locale) if offer is not None else None

    def promotion_name(self, promotion_id: str, language: str) -> str | None:
        """The promotion's name for the shopper, None if there is no such promotion."""
        texts = self.promotion_names.get(promotion_id)
        return text_in(texts, language, self.default_locale) if texts is not None else None

    def gift_products(self, occasion: Occasion) -> frozenset[str]:
        """Products that a promotion may give away on this occasion: to be read along with those of the cart."""
        return frozenset(
            option.product_id
            for promotion in self.promotions
            if isinstance(promotion.reward, Gift) and ineligible(promotion, occasion) is None
            for option in promotion.reward.options
        )

    def promotions_with(self, products: Mapping[str, Product]) -> tuple[Promotion, ...]:
        """The promotions, their gifts `available` as the products say; a product that is not given is not."""
        return tuple(_with_available_gifts(promotion, products) for promotion in self.promotions)


def _with_available_gifts(promotion: Promotion, products: Mapping[str, Product]) -> Promotion:
    gift = promotion.reward
    if not isinstance(gift, Gift):
        return promotion

    def as_sold(option: GiftOption) -> GiftOption:
        product = products.get(option.product_id)
        skus = product.offered_skus(option.sku_id) if product is not None else 0
        return replace(option, available=bool(skus), skus=skus)

    return replace(promotion, reward=replace(gift, options=tuple(map(as_sold, gift.options))))


def read_selling(document: JsonObject, default_locale: str, version: int = 0) -> Selling:
    """The stored document: per kind, the records of the store's files by id; and the loads under way (`LOADING`)."""
    coupon_only = frozenset(document.get("couponPromotions", ()))
    promotions = _each(document, "promotions", lambda record: _promotion(record, coupon_only, default_locale))
    names = _each(document, "promotions", lambda record: record["displayName"])
    groups = _each(document, "priceListGroups", _price_list_group)
    rates = _each(document, "taxRates", _tax_rate)
    return Selling(
        promotions=tuple(promotions.values()),
        promotion_names=names,
        methods=_each(document, "shippingMethods", _method),
        tax_table=TaxTable(rates.values()),
        price_list_groups=groups,
        order_properties=_each(document, "orderProperties", _declared_property),
        line_properties=_each(document, "lineProperties", _declared_property),
        locations=document.get("locations", {}),
        default_locale=default_locale,
        version=version,
        is_loading=LOADING in document,
    )


def _each(document: JsonObject, kind: str, read: Callable[[JsonObject], T]) -> dict[str, T]:
    return {key: read(record) for key, record in document.get(kind, {}).items()}


def _promotion(record: JsonObject, coupon_only: frozenset[str], default_locale: str) -> Promotion:
    promotion_id = record["id"]
    return Promotion(
        promotion_id=promotion_id,
        name=record["displayName"].get(default_locale, promotion_id),
        reward=_reward(record["reward"]),
        priority=record.get("priority", 1),
        enabled=record.get("enabled", True),
        starts=moment_of(record.get("startDate")),
        ends=moment_of(record.get("endDate")),
        sites=_bounds(record.get("sites")),
        audiences=_bounds(record.get("audiences")),
        price_list_groups=_bounds(record.get("priceListGroups")),
        exclusive_group=record.get("exclusiveGroup"),
        excludes=frozenset(Level(level) for level in record.get("excludes", ())),
        coupon_only=record.get("couponOnly", False) or promotion_id in coupon_only,
    )


def _reward(record: JsonObject) -> Reward:
    """Raises ValueError for a kind that pricing does not know."""
    match record["kind"]:
        case "gift":
            return Gift(
                options=tuple(GiftOption(option["productId"], option.get("skuId")) for option in record["options"]),
                quantity=record.get("quantity", 1),
                qualifiers=frozenset(record.get("qualifiers", ())),
                buy=record.get("buy", 0),
                minimum_subtotal=_amount(record.get("minimumSubtotal")),
                auto_remove=record.get("autoRemove", True),
                gift_type="product",
                gift_detail=record["options"][0]["productId"],
            )
        case "order":
            return OrderDiscount(*_adjustment(record), _amount(record.get("minimumSubtotal")))
        case "shipping":
            return ShippingDiscount(*_adjustment(record), frozenset(record.get("methods", ())))
        case "item":
            return ItemDiscount(
                *_adjustment(record),
                targets=frozenset(record.get("targets", ())),
                qualifiers=frozenset(record.get("qualifiers", ())),
                buy=record.get("buy", 0),
                get=record.get("get"),
                limit=record.get("limit"),
            )
        case kind:
            raise ValueError(f"there is no reward of the kind {kind}")


def _adjustment(record: JsonObject) -> tuple[Adjustment, Decimal]:
    return Adjustment(record["adjustment"]), Decimal(record["value"])


def _price_list_group(record: JsonObject) -> PriceListGroup:
    currency, group_id = record["currency"], record["id"]
    return PriceListGroup(
        id=group_id,
        display_name=record["displayName"],
        locale=record.get("locale", "en"),
        active=record.get("active", True),
        tax_included=record.get("isTaxIncluded", False),
        tax_calculation_type=record.get("taxCalculationType"),
        currency=Currency(
            currency["currencyCode"],
            currency["symbol"],
            currency["displayName"],
            currency["fractionalDigits"],
            currency.get("numericCode"),
        ),
        list_price_list=record.get("listPriceList", f"{group_id}_listPrices"),
        sale_price_list=record.get("salePriceList", f"{group_id}_salePrices"),
        surcharge_price_list=record.get("shippingSurchargePriceList", f"{group_id}_shippingSurchargePrices"),
    )


def _method(record: JsonObject) -> MethodOffer:
    destinations = record.get("destinations")
    return MethodOffer(
        method_id=record["id"],
        display_name=record["displayName"],
        ranges={group: _ranges(ranges) for group, ranges in record["ranges"].items()},
        sites=_bounds(record.get("sites")),
        destinations=None
        if destinations is None
        else {destination["country"]: _bounds(destination.get("states")) for destination in destinations},
    )


def _ranges(records: Iterable[JsonObject]) -> tuple[PriceRange, ...]:
    return tuple(
        PriceRange(Decimal(record["low"]), _amount(record.get("high")), Decimal(record["amount"])) for record in records
    )


def _tax_rate(record: JsonObject) -> TaxRate:
    return TaxRate(
        record["country"], Decimal(record["percent"]), record.get("state"), record.get("shippingTaxed", True)
    )


def _declared_property(record: JsonObject) -> DeclaredProperty:
    return DeclaredProperty(
        id=record["id"],
        label=record["label"],
        type=PropertyKind(record["type"]),
        internal_only=record.get("internalOnly", False),
    )


def _bounds(names: Iterable[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def _amount(value: JsonValue) -> Decimal | None:
    return None if value is None else Decimal(value)
