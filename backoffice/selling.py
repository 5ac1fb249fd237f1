"""The terms every order needs: priceListGroups.json, shippingMethods.json, taxRates.json, locations.json and
orderProperties.json.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Final, Literal, Required

from pydantic import Field
from typing_extensions import TypedDict

from backoffice.book import Book
from backoffice.catalogue import Unique, merge_records
from backoffice.deployment import Deployment
from backoffice.members import Amount, CatalogueId, CurrencyCode, Id, Percent, Texts
from backoffice.records import Record, read_records, records_of
from commerce.addresses.regions import Regions
from commerce.addresses.rules import located_by_codes
from commerce.exact_json import JsonObject
from commerce.shapes import Text

NO_METHOD: Final = "hardgoodShippingGroup"
"""What stands in an order's group for no method."""


PROPERTY_KINDS: Final[Mapping[str, str]] = {"order": "orderProperties", "line": "lineProperties"}
"""What a declared property applies to → its kind in the selling document."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Members of the wire that no custom property may hide (contract: orders.md §2, §5).
ORDER_MEMBERS: Final = _words(
    """op id orderId cartName combineLineItems additionalEmails shoppingCart payments shippingGroups shippingAddress
    shippingMethod giftWithPurchaseOrderMarkers populateShippingMethods merge clearCoupons checkout siteId
    creationSiteId priceInfo recurringChargePriceInfo discountInfo pricingMessages giftWithPurchaseInfo
    dynamicProperties priceListGroup creationDate lastModifiedDate lastModifierId orderAction links quoteInfo
    pricingTrace allowAlternateCurrency sharedWithOrganization description markers"""
)
LINE_MEMBERS: Final = _words(
    """id commerceItemId productId catRefId quantity externalPrice externalPriceQuantity externalRecurringCharge
    externalRecurringChargeFrequency externalRecurringChargeDuration assetKey rootAssetKey parentAssetKey asset
    serviceId serviceAccountId customerAccountId billingAccountId billingProfileId actionCode activationDate
    deactivationDate transactionDate configuratorId originalCommerceItemId externalData shopperInput childItems
    configurablePropertyId configurationOptionId addOnItem priceListGroupId giftWithPurchaseSelections
    giftWithPurchaseCommerceItemMarkers price amount unitPrice listPrice salePrice onSale rawTotalPrice discountAmount
    shippingSurchargeValue detailedItemPriceInfo recurringCharge detailedRecurringChargeInfo discountInfo
    orderDiscountInfos displayName description route primaryThumbImageURL primaryImageAltText primaryImageTitle
    childSKUs variant skuProperties dynamicProperties siteId stateKey state isItemValid status stateDetailsAsUser
    returnedQuantity relationshipType backOrderQuantity preOrderQuantity availabilityDate commerceId itemDiscountInfos
    pointOfNoRevision taxCode"""
)


class CurrencyRecord(TypedDict, total=False):
    """`fractionalDigits`: where amounts are rounded."""

    currencyCode: Required[CurrencyCode]
    """Code of ISO 4217."""
    symbol: Required[str]
    """Sign that is shown, such as `$`."""
    displayName: Required[str]
    """Name that is shown."""
    fractionalDigits: Required[Annotated[int, Field(ge=0, le=10)]]
    """Places after the point that amounts are rounded to: 2 for dollars, 0 for yen."""
    numericCode: str
    """Numeric code of ISO 4217, as text: `840`."""


class PriceListGroupRecord(TypedDict, total=False):
    """One price list group. The price lists are ids that answers show; absent, they are made of the group's own id."""

    id: Required[Id]
    """Unique among price list groups; sites, prices and shoppers name it."""
    displayName: Required[Texts]
    """Name that is shown."""
    locale: str
    """Locale of the group. Default `en`."""
    active: bool
    """Whether it may be paid in. Default true."""
    isTaxIncluded: bool
    """Whether prices hold the tax already. Default false."""
    taxCalculationType: str
    """Word that answers show, such as `priceExclusiveSalesTax`; nothing is computed by it. Default: none."""
    currency: Required[CurrencyRecord]
    """What all prices of the group are in."""
    listPriceList: CatalogueId
    """Id of the price list that answers show. Default: made of the group's id."""
    salePriceList: CatalogueId
    """The same for sale prices."""
    shippingSurchargePriceList: CatalogueId
    """The same for surcharges on shipping."""


class RangeRecord(TypedDict, total=False):
    """`amount` for orders from `low` up to, but not with, `high`; without `high` it is open."""

    low: Required[Amount]
    """From this subtotal on."""
    high: Amount
    """Up to this subtotal, which is in no longer. Left out: no end; only the last range may."""
    amount: Required[Amount]
    """What shipping costs there."""


class DestinationRecord(TypedDict, total=False):
    """A country, or some of its states, by ISO code."""

    country: Required[str]
    """Code of two letters."""
    states: list[str]
    """Codes of its regions, such as `GA`. Left out: the whole country."""


class ShippingMethodRecord(TypedDict, total=False):
    """One method; `ranges` by price list group, in its currency. Without `sites`, `destinations`: everywhere."""

    id: Required[CatalogueId]
    """Unique among shipping methods; not `hardgoodShippingGroup`."""
    displayName: Required[Texts]
    """Name that shoppers read."""
    sites: list[str]
    """Sites that offer it. Left out: all."""
    destinations: Annotated[list[DestinationRecord], Field(min_length=1)]
    """Where it goes. Left out: everywhere."""
    ranges: Required[Annotated[dict[str, Annotated[list[RangeRecord], Field(min_length=1)]], Field(min_length=1)]]
    """Price list group → what it costs, by the order's subtotal. Where no range holds the subtotal, or the group is
    missing, the method is not offered. Ranges do not overlap.
    """


class TaxRateRecord(TypedDict, total=False):
    """The rate of a country, or of one of its states."""

    country: Required[str]
    """Code of two letters."""
    state: str
    """Code of a region, such as `TX`; its rate goes before that of the country. Left out: the whole country."""
    percent: Required[Percent]
    """The rate; 0 for none."""
    shippingTaxed: bool
    """Whether shipping is taxed too. Default true."""


class LocationRecord(TypedDict, total=False):
    """A place where orders are picked up. `country`, `stateAddress`: ISO codes. `hours`: as shoppers read them."""

    id: Required[CatalogueId]
    """Unique among locations."""
    name: Required[Text]
    """Name that shoppers read."""
    address1: Text
    """Street and number."""
    address2: Text
    """Second line."""
    address3: Text
    """Third line."""
    city: Text
    """City."""
    county: Text
    """County."""
    stateAddress: str
    """Code of the region; needs a country."""
    postalCode: Text
    """Postal code."""
    country: str
    """Code of two letters."""
    phoneNumber: Text
    """Telephone number."""
    faxNumber: Text
    """Fax number."""
    email: Text
    """E-mail address."""
    hours: Text
    """When it is open, as shoppers read it."""


class OrderPropertyRecord(TypedDict, total=False):
    """A custom property of orders or of their lines; `internalOnly`: shoppers do not see it."""

    id: Required[Id]
    """Unique among properties of orders, or of lines; not the name of a member that an order or a line has anyway."""
    appliesTo: Required[Literal["order", "line"]]
    """Whether orders have it, or lines."""
    type: Required[Literal["shortText", "longText", "number", "date", "checkbox"]]
    """What its values are."""
    label: Required[Texts]
    """Name that people read."""
    internalOnly: bool
    """Shoppers do not see it. Default false."""


def check_price_list_groups(file: Path, book: Book) -> None:
    """Each group by itself."""
    book.sell(
        "priceListGroups", {record.value["id"]: record.value for record in _sound(file, PriceListGroupRecord, book)}
    )


def check_shipping_methods(file: Path, book: Book) -> None:
    """Each method by itself; where and in which groups it may be had."""
    records = {}
    for record in _sound(file, ShippingMethodRecord, book):
        method = record.value
        if method["id"] == NO_METHOD:
            record.wrong(f"id: {NO_METHOD} says that no method is chosen")
        book.check_known(record, "sites", method.get("sites", ()), book.sites, "site")
        book.check_known(record, "ranges", method["ranges"], book.currencies, "price list group")
        for destination in method.get("destinations", ()):
            for state in destination.get("states", [None]):
                _check_place(record, "destinations", destination["country"], state, book.regions)
        for group, ranges in method["ranges"].items():
            _check_ranges(record, f"ranges.{group}", ranges)
        records[method["id"]] = method
    book.sell("shippingMethods", records)


def check_tax_rates(file: Path, book: Book) -> None:
    """Each rate by itself."""
    unique, records = Unique(), {}
    for record in records_of(file, book.findings):
        if not record.check(TaxRateRecord):
            continue
        country, state = record.value["country"], record.value.get("state")
        _check_place(record, "state" if state else "country", country, state, book.regions)
        unique.check(record, "country", _place(record.value))
        records[_place(record.value)] = record.value
    book.sell("taxRates", records)


def check_locations(file: Path, book: Book) -> None:
    """Each location by itself."""
    records = {}
    for record in _sound(file, LocationRecord, book):
        location = record.value
        country, state = location.get("country"), location.get("stateAddress")
        if country is not None:
            _check_place(record, "stateAddress" if state else "country", country, state, book.regions)
        elif state is not None:
            record.wrong("stateAddress: needs a country")
        records[location["id"]] = location
    book.sell("locations", records)


def check_order_properties(file: Path, book: Book) -> None:
    """Each property by itself; none hides a member of the wire."""
    unique = Unique()
    records: dict[str, dict[str, JsonObject]] = {kind: {} for kind in PROPERTY_KINDS.values()}
    for record in records_of(file, book.findings):
        if not record.check(OrderPropertyRecord):
            continue
        declared = record.value
        taken = ORDER_MEMBERS if declared["appliesTo"] == "order" else LINE_MEMBERS
        if declared["id"] in taken:
            record.wrong(f"id: {declared['id']} is a member of its own")
        unique.check(record, "id", (declared["appliesTo"], declared["id"]), declared["id"])
        records[PROPERTY_KINDS[declared["appliesTo"]]][declared["id"]] = declared
    for kind, properties in records.items():
        book.sell(kind, properties)


def load_price_list_groups(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put the groups of a file that was checked back to what it says."""
    return _merged(
        deployment, "priceListGroups", {record.value["id"]: record.value for record in read_records(file)}, advance
    )


def load_shipping_methods(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put the methods of a file that was checked back to what it says."""
    return _merged(
        deployment, "shippingMethods", {record.value["id"]: record.value for record in read_records(file)}, advance
    )


def load_tax_rates(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put the rates of a file that was checked back to what it says."""
    return _merged(
        deployment, "taxRates", {_place(record.value): record.value for record in read_records(file)}, advance
    )


def load_locations(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put the locations of a file that was checked back to what it says."""
    records = {
        record.value["id"]: {name: value for name, value in record.value.items() if name != "id"}
        for record in read_records(file)
    }
    return _merged(deployment, "locations", records, advance)


def load_order_properties(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Declare the properties of orders and of lines of a file that was checked."""
    records: dict[str, dict[str, JsonObject]] = {kind: {} for kind in PROPERTY_KINDS.values()}
    for record in read_records(file):
        records[PROPERTY_KINDS[record.value["appliesTo"]]][record.value["id"]] = record.value
    return sum(_merged(deployment, kind, properties, advance) for kind, properties in records.items())


def _sound(file: Path, model: type, book: Book) -> Iterator[Record]:
    """The records that fit their model."""
    unique = Unique()
    for record in records_of(file, book.findings):
        if record.check(model):
            unique.check(record, "id", record.value["id"])
            yield record


def _place(rate: JsonObject) -> str:
    """What a rate is for: ``US``, ``US-TX``."""
    return f"{rate['country']}-{rate['state']}" if rate.get("state") else str(rate["country"])


def _merged(
    deployment: Deployment, kind: str, records: Mapping[str, JsonObject], advance: Callable[[int], object]
) -> int:
    if records:
        merge_records(deployment, kind, records)
    advance(len(records))
    return len(records)


def _check_place(record: Record, member: str, country: str, state: str | None, regions: Regions) -> None:
    location = located_by_codes(country, state, regions)
    if location.country != country:
        record.wrong(f"{member}: {country} is no country code")
        return
    if state is not None and not (location.state_known and location.state == state):
        record.wrong(f"{member}: {state} is no region of {country}")


def _check_ranges(record: Record, member: str, ranges: Sequence[JsonObject]) -> None:
    """They do not overlap; only the last may be open."""
    end = None
    for at, price_range in enumerate(sorted(ranges, key=itemgetter("low"))):
        if at and (end is None or price_range["low"] < end):
            record.wrong(f"{member}: ranges overlap at {price_range['low']}")
        end = price_range.get("high")
        if end is not None and end <= price_range["low"]:
            record.wrong(f"{member}: high {end} must lie above low {price_range['low']}")
