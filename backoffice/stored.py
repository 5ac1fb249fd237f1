"""What a stack holds, as the records of a store's files: for exporting it and for comparing files with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from backoffice.deployment import Deployment
from backoffice.internal_users import USER
from backoffice.orders import details_of
from backoffice.organizations import address_record
from backoffice.reading import cached_document, rows_of
from backoffice.selling import PROPERTY_KINDS
from backoffice.shoppers import ShopperRecord
from commerce.accounts.directory import Directory, read_directory
from commerce.accounts.repository import DIRECTORY
from commerce.catalogue.repository import SELLING
from commerce.configuration.repository import NAME as CONFIGURATION
from commerce.dates import epoch_seconds
from commerce.exact_json import JsonObject
from commerce.orders.repository import CURRENT, ORDER, current_scope
from commerce.organizations.model import KINDS
from commerce.organizations.repository import ADDRESS, ORGANIZATION
from commerce.profiles.repository import PROFILE
from commerce.shopper_types.model import TYPE_ID, read_type
from commerce.storage import Item, decode_document

_SHOPPER_MEMBERS: Final = tuple(ShopperRecord.__annotations__)
_LABELS: Final = "labels#"


@dataclass(frozen=True, slots=True)
class Stored:
    """The records of one kind: id → what is needed to make the record, and what makes it. Ids are in order."""

    rows: Mapping[str, Any]
    make: Callable[[str, Any], JsonObject]

    def record(self, name: str) -> JsonObject | None:
        """The record of that id, if it is stored."""
        return self.make(name, self.rows[name]) if name in self.rows else None


@dataclass
class Source:
    """One stack. `hashes`: hashes of passwords and PINs are part of the records.

    Large tables are scanned, and their rows held as they are stored, compressed.
    """

    deployment: Deployment
    hashes: bool = False
    _exported: dict[str, Stored] = field(default_factory=dict)

    def stored(self, kind: str) -> Stored:
        """The records of a file of this kind (``products``)."""
        if kind not in self._exported:
            self._exported[kind] = READERS[kind](self)
        return self._exported[kind]

    def forget(self, kind: str) -> None:
        """Give the memory back, but for what later kinds ask for."""
        if kind not in {"configuration", "shoppers"}:
            self._exported.pop(kind, None)

    @cached_property
    def selling(self) -> JsonObject:
        return cached_document(self.deployment, self.deployment.tables.catalogue, SELLING)

    @cached_property
    def directory(self) -> Directory:
        return read_directory(cached_document(self.deployment, self.deployment.tables.organizations, DIRECTORY))

    @cached_property
    def coupon_rows(self) -> Mapping[str, Item]:
        return self.catalogue_rows("coupon#")

    def catalogue_rows(self, prefix: str) -> dict[str, Item]:
        table = self.deployment.tables.catalogue
        return {row["pk"].removeprefix(prefix): row for row in rows_of(self.deployment, table, pk=prefix)}

    def shopper(self, name: str, row: Item) -> JsonObject:
        """The record of a profile's row."""
        document = decode_document(row["document"])
        document.pop("modifiedBy", None)
        record = {"id": name, "login": row["login"], **self.identity(row), **document}
        return {member: record.pop(member) for member in _SHOPPER_MEMBERS if member in record} | record

    def identity(self, row: Item) -> JsonObject:
        hashed = {"passwordHash": row["passwordHash"]} if self.hashes and row.get("passwordHash") else {}
        return hashed | ({} if row.get("active", True) else {"active": False})


# --- what is sold


def _configuration(source: Source) -> Stored:
    document = cached_document(source.deployment, source.deployment.tables.catalogue, CONFIGURATION)
    return Stored({"": document} if document else {}, _itself)


def _sold(source: Source, kind: str) -> Stored:
    return _sorted(source.selling.get(kind, {}), _itself)


def _locations(source: Source) -> Stored:
    return _sorted(source.selling.get("locations", {}), lambda name, record: {"id": name, **record})


def _promotions(source: Source) -> Stored:
    """One that a coupon carried which is gone goes on needing one."""
    carried = {name for row in source.coupon_rows.values() for name in decode_document(row["document"])["promotions"]}
    left = set(source.selling.get("couponPromotions", ())) - carried

    def make(name: str, record: JsonObject) -> JsonObject:
        return {**record, "couponOnly": True} if name in left else record

    return _sorted(source.selling.get("promotions", {}), make)


def _order_properties(source: Source) -> Stored:
    return Stored(
        {
            f"{applies_to} {name}": record
            for applies_to, kind in PROPERTY_KINDS.items()
            for name, record in sorted(source.selling.get(kind, {}).items())
        },
        _itself,
    )


def _products(source: Source) -> Stored:
    def make(name: str, row: Item) -> JsonObject:
        closed = {} if row["discountable"] else {"discountable": False}
        return {"id": name, **decode_document(row["document"]), **closed}

    return _sorted(source.catalogue_rows("product#"), make)


def _prices(source: Source) -> Stored:
    def make(name: str, row: Item) -> JsonObject:
        group, _, product_id = name.partition(" ")
        return {"productId": product_id, "priceListGroup": group, **decode_document(row["document"])}

    rows = source.catalogue_rows("price#")
    # A group's id holds no such sign, a product's may.
    return _sorted({name.replace("#", " ", 1): row for name, row in rows.items()}, make)


def _coupons(source: Source) -> Stored:
    def make(name: str, row: Item) -> JsonObject:
        used = {"uses": row["uses"]} if row["uses"] else {}
        return {"code": name, **decode_document(row["document"]), **used}

    return _sorted(source.coupon_rows, make)


def _gift_cards(source: Source) -> Stored:
    def make(name: str, row: Item) -> JsonObject:
        pin: JsonObject = {}
        if "pinHash" in row:
            pin = {"pinHash": row["pinHash"]} if source.hashes else {"hasPin": True}
        return {"number": name, **pin, **decode_document(row["document"])}

    return _sorted(source.catalogue_rows("giftcard#"), make)


# --- who buys


def _users(source: Source) -> Stored:
    def make(name: str, row: Item) -> JsonObject:
        roles = [role["repositoryId"] for role in decode_document(row["document"]).get("roles", ())]
        return {"id": name, "login": row["login"], **source.identity(row), "roles": roles}

    rows = rows_of(source.deployment, source.deployment.tables.identities, sk=USER)
    return _sorted({row["pk"]: row for row in rows}, make)


def _shoppers(source: Source) -> Stored:
    rows = rows_of(source.deployment, source.deployment.tables.profiles, sk=PROFILE)
    return _sorted({row["pk"]: row for row in rows}, source.shopper)


def _organizations(source: Source) -> Stored:
    rows: dict[str, list[Item]] = defaultdict(list)
    for row in rows_of(source.deployment, source.deployment.tables.organizations):
        if row["sk"] == ORGANIZATION or row["sk"].startswith(ADDRESS):
            rows[row["pk"]].append(row)

    def make(name: str, own: Sequence[Item]) -> JsonObject:
        (row,) = (one for one in own if one["sk"] == ORGANIZATION)
        addresses = sorted((one for one in own if one["sk"] != ORGANIZATION), key=lambda one: int(one["position"]))
        parents = source.directory.ancestors(name)[:1]
        return {
            "id": name,
            **decode_document(row["document"]),
            **({"parent": parents[0]} if parents else {}),
            **({} if source.directory.active(name) else {"active": False}),
            "addresses": [_organization_address(address) for address in addresses],
            **{kind.attribute: row[kind.attribute] for kind in KINDS if kind.attribute in row},
        }

    return _sorted({name: own for name, own in rows.items() if name in source.directory}, make)


def _shopper_type(source: Source) -> Stored:
    table = source.deployment.tables.shopper_types
    document = cached_document(source.deployment, table, TYPE_ID)
    if not document:
        return Stored({}, _itself)
    labels: dict[str, JsonObject] = {
        row["sk"].removeprefix(_LABELS): decode_document(row["document"])
        for row in source.deployment.store.query(table, TYPE_ID, _LABELS)
    }
    default_locale = source.deployment.settings.default_locale
    properties: JsonObject = {}
    for declared in read_type(document, 0).properties.values():
        own = {
            locale: labels[locale][declared.id]
            for locale in sorted(labels)
            if declared.id in labels[locale] and not (declared.label_origin and locale == default_locale)
        }
        stored = declared.document()
        stored.pop("labelOrigin", None)
        if stored or own:
            properties[declared.id] = stored | ({"labels": own} if own else {})
    order = list(read_type(document, 0).properties)
    return Stored({"": {"properties": properties, "propertiesOrder": order}}, _itself)


# --- carts


def _orders(source: Source) -> Stored:
    """Of the shoppers that there are, and not expired."""
    now = epoch_seconds(source.deployment.clock())
    current: dict[str, Item] = {}
    rows: dict[str, Item] = {}
    for row in rows_of(source.deployment, source.deployment.tables.orders):
        if row["sk"] == CURRENT:
            current[row["pk"]] = row
        elif row["sk"].startswith(ORDER) and row.get("expiresAt", now + 1) > now:
            rows[row["sk"].removeprefix(ORDER)] = row
    shoppers, configuration = source.stored("shoppers").rows, source.stored("configuration").record("") or {}
    sites = configuration.get("sites", {})

    def make(name: str, row: Item) -> JsonObject:
        document = decode_document(row["document"])
        site, organization = document["siteId"], document.get("organization")
        scope = current_scope(sites.get(site, {}).get("cartSharingGroup", site), organization)
        is_current = current.get(row["pk"], {}).get(scope) == name
        return {
            "id": name,
            "shopper": row["pk"],
            "site": site,
            **({"organization": organization} if organization else {}),
            **({"current": True} if is_current else {}),
            **details_of(document),
        }

    return _sorted({name: row for name, row in rows.items() if row["pk"] in shoppers}, make)


def _organization_address(row: Item) -> JsonObject:
    document = decode_document(row["document"])
    return address_record(row["sk"].removeprefix(ADDRESS), document["address"], document["nickname"])


def _sorted(rows: Mapping[str, Any], make: Callable[[str, Any], JsonObject]) -> Stored:
    return Stored(dict(sorted(rows.items())), make)


def _itself(_name: str, record: JsonObject) -> JsonObject:
    return record


# As `checking.CHECKS`; a test compares them.
READERS: Final[Mapping[str, Callable[[Source], Stored]]] = {
    "configuration": _configuration,
    "priceListGroups": lambda source: _sold(source, "priceListGroups"),
    "products": _products,
    "prices": _prices,
    "shippingMethods": lambda source: _sold(source, "shippingMethods"),
    "taxRates": lambda source: _sold(source, "taxRates"),
    "locations": _locations,
    "promotions": _promotions,
    "coupons": _coupons,
    "giftCards": _gift_cards,
    "orderProperties": _order_properties,
    "users": _users,
    "organizations": _organizations,
    "shopper_type": _shopper_type,
    "shoppers": _shoppers,
    "orders": _orders,
}


def name_of(kind: str, record: JsonObject) -> str:
    """The id of a file's record, as `Stored` has it."""
    match kind:
        case "configuration" | "shopper_type":
            return ""
        case "prices":
            return f"{record['priceListGroup']} {record['productId']}"
        case "orderProperties":
            return f"{record['appliesTo']} {record['id']}"
        case "taxRates":
            return f"{record['country']}-{record['state']}" if record.get("state") else str(record["country"])
        case "coupons":
            return str(record["code"])
        case "giftCards":
            return str(record["number"])
    return str(record["id"])
