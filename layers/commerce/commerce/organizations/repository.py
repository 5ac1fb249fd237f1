"""The organizations table: a partition for each organization, with a row of its own and one for each own address.

Only an organization's row says which addresses are its defaults; creating
or deleting an address changes that row too, so that a default is never set on an address that is just going.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from commerce.exact_json import JsonObject
from commerce.organizations.model import KINDS, Address, AddressContent, Lineage, Modifier, Organization
from commerce.storage import (
    Attribute,
    Condition,
    Delete,
    Item,
    Key,
    Put,
    Store,
    Update,
    Write,
    decode_document,
    encode_document,
)

ORGANIZATION: Final = "organization"
ADDRESS: Final = "address#"
TRANSACTION_SIZE: Final = 100

_SIDE_BY_SIDE: Final = 16


class OrganizationRepository:
    """Reads and conditional writes of organizations and their addresses."""

    def __init__(self, store: Store, table: str) -> None:
        self._store = store
        self._table = table

    # --- reads

    def organization_key(self, organization: str) -> Key:
        return Key(self._table, organization, ORGANIZATION)

    def address_key(self, organization: str, address: str) -> Key:
        return Key(self._table, organization, ADDRESS + address)

    def organization(self, rows: Mapping[Key, Item], organization: str) -> Organization:
        """The organization of a batch that held its key."""
        return _organization(rows[self.organization_key(organization)])

    def address(self, rows: Mapping[Key, Item], organizations: Iterable[str], address: str) -> Address | None:
        """The address of that id in the first of some organizations that has it."""
        found = (rows.get(self.address_key(organization, address)) for organization in organizations)
        return next((read_address(item) for item in found if item), None)

    def partitions(self, organizations: Sequence[str]) -> Lineage:
        """Each organization with its own addresses in order of creation, read side by side."""

        def read(organization: str) -> tuple[Organization, list[Address]]:
            items = list(self._store.query(self._table, organization))
            addresses = [read_address(item) for item in items if item["sk"].startswith(ADDRESS)]
            (row,) = (item for item in items if item["sk"] == ORGANIZATION)
            return _organization(row), sorted(addresses, key=lambda address: address.position)

        if len(organizations) == 1:
            return [read(organizations[0])]
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  few calls need it

        with ThreadPoolExecutor(max_workers=min(len(organizations), _SIDE_BY_SIDE)) as pool:
            return list(pool.map(read, organizations))

    def is_current(self, address: Address) -> bool:
        """Whether the address still has the version it was read with."""
        key = self.address_key(address.owner, address.id)
        item = self._store.get([key]).get(key)
        return item is not None and item["version"] == address.version

    # --- writes

    def create(
        self, organization: Organization, address: Address, defaults: Mapping[str, str], also: Sequence[Put] = ()
    ) -> None:
        """Add an own address, and what is to be written along with it. Raises WriteLost."""
        key = self.address_key(organization.id, address.id)
        counters = {"addressCount": organization.address_count + 1, "lastPosition": address.position}
        self._store.write(
            Put(key, address_item(address), Condition(exists=False)),
            self._organization_update(organization, defaults, counters),
            *also,
        )

    def save(
        self,
        organization: Organization,
        defaults: Mapping[str, str],
        stored: Address,
        changed: AddressContent,
        by: Modifier,
    ) -> Address:
        """Write what differs: the address, the defaults, both in one transaction, or nothing.

        Returns the address as it then is. Raises WriteLost.
        """
        address, writes = stored, list[Write]()
        if changed != stored.content:
            address = replace(stored, content=changed, modifier=by, version=stored.version + 1)
            key = self.address_key(stored.owner, stored.id)
            writes.append(Put(key, address_item(address), Condition.version(stored.version)))
        if defaults != organization.defaults:
            writes.append(self._organization_update(organization, defaults, {}))
        self._store.write(*writes)
        return address

    def delete(self, organization: Organization, address: Address, defaults: Mapping[str, str]) -> None:
        """Remove an own address. Raises WriteLost."""
        self._store.write(
            Delete(self.address_key(organization.id, address.id), Condition.version(address.version)),
            self._organization_update(organization, defaults, {"addressCount": organization.address_count - 1}),
        )

    def restore(
        self, organization: Organization, addresses: Sequence[Address] | None, *, replace_all: bool = True
    ) -> None:
        """Make a partition hold just this, for loading a store; versions go on counting, equal rows stay as they are.

        `addresses`: None = those that are stored. Unless `replace_all`, so do members and defaults stay that
        `organization` leaves out, but no default that names an address which goes.

        The organization's row is written last, so that a rival who creates or deletes an address is noticed.
        Raises WriteLost, some addresses may be written then.
        """
        rows = {item["sk"]: item for item in self._store.query(self._table, organization.id)}
        writes: list[Write] = []
        row = rows.pop(ORGANIZATION, None)
        former = _organization(row) if row else None
        if addresses is None:
            count, position = (former.address_count, former.last_position) if former else (0, 0)
            organization = replace(organization, address_count=count, last_position=position)
            rows.clear()
        for address in addresses or ():
            item = rows.pop(ADDRESS + address.id, None)
            stored = read_address(item) if item else None
            if stored is None or (stored.content, stored.position) != (address.content, address.position):
                version = stored.version if stored else 0
                key = self.address_key(organization.id, address.id)
                put = address_item(replace(address, version=version + 1))
                writes.append(Put(key, put, Condition.version(version)))
        for sk, item in rows.items():
            writes.append(Delete(Key(self._table, organization.id, sk), Condition.version(item["version"])))
        if former and not replace_all:
            kept = {kind: name for kind, name in former.defaults.items() if ADDRESS + name not in rows}
            organization = replace(
                organization,
                document=former.document | organization.document,
                defaults={**kept, **organization.defaults},
            )
        version = former.version if former else 0
        if writes or former != replace(organization, version=version):
            put = organization_item(replace(organization, version=version + 1))
            writes.append(Put(self.organization_key(organization.id), put, Condition.version(version)))
        for start in range(0, len(writes), TRANSACTION_SIZE):
            self._store.write(*writes[start : start + TRANSACTION_SIZE])

    def _organization_update(
        self, organization: Organization, defaults: Mapping[str, str], counters: Mapping[str, int]
    ) -> Update:
        changes: dict[str, Attribute] = {"version": organization.version + 1, **counters, **defaults}
        removals = [kind.attribute for kind in KINDS if kind.attribute not in defaults]
        condition = Condition.version(organization.version)
        return Update(self.organization_key(organization.id), condition, changes, {}, removals)


def organization_item(organization: Organization) -> dict[str, Attribute]:
    """The attributes of an organization's row."""
    return {
        "version": organization.version,
        "document": encode_document(organization.document),
        "addressCount": organization.address_count,
        "lastPosition": organization.last_position,
        **organization.defaults,
    }


def address_item(address: Address) -> dict[str, Attribute]:
    """The attributes of an address's row."""
    modifier = address.modifier
    document: JsonObject = {
        "address": address.content.members,
        "nickname": address.content.nickname,
        "modifier": [modifier.kind, modifier.id, modifier.login],
    }
    return {"version": address.version, "position": address.position, "document": encode_document(document)}


def _organization(item: Item) -> Organization:
    return Organization(
        id=item["pk"],
        version=item["version"],
        document=decode_document(item["document"]),
        defaults={kind.attribute: item[kind.attribute] for kind in KINDS if kind.attribute in item},
        address_count=item["addressCount"],
        last_position=item["lastPosition"],
    )


def read_address(item: Item) -> Address:
    """The address of a row."""
    document: dict[str, Any] = decode_document(item["document"])
    return Address(
        owner=item["pk"],
        id=item["sk"].removeprefix(ADDRESS),
        version=item["version"],
        position=item["position"],
        content=AddressContent(document["address"], document["nickname"]),
        modifier=Modifier(*document["modifier"]),
    )
