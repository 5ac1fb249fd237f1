"""Deleting single records of a store, unless others name them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from backoffice.catalogue import repository_of, writing_goods
from backoffice.deployment import Deployment
from backoffice.dissolving import dissolve_organization
from backoffice.findings import BadData
from backoffice.internal_users import USER
from backoffice.orders import delete_order
from backoffice.people import freed
from backoffice.selling import PROPERTY_KINDS
from backoffice.stored import Source
from backoffice.writing import write_in_turn
from commerce.catalogue.gift_cards import card_key
from commerce.exact_json import JsonObject
from commerce.storage import Condition, Delete, Key

# Kinds of the selling document, of which a file has an entry by the same id.
SOLD: Final = ("priceListGroups", "shippingMethods", "taxRates", "locations", "promotions")
KINDS: Final = (
    *SOLD,
    "products",
    "prices",
    "coupons",
    "giftCards",
    "orderProperties",
    "users",
    "organizations",
    "orders",
)
OF_TWO: Final[Mapping[str, str]] = {
    "prices": "PRICE_LIST_GROUP/PRODUCT",
    "orderProperties": "order/ID or line/ID",
    "orders": "SHOPPER/ID",
}
"""Kinds whose ids have two parts."""


def delete_record(deployment: Deployment, kind: str, name: str, *, release_members: bool = False) -> bool:
    """Delete one record; whether it was there. `name`: its id, of `OF_TWO` both parts with a slash between them.

    A product takes its prices with it. `release_members`: of an organization.
    Raises BadData, nothing is deleted then, where others name the record.
    """
    if kind in OF_TWO and "/" not in name:
        raise BadData(f"{name}: an id of {kind} is {OF_TWO[kind]}")
    if kind == "organizations":
        return dissolve_organization(deployment, name, release=release_members)
    named_by = list(_references(Source(deployment), kind, name))
    if named_by:
        raise BadData("\n".join(f"{kind} {name}: is named by {reference}" for reference in named_by))
    if kind in SOLD:
        return _unsell(deployment, kind, name)
    if kind == "orderProperties":
        applies_to, _, own = name.partition("/")
        if applies_to not in PROPERTY_KINDS:
            raise BadData(f"{name}: an id of {kind} is {OF_TWO[kind]}")
        return _unsell(deployment, PROPERTY_KINDS[applies_to], own)
    if kind == "users":
        return _delete_user(deployment, name)
    if kind == "orders":
        return delete_order(deployment, *name.split("/", 1))
    is_kept = kind in {"products", "prices"}
    with writing_goods(deployment, f"delete {kind} {name}") if is_kept else contextlib.nullcontext():
        return _delete_row(deployment, *_catalogue_keys(deployment, kind, name))


def _catalogue_keys(deployment: Deployment, kind: str, name: str) -> list[Key]:
    """The row of a record, before it those that go with it."""
    catalogue = repository_of(deployment)
    match kind:
        case "products":
            groups = Source(deployment).selling.get("priceListGroups", {})
            return [*(catalogue.price_key(name, group) for group in groups), catalogue.product_key(name)]
        case "prices":
            group, _, product_id = name.partition("/")
            return [catalogue.price_key(product_id, group)]
        case "coupons":
            return [catalogue.coupon_key(name)]
    return [card_key(deployment.tables.catalogue, name)]


def _delete_row(deployment: Deployment, *keys: Key) -> bool:
    """Whether the last of the rows was there."""
    found = False
    for key in keys:

        def attempt(key: Key = key) -> bool:
            if key not in deployment.store.get([key]):
                return False
            deployment.store.write(Delete(key, Condition(exists=True)))
            return True

        found = write_in_turn("rows of the catalogue", attempt)
    return found


def _unsell(deployment: Deployment, kind: str, name: str) -> bool:
    found: list[bool] = []

    def change(document: JsonObject) -> JsonObject:
        records = dict(document.get(kind, {}))
        found[:] = [records.pop(name, None) is not None]
        return document | {kind: records}

    if name not in Source(deployment).selling.get(kind, {}):
        return False
    write_in_turn("promotions, methods, rates, groups or properties", _changing(deployment, change))
    return found[0]


def _changing(deployment: Deployment, change: Callable[[JsonObject], JsonObject]) -> Callable[[], None]:
    return lambda: repository_of(deployment).change_selling(change)


def _delete_user(deployment: Deployment, name: str) -> bool:
    key = Key(deployment.tables.identities, name, USER)

    def attempt() -> bool:
        stored = deployment.store.get([key]).get(key)
        if stored is None:
            return False
        version = Condition.version(int(stored["version"]))
        deployment.store.write(Delete(key, version), *freed(deployment, key, stored, ()))
        return True

    return write_in_turn(f"the rows of {name}", attempt)


# --- who names a record


def _references(source: Source, kind: str, name: str) -> Iterator[str]:
    match kind:
        case "priceListGroups":
            yield from _of_group(source, name)
        case "products":
            yield from _of_product(source, name)
        case "shippingMethods":
            for promotion in _records(source, "promotions"):
                if name in promotion["reward"].get("methods", ()):
                    yield f"the promotion {promotion['id']}"
        case "promotions":
            for coupon in _records(source, "coupons"):
                if name in coupon["promotions"]:
                    yield f"the coupon {coupon['code']}"


def _of_group(source: Source, name: str) -> Iterator[str]:
    configuration = source.stored("configuration").record("") or {}
    for site, declared in configuration.get("sites", {}).items():
        if name in declared.get("priceListGroups", ()):
            yield f"the site {site}"
    for method in _records(source, "shippingMethods"):
        if name in method["ranges"]:
            yield f"the shipping method {method['id']}"
    for promotion in _records(source, "promotions"):
        if name in promotion.get("priceListGroups", ()):
            yield f"the promotion {promotion['id']}"
    for organization in _records(source, "organizations"):
        if organization.get("priceListGroup") == name:
            yield f"the organization {organization['id']}"
    for shopper in _records(source, "shoppers"):
        if (shopper.get("priceListGroup") or {}).get("id") == name:
            yield f"the shopper {shopper['id']}"
    prices = sum(1 for row in source.catalogue_rows(f"price#{name}#"))
    if prices:
        yield f"{prices} of the prices"


def _of_product(source: Source, name: str) -> Iterator[str]:
    for promotion in _records(source, "promotions"):
        reward = promotion["reward"]
        options = [option["productId"] for option in reward.get("options", ())]
        if name in (*reward.get("targets", ()), *reward.get("qualifiers", ()), *options):
            yield f"the promotion {promotion['id']}"
    for product in _records(source, "products"):
        added = (option["productId"] for add_on in product.get("addOns", ()) for option in add_on["options"])
        if product["id"] != name and name in added:
            yield f"an add-on of the product {product['id']}"


def _records(source: Source, kind: str) -> Iterator[JsonObject]:
    stored = source.stored(kind)
    return (stored.make(name, row) for name, row in stored.rows.items())
