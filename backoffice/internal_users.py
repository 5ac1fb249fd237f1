"""users.json: internal users (merchandisers, agents) with their roles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Required

from typing_extensions import TypedDict

from backoffice.deployment import Deployment
from backoffice.members import Id
from backoffice.people import Person, put_person
from backoffice.records import read_records

USER = "user"


class InternalUserRecord(TypedDict, total=False):
    """One internal user. `roles`: ids such as ``adminRole``. `totpSecret`: Base32, if an authenticator is enrolled.

    `sample`: the secrets are published, see backoffice/samples.py.
    """

    id: Required[Id]
    login: Required[str]
    password: str
    active: bool
    roles: Required[list[str]]
    totpSecret: str
    sample: bool


def load_internal_users(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put every internal user of the file back to what it says. Raises BadData, nothing is written then."""
    records = list(read_records(file))
    for record in records:
        record.check(InternalUserRecord)
    for record in records:
        user = record.value
        document = {"roles": [{"repositoryId": role} for role in user["roles"]]}
        person = Person(user["id"], user["login"], document, user.get("password"), user.get("active", True))
        attributes = {"totpSecret": user["totpSecret"]} if "totpSecret" in user else {}
        put_person(deployment, deployment.tables.identities, USER, person, attributes)
        advance(1)
    return len(records)
