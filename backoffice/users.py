"""Users: ``python -m backoffice.users COMMAND --stack NAME LOGIN``.

A password is read from the terminal, or from standard input when that is no terminal; it is never an argument.
"""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence

from backoffice.deployment import Deployment, find_deployment, stack_argument
from backoffice.internal_users import USER
from backoffice.people import IdentifierInUse, Person, add_person
from backoffice.records import BadData
from backoffice.writing import write_in_turn
from commerce.dates import format_date
from commerce.identity.login_records import RAISED, LockRule, LoginRecord, LoginRecords, new_password_attributes
from commerce.identity.passwords import hash_password
from commerce.profiles.repository import PROFILE
from commerce.storage import Attribute, Condition, Update


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
    settings, tables = deployment.settings, deployment.tables
    table, sort_key = (tables.identities, USER) if internal else (tables.profiles, PROFILE)
    lock = LockRule(settings.max_failed_attempts, settings.unlock_after)
    record = LoginRecords(deployment.store, table, sort_key, lock).find(login)
    if record is None:
        raise UserError(f"there is no {'internal user' if internal else 'shopper'} {login}")
    return record


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


def _asked_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass("New password: ")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m backoffice.users", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    texts = {
        "create-shopper": "a new shopper",
        "create-internal": "a new internal user or agent",
        "set-password": "a new password; unlocks, and ends all sessions",
        "unlock": "end a lock",
        "activate": "let a user call again",
        "deactivate": "refuse a user's logins and tokens",
        "enroll-authenticator": "a new authenticator secret for an internal user",
    }
    for name, text in texts.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("login")
        stack_argument(command)
        if name == "create-shopper":
            command.add_argument("--email")
        if name == "create-internal":
            command.add_argument("--roles", required=True, help="comma-separated: adminRole, csAgentRole, …")
        if name in ("set-password", "unlock", "activate", "deactivate"):
            command.add_argument("--internal", action="store_true", help="an internal user, not a shopper")
        if name == "set-password":
            command.add_argument("--generate", action="store_true", help="make one up and print it; it must be changed")
    chosen = parser.parse_args(arguments)
    try:
        _run(chosen, find_deployment(chosen.stack))
    except (UserError, BadData) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(chosen: argparse.Namespace, deployment: Deployment) -> None:
    match chosen.command:
        case "create-shopper":
            print(create_shopper(deployment, chosen.login, chosen.email, _asked_password()))
        case "create-internal":
            roles = [role.strip() for role in chosen.roles.split(",")]
            print(create_internal_user(deployment, chosen.login, roles, _asked_password()))
        case "set-password":
            password = secrets.token_urlsafe(12) if chosen.generate else _asked_password()
            internal, generated = chosen.internal, chosen.generate
            set_password(deployment, chosen.login, password, internal=internal, generated=generated)
            print(password if chosen.generate else "done")
        case "unlock":
            unlock(deployment, chosen.login, internal=chosen.internal)
            print("done")
        case "activate" | "deactivate":
            set_active(deployment, chosen.login, internal=chosen.internal, active=chosen.command == "activate")
            print("done")
        case "enroll-authenticator":
            print(enroll_authenticator(deployment, chosen.login))


if __name__ == "__main__":
    sys.exit(main())
