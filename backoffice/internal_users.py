"""users.json: internal users (merchandisers, agents) with their roles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Required

from typing_extensions import TypedDict

from backoffice.catalogue import Unique
from backoffice.deployment import Deployment
from backoffice.members import Id
from backoffice.people import Person, check_identifiers, put_person
from backoffice.records import read_records
from commerce.values import without_case

USER = "user"


class InternalUserRecord(TypedDict, total=False):
    """One internal user. `roles`: ids such as ``adminRole``. `totpSecret`: Base32, if an authenticator is enrolled.

    `sample`: the secrets are published, see backoffice/samples.py. What a record leaves out stays as it is stored.
    """

    id: Required[Id]
    login: Required[str]
    password: str
    active: bool
    roles: Required[list[str]]
    totpSecret: str
    sample: bool


def load_internal_users(
    file: Path, deployment: Deployment, advance: Callable[[int], object], *, replace: bool = False
) -> int:
    """Put every internal user of the file back to what it says; what a record leaves out stays, unless `replace`.

    Raises BadData, nothing is written then.
    """
    records, ids, logins, table = list(read_records(file)), Unique(), Unique(), deployment.tables.identities
    for record in records:
        record.check(InternalUserRecord)
        ids.check(record, "id", record.value["id"])
        logins.check(record, "login", without_case(record.value["login"]), record.value["login"])
    check_identifiers(deployment, table, records, ("login",))
    others = {record.value["id"] for record in records}
    for record in records:
        user = record.value
        document = {"roles": [{"repositoryId": role} for role in user["roles"]]}
        person = Person(user["id"], user["login"], document, user.get("password"), user.get("active"))
        attributes = {"totpSecret": user["totpSecret"]} if "totpSecret" in user else {}
        put_person(deployment, table, USER, person, attributes, others=others, replace=replace)
        advance(1)
    return len(records)
