"""A shopper as a member of organizations (contract: organization-addresses.md §3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from commerce.accounts.directory import Directory
from commerce.exact_json import JsonObject
from commerce.values import referenced_id


class Member(Struct, frozen=True):
    """`active`: the shopper; `document`: the stored profile's."""

    active: bool
    document: JsonObject

    @property
    def references(self) -> Mapping[str, JsonObject]:
        """What the profile says of its organizations, by id: the parent organization first, then the secondary ones in
        their stored order.
        """
        parent = self.document.get("parentOrganization")
        secondary = self.document.get("secondaryOrganizations") or ()
        references: dict[str, JsonObject] = {}
        for reference in (*([parent] if parent else ()), *secondary):
            name = referenced_id(reference)
            if name is not None:
                references.setdefault(name, reference)
        return references

    @property
    def organizations(self) -> tuple[str, ...]:
        """Ids of its organizations, in that order."""
        return tuple(self.references)

    def first_active(self, directory: Directory) -> str | None:
        """The first of its organizations that is active."""
        return next((known for known in self.organizations if directory.has_active(known)), None)

    def current(self, named: str | None, directory: Directory) -> str | None:
        """The organization that a call names, if it is one of the shopper's, else the first active one."""
        if named in self.organizations and named in directory:
            return named
        return self.first_active(directory)

    def roles(self, organization: str) -> Sequence[JsonObject]:
        """Those that it has in one organization, as stored."""
        roles = self.document.get("roles", ())
        return [role for role in roles if referenced_id(role.get("relativeTo") or {}) == organization]

    def functions(self, organization: str) -> frozenset[str]:
        """The functions of its roles in one organization."""
        return frozenset(str(role.get("function")) for role in self.roles(organization))
