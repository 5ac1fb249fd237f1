"""Logins of shoppers and internal users: new ones, passwords, locks, authenticators."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from backoffice.deployment import Deployment
from backoffice.internal_users import USER
from backoffice.people import IdentifierInUse, Person, add_person
from backoffice.reading import rows_of
from backoffice.writing import write_in_turn
from commerce.dates import format_date
from commerce.identity.login_records import RAISED, LockRule, LoginRecord, LoginRecords, new_password_attributes
from commerce.identity.passwords import hash_password
from commerce.profiles.repository import PROFILE
from commerce.storage import Attribute, Condition, Key, Update, decode_document
from commerce.values import without_case


class UserError(Exception):
    """What kept a command from doing its work."""


def create_shopper(deployment: Deployment, login: str, email: str | None, password: str) -> str:
    """A new shopper's profile id. Raises UserError when the login or e-mail address is taken."""
    document = {"email": email, "registrationDate": format_date(deployment.clock()), "modifiedBy": ""}
    person = Person(
        uuid.uuid4().hex[:12], login, {k: v for k, v in document.items() if v is not None}, password, True, email
    )
    return _create(deployment, deployment.tables.profiles, PROFILE, person)


def create_internal_user(deployment: Deployment, login: str, roles: Sequence[str], password: str) -> str:
    """A new internal user's id. Raises UserError when the login is taken."""
    document = {"roles": [{"repositoryId": role} for role in roles]}
    person = Person(uuid.uuid4().hex[:12], login, document, password)
    return _create(deployment, deployment.tables.identities, USER, person)


@dataclass(frozen=True, slots=True)
class Login:
    """Who may log in. `others`: an internal user's roles, a shopper's e-mail address."""

    id: str
    login: str
    is_active: bool
    is_locked: bool
    has_password: bool
    others: Sequence[str]

    @property
    def state(self) -> str:
        """The first of what keeps a user from logging in; else ``active``."""
        if not self.is_active:
            return "inactive"
        if not self.has_password:
            return "no password"
        return "locked" if self.is_locked else "active"


def list_logins(deployment: Deployment, *, internal: bool, begin: str = "") -> list[Login]:
    """The users whose login begins so, in any case, by their logins."""
    tables, now = deployment.tables, deployment.clock()
    table, sort_key = (tables.identities, USER) if internal else (tables.profiles, PROFILE)
    lock, found = _lock_rule(deployment), []
    for row in rows_of(deployment, table, sk=sort_key):
        if not without_case(row["login"]).startswith(without_case(begin)):
            continue
        record, document = LoginRecord(Key(table, row["pk"], sort_key), row), decode_document(row["document"])
        email = document.get("email")
        others = sorted(record.roles) if internal else [email] if email else []
        found.append(
            Login(
                record.id,
                record.login,
                record.active,
                lock.locked(record, now),
                record.password_hash is not None,
                others,
            )
        )
    return sorted(found, key=lambda user: (without_case(user.login), user.id))


def set_password(deployment: Deployment, login: str, password: str, *, internal: bool, generated: bool = False) -> None:
    """A new password; it unlocks, and ends every session. Raises UserError when there is no such user."""
    hashed = hash_password(password)

    def changes(record: LoginRecord) -> dict[str, Attribute]:
        return {**new_password_attributes(record, hashed, deployment.clock()), "passwordGenerated": generated}

    _update(deployment, login, changes, RAISED, internal=internal)


def unlock(deployment: Deployment, login: str, *, internal: bool) -> None:
    """End a lock. Raises UserError when there is no such user."""
    _update(deployment, login, lambda _: {"failedAttempts": 0}, internal=internal)


def set_active(deployment: Deployment, login: str, *, internal: bool, active: bool) -> None:
    """Let a user call or not; all tokens of one who may not end. Raises UserError."""
    if active:
        _update(deployment, login, lambda _: {"active": True}, internal=internal)
    else:
        _update(deployment, login, lambda _: {"active": False, "exemptToken": ""}, RAISED, internal=internal)


def enroll_authenticator(deployment: Deployment, login: str) -> str:
    """A new secret for an internal user's authenticator, in Base32. Raises UserError."""
    from pyotp import random_base32  # noqa: PLC0415  # the only command that needs it

    secret = random_base32()
    _update(deployment, login, lambda _: {"totpSecret": secret, "usedCodes": {}}, internal=True)
    return secret


def _create(deployment: Deployment, table: str, sort_key: str, person: Person) -> str:
    try:
        add_person(deployment, table, sort_key, person)
    except IdentifierInUse as error:
        raise UserError(f"the {error.kind} belongs to another user") from error
    return person.id


def _find(deployment: Deployment, login: str, *, internal: bool) -> LoginRecord:
    tables = deployment.tables
    table, sort_key = (tables.identities, USER) if internal else (tables.profiles, PROFILE)
    record = LoginRecords(deployment.store, table, sort_key, _lock_rule(deployment)).find(login)
    if record is None:
        raise UserError(f"there is no {'internal user' if internal else 'shopper'} {login}")
    return record


def _lock_rule(deployment: Deployment) -> LockRule:
    return LockRule(deployment.settings.max_failed_attempts, deployment.settings.unlock_after)


def _update(
    deployment: Deployment,
    login: str,
    changes: Callable[[LoginRecord], Mapping[str, Attribute]],
    additions: Mapping[str, int] | None = None,
    *,
    internal: bool,
) -> None:
    def attempt() -> None:
        record = _find(deployment, login, internal=internal)
        deployment.store.write(
            Update(record.key, Condition(exists=True), changes(record), additions or {}, mark="operator")
        )

    write_in_turn(f"the attributes of {login}", attempt)
