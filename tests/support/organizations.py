"""The sample store's account and the accounts above it without a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Final, TypeAlias

import pytest
from msgspec.structs import replace

from commerce.addresses.regions import Regions
from commerce.errors import AddressMemberInvalid, CommerceError
from commerce.exact_json import JsonObject, dumps, loads
from commerce.organizations.model import KINDS, Address, AddressContent, Modifier, Organization
from commerce.organizations.presentation import AddressView
from commerce.organizations.rules import (
    AddressSchema,
    changed_content,
    check_inherited,
    defaults_without,
    moved_defaults,
    read_change,
    sent_body,
)
from local.workspace import ROOT

ACCOUNT, PARENT, INACTIVE = "100002", "100001", "100003"
OWN, OTHER_OWN, INHERITED, OTHER_INHERITED = "280004", "280005", "280001", "280002"
NEW: Final = "new"
PROPERTIES: Final = {"deliveryNote": "shortText", "dockCount": "number", "hasForklift": "checkbox", "openedOn": "date"}

# Code, path and moreInfo of the one error of an answer.
Refusal: TypeAlias = tuple[str, str | None, str | None]


@cache
def sample_organizations() -> Mapping[str, tuple[Organization, tuple[Address, ...]]]:
    """Each organization of the sample store with its own addresses."""
    found = {}
    for record in loads((ROOT / "sample_store" / "organizations.json").read_text(encoding="utf-8")):
        addresses = tuple(
            _address(record["id"], position, dict(sent)) for position, sent in enumerate(record["addresses"], 1)
        )
        defaults = {kind.attribute: record[kind.attribute] for kind in KINDS if kind.attribute in record}
        document = {name: record[name] for name in ("name", "description", "externalOrganizationId") if name in record}
        count = len(addresses)
        found[record["id"]] = Organization(record["id"], 1, document, defaults, count, count), addresses
    return found


def _address(owner: str, position: int, members: JsonObject) -> Address:
    address_id, nickname = members.pop("repositoryId"), members.pop("addressType")
    return Address(owner, address_id, 1, position, AddressContent(members, nickname), Modifier())


@dataclass
class Account:
    """An account's addresses and defaults as their rows hold them after each call; its ancestors, the nearest first."""

    lineage: list[tuple[Organization, tuple[Address, ...]]] = field(
        default_factory=lambda: [sample_organizations()[name] for name in (ACCOUNT, PARENT)]
    )
    regions: Regions = field(default_factory=Regions)

    def put(self, body: Any, address_id: str = OWN) -> JsonObject:
        """Update an address; its answer. Raises CommerceError."""
        address = self._find(address_id)
        change = read_change(sent_body(_received(body)), PROPERTIES)
        content = changed_content(change, address.content, self._schema())
        if address.owner != self._organization.id:
            check_inherited(change, address, content)
            content = address.content
        addresses = [replace(own, content=content) if own is address else own for own in self._own]
        self._store(addresses, moved_defaults(self._organization.defaults, change.flags, address_id))
        return self.shown(address_id)

    def post(self, body: Any) -> JsonObject:
        """Add an address with the id `NEW`; its answer. Raises CommerceError."""
        change = read_change(sent_body(_received(body)), PROPERTIES)
        content = changed_content(change, None, self._schema())
        address = Address(self._organization.id, NEW, 1, len(self._own) + 1, content, Modifier())
        self._store([*self._own, address], moved_defaults(self._organization.defaults, change.flags, NEW))
        return self.shown(NEW)

    def delete(self, address_id: str) -> JsonObject:
        """Remove an own address; the collection without it."""
        addresses = [own for own in self._own if own.id != address_id]
        self._store(addresses, defaults_without(self._organization.defaults, address_id))
        return self.collection()

    def shown(self, address_id: str = OWN, language: str = "en") -> JsonObject:
        """What a read of an address answers, but its links."""
        return _received(self._view(language).named_address(self._find(address_id)))

    def collection(self) -> JsonObject:
        """What a read of the collection answers, but its links."""
        return _received(self._view().collection(self.lineage))

    def refused(self, body: Any, address_id: str | None = OWN) -> Refusal:
        """The error of an update, or of a creation without an id; everything is as it was then."""
        before = self.collection()
        send = self.post if address_id is None else partial(self.put, address_id=address_id)
        with pytest.raises(CommerceError) as caught:
            send(body)
        assert self.collection() == before
        error = caught.value
        assert error.status == 400
        # The text of this code names the member; the others' texts name nothing.
        assert error.values == ({"property": error.more_info} if isinstance(error, AddressMemberInvalid) else {})
        return error.code, error.path, error.more_info

    def told(self, body: Any, address_id: str | None = OWN) -> str:
        """The `devMessage` of an update, or of a creation without an id, that is refused."""
        with pytest.raises(CommerceError) as caught:
            self.post(body) if address_id is None else self.put(body, address_id)
        return caught.value.dev_message

    def unchanged_by(self, body: Any, address_id: str = OWN) -> bool:
        """Whether an update leaves nothing to write."""
        before = list(self.lineage)
        self.put(body, address_id)
        return self.lineage == before

    @property
    def _organization(self) -> Organization:
        return self.lineage[0][0]

    @property
    def _own(self) -> tuple[Address, ...]:
        return self.lineage[0][1]

    def _find(self, address_id: str) -> Address:
        return next(own for _, addresses in self.lineage for own in addresses if own.id == address_id)

    def _store(self, addresses: list[Address], defaults: dict[str, str]) -> None:
        self.lineage[0] = replace(self._organization, defaults=defaults), tuple(addresses)

    def _schema(self) -> AddressSchema:
        return AddressSchema(self.regions, PROPERTIES)

    def _view(self, language: str = "en") -> AddressView:
        return AddressView(self._organization.id, PROPERTIES, language, "en")


def _received(value: Any) -> JsonObject:
    """What the other side of the wire parses."""
    return dict(loads(dumps(value)))
