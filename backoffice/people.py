"""The rows of a person, shopper or internal user: the record itself and who owns its identifiers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from backoffice.deployment import Deployment
from backoffice.records import BadData, Record
from backoffice.writing import write_in_turn
from commerce.exact_json import JsonObject
from commerce.identity.login_records import OWNER, RAISED, LoginRecord, new_password_attributes
from commerce.identity.passwords import hash_password, verify_password
from commerce.storage import (
    Attribute,
    Condition,
    Delete,
    Item,
    Key,
    Put,
    Update,
    Write,
    decode_document,
    encode_document,
)
from commerce.values import without_case


@dataclass(frozen=True, slots=True)
class Person:
    """What is written. `email`: None where it is no identifier.

    `password`, `active`: None = as it stands; a new person without a password cannot log in, and is active.
    """

    id: str
    login: str
    document: JsonObject
    password: str | None = field(default=None, repr=False)
    active: bool | None = None
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


def check_identifiers(deployment: Deployment, table: str, records: Iterable[Record], kinds: Collection[str]) -> None:
    """An identifier may belong to nobody else, but to one of the file who gets another. Raises BadData."""
    wanted: dict[Key, tuple[Record, str]] = {}
    given: set[tuple[str, str]] = set()
    for record in records:
        for kind in kinds:
            if record.value.get(kind):
                wanted[identifier_key(table, kind, record.value[kind])] = record, kind
                given.add((kind, record.value["id"]))
    for key, row in deployment.store.get(wanted).items():
        record, kind = wanted[key]
        if (kind, row["account"]) not in given:
            raise record.bad(f"{kind}: belongs to {row['account']} already")


def put_person(
    deployment: Deployment,
    table: str,
    sort_key: str,
    person: Person,
    attributes: Mapping[str, Attribute],
    *,
    others: Collection[str] = (),
    replace: bool = False,
) -> None:
    """Put a person back to what is given; what is not given stays, unless they `replace` what stands there.

    Nothing is written where nothing changes; else the version goes on counting. A password that is right already
    stays, and so do the sessions. `others`: who of the same file may lose an identifier to this person.
    Raises BadData.
    """
    try:
        _put(deployment, Key(table, person.id, sort_key), person, attributes, others, replace=replace)
    except IdentifierInUse as error:
        raise BadData(f"{person.id}: {error.kind}: belongs to somebody else already") from error


def add_person(deployment: Deployment, table: str, sort_key: str, person: Person) -> None:
    """Write a new person. Raises IdentifierInUse, BadData."""
    _put(deployment, Key(table, person.id, sort_key), person, {}, (), replace=True)


def _put(
    deployment: Deployment,
    key: Key,
    person: Person,
    attributes: Mapping[str, Attribute],
    others: Collection[str],
    *,
    replace: bool,
) -> None:
    """One transaction: the person, the rows of the identifiers, and what frees those the person had."""
    owners = {identifier_key(key.table, kind, text): kind for kind, text in person.identifiers.items()}

    @cache
    def password_attributes(stored_hash: str | None, earlier: str) -> Mapping[str, Attribute]:
        """What changes with the password, if it does; once for all attempts, since hashing takes its time."""
        if person.password is None:
            return {}
        if stored_hash and not replace and verify_password(person.password, stored_hash):
            return {}
        known = {"passwordHash": stored_hash, "previousHashes": earlier} if stored_hash else {}
        return new_password_attributes(LoginRecord(key, known), hash_password(person.password), deployment.clock())

    def attempt() -> None:
        rows = deployment.store.get([key, *owners])
        stored = rows.pop(key, None)
        former = stored or {}
        identity = password_attributes(former.get("passwordHash"), str(former.get("previousHashes", "")))
        document = _document(person, stored if not replace else None)
        writes: list[Write] = []
        if stored is None or replace:
            writes.append(_whole(key, person, document, {**attributes, **identity}, former))
        elif changed := _changed(key, person, document, attributes, identity, stored):
            writes.append(changed)
        for owner, kind in owners.items():
            account = rows[owner]["account"] if owner in rows else None
            if account not in (None, person.id, *others):
                raise IdentifierInUse(kind)
            if account != person.id:
                as_read = Condition(equal={"account": account}) if account is not None else Condition(exists=False)
                writes.append(Put(owner, {"account": person.id}, as_read))
        if stored:
            email = document.get("email")
            kept = [identifier_key(key.table, "email", str(email))] if email else []
            writes += _freed(deployment, key, stored, [*owners, *kept])
        deployment.store.write(*writes)

    write_in_turn(f"the rows of {person.id}", attempt)


def _document(person: Person, stored: Item | None) -> JsonObject:
    """What is given over what is stored: of custom values and of sites each by itself; null takes a value away."""
    former = decode_document(stored["document"]) if stored else {}
    document = former | person.document
    if "custom" in person.document:
        values = former.get("custom", {}) | person.document["custom"]
        document["custom"] = {name: value for name, value in values.items() if value is not None}
    if "sites" in person.document:
        sites = former.get("sites", {})
        said = person.document["sites"].items()
        document["sites"] = sites | {site: sites.get(site, {}) | members for site, members in said}
    addresses = {address["repositoryId"] for address in document.get("addresses", ())}
    if document.get("defaultAddress") not in addresses:
        document.pop("defaultAddress", None)
    return document


def _whole(key: Key, person: Person, document: JsonObject, attributes: Mapping[str, Attribute], former: Item) -> Put:
    """A new person, or one that replaces who stood there, whose tokens all end."""
    version = int(former.get("version", 0))
    item: Item = {
        "version": version + 1,
        "document": encode_document(document),
        "login": person.login,
        "active": person.active is not False,
        "revoked": {},
        "usedCodes": former.get("usedCodes", {}),
        "generation": int(former.get("generation", 0)) + bool(former),
        **attributes,
    }
    return Put(key, item, Condition.version(version))


def _changed(
    key: Key,
    person: Person,
    document: JsonObject,
    attributes: Mapping[str, Attribute],
    identity: Mapping[str, Attribute],
    stored: Item,
) -> Update | None:
    """The single attributes that change, so that logins and logouts beside it are not undone; None: nothing does."""
    changes: dict[str, Attribute] = {}
    former = decode_document(stored["document"])
    # Who has modified it last is no difference.
    if former | {"modifiedBy": ""} != document | {"modifiedBy": ""}:
        changes["document"] = encode_document(document)
    if person.login != stored["login"]:
        changes["login"] = person.login
    if person.active is not None and person.active != stored["active"]:
        changes["active"] = person.active
        changes |= {} if person.active else {"exemptToken": ""}
    if others := {name: value for name, value in attributes.items() if stored.get(name) != value}:
        # One-time codes of another secret.
        changes |= others | ({"usedCodes": {}} if "totpSecret" in others else {})
    changes |= identity
    if not changes:
        return None
    version = int(stored["version"])
    condition = Condition.version(version)
    if identity:
        as_read = stored.get("passwordHash")
        condition = Condition(
            equal={"version": version} | ({"passwordHash": as_read} if as_read else {}),
            absent=() if as_read else ("passwordHash",),
        )
    ended = bool(identity) or changes.get("active") is False
    return Update(key, condition, {"version": version + 1, **changes}, RAISED if ended else {})


def _freed(deployment: Deployment, key: Key, stored: Item, kept: Collection[Key]) -> Iterator[Delete]:
    """Gives back the stored identifiers that are the person's own and not kept."""
    named = {"login": stored["login"], "email": decode_document(stored["document"]).get("email")}
    former = {identifier_key(key.table, kind, text) for kind, text in named.items() if text} - set(kept)
    own = {"account": key.pk}
    for owner, row in deployment.store.get(former).items():
        if row["account"] == key.pk:
            yield Delete(owner, Condition(equal=own))
