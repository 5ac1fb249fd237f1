"""What a sent line must be, and what the order makes of it (contract: orders.md §2.2, §4).

The checks of one line, in this order; a line passes all of them before the next line, a parent before its children:

| Error | Raised when | Not when |
|---|---|---|
| 28315 | no object; a required member absent; a wrong type; quantity no whole number from 1; external price negative, \
or refused; a child that is no add-on without external price and quantity | quantity 0: dropped unchecked |
| 28102 | product unknown, inactive, without any price in the price list group; its SKU without one | |
| 28129 | SKU unknown, inactive, or of another product | |
| 28155 | top-level line of a product not sold alone | a child; units that are gifts or were some |
| 28360 | configurable product where the site has them switched off | an add-on's parent |
| 28104 | units of the product so far, in top-level lines, above its limit | a child; units as above |
| 28410 | add-on that its parent's product does not link | a child that is no add-on |
| 51108 | add-on with a volume price | |
| 28411 | shopper input undeclared, not fitting or missing | |
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Final, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace
from typing_extensions import TypedDict

from commerce.catalogue import DeclaredProperty, ExternalPriceClaim, Product, priced_by_volume
from commerce.errors import (
    AddOnNotLinked,
    AddOnPricedByVolume,
    ConfigurableProductsOff,
    OrderLimitExceeded,
    OrderUpdateFailed,
    ProductNotSoldAlone,
    ProductUnavailable,
    ShopperInputInvalid,
    SkuUnavailable,
)
from commerce.exact_json import JsonObject, JsonValue, canonical, dumps, kind_of
from commerce.orders.gifts import claims_after, expected_units
from commerce.orders.model import CHILD_MEMBERS, LINE_MEMBERS, OrderLine, item_info
from commerce.orders.request import dropped
from commerce.pricing import ALL_UNITS, GiftClaim, Prices
from commerce.shapes import STOP_AT_FIRST, Id, MaxLength, Shape, path_text
from commerce.values import (
    EXPECTED_ABOVE_ZERO,
    EXPECTED_AMOUNT,
    EXPECTED_ID,
    EXPECTED_WHOLE,
    MAX_LONG_TEXT,
    Misfit,
    Number,
    amount,
    id_text,
    number,
    whole_number,
)

LineText: TypeAlias = Annotated[str, MaxLength(MAX_LONG_TEXT)]
Scalar: TypeAlias = LineText | bool | int | Decimal | None

ClientId = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)


class ExternalDataForm(TypedDict, total=False):
    """One entry of `externalData`."""

    name: LineText | None
    values: dict[str, Any] | None
    actionCode: LineText | None


class SelectionForm(TypedDict, total=False):
    """A chosen gift."""

    giftWithPurchaseIdentifier: Scalar
    promotionId: Id
    productId: Id
    catRefId: Id


class LineForm(TypedDict, total=False):
    """A sent line or child; declared properties stand beside these members."""

    productId: Id
    catRefId: Id
    assetKey: Scalar
    rootAssetKey: Scalar
    parentAssetKey: Scalar
    asset: Scalar
    serviceId: Scalar
    serviceAccountId: Scalar
    customerAccountId: Scalar
    billingAccountId: Scalar
    billingProfileId: Scalar
    actionCode: Scalar
    activationDate: Scalar
    deactivationDate: Scalar
    transactionDate: Scalar
    configuratorId: Scalar
    originalCommerceItemId: Scalar
    externalPrice: Scalar
    externalRecurringCharge: Scalar
    externalRecurringChargeFrequency: LineText | int | Decimal | None
    externalRecurringChargeDuration: LineText | int | Decimal | None
    externalData: Annotated[list[ExternalDataForm], STOP_AT_FIRST] | None
    shopperInput: dict[str, Any] | None
    childItems: list[Any] | None
    configurablePropertyId: Scalar
    configurationOptionId: Scalar
    addOnItem: bool | None
    priceListGroupId: Scalar
    giftWithPurchaseSelections: Annotated[list[SelectionForm], STOP_AT_FIRST] | None
    giftWithPurchaseCommerceItemMarkers: list[Any] | None


_SHAPE: Final = Shape(LineForm)


class Offer(Struct, frozen=True):
    """What lines are checked against. `refused`: external prices that are not taken."""

    products: Mapping[str, Product]
    prices: Prices
    properties: Mapping[str, DeclaredProperty]
    configurable_products: bool
    refused: frozenset[ExternalPriceClaim]


class SentLine(Struct, frozen=True):
    """A checked line before it has an id. `wanted_id`: the client's, if of the right form. `place`: where it was sent.

    `line.gifts`: what of it the request has as gifts.
    """

    wanted_id: str | None
    line: OrderLine
    place: str
    children: "tuple[SentLine, ...]" = ()


class LineReader(Struct):
    """Checks the lines of one request in order. `gifts`: entry, product, SKU and quantity of a line → its gifts."""

    offer: Offer
    gifts: Callable[[JsonObject, str, str, int], tuple[GiftClaim, ...]]
    _units: dict[str, int] = field(default_factory=dict)

    def read(self, lines: Sequence[tuple[int, Any]], stored: Sequence[OrderLine | None]) -> tuple[SentLine, ...]:
        """The lines, checked. `stored`: the stored line of the same item that each is, where that may matter.

        Raises the errors of the table above.
        """
        return tuple(
            self._line(item, f"shoppingCart.items[{place}]", None, known)
            for (place, item), known in zip(lines, stored, strict=True)
        )

    def with_properties(self, lines: Sequence[SentLine]) -> tuple[SentLine, ...]:
        """The lines with their declared properties as they are stored.

        Raises OrderUpdateFailed for one whose value is not of its type.
        """
        return tuple(
            replace(
                sent,
                line=replace(sent.line, properties=self._properties(sent)),
                children=self.with_properties(sent.children),
            )
            if sent.line.properties or sent.children
            else sent
            for sent in lines
        )

    def _properties(self, sent: SentLine) -> JsonObject:
        properties = {}
        for name, value in sent.line.properties.items():
            try:
                properties[name] = self.offer.properties[name].stored(value)
            except Misfit as error:
                raise OrderUpdateFailed(path=f"{sent.place}.{name}", expected=error.expected) from error
        return {name: value for name, value in properties.items() if value is not None}

    def _line(self, item: Any, place: str, parent: Product | None, stored: OrderLine | None = None) -> SentLine:
        product_id, sku_id, quantity = _check_shape(item, place)
        child = parent is not None
        members = _members(item, _ANY_MEMBERS if child else LINE_MEMBERS)
        if members:
            members |= _charges(members, place)
        gifts = () if child else self._gifts(item, product_id, sku_id, quantity, place)
        self._check_external_price(item, members, place, child=child)
        product = self._check_product(product_id, sku_id, place)
        charged = quantity
        if gifts or stored is not None:
            excused = sum(claim.quantity for claim in claims_after(gifts, quantity, stored))
            charged = max(quantity - excused - (stored.lapsed if stored is not None else 0), 0)
        if not child and charged and not product.sold_alone:
            raise ProductNotSoldAlone(product_id, about=f"{place}.productId")
        if product.configurable and not self.offer.configurable_products:
            raise ConfigurableProductsOff(product_id, about=f"{place}.productId")
        if not child:
            self._check_limit(product, sku_id, charged, place)
        if parent is not None and item.get("addOnItem"):
            self._check_add_on(item, parent, product_id, sku_id, place)
        sent_input = item.get("shopperInput")
        shopper_input = {name: value for name, value in sent_input.items() if value is not None} if sent_input else {}
        if not product.accepts_shopper_input({name: plain_text(value) for name, value in shopper_input.items()}):
            raise ShopperInputInvalid(item_info(product_id, sku_id), about=f"{place}.shopperInput")
        children: tuple[SentLine, ...] = ()
        if item.get("childItems"):
            children = tuple(
                self._line(child_item, f"{place}.childItems[{at}]", product)
                for at, child_item in enumerate(item["childItems"])
                if not dropped(child_item)
            )
        line = OrderLine(
            id="",
            product_id=product_id,
            sku_id=sku_id,
            quantity=quantity,
            members=members,
            shopper_input=shopper_input,
            external_data=tuple(
                [
                    {name: entry.get(name) for name in ("name", "values", "actionCode")}
                    for entry in item.get("externalData") or ()
                ]
            ),
            properties={name: item[name] for name in self.offer.properties if item.get(name) is not None},
            gifts=gifts,
        )
        return SentLine(wanted_id(item), line, place, children)

    def _gifts(
        self, item: JsonObject, product_id: str, sku_id: str, quantity: int, place: str
    ) -> tuple[GiftClaim, ...]:
        try:
            return self.gifts(item, product_id, sku_id, quantity)
        except OrderUpdateFailed as error:
            raise OrderUpdateFailed(
                path=f"{place}.giftWithPurchaseSelections",
                about=f"{place}.giftWithPurchaseSelections[].giftWithPurchaseQuantity",
                expected=error.expected,
            ) from error

    def _check_external_price(self, item: JsonObject, members: JsonObject, place: str, *, child: bool) -> None:
        if child and not item.get("addOnItem") and not members.keys() >= {"externalPrice", "externalPriceQuantity"}:
            expected = "be set, and externalPriceQuantity too: a child without them must say addOnItem"
            raise OrderUpdateFailed(path=f"{place}.externalPrice", expected=expected)
        if self.offer.refused and price_claim(item) in self.offer.refused:
            raise OrderUpdateFailed(
                path=f"{place}.externalPrice", expected="be a price that this site takes, or be left out"
            )

    def _check_product(self, product_id: str, sku_id: str, place: str) -> Product:
        product, listed = self.offer.products.get(product_id), self.offer.prices.list_prices
        if product is None or not product.active:
            raise ProductUnavailable(product_id, about=f"{place}.productId")
        sku, price = product.sku(sku_id), listed.of(product_id, sku_id)
        if sku is not None and price is not None:
            return product
        if all(listed.of(product_id, known) is None for known in (None, *product.skus)):
            raise ProductUnavailable(product_id, about=f"{place}.productId")
        if sku is None:
            raise SkuUnavailable(item_info(product_id, sku_id), about=f"{place}.catRefId")
        raise ProductUnavailable(
            product_id, about=f"{place}.catRefId", expected="name an SKU with a price in the price list group"
        )

    def _check_limit(self, product: Product, sku_id: str, units: int, place: str) -> None:
        self._units[product.id] = self._units.get(product.id, 0) + units
        if product.order_limit is not None and self._units[product.id] > product.order_limit:
            expected = expected_units(product.order_limit)
            raise OrderLimitExceeded(item_info(product.id, sku_id), about=f"{place}.quantity", expected=expected)

    def _check_add_on(self, item: JsonObject, parent: Product, product_id: str, sku_id: str, place: str) -> None:
        link = (plain_text(item.get(name)) for name in ("configurablePropertyId", "configurationOptionId"))
        if not parent.links_add_on(product_id, sku_id, *link):
            raise AddOnNotLinked(item_info(product_id, sku_id), about=f"{place}.catRefId")
        if priced_by_volume(self.offer.prices, product_id, sku_id):
            raise AddOnPricedByVolume(product_id, about=f"{place}.productId")


def wanted_id(item: JsonObject) -> str | None:
    """The id that a client gives a line, if it is of the right form."""
    wanted = id_text(item.get("commerceItemId"))
    return wanted if wanted and ClientId.fullmatch(wanted) else None


def price_claims(items: Sequence[Any]) -> Iterator[ExternalPriceClaim]:
    """The external prices that entries of a cart bring along, however wrong the rest of them is."""
    for item in items:
        if not isinstance(item, dict) or (item.get("externalPrice") is None and not item.get("childItems")):
            continue
        if not dropped(item):
            claim = price_claim(item)
            if claim is not None:
                yield claim
            children = item.get("childItems")
            yield from price_claims(children if isinstance(children, list) else ())


def price_claim(item: JsonObject) -> ExternalPriceClaim | None:
    """The external price of one entry; None where it has none or is no line."""
    price = amount(item.get("externalPrice"))
    if price is None:
        return None
    quantity = whole_number(item.get("quantity"))
    product_id, sku_id = id_text(item.get("productId")), id_text(item.get("catRefId"))
    units = _external_quantity(item.get("externalPriceQuantity", ALL_UNITS))
    if quantity is None or units is None or product_id is None or sku_id is None:
        return None
    return ExternalPriceClaim(
        product_id, sku_id, Decimal(price), quantity if units == ALL_UNITS else min(units, quantity)
    )


def same_line(line: OrderLine) -> str:
    """Equal for lines that agree in everything except id and quantity."""
    gifts = [[claim.promotion_id, claim.quantity, claim.chosen, claim.standing] for claim in line.gifts]
    return canonical([_content(line), gifts])


def external_units(line: OrderLine) -> int:
    """For how many units of a line with an external price that price counts; -1 = all."""
    units: int = line.members.get("externalPriceQuantity", ALL_UNITS)
    return units if units == ALL_UNITS else min(units, line.quantity)


def _content(line: OrderLine) -> list[JsonValue]:
    return [
        line.product_id,
        line.sku_id,
        line.members,
        line.shopper_input,
        line.external_data,
        line.properties,
        [[child.quantity, _content(child)] for child in line.children],
    ]


def _check_shape(item: Any, place: str) -> tuple[str, str, int]:
    """Product, SKU and quantity of a line whose members have the right types."""
    if not isinstance(item, dict):
        raise OrderUpdateFailed(path=place, expected=f"be an object, not {kind_of(item)}")
    for violation in _SHAPE.violations(item):
        raise OrderUpdateFailed(
            path=f"{place}.{path_text(violation.path[:1])}",
            about=f"{place}.{path_text(violation.path)}",
            expected=violation.expected,
        )
    # No shape: it would find out what is wrong with each of a hundred thousand values.
    if item.get("shopperInput") and not all(map(_is_scalar, item["shopperInput"].values())):
        expected = f"hold texts of at most {MAX_LONG_TEXT:,} characters, numbers, booleans and null only"
        raise OrderUpdateFailed(path=f"{place}.shopperInput", expected=expected)
    product_id, sku_id = id_text(item.get("productId")), id_text(item.get("catRefId"))
    if product_id is None:
        raise OrderUpdateFailed(path=f"{place}.productId", expected=EXPECTED_ID)
    if sku_id is None:
        raise OrderUpdateFailed(path=f"{place}.catRefId", expected=EXPECTED_ID)
    quantity = whole_number(item.get("quantity"))
    if not quantity:
        raise OrderUpdateFailed(path=f"{place}.quantity", expected=EXPECTED_ABOVE_ZERO)
    return product_id, sku_id, quantity


def _is_scalar(value: JsonValue) -> bool:
    """What `Scalar` says."""
    if isinstance(value, str):
        return len(value) <= MAX_LONG_TEXT
    return value is None or isinstance(value, bool | int | Decimal)


def _external_quantity(value: JsonValue) -> int | None:
    """Whole from 0, or -1 = all units, or its text."""
    read = ALL_UNITS if value is None else number(value)
    return ALL_UNITS if read == ALL_UNITS else whole_number(read)


def _charges(members: JsonObject, place: str) -> JsonObject:
    """The amounts that a line brings along, as numbers."""
    charges = {}
    for name, (read, expected) in _CHARGES.items():
        if name in members:
            charges[name] = read(members[name])
            if charges[name] is None:
                raise OrderUpdateFailed(path=f"{place}.{name}", expected=expected)
    return charges


_CHARGES: Final[Mapping[str, tuple[Callable[[JsonValue], Number | None], str]]] = {
    "externalPrice": (amount, EXPECTED_AMOUNT),
    "externalRecurringCharge": (amount, EXPECTED_AMOUNT),
    "externalPriceQuantity": (_external_quantity, f"{EXPECTED_WHOLE}, or {ALL_UNITS} for all units"),
}


def _members(item: JsonObject, names: Sequence[str]) -> JsonObject:
    # Most lines send none of them.
    if _KEPT.isdisjoint(item):
        return {}
    return {name: value for name, value in zip(names, map(item.get, names), strict=True) if value is not None}


_ANY_MEMBERS: Final = (*LINE_MEMBERS, *CHILD_MEMBERS)
_KEPT: Final = frozenset(_ANY_MEMBERS)


def plain_text(value: JsonValue) -> str | None:
    """A scalar as text, None for null."""
    return value if value is None or isinstance(value, str) else dumps(value)
