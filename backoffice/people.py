"""The rows of a person, shopper or internal user: the record itself and who owns its identifiers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from backoffice.deployment import Deployment
from commerce.exact_json import JsonObject
from commerce.identity.login_records import OWNER, LoginRecord, new_password_attributes
from commerce.identity.passwords import hash_password
from commerce.storage import Attribute, Condition, Delete, Item, Key, WriteLost, decode_document, encode_document
from commerce.storage.items import to_wire


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
    return Key(table, f"{kind}#{text.casefold()}", OWNER)


def put_person(
    deployment: Deployment, table: str, sort_key: str, person: Person, attributes: Mapping[str, Attribute]
) -> None:
    """Put a person back to what is given, whatever stands there; the version goes on counting."""
    key = Key(table, person.id, sort_key)
    stored = deployment.store.get([key]).get(key)
    item: Item = {
        "version": int(stored["version"]) + 1 if stored else 1,
        "document": encode_document(person.document),
        "login": person.login,
        "active": person.active,
        "revoked": stored.get("revoked", {}) if stored else {},
        "usedCodes": {},
        **attributes,
    }
    if person.password is not None:
        item |= new_password_attributes(LoginRecord(key, {}), hash_password(person.password), deployment.clock())
    if stored:
        _free_identifiers(deployment, table, person.id, stored)
    rows = [{"pk": key.pk, "sk": key.sk, **item}]
    for kind, text in person.identifiers.items():
        owner = identifier_key(table, kind, text)
        rows.append({"pk": owner.pk, "sk": owner.sk, "account": person.id})
    requests: list[Any] = [{"PutRequest": {"Item": {k: to_wire(v) for k, v in row.items()}}} for row in rows]
    deployment.client.batch_write_item(RequestItems={table: requests})


def _free_identifiers(deployment: Deployment, table: str, person_id: str, stored: Item) -> None:
    email = decode_document(stored["document"]).get("email")
    for kind, text in (("login", stored["login"]), ("email", email)):
        if text:
            own = Condition(equal={"account": person_id})
            with suppress(WriteLost):
                deployment.store.write(Delete(identifier_key(table, kind, text), own))
