"""For whom and on which organization a call acts (contract: organization-addresses.md §3)."""

from __future__ import annotations

from typing import Final

from commerce.accounts.directory import Directory
from commerce.accounts.member import Member
from commerce.errors import (
    AccountInactive,
    AgentContextMissing,
    AgentContextUnreadable,
    NotAccountAdministrator,
    UnknownOrganization,
)
from commerce.exact_json import UnusableJson, loads
from commerce.values import id_text

ADDRESS_FUNCTIONS: Final = frozenset({"admin", "accountAddressManager"})
# One text, whichever is missing: it tells nothing of the accounts of others.
_EXPECTED: Final = (
    "be a member of the account that the call is for, and to change addresses hold its function "
    + " or ".join(sorted(ADDRESS_FUNCTIONS))
)


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


def account_of(member: Member, named: str | None, directory: Directory, *, concealed: bool, managed: bool) -> str:
    """The organization that a call acts on: steps 3 to 5.

    `named`: the header's. `concealed`: organizations of others are as unknown ones, and have no error of their own.
    `managed`: membership alone is not enough.
    Raises UnknownOrganization, NotAccountAdministrator, AccountInactive.
    """
    if named is not None and concealed and (named not in directory or named not in member.organizations):
        raise NotAccountAdministrator(expected=_EXPECTED)
    if named is not None and named not in directory:
        raise UnknownOrganization(named)
    if not member.active:
        raise AccountInactive
    account = _first_active(member, directory) if named is None else named
    if not directory.active(account):
        raise AccountInactive
    if account not in member.organizations or (managed and not ADDRESS_FUNCTIONS & member.functions(account)):
        raise NotAccountAdministrator(expected=_EXPECTED)
    return account


def _first_active(member: Member, directory: Directory) -> str:
    account = member.first_active(directory)
    if account is not None:
        return account
    if any(known in directory for known in member.organizations):
        raise AccountInactive
    raise NotAccountAdministrator(expected=_EXPECTED)
