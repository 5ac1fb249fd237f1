"""orders.json: incomplete orders (carts) of the store's shoppers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, Required

from annotated_types import Ge, Le
from typing_extensions import TypedDict

from backoffice.book import Book
from backoffice.catalogue import Unique, chunks
from backoffice.deployment import Deployment
from backoffice.findings import BadData, Findings, suggestion
from backoffice.members import CatalogueId, Described, Id
from backoffice.records import read_records, records_of
from backoffice.writing import write_in_turn
from commerce.configuration import StoreConfiguration
from commerce.dates import format_date
from commerce.exact_json import JsonObject
from commerce.orders.model import INCOMPLETE, Order, OrderGroup, OrderLine, order_document, read_order
from commerce.orders.repository import OrderRepository, current_scope
from commerce.orders.request import MAX_LINES
from commerce.storage import Condition, Delete, Update, Write
from commerce.values import MAX_WHOLE

# Members of a stored order that a record says by itself.
_SAID: Final = frozenset({"siteId", "organization", "cartName", "modifiedBy"})
_PLAIN_LINE: Final = frozenset({"id", "product", "sku", "quantity"})


class LineRecord(TypedDict):
    """One line of a cart."""

    id: Id
    """Unique in the order."""
    productId: CatalogueId
    """Product."""
    catRefId: CatalogueId
    """Its SKU."""
    quantity: Annotated[int, Ge(1), Le(MAX_WHOLE)]
    """Units."""


class OrderRecord(TypedDict, total=False):
    """One order. `current`: it becomes its shopper's current order on its site, for its organization.

    `details`: what an export writes of an order beside its lines, in the form of the tables: coupons, shipping groups,
    cards, dates; and its lines, where they say more than `lines` can.
    """

    id: Required[Id]
    """Unique among orders."""
    shopper: Required[str]
    """Id of the shopper whose cart it is."""
    site: Required[str]
    """Where it was begun."""
    organization: str
    """Organization that it is for. Left out: the shopper."""
    current: bool
    """Whether it becomes the shopper's current order there. Default false."""
    cartName: str
    """Name that the shopper gave it."""
    lines: Required[Annotated[list[LineRecord], Described(maxItems=MAX_LINES)]]
    """What is in it."""
    details: dict[str, Any]
    """What an export writes of an order beside its lines: coupons, shipping groups, cards, dates. Not to be written by
    hand.
    """


def check_orders(file: Path, book: Book) -> None:
    """Each order by itself, its shopper and site; a cart may name what is sold no longer."""
    unique = Unique()
    for records in chunks(records_of(file, book.findings)):
        sound = [record for record in records if record.check(OrderRecord)]
        shoppers = book.profiles(record.value["shopper"] for record in sound)
        skus_of = book.skus_of(line["productId"] for record in sound for line in record.value["lines"])
        for record in sound:
            order = record.value
            line_ids = [line["id"] for line in order["lines"]]
            unique.check(record, "id", order["id"])
            if len(set(line_ids)) < len(line_ids):
                record.wrong("lines: two have the same id")
            if len(line_ids) > MAX_LINES:
                record.wrong(f"lines: at most {MAX_LINES}")
            if order["site"] not in book.sites:
                book.refuse(record, f"site: there is no site {order['site']}{suggestion(order['site'], book.sites)}")
            if order["shopper"] not in shoppers:
                book.refuse(record, f"shopper: there is no profile {order['shopper']}")
            if "organization" in order and order["organization"] not in book.directory:
                book.refuse(record, f"organization: {order['organization']} is no organization")
            if "details" in order and _detailed(order, 0, "") is None:
                record.wrong("details: not what an export writes")
            for line in order["lines"]:
                if line["catRefId"] not in skus_of.get(line["productId"], ()):
                    record.doubt(f"lines: {line['id']}: {line['catRefId']} is no SKU of a product {line['productId']}")


def load_orders(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put every order of a file that was checked back to what it says."""
    configuration = Book(deployment, Findings()).configuration
    count = 0
    for record in read_records(file):
        _load(record.value, configuration, deployment)
        advance(1)
        count += 1
    return count


def _load(record: JsonObject, sites: StoreConfiguration, deployment: Deployment) -> None:
    repository = OrderRepository(deployment.store, deployment.tables.orders, deployment.settings.cart_lifetime)
    shopper, now = record["shopper"], deployment.clock()
    scope = current_scope(sites.site(record["site"]).cart_sharing_group, record.get("organization"))
    key, current_key = repository.key(shopper, record["id"]), repository.current_key(shopper)

    def attempt() -> None:
        rows = deployment.store.get([key, current_key])
        order = _order(record, rows[key]["version"] if key in rows else 0, format_date(now))
        writes: list[Write] = [repository.put(shopper, order, now)]
        if record.get("current", False):
            old = repository.current_id(rows, shopper, scope)
            writes.append(repository.make_current(shopper, scope, old, order.id))
        repository.write(writes)

    write_in_turn(f"the orders of {shopper}", attempt)


def delete_order(deployment: Deployment, shopper: str, name: str) -> bool:
    """Delete an order, and where the shopper's current ones are named; whether it was there."""
    repository = OrderRepository(deployment.store, deployment.tables.orders)
    key, current = repository.key(shopper, name), repository.current_key(shopper)

    def attempt() -> bool:
        rows = deployment.store.get([key, current])
        if key not in rows:
            return False
        scopes = [scope for scope, order in rows.get(current, {}).items() if scope.startswith("for:") and order == name]
        named = Condition(equal=dict.fromkeys(scopes, name))
        forgotten = [Update(current, named, removals=scopes)] if scopes else []
        deployment.store.write(Delete(key, Condition.version(int(rows[key]["version"]))), *forgotten)
        return True

    return write_in_turn(f"the orders of {shopper}", attempt)


def details_of(document: JsonObject) -> JsonObject:
    """What a record says of a stored order beside its id, shopper, site, organization and whether it is current."""
    lines = document.get("lines", [])
    named = {"cartName": document["cartName"]} if "cartName" in document else {}
    plain = all(line.keys() <= _PLAIN_LINE for line in lines)
    left = _SAID | ({"lines"} if plain else frozenset())
    return {
        **named,
        "lines": [
            {"id": line["id"], "productId": line["product"], "catRefId": line["sku"], "quantity": line["quantity"]}
            for line in lines
        ],
        "details": {name: value for name, value in document.items() if name not in left},
    }


def _detailed(record: JsonObject, version: int, moment: str) -> Order | None:
    """The order of a record with `details`; None where they are not what `details_of` writes."""
    lines = [
        {"id": line["id"], "product": line["productId"], "sku": line["catRefId"], "quantity": line["quantity"]}
        for line in record["lines"]
    ]
    said = {"siteId": record["site"], "organization": record.get("organization"), "cartName": record.get("cartName")}
    document = {"created": moment, "modified": moment, "lines": lines} | record["details"] | said
    try:
        order = read_order(record["id"], version, INCOMPLETE, document)
        order_document(order)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return order


def _order(record: JsonObject, version: int, moment: str) -> Order:
    if "details" in record:
        order = _detailed(record, version, moment)
        if order is None:
            raise BadData(f"{record['id']}: details: not what an export writes")
        return order
    digits = "".join(character for character in record["id"] if character in "0123456789")
    return Order(
        id=record["id"],
        version=version,
        site_id=record["site"],
        creation_site_id=record["site"],
        organization=record.get("organization"),
        created=moment,
        modified=moment,
        modified_by="",
        cart_name=record.get("cartName"),
        lines=tuple(
            OrderLine(line["id"], line["productId"], line["catRefId"], line["quantity"]) for line in record["lines"]
        ),
        groups=(OrderGroup(f"sg{digits}1"),),
        sequence=1,
    )
