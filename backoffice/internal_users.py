"""users.json: internal users (merchandisers, agents) with their roles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Required

from typing_extensions import TypedDict

from backoffice.book import Book
from backoffice.catalogue import Unique
from backoffice.deployment import Deployment
from backoffice.findings import suggestion
from backoffice.members import Id, Password, PasswordHash
from backoffice.people import Identifiers, Person, put_people
from backoffice.records import Record, records_of
from backoffice.samples import check_sample
from commerce.identity.authentication import AGENT_ROLES
from commerce.shopper_types.service import ADMINISTRATORS
from commerce.values import without_case

USER = "user"
# What the APIs ask for.
ROLES: Final = ADMINISTRATORS | AGENT_ROLES


class InternalUserRecord(TypedDict, total=False):
    """One internal user. `roles`: ids such as ``adminRole``. `totpSecret`: Base32, if an authenticator is enrolled.
    `passwordHash`: in place of a password, as an export with hashes writes it.

    `sample`: the secrets are published, see backoffice/samples.py. What a record leaves out stays as it is stored.
    """

    id: Required[Id]
    """Unique among internal users."""
    login: Required[str]
    """Unique among internal users, in any case."""
    password: Password
    """In plain text; only a hash of it is stored. Left out: the stored one stays, and a new login is of no use until
    it gets one.
    """
    passwordHash: PasswordHash
    """In place of a password, as an export with hashes writes it."""
    active: bool
    """Whether they may call. Left out: as it stands; true for a new user."""
    roles: Required[list[str]]
    """Roles such as `adminRole` and `csAgentRole`. Others may be held, and open nothing here."""
    totpSecret: str
    """Secret of the user's authenticator, in Base32. Left out: the stored one stays."""
    sample: bool
    """Its secrets are public, so that only the local cloud takes the record."""


def check_internal_users(file: Path, book: Book) -> None:
    """Each user by itself, and who else has its login."""
    ids, logins = Unique(), Unique()
    identifiers = Identifiers(book.deployment, book.deployment.tables.identities, ("login",))
    for record in records_of(file, book.findings):
        check_sample(record, book)
        if not record.check(InternalUserRecord):
            continue
        user = record.value
        ids.check(record, "id", user["id"])
        logins.check(record, "login", without_case(user["login"]), user["login"])
        if {"password", "passwordHash"} <= user.keys():
            record.wrong("password, passwordHash: one of them at most")
        for role in user["roles"]:
            # Others are held by many a user, and open nothing here.
            if role not in ROLES and (alike := suggestion(role, ROLES)):
                record.doubt(f"roles: {role} is no role that opens anything{alike}")
        identifiers.add(record)
    identifiers.check()


def load_internal_users(
    file: Path, deployment: Deployment, advance: Callable[[int], object], *, replace: bool = False
) -> int:
    """Put every internal user of a file that was checked back to what it says; what a record leaves out stays, unless
    `replace`. Raises BadData when an identifier has been taken meanwhile.
    """

    def person(record: Record) -> Person:
        user = record.value
        document = {"roles": [{"repositoryId": role} for role in user["roles"]]}
        attributes = {"totpSecret": user["totpSecret"]} if "totpSecret" in user else {}
        password, hashed = user.get("password"), user.get("passwordHash")
        return Person(
            user["id"], user["login"], document, password, user.get("active"), None, attributes, password_hash=hashed
        )

    return put_people(file, deployment, deployment.tables.identities, USER, person, advance, replace=replace)
