"""For whom and on which organization a call acts (contract: organization-addresses.md §3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from commerce.errors import (
    AccountInactive,
    AgentContextMissing,
    AgentContextUnreadable,
    NotAccountAdministrator,
    UnknownOrganization,
)
from commerce.exact_json import JsonObject, UnusableJson, loads
from commerce.organizations.directory import Directory
from commerce.values import id_text

ADDRESS_FUNCTIONS: Final = frozenset({"admin", "accountAddressManager"})


def context_shopper(text: str | None) -> str:
    """The shopper's id of an agent context, JSON text. Raises AgentContextMissing, AgentContextUnreadable."""
    if text is None:
        raise AgentContextMissing
    try:
        context = loads(text)
    except UnusableJson as error:
        raise AgentContextUnreadable from error
    if not isinstance(context, dict):
        raise AgentContextUnreadable
    value = context.get("shopperProfileId")
    if value is None or (isinstance(value, str) and not value.strip()):
        raise AgentContextMissing
    shopper = id_text(value)
    if shopper is None:
        raise AgentContextUnreadable
    return shopper


@dataclass(frozen=True, slots=True)
class Member:
    """A shopper as organizations see it. `document`: the stored profile's."""

    active: bool
    document: JsonObject

    @property
    def organizations(self) -> tuple[str, ...]:
        """Its organizations, the parent organization first, then the secondary ones in their stored order."""
        parent = self.document.get("parentOrganization")
        secondary = self.document.get("secondaryOrganizations") or ()
        return tuple(dict.fromkeys(_ids([*([parent] if parent else ()), *secondary])))

    def functions(self, organization: str) -> frozenset[str]:
        """The functions of its roles in one organization."""
        roles = self.document.get("roles", ())
        return frozenset(
            str(role.get("function")) for role in roles if organization in _ids([role.get("relativeTo") or {}])
        )


def account_of(member: Member, named: str | None, directory: Directory, *, concealed: bool, managed: bool) -> str:
    """The organization that a call acts on: steps 3 to 5.

    `named`: the header's. `concealed`: organizations of others are as unknown ones, and have no error of their own.
    `managed`: membership alone is not enough.
    Raises UnknownOrganization, NotAccountAdministrator, AccountInactive.
    """
    if named is not None and concealed and (named not in directory or named not in member.organizations):
        raise NotAccountAdministrator
    if named is not None and named not in directory:
        raise UnknownOrganization(named)
    if not member.active:
        raise AccountInactive
    account = _first_active(member, directory) if named is None else named
    if not directory.active(account):
        raise AccountInactive
    if account not in member.organizations or (managed and not ADDRESS_FUNCTIONS & member.functions(account)):
        raise NotAccountAdministrator
    return account


def _first_active(member: Member, directory: Directory) -> str:
    known = [organization for organization in member.organizations if organization in directory]
    if not known:
        raise NotAccountAdministrator
    return next((organization for organization in known if directory.active(organization)), known[0])


def _ids(references: Iterable[JsonObject]) -> list[str]:
    return [str(name) for entity in references if (name := entity.get("repositoryId") or entity.get("id"))]
