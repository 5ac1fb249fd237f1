"""orders.json: incomplete orders (carts) of the store's shoppers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Required

from annotated_types import Ge, Le
from typing_extensions import TypedDict

from backoffice.deployment import Deployment
from backoffice.members import CatalogueId, Id
from backoffice.records import Record, read_records
from backoffice.writing import write_in_turn
from commerce.configuration import ConfigurationRepository, StoreConfiguration
from commerce.dates import format_date
from commerce.exact_json import JsonObject
from commerce.orders.model import Order, OrderGroup, OrderLine
from commerce.orders.repository import OrderRepository, current_scope
from commerce.orders.request import MAX_LINES
from commerce.profiles.repository import ProfileRepository
from commerce.storage import Write
from commerce.values import MAX_WHOLE


class LineRecord(TypedDict):
    """One line of a cart."""

    id: Id
    productId: CatalogueId
    catRefId: CatalogueId
    quantity: Annotated[int, Ge(1), Le(MAX_WHOLE)]


class OrderRecord(TypedDict, total=False):
    """One order. `current`: it becomes its shopper's current order on its site, for its organization."""

    id: Required[Id]
    shopper: Required[str]
    site: Required[str]
    organization: str
    current: bool
    cartName: str
    lines: Required[list[LineRecord]]


def load_orders(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put every order of the file back to what it says. Raises BadData, nothing is written then."""
    records = list(_checked(file, deployment))
    sites = _configuration(deployment)
    for record in records:
        _load(record.value, sites, deployment)
        advance(1)
    return len(records)


def _checked(file: Path, deployment: Deployment) -> Iterator[Record]:
    sites, seen = _configuration(deployment).sites, set[str]()
    profiles = ProfileRepository(deployment.store, deployment.tables.profiles)
    for record in read_records(file):
        record.check(OrderRecord)
        order = record.value
        line_ids = [line["id"] for line in order["lines"]]
        if order["id"] in seen:
            raise record.bad("id: is in the file twice")
        if len(set(line_ids)) < len(line_ids):
            raise record.bad("lines: two have the same id")
        if len(line_ids) > MAX_LINES:
            raise record.bad(f"lines: at most {MAX_LINES}")
        if order["site"] not in sites:
            raise record.bad(f"site: there is no site {order['site']}")
        key = profiles.key(order["shopper"])
        if key not in deployment.store.get([key]):
            raise record.bad(f"shopper: there is no profile {order['shopper']}")
        seen.add(order["id"])
        yield record


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


def _order(record: JsonObject, version: int, moment: str) -> Order:
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


def _configuration(deployment: Deployment) -> StoreConfiguration:
    repository = ConfigurationRepository(
        deployment.store, deployment.tables.catalogue, deployment.settings.default_site
    )
    return repository.current(deployment.store.get(repository.keys()))
