"""Addresses and their organization as an answer shows them (contract: organization-addresses.md §7, §8)."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from commerce.exact_json import JsonObject
from commerce.organizations.address_types import shown_types
from commerce.organizations.model import KINDS, TEXT_MEMBERS, Address, Lineage
from commerce.organizations.rules import TYPES, derived_default, own_default, shown_nickname


class AddressView(Struct, frozen=True):
    """Shows addresses to a member of `account` in one language. `properties`: ids of the declared custom properties."""

    account: str
    properties: Iterable[str]
    language: str
    default_language: str

    def address(self, address: Address) -> JsonObject:
        """The `address` object: members that are not set are null, the default flags are left out."""
        members = address.content.members
        shown: JsonObject = {"repositoryId": address.id, "isInherited": address.owner != self.account}
        shown |= {name: members.get(name) for name in TEXT_MEMBERS}
        shown[TYPES] = shown_types(members.get(TYPES, ()), self.language, self.default_language)
        shown |= {name: members.get(name) for name in self.properties}
        return shown

    def named_address(self, address: Address) -> JsonObject:
        """The address with its nickname: the answer of a read or an update."""
        return {"address": self.address(address), "addressType": shown_nickname(address)}

    def collection(self, lineage: Lineage, *, brief: bool = False) -> JsonObject:
        """The first organization with its defaults and all addresses that it has or inherits.

        `brief`: id and nickname alone of those that are listed.
        """
        organization, _ = lineage[0]
        listed = self._mention if brief else self.named_address
        shown: JsonObject = {
            "id": organization.id,
            "repositoryId": organization.id,
            "name": organization.document.get("name"),
            "description": organization.document.get("description"),
            "active": True,  # nothing of an inactive one is shown
            "externalOrganizationId": organization.document.get("externalOrganizationId"),
        }
        shown |= {kind.member: self._optional(own_default(kind, lineage)) for kind in KINDS}
        shown["secondaryAddresses"] = [listed(address) for _, addresses in lineage for address in addresses]
        shown |= {kind.derived: self._optional(derived_default(kind, lineage)) for kind in KINDS}
        return shown

    def _mention(self, address: Address) -> JsonObject:
        return {"address": {"repositoryId": address.id}, "addressType": shown_nickname(address)}

    def _optional(self, address: Address | None) -> JsonObject | None:
        return self.address(address) if address else None
