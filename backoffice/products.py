"""products.json and prices.json: what is sold, and what it costs in each price list group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Required

from pydantic import Discriminator, Field, Tag
from typing_extensions import TypedDict

from backoffice.catalogue import (
    Row,
    Unique,
    check_known,
    chunks,
    document_of,
    known_products,
    load_version,
    put_rows,
    repository_of,
    selling_records,
)
from backoffice.deployment import Deployment
from backoffice.members import Amount, CatalogueId, Count, Id, Texts
from backoffice.records import Record, read_records
from commerce.exact_json import JsonObject

# --- products -----------------------------------------------------------------------------------------------------


class VariantRecord(TypedDict):
    """What sets a SKU apart from its siblings."""

    id: CatalogueId
    name: Texts
    value: Texts


class SkuPropertyRecord(TypedDict):
    """A further property; `value`: text per locale, or a plain value."""

    id: CatalogueId
    name: Texts
    value: Texts | str | bool | int


class SkuRecord(TypedDict, total=False):
    """One SKU; its id is unique among all products."""

    id: Required[CatalogueId]
    active: bool
    primaryThumbImageURL: str
    variant: list[VariantRecord]
    properties: list[SkuPropertyRecord]


class AddOnOptionRecord(TypedDict, total=False):
    """A product that may be added; without `skuId` any of its SKUs."""

    id: Required[CatalogueId]
    productId: Required[CatalogueId]
    skuId: CatalogueId


class AddOnRecord(TypedDict):
    """One choice of add-ons."""

    configurablePropertyId: CatalogueId
    options: Annotated[list[AddOnOptionRecord], Field(min_length=1)]


class ShopperInputRecord(TypedDict, total=False):
    """A text the shopper gives along with a line; `maxLength` in characters."""

    id: Required[CatalogueId]
    required: bool
    maxLength: Count
    values: Annotated[list[str], Field(min_length=1)]


class ProductRecord(TypedDict, total=False):
    """One product. `slug` stands in its address; `orderLimit` in units an order."""

    id: Required[CatalogueId]
    active: bool
    slug: CatalogueId
    displayName: Required[Texts]
    description: Texts
    primaryThumbImageURL: str
    primaryImageAltText: Texts
    primaryImageTitle: Texts
    discountable: bool
    soldAlone: bool
    orderLimit: Count
    configurable: bool
    skus: Required[Annotated[list[SkuRecord], Field(min_length=1)]]
    addOns: list[AddOnRecord]
    shopperInputs: list[ShopperInputRecord]


def load_products(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put every product of the file back to what it says. Raises BadData, nothing is written then."""
    skus_of = _check_products(file)
    _check_add_ons(file, deployment, skus_of)
    repository, version = repository_of(deployment), load_version(deployment)

    def row(record: Record) -> Row:
        document = dict(record.value)
        key = repository.product_key(document.pop("id"))
        discountable = document.pop("discountable", True)
        return key, {"version": version, "discountable": discountable, "document": document_of(record, document)}

    return put_rows(deployment, read_records(file), row, advance)


def _check_products(file: Path) -> Mapping[str, frozenset[str]]:
    """The products of the file with their SKUs."""
    skus_of: dict[str, frozenset[str]] = {}
    products, skus = Unique(), Unique()
    for record in read_records(file):
        record.check(ProductRecord)
        product = record.value
        products.check(record, "id", product["id"])
        for sku in product["skus"]:
            skus.check(record, "skus", sku["id"])
        inputs = Unique()
        for declared in product.get("shopperInputs", ()):
            inputs.check(record, "shopperInputs", declared["id"])
        document_of(record, product)
        skus_of[product["id"]] = frozenset(sku["id"] for sku in product["skus"])
    return skus_of


def _check_add_ons(file: Path, deployment: Deployment, skus_of: Mapping[str, frozenset[str]]) -> None:
    """An add-on must be a product of the file or of the table."""
    for records in chunks(record for record in read_records(file) if record.value.get("addOns")):
        elsewhere = known_products(
            deployment, {option["productId"] for record in records for option in _options(record)} - skus_of.keys()
        )
        for record in records:
            for option in _options(record):
                product_id, sku_id = option["productId"], option.get("skuId")
                skus = skus_of.get(product_id, elsewhere.get(product_id))
                if skus is None:
                    raise record.bad(f"addOns: {product_id} is no product")
                check_known(record, "addOns", [sku_id] if sku_id else [], skus, f"SKU of {product_id}")


def _options(record: Record) -> Iterator[JsonObject]:
    for add_on in record.value.get("addOns", ()):
        yield from add_on["options"]


# --- prices -------------------------------------------------------------------------------------------------------


class BracketRecord(TypedDict, total=False):
    """Units `levelMinimum` to `levelMaximum`, both inclusive; the last bracket is open."""

    levelMinimum: Required[Count]
    levelMaximum: Count | None
    price: Required[Amount]


class VolumeRecord(TypedDict):
    """``bulk``: all units at the bracket of the whole quantity; ``tiered``: each at its own."""

    scheme: Literal["bulk", "tiered"]
    brackets: Annotated[list[BracketRecord], Field(min_length=1)]


def _form(value: Any) -> str:
    return "volume" if isinstance(value, dict) else "price"


PriceMember = Annotated[Annotated[Amount, Tag("price")] | Annotated[VolumeRecord, Tag("volume")], Discriminator(_form)]


class RecurringRecord(TypedDict, total=False):
    """A charge per unit and period; without `duration` it is open-ended."""

    charge: Required[Amount]
    frequency: str
    duration: str | None


class ItemPrices(TypedDict, total=False):
    """Unit prices in the group's currency; the surcharge is for shipping."""

    list: PriceMember
    sale: PriceMember
    surcharge: Amount
    recurring: RecurringRecord


class PriceRecord(ItemPrices, total=False):
    """All prices of one product and its SKUs in one price list group; a SKU's own go first."""

    productId: Required[CatalogueId]
    priceListGroup: Required[Id]
    skus: dict[str, ItemPrices]


def load_prices(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put the prices of every product and group of the file back to what it says; the next call uses them.

    Raises BadData, nothing is written then.
    """
    groups = selling_records(deployment, "priceListGroups")
    unique = Unique()
    for records in chunks(read_records(file)):
        for record in records:
            _check_prices(record, unique)
            check_known(record, "priceListGroup", [record.value["priceListGroup"]], groups, "price list group")
        skus_of = known_products(deployment, (record.value["productId"] for record in records))
        for record in records:
            product_id = record.value["productId"]
            check_known(record, "productId", [product_id], skus_of, "product")
            check_known(record, "skus", record.value.get("skus", ()), skus_of[product_id], f"SKU of {product_id}")
    repository, version = repository_of(deployment), load_version(deployment)

    def row(record: Record) -> Row:
        document = dict(record.value)
        key = repository.price_key(document.pop("productId"), document.pop("priceListGroup"))
        return key, {"version": version, "document": document_of(record, document)}

    return put_rows(deployment, read_records(file), row, advance)


def _check_prices(record: Record, unique: Unique) -> None:
    record.check(PriceRecord)
    prices = record.value
    key = prices["priceListGroup"], prices["productId"]
    unique.check(record, "productId", key, f"{key[1]} in {key[0]}")
    of_skus = ((f"skus.{sku}.", own_prices) for sku, own_prices in prices.get("skus", {}).items())
    for where, entries in [("", prices), *of_skus]:
        for member in ("list", "sale"):
            entry = entries.get(member)
            if isinstance(entry, dict):
                _check_brackets(record, f"{where}{member}", entry["brackets"])
    document_of(record, prices)


def _check_brackets(record: Record, member: str, brackets: Sequence[JsonObject]) -> None:
    """They start at 1, follow each other without a gap or an overlap, and the last is open."""
    due: int | None = 1
    for bracket in sorted(brackets, key=lambda bracket: int(bracket["levelMinimum"])):
        first, last = bracket["levelMinimum"], bracket.get("levelMaximum")
        if due == 1 and first != 1:
            raise record.bad(f"{member}: brackets start at 1")
        if due is None or first < due:
            raise record.bad(f"{member}: brackets overlap at {first}")
        if first > due:
            raise record.bad(f"{member}: no bracket holds {due}")
        if last is not None and last < first:
            raise record.bad(f"{member}: levelMaximum {last} lies below levelMinimum {first}")
        due = None if last is None else last + 1
    if due is not None:
        raise record.bad(f"{member}: the last bracket is open: without levelMaximum")
