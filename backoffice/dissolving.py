"""Deleting an organization: its place in the tree, its addresses, its members' membership and carts for it.

Shoppers stay, with all else that they have. Carts for it go, since nobody could open them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backoffice.deployment import Deployment
from backoffice.findings import BadData
from backoffice.orders import delete_order
from backoffice.reading import rows_of
from backoffice.stored import Source
from backoffice.writing import write_in_turn
from commerce.accounts.member import Member
from commerce.accounts.repository import DirectoryRepository
from commerce.exact_json import JsonObject
from commerce.orders.repository import ORDER
from commerce.profiles.model import SEARCHED, searched
from commerce.profiles.repository import PROFILE
from commerce.storage import Attribute, Condition, Delete, Item, Key, Update, decode_document, encode_document
from commerce.values import referenced_id

# Of those who keep an organization, so many are told by name.
MOST_TOLD: Final = 5


def dissolve_organization(deployment: Deployment, name: str, *, release: bool) -> bool:
    """Delete an organization; whether anything of it was there. `release`: members leave it, and carts for it go.

    From the first step on nobody can act for it; wherever it is stopped, doing it again finishes it. Raises BadData,
    nothing is deleted then, where organizations stand below it, or members or carts are left and not to be released.
    """
    directory = Source(deployment).directory
    below = [other for other in directory.document() if name in directory.ancestors(other)[:1]]
    if below:
        raise BadData(f"organizations {name}: {_told('stands above the organization', below)}")
    members = [row["pk"] for row in _members(deployment, name)]
    carts = [(row["pk"], row["sk"].removeprefix(ORDER)) for row in _carts(deployment, name)]
    if (members or carts) and not release:
        kept = [
            _told("has the member", members),
            _told("is what a cart is for:", [f"{shopper}/{cart}" for shopper, cart in carts]),
        ]
        told = "; ".join(filter(None, kept))
        raise BadData(f"organizations {name}: {told}. --release-members takes it from them, and deletes these carts")
    table = deployment.tables.organizations
    was_there = name in directory
    if was_there:
        tree = DirectoryRepository(deployment.store, table)
        write_in_turn("the organizations", lambda: tree.remove([name]))
    for member in members:
        _release(deployment, member, name)
    for shopper, cart in carts:
        delete_order(deployment, shopper, cart)
    for row in deployment.store.query(table, name):
        _delete(deployment, Key(table, name, row["sk"]))
        was_there = True
    return was_there or bool(members or carts)


def _told(what: str, names: list[str]) -> str:
    """Some of the names, and how many there are."""
    if not names:
        return ""
    more = f" and {len(names) - MOST_TOLD:,} more" if len(names) > MOST_TOLD else ""
    return f"{what} {', '.join(names[:MOST_TOLD])}{more}"


def _members(deployment: Deployment, name: str) -> Iterator[Item]:
    """The profiles that name an organization, or hold a role in it."""
    for row in rows_of(deployment, deployment.tables.profiles, sk=PROFILE):
        member = Member(active=True, document=decode_document(row["document"]))
        if name in member.references or member.roles(name):
            yield row


def _carts(deployment: Deployment, name: str) -> Iterator[Item]:
    for row in rows_of(deployment, deployment.tables.orders, sk=ORDER):
        if decode_document(row["document"]).get("organization") == name:
            yield row


def _release(deployment: Deployment, shopper: str, name: str) -> None:
    """Take an organization out of a profile, and the roles held in it; a further organization stays a further one."""
    key = Key(deployment.tables.profiles, shopper, PROFILE)

    def attempt() -> None:
        row = deployment.store.get([key]).get(key)
        if row is None:
            return
        version, before = int(row["version"]), decode_document(row["document"])
        after = _without(before, name)
        if after != before:
            changes: dict[str, Attribute] = {
                "version": version + 1,
                "document": encode_document({**after, "modifiedBy": ""}),
                SEARCHED: searched(shopper, row["login"], after),
            }
            deployment.store.write(Update(key, Condition.version(version), changes))

    write_in_turn(f"the attributes of {shopper}", attempt)


def _without(document: JsonObject, name: str) -> JsonObject:
    """A profile that does not name an organization."""
    left = dict(document)
    if referenced_id(left.get("parentOrganization") or {}) == name:
        del left["parentOrganization"]
    if "secondaryOrganizations" in left:
        others = left["secondaryOrganizations"] or []
        left["secondaryOrganizations"] = [one for one in others if referenced_id(one) != name]
    if "roles" in left:
        left["roles"] = [role for role in left["roles"] if referenced_id(role.get("relativeTo") or {}) != name]
    return left


def _delete(deployment: Deployment, key: Key) -> None:
    """Whatever stands there by now."""

    def attempt() -> None:
        if key in deployment.store.get([key]):
            deployment.store.write(Delete(key, Condition(exists=True)))

    write_in_turn(f"the rows of {key.pk}", attempt)
