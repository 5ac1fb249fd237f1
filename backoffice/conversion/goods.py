"""Products, SKUs, prices and price list groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from backoffice.conversion.exports import PRICE_COLUMN, Entry
from backoffice.conversion.members import Members, given
from backoffice.conversion.report import Report
from commerce.exact_json import JsonObject, JsonValue

DEFAULT_GROUP: Final = "defaultPriceGroup"
"""Whose prices stand in members that name no group."""
PRICE_TYPES: Final = {
    "list": "list",
    "listprice": "list",
    "sale": "sale",
    "saleprice": "sale",
    "shippingsurcharge": "surcharge",
}
SCHEMES: Final = {"bulkprice": "bulk", "bulk": "bulk", "tieredprice": "tiered", "tiered": "tiered"}
_COLUMN: Final = re.compile(r"PLG:(.+)\.(ListPrice|SalePrice|ShippingSurcharge)")
_PRICE_LIST: Final = re.compile(r"(?:(.+)_)?(list|sale|shippingSurcharge)Prices")


class PriceKey(NamedTuple):
    """`sku_id`: empty for the product's own."""

    product_id: str
    sku_id: str
    group: str


@dataclass
class Goods:
    """What the exports of one conversion say of the goods; `products`, `groups` by id."""

    report: Report
    locale: str
    groups: dict[str, JsonObject] = field(default_factory=dict)
    products: dict[str, JsonObject] = field(default_factory=dict)
    prices: dict[PriceKey, JsonObject] = field(default_factory=dict)
    origins: dict[str, Entry] = field(default_factory=dict)
    _skus: dict[str, tuple[str, JsonObject]] = field(default_factory=dict)
    _price_lists: dict[str, tuple[str, str]] = field(default_factory=dict)

    # --- price list groups

    def add_group(self, entry: Entry, locale: str) -> None:
        """One of the answer of ``GET /ccadmin/v1/priceListGroups``: no bulk export holds them."""
        members = Members(entry, self.report)
        group = members.text("id", "repositoryId") or ""
        names = {
            f"{kind}PriceList": members.reference(f"{kind}PriceList") for kind in ("list", "sale", "shippingSurcharge")
        }
        record = given(
            id=group,
            displayName=members.texts(locale or self.locale, "displayName"),
            locale=members.text("locale"),
            active=members.flag("active"),
            isTaxIncluded=members.flag("isTaxIncluded"),
            taxCalculationType=members.text("taxCalculationType"),
            **names,
        )
        currency = members.object("currency")
        if currency:
            record["currency"] = given(
                currencyCode=currency.text("currencyCode"),
                symbol=currency.text("symbol"),
                displayName=currency.text("displayName"),
                fractionalDigits=currency.whole("fractionalDigits"),
                numericCode=currency.text("numericCode"),
            )
            currency.end()
        members.end()
        self.groups[group] = record
        for kind, member in (("list", "list"), ("sale", "sale"), ("shippingSurcharge", "surcharge")):
            if name := names[f"{kind}PriceList"]:
                self._price_lists[name] = group, member

    # --- products and SKUs

    def add_product(self, entry: Entry, locale: str) -> None:
        """One of Products or ProductsV2, or of the catalogue's export of products."""
        members, locale = Members(entry, self.report), locale or self.locale
        product_id = members.text("id", "repositoryId") or ""
        alone = members.flag("notForIndividualSale")
        record = given(
            id=product_id,
            active=members.flag("active"),
            slug=members.text("seoUrlSlugDerived", "seoUrlSlug"),
            displayName=members.texts(locale, "displayName"),
            description=members.texts(locale, "description"),
            primaryThumbImageURL=members.text("primaryThumbImageURL"),
            primaryImageAltText=members.texts(locale, "primaryImageAltText"),
            primaryImageTitle=members.texts(locale, "primaryImageTitle"),
            discountable=members.flag("discountable"),
            soldAlone=None if alone is None else not alone,
            orderLimit=members.whole("orderLimit"),
            configurable=members.flag("configurable"),
        )
        self._add_prices(members, product_id, "")
        options = list(_options(members, locale))
        skus = [self._sku(sku, product_id, options, locale) for sku in members.skus("childSKUs")]
        members.end()
        record["skus"] = [sku for sku in skus if sku]
        self._skus |= {sku["id"]: (product_id, sku) for sku in record["skus"] if "id" in sku}
        if product_id in self.products:
            members.tell("", "this product is there twice: this record counts")
        self.products[product_id] = record
        self.origins[product_id] = entry

    def add_sku(self, entry: Entry, locale: str) -> None:
        """One of the catalogue's export of SKUs, after all products, which name theirs."""
        members = Members(entry, self.report)
        known = self._skus.get(str(entry.value.get("id") or entry.value.get("repositoryId")))
        if known is None:
            members.tell("", "no product that was read names this SKU among its childSKUs: left out")
            return
        product_id, sku = known
        sku |= self._sku(members, product_id, [], locale or self.locale)

    def _sku(self, members: Members, product_id: str, options: list[tuple[str, JsonValue]], locale: str) -> JsonObject:
        sku_id = members.text("id", "repositoryId") or ""
        variant = [
            {"id": option, "name": name, "value": value}
            for option, name in options
            if (value := members.texts(locale, option)) is not None
        ]
        record = given(
            id=sku_id,
            active=members.flag("active"),
            primaryThumbImageURL=members.text("primaryThumbImageURL"),
            variant=variant,
        )
        self._add_prices(members, product_id, sku_id)
        members.end()
        return record

    # --- prices

    def add_price(self, entry: Entry, locale: str) -> None:
        """One of Prices: a price of a product or a SKU in one price list."""
        del locale
        members = Members(entry, self.report)
        if (members.text("importOperationCode") or "").lower() == "delete":
            members.tell("importOperationCode", "takes a price away, there is none to take away: left out")
            return
        group, member = self._list_of(members)
        product_id, sku_id = members.text("productId") or "", members.text("skuId") or ""
        if not group or not member or not product_id:
            members.tell("", "needs productId, and priceListId, or priceListGroupId and type: left out")
            return
        price = members.number("listPrice", "price", "salePrice")
        scheme = SCHEMES.get((members.text("pricingScheme") or "").lower())
        volume = members.object("complexPrice")
        value: JsonValue = price
        if scheme and volume:
            value = {"scheme": scheme, "brackets": list(_brackets(volume, "levels"))}
            volume.end()
        elif volume:
            members.tell("complexPrice", "without a pricingScheme of bulkPrice or tieredPrice: not read")
        members.end()
        if value is None:
            members.tell("", "has no price: left out")
        else:
            self.prices.setdefault(PriceKey(product_id, sku_id, group), {})[member] = value

    def _list_of(self, members: Members) -> tuple[str, str]:
        """The price list group, and the member of a price record: by the list's id or by group and type."""
        price_list, group, kind = members.text("priceListId"), members.text("priceListGroupId"), members.text("type")
        if price_list in self._price_lists:
            return self._price_lists[price_list]
        found = _PRICE_LIST.fullmatch(price_list or "")
        if found:
            return found[1] or group or DEFAULT_GROUP, PRICE_TYPES.get(found[2].lower(), "")
        return group or "", PRICE_TYPES.get((kind or "").lower(), "")

    def _add_prices(self, members: Members, product_id: str, sku_id: str) -> None:
        """Prices that a product or SKU brings along; those of Prices go first."""
        found: dict[str, JsonObject] = {}
        for member, plural, single in (
            ("list", "listPrices", "listPrice"),
            ("sale", "salePrices", "salePrice"),
            ("surcharge", "shippingSurcharges", "shippingSurcharge"),
        ):
            price = members.number(single)
            of_default = [(DEFAULT_GROUP, price)] if price is not None else []
            for group, amount in [*of_default, *members.amounts(plural)]:
                found.setdefault(group, {})[member] = amount
        for member, plural in (("list", "listVolumePrices"), ("sale", "saleVolumePrices")):
            for group, volume in members.objects(plural):
                for name, scheme in (("bulkPrice", "bulk"), ("tieredPrice", "tiered")):
                    if brackets := list(_brackets(volume, name)):
                        found.setdefault(group, {})[member] = {"scheme": scheme, "brackets": brackets}
                volume.end()
        for column in [name for name in members.rest if name.startswith(PRICE_COLUMN)]:
            if heading := _COLUMN.fullmatch(column):
                in_cell = members.number(column)
                if in_cell is not None:
                    found.setdefault(heading[1], {})[PRICE_TYPES[heading[2].lower()]] = in_cell
        for group, prices in found.items():
            key = PriceKey(product_id, sku_id, group)
            self.prices[key] = prices | self.prices.get(key, {})

    def price_records(self) -> Iterator[JsonObject]:
        """prices.json: a record for each product and group."""
        records: dict[tuple[str, str], JsonObject] = {}
        for (product_id, sku_id, group), prices in self.prices.items():
            record = records.setdefault((product_id, group), {"productId": product_id, "priceListGroup": group})
            if sku_id:
                record.setdefault("skus", {})[sku_id] = prices
            else:
                record.update(prices)
        yield from records.values()


def _options(members: Members, locale: str) -> Iterator[tuple[str, JsonValue]]:
    """Ids and names of what sets SKUs apart. Their values stand in the SKUs, in the order of the options."""
    for _, option in members.objects("productVariantOptions"):
        name = option.text("mapKeyPropertyAttribute", "optionId")
        shown = option.texts(locale, "optionName")
        option.end()
        if name and shown:
            yield name, shown


def _brackets(members: Members, name: str) -> Iterator[JsonObject]:
    """Levels: in a list, or in an object's `levels`."""
    for level in members.levels(name):
        bracket = given(
            levelMinimum=level.whole("levelMinimum"),
            levelMaximum=level.whole("levelMaximum"),
            price=level.number("price"),
        )
        level.end()
        yield bracket
