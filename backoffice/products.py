"""products.json and prices.json: what is sold, and what it costs in each price list group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Required

from pydantic import Discriminator, Field, Tag
from typing_extensions import TypedDict

from backoffice.book import Book
from backoffice.catalogue import (
    Row,
    Unique,
    check_size,
    chunks,
    document_of,
    load_of,
    load_version,
    put_rows,
    repository_of,
    writing_goods,
)
from backoffice.deployment import Deployment
from backoffice.findings import suggestion
from backoffice.members import Amount, CatalogueId, Count, Id, Texts
from backoffice.reading import rows_of
from backoffice.records import Record, read_records, records_of
from commerce.exact_json import JsonObject
from commerce.storage import decode_document

# --- products -----------------------------------------------------------------------------------------------------


class VariantRecord(TypedDict):
    """What sets a SKU apart from its siblings."""

    id: CatalogueId
    """Id of what varies, such as `colour`."""
    name: Texts
    """Its name."""
    value: Texts
    """The SKU's value."""


class SkuPropertyRecord(TypedDict):
    """A further property; `value`: text per locale, or a plain value."""

    id: CatalogueId
    """Id of the property."""
    name: Texts
    """Its name."""
    value: Texts | str | bool | int
    """A text for each locale, or one plain value for all."""


class SkuRecord(TypedDict, total=False):
    """One SKU; its id is unique among all products."""

    id: Required[CatalogueId]
    """Unique among the SKUs of all products."""
    active: bool
    """Whether it can be ordered. Default true."""
    primaryThumbImageURL: str
    """Small picture of it."""
    variant: list[VariantRecord]
    """What sets it apart from its siblings."""
    properties: list[SkuPropertyRecord]
    """What else is to be said of it."""


class AddOnOptionRecord(TypedDict, total=False):
    """A product that may be added; without `skuId` any of its SKUs."""

    id: Required[CatalogueId]
    """Id of the option, which an order names."""
    productId: Required[CatalogueId]
    """Product that is added."""
    skuId: CatalogueId
    """Its SKU. Left out: any of the product."""


class AddOnRecord(TypedDict):
    """One choice of add-ons."""

    configurablePropertyId: CatalogueId
    """Id of the choice, which an order names."""
    options: Annotated[list[AddOnOptionRecord], Field(min_length=1)]
    """What may be chosen."""


class ShopperInputRecord(TypedDict, total=False):
    """A text the shopper gives along with a line; `maxLength` in characters."""

    id: Required[CatalogueId]
    """Unique in the product."""
    required: bool
    """Whether a line must bring it. Default false."""
    maxLength: Count
    """Most characters. Left out: no limit of its own."""
    values: Annotated[list[str], Field(min_length=1)]
    """What may be given. Left out: any text."""


class ProductRecord(TypedDict, total=False):
    """One product. `slug` stands in its address; `orderLimit` in units an order."""

    id: Required[CatalogueId]
    """Unique among products."""
    active: bool
    """Whether it can be ordered. Default true."""
    slug: CatalogueId
    """What stands in its address. Default: its id."""
    displayName: Required[Texts]
    """Name that shoppers read."""
    description: Texts
    """Text on it. Default: none."""
    primaryThumbImageURL: str
    """Small picture."""
    primaryImageAltText: Texts
    """What stands in place of the picture."""
    primaryImageTitle: Texts
    """Title of the picture."""
    discountable: bool
    """Whether promotions may make it cheaper. Default true."""
    soldAlone: bool
    """Whether it can be bought by itself; false: as an add-on only. Default true."""
    orderLimit: Count
    """Most units in an order. Default: no limit."""
    configurable: bool
    """Whether it is put together by a configurator; a site may switch such products off. Default false."""
    skus: Required[Annotated[list[SkuRecord], Field(min_length=1)]]
    """What is ordered: one SKU at least."""
    addOns: list[AddOnRecord]
    """What may be added to it."""
    shopperInputs: list[ShopperInputRecord]
    """Texts that a shopper gives along with a line."""


def check_products(file: Path, book: Book) -> None:
    """Each product by itself, its SKUs among all products, and the add-ons it names."""
    products, skus = Unique(), Unique()
    owners = _stored_skus(book.deployment)
    taken: list[tuple[Record, str]] = []
    with_add_ons: list[Record] = []
    for record in records_of(file, book.findings):
        if not record.check(ProductRecord):
            continue
        product = record.value
        products.check(record, "id", product["id"])
        for sku in product["skus"]:
            skus.check(record, "skus", sku["id"])
            if owners.get(sku["id"], product["id"]) != product["id"]:
                taken.append((record, sku["id"]))
        inputs = Unique()
        for declared in product.get("shopperInputs", ()):
            inputs.check(record, "shopperInputs", declared["id"])
        check_size(record)
        book.own_products[product["id"]] = frozenset(sku["id"] for sku in product["skus"])
        if product.get("addOns"):
            with_add_ons.append(record)
    for record, sku_id in taken:
        # A product of the file may give it up.
        if sku_id in book.own_products.get(owners[sku_id], {sku_id}):
            record.wrong(f"skus: {sku_id} belongs to the product {owners[sku_id]} already")
    for records in chunks(with_add_ons):
        _check_add_ons(records, book)


def load_products(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put every product of a file that was checked back to what it says."""
    repository, version = repository_of(deployment), load_version(deployment)

    def row(record: Record) -> Row:
        document = dict(record.value)
        key = repository.product_key(document.pop("id"))
        discountable = document.pop("discountable", True)
        return key, {"version": version, "discountable": discountable, "document": document_of(record, document)}

    with writing_goods(deployment, load_of(file)):
        return put_rows(deployment, read_records(file), row, advance)


def _stored_skus(deployment: Deployment) -> Mapping[str, str]:
    """SKUs of the table with their products."""
    prefix = repository_of(deployment).product_key("").pk
    return {
        sku["id"]: row["pk"].removeprefix(prefix)
        for row in rows_of(deployment, deployment.tables.catalogue, pk=prefix)
        for sku in decode_document(row["document"])["skus"]
    }


def _check_add_ons(records: Sequence[Record], book: Book) -> None:
    """An add-on must be a product of the file or of the table."""
    known = book.skus_of(option["productId"] for record in records for option in _options(record))
    for record in records:
        for option in _options(record):
            product_id, sku_id = option["productId"], option.get("skuId")
            if product_id not in known:
                book.refuse(record, f"addOns: {product_id} is no product{suggestion(product_id, known)}")
            else:
                named = [sku_id] if sku_id else []
                book.check_known(record, "addOns", named, known[product_id], f"SKU of {product_id}")


def _options(record: Record) -> Iterator[JsonObject]:
    for add_on in record.value.get("addOns", ()):
        yield from add_on["options"]


# --- prices -------------------------------------------------------------------------------------------------------


class BracketRecord(TypedDict, total=False):
    """Units `levelMinimum` to `levelMaximum`, both inclusive; the last bracket is open."""

    levelMinimum: Required[Count]
    """First unit of the bracket; 1 in the first."""
    levelMaximum: Count | None
    """Last unit. Left out, or null, in the last bracket alone; the next begins one above."""
    price: Required[Amount]
    """Price of a unit there."""


class VolumeRecord(TypedDict):
    """``bulk``: all units at the bracket of the whole quantity; ``tiered``: each at its own."""

    scheme: Literal["bulk", "tiered"]
    """`bulk`: all units at the price of the bracket that the whole quantity is in; `tiered`: each unit at the price of
    its own.
    """
    brackets: Annotated[list[BracketRecord], Field(min_length=1)]
    """From 1 on, without gap or overlap."""


def _form(value: Any) -> str:
    return "volume" if isinstance(value, dict) else "price"


PriceMember = Annotated[Annotated[Amount, Tag("price")] | Annotated[VolumeRecord, Tag("volume")], Discriminator(_form)]


class RecurringRecord(TypedDict, total=False):
    """A charge per unit and period; without `duration` it is open-ended."""

    charge: Required[Amount]
    """What a unit costs in each period."""
    frequency: str
    """The period. Default `Monthly`."""
    duration: str | None
    """How many periods, as text; left out or null: without end."""


class ItemPrices(TypedDict, total=False):
    """Unit prices in the group's currency; the surcharge is for shipping."""

    list: PriceMember
    """Price of a unit; by quantity as an object."""
    sale: PriceMember
    """Price of a unit while it is on sale, in place of the list price."""
    surcharge: Amount
    """What shipping of a unit costs more."""
    recurring: RecurringRecord
    """What is paid again and again besides."""


class PriceRecord(ItemPrices, total=False):
    """All prices of one product and its SKUs in one price list group; a SKU's own go first."""

    productId: Required[CatalogueId]
    """Product; one record for each in a group."""
    priceListGroup: Required[Id]
    """Group, whose currency the prices are in."""
    skus: dict[str, ItemPrices]
    """SKU → its own prices, which go before the product's."""


def check_prices(file: Path, book: Book) -> None:
    """Each record by itself, its product, SKUs and group."""
    unique, groups = Unique(), book.currencies
    for records in chunks(records_of(file, book.findings)):
        sound = [record for record in records if record.check(PriceRecord)]
        skus_of = book.skus_of(record.value["productId"] for record in sound)
        for record in sound:
            prices, product_id, group = record.value, record.value["productId"], record.value["priceListGroup"]
            unique.check(record, "productId", (group, product_id), f"{product_id} in {group}")
            _check_volumes(record)
            book.check_known(record, "priceListGroup", [group], groups, "price list group")
            book.check_known(record, "productId", [product_id], skus_of, "product")
            if product_id in skus_of:
                book.check_known(record, "skus", prices.get("skus", ()), skus_of[product_id], f"SKU of {product_id}")


def load_prices(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put the prices of a file that was checked back to what it says; the next call uses them."""
    repository, version = repository_of(deployment), load_version(deployment)

    def row(record: Record) -> Row:
        document = dict(record.value)
        key = repository.price_key(document.pop("productId"), document.pop("priceListGroup"))
        return key, {"version": version, "document": document_of(record, document)}

    with writing_goods(deployment, load_of(file)):
        return put_rows(deployment, read_records(file), row, advance)


def _check_volumes(record: Record) -> None:
    prices = record.value
    of_skus = ((f"skus.{sku}.", own_prices) for sku, own_prices in prices.get("skus", {}).items())
    for where, entries in [("", prices), *of_skus]:
        for member in ("list", "sale"):
            entry = entries.get(member)
            if isinstance(entry, dict):
                _check_brackets(record, f"{where}{member}", entry["brackets"])
    check_size(record)


def _check_brackets(record: Record, member: str, brackets: Sequence[JsonObject]) -> None:
    """They start at 1, follow each other without a gap or an overlap, and the last is open."""
    if fault := fault_of(brackets):
        record.wrong(f"{member}: {fault}")


def fault_of(brackets: Sequence[JsonObject]) -> str:
    """What is wrong with the brackets of a price, in words; empty: nothing."""
    due: int | None = 1
    for bracket in sorted(brackets, key=lambda bracket: int(bracket["levelMinimum"])):
        first, last = bracket["levelMinimum"], bracket.get("levelMaximum")
        if due == 1 and first != 1:
            return "brackets start at 1"
        if due is None or first < due:
            return f"brackets overlap at {first}"
        if first > due:
            return f"no bracket holds {due}"
        if last is not None and last < first:
            return f"levelMaximum {last} lies below levelMinimum {first}"
        due = None if last is None else last + 1
    return "the last bracket is open: without levelMaximum" if due is not None else ""
