"""The rows of a person, shopper or internal user: the record itself and who owns its identifiers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from backoffice.catalogue import BATCH_SIZE, CHUNK_SIZE, chunks, side_by_side
from backoffice.deployment import Deployment
from backoffice.records import BadData, Record, read_records
from backoffice.writing import write_in_turn
from commerce.exact_json import JsonObject
from commerce.identity.login_records import OWNER, RAISED, LoginRecord, new_password_attributes
from commerce.identity.passwords import hash_password, verify_password
from commerce.profiles.model import SEARCHED, searched
from commerce.profiles.repository import PROFILE
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

# Where the mark of a write that only indexes stands.
INDEXED: Final = "indexed"


@dataclass(frozen=True, slots=True)
class Person:
    """What is written. `email`: None where it is no identifier.

    `password`, `active`: None = as it stands; a new person without a password cannot log in, and is active.
    `password_hash`: in place of a password. `attributes`: further ones of the row.
    """

    id: str
    login: str
    document: JsonObject
    password: str | None = field(default=None, repr=False)
    active: bool | None = None
    email: str | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict, repr=False)
    password_hash: str | None = field(default=None, repr=False)

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


class Identifiers:
    """An identifier of a file's record may belong to nobody else, but to one of the file who gets another.

    `kinds`: of ``login`` and ``email``. Records are added one by one; the table is asked for some at a time.
    """

    def __init__(self, deployment: Deployment, table: str, kinds: Collection[str]) -> None:
        self._deployment = deployment
        self._table = table
        self._given: dict[str, set[str]] = {kind: set() for kind in kinds}
        self._asked: dict[Key, tuple[Record, str]] = {}
        self._others: list[tuple[Record, str, str]] = []

    def add(self, record: Record) -> None:
        for kind, given in self._given.items():
            if record.value.get(kind):
                self._asked[identifier_key(self._table, kind, record.value[kind])] = record, kind
                given.add(record.value["id"])
        if len(self._asked) >= CHUNK_SIZE:
            self._ask()

    def check(self) -> None:
        """After the last record."""
        self._ask()
        for record, kind, owner in self._others:
            if owner not in self._given[kind]:
                record.wrong(f"{kind}: belongs to {owner} already")

    def _ask(self) -> None:
        for key, row in self._deployment.store.get(self._asked).items():
            record, kind = self._asked[key]
            if row["account"] != record.value["id"]:
                self._others.append((record, kind, row["account"]))
        self._asked.clear()


def put_people(
    file: Path,
    deployment: Deployment,
    table: str,
    sort_key: str,
    person: Callable[[Record], Person],
    advance: Callable[[int], object],
    *,
    replace: bool,
) -> int:
    """Put every person of a file back to what it says, some at a time; the number of them. Raises BadData."""
    others = {record.value["id"] for record in read_records(file)}

    def put(batch: Sequence[Record]) -> None:
        people = [person(record) for record in batch]
        # Of all at once: a request for each would take longer than the writes.
        keys = [key for one in people for key in _keys(table, sort_key, one)]
        rows = deployment.store.get(keys)
        for one in people:
            read = {key: rows[key] for key in _keys(table, sort_key, one) if key in rows}
            put_person(deployment, table, sort_key, one, others=others, replace=replace, rows=read)

    return side_by_side(chunks(read_records(file), BATCH_SIZE), put, advance)


def put_person(
    deployment: Deployment,
    table: str,
    sort_key: str,
    person: Person,
    *,
    others: Collection[str] = (),
    replace: bool = False,
    rows: Mapping[Key, Item] | None = None,
) -> None:
    """Put a person back to what is given; what is not given stays, unless they `replace` what stands there.

    Nothing is written where nothing changes; else the version goes on counting. A password that is right already
    stays, and so do the sessions. `others`: who of the same file may lose an identifier to this person. `rows`: of
    person and identifiers, as they were read a moment ago. Raises BadData.
    """
    try:
        _put(deployment, Key(table, person.id, sort_key), person, others, rows, replace=replace)
    except IdentifierInUse as error:
        raise BadData(f"{person.id}: {error.kind}: belongs to somebody else already") from error


def add_person(deployment: Deployment, table: str, sort_key: str, person: Person) -> None:
    """Write a new person. Raises IdentifierInUse, BadData."""
    _put(deployment, Key(table, person.id, sort_key), person, (), None, replace=True)


def _keys(table: str, sort_key: str, person: Person) -> list[Key]:
    """Of the person's row, and of those that say who owns its identifiers."""
    return [
        Key(table, person.id, sort_key),
        *(identifier_key(table, kind, text) for kind, text in person.identifiers.items()),
    ]


def _put(
    deployment: Deployment,
    key: Key,
    person: Person,
    others: Collection[str],
    read: Mapping[Key, Item] | None,
    *,
    replace: bool,
) -> None:
    """One transaction: the person, the rows of the identifiers, and what frees those the person had.

    `read`: their rows, for the first attempt.
    """
    at_hand = [read] if read is not None else []
    owners = {identifier_key(key.table, kind, text): kind for kind, text in person.identifiers.items()}

    @cache
    def password_attributes(stored_hash: str | None, earlier: str) -> Mapping[str, Attribute]:
        """What changes with the password, if it does; once for all attempts, since hashing takes its time."""
        password = person.password
        if password is None and person.password_hash in {None, stored_hash if not replace else None}:
            return {}
        if password is not None and stored_hash and not replace and verify_password(password, stored_hash):
            return {}
        known = {"passwordHash": stored_hash, "previousHashes": earlier} if stored_hash else {}
        hashed = hash_password(password) if password is not None else str(person.password_hash)
        return new_password_attributes(LoginRecord(key, known), hashed, deployment.clock())

    def attempt() -> None:
        rows = dict(at_hand.pop()) if at_hand else deployment.store.get([key, *owners])
        stored = rows.pop(key, None)
        former = stored or {}
        identity = password_attributes(former.get("passwordHash"), str(former.get("previousHashes", "")))
        document = _document(person, stored if not replace else None)
        attributes = {**person.attributes, **_derived(key, person.login, document)}
        writes: list[Write] = []
        if stored is None or replace:
            writes.append(_whole(key, person, document, {**attributes, **identity}, former))
        elif changed := _changed(key, person, document, attributes, identity, stored):
            writes.append(changed)
        for owner, kind in owners.items():
            account = rows[owner]["account"] if owner in rows else None
            if account not in {None, person.id} and account not in others:
                raise IdentifierInUse(kind)
            if account != person.id:
                as_read = Condition(equal={"account": account}) if account is not None else Condition(exists=False)
                writes.append(Put(owner, {"account": person.id}, as_read))
        if stored:
            email = document.get("email")
            kept = [identifier_key(key.table, "email", str(email))] if email else []
            writes += freed(deployment, key, stored, [*owners, *kept])
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


def _derived(key: Key, login: str, document: JsonObject) -> dict[str, Attribute]:
    """What a row says of its document: a shopper's alone does."""
    return {SEARCHED: searched(key.pk, login, document)} if key.sk == PROFILE else {}


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
    if changes.keys() == {SEARCHED}:
        return indexed(key, version, changes[SEARCHED])
    condition = Condition.version(version)
    if identity:
        as_read = stored.get("passwordHash")
        condition = Condition(
            equal={"version": version} | ({"passwordHash": as_read} if as_read else {}),
            absent=() if as_read else ("passwordHash",),
        )
    ended = bool(identity) or changes.get("active") is False
    return Update(key, condition, {"version": version + 1, **changes}, RAISED if ended else {})


def indexed(key: Key, version: int, values: Attribute) -> Update:
    """Writes what a search can find of a profile of that version, which stays: no entity tag changes."""
    return Update(key, Condition.version(version), {SEARCHED: values}, mark=INDEXED)


def freed(deployment: Deployment, key: Key, stored: Item, kept: Collection[Key]) -> Iterator[Delete]:
    """What gives back the stored identifiers that are the person's own and not kept."""
    named = {"login": stored["login"], "email": decode_document(stored["document"]).get("email")}
    former = {identifier_key(key.table, kind, text) for kind, text in named.items() if text} - set(kept)
    own = {"account": key.pk}
    for owner, row in deployment.store.get(former).items():
        if row["account"] == key.pk:
            yield Delete(owner, Condition(equal=own))
