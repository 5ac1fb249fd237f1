"""The rows of a person, shopper or internal user: the record itself and who owns its identifiers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from backoffice.deployment import Deployment
from backoffice.writing import write_in_turn
from commerce.exact_json import JsonObject
from commerce.identity.login_records import OWNER, LoginRecord, new_password_attributes
from commerce.identity.passwords import hash_password
from commerce.storage import Attribute, Condition, Delete, Item, Key, Put, Write, decode_document, encode_document
from commerce.values import without_case


@dataclass(frozen=True, slots=True)
class Person:
    """What is written. `email`: None where it is no identifier; `password`: None = nobody can log in."""

    id: str
    login: str
    document: JsonObject
    password: str | None = field(default=None, repr=False)
    active: bool = True
    email: str | None = None

    @property
    def identifiers(self) -> dict[str, str]:
        return {"login": self.login} | ({"email": self.email} if self.email else {})


def identifier_key(table: str, kind: str, text: str) -> Key:
    """The row that says whose ``login`` or ``email`` this is."""
    return Key(table, f"{kind}#{without_case(text)}", OWNER)


class IdentifierInUse(Exception):  # an outcome that a command tells
    """The `kind` of identifier, ``login`` or ``email``, that belongs to somebody else."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def put_person(
    deployment: Deployment, table: str, sort_key: str, person: Person, attributes: Mapping[str, Attribute]
) -> None:
    """Put a person back to what is given, whatever stands there; the version goes on counting.

    Identifiers become the person's, whoever had them. Raises BadData.
    """
    _put(deployment, Key(table, person.id, sort_key), person, attributes, take=True)


def add_person(deployment: Deployment, table: str, sort_key: str, person: Person) -> None:
    """Write a new person. Raises IdentifierInUse, BadData."""
    _put(deployment, Key(table, person.id, sort_key), person, {}, take=False)


def _put(deployment: Deployment, key: Key, person: Person, attributes: Mapping[str, Attribute], *, take: bool) -> None:
    """One transaction: the person, the rows of the identifiers, and what frees those the person had."""
    identity: Mapping[str, Attribute] = {}
    if person.password is not None:
        hashed = hash_password(person.password)
        identity = new_password_attributes(LoginRecord(key, {}), hashed, deployment.clock())
    owners = {identifier_key(key.table, kind, text): kind for kind, text in person.identifiers.items()}

    def attempt() -> None:
        rows = deployment.store.get([key, *owners])
        stored = rows.pop(key, None)
        item: Item = {
            "version": int(stored["version"]) + 1 if stored else 1,
            "document": encode_document(person.document),
            "login": person.login,
            "active": person.active,
            "revoked": stored.get("revoked", {}) if stored else {},
            "usedCodes": {},
            "generation": int(stored.get("generation", 0)) + bool(identity) if stored else 0,
            **attributes,
            **identity,
        }
        writes: list[Write] = [Put(key, item, Condition.version(item["version"] - 1))]
        for owner, kind in owners.items():
            if not take and owner in rows and rows[owner]["account"] != person.id:
                raise IdentifierInUse(kind)
            as_read = Condition(equal={"account": rows[owner]["account"]}) if owner in rows else Condition(exists=False)
            writes.append(Put(owner, {"account": person.id}, as_read))
        if stored:
            writes += _freed(deployment, key, stored, owners)
        deployment.store.write(*writes)

    write_in_turn(f"the rows of {person.id}", attempt)


def _freed(deployment: Deployment, key: Key, stored: Item, kept: Collection[Key]) -> Iterator[Delete]:
    """Gives back the stored identifiers that are the person's own and not kept."""
    named = {"login": stored["login"], "email": decode_document(stored["document"]).get("email")}
    former = {identifier_key(key.table, kind, text) for kind, text in named.items() if text} - set(kept)
    own = {"account": key.pk}
    for owner, row in deployment.store.get(former).items():
        if row["account"] == key.pk:
            yield Delete(owner, Condition(equal=own))
