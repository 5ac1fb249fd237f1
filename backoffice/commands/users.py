"""The verbs `users …`."""

from __future__ import annotations

import getpass
import secrets
import sys
from collections.abc import Callable
from typing import Any

import click

from backoffice import logins
from backoffice.commands.running import on_stack
from backoffice.deployment import Deployment

internal_option = click.option("--internal", is_flag=True, help="An internal user, not a shopper.")


@click.group()
def users() -> None:
    r"""Shoppers and internal users: who there is, new ones, passwords, locks.

    A password is read from the terminal, or from standard input when that is no terminal; it is never an argument.

    \b
    Examples:
      python -m backoffice users list --stack commerce --internal
      python -m backoffice users create-internal --stack commerce --roles adminRole merchant
      python -m backoffice users set-password --stack commerce kim@example.com --generate
      python -m backoffice users deactivate --stack commerce --internal agent
    """


def _verb(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    def decorate(function: Callable[..., Any]) -> click.Command:
        command: click.Command = users.command(name)(click.argument("login")(on_stack(function)))
        return command

    return decorate


@users.command("list")
@click.argument("begin", metavar="[LOGIN]", default="")
@on_stack
@internal_option
def list_users(deployment: Deployment, begin: str, *, internal: bool) -> None:
    """The users, or those whose login begins so: id, login, state, and an internal user's roles or a shopper's e-mail
    address, with tabs between.

    States: active, locked (by failed logins), no password, inactive.
    """
    for user in logins.list_logins(deployment, internal=internal, begin=begin):
        click.echo("\t".join([user.id, user.login, user.state, ", ".join(user.others)]))


@_verb("create-shopper")
@click.option("--email")
def create_shopper(deployment: Deployment, login: str, email: str | None) -> None:
    """A new shopper; prints the profile's id."""
    click.echo(logins.create_shopper(deployment, login, email, _asked_password()))


@_verb("create-internal")
@click.option("--roles", required=True, metavar="ROLE,…", help="Comma-separated: adminRole, csAgentRole, …")
def create_internal(deployment: Deployment, login: str, roles: str) -> None:
    """A new internal user or agent; prints the id."""
    named = [role.strip() for role in roles.split(",")]
    click.echo(logins.create_internal_user(deployment, login, named, _asked_password()))


@_verb("set-password")
@internal_option
@click.option("--generate", is_flag=True, help="Make one up and print it; it must be changed at the next login.")
def set_password(deployment: Deployment, login: str, *, internal: bool, generate: bool) -> None:
    """A new password; unlocks, and ends all sessions."""
    password = secrets.token_urlsafe(12) if generate else _asked_password()
    logins.set_password(deployment, login, password, internal=internal, generated=generate)
    click.echo(password if generate else "done")


@_verb("unlock")
@internal_option
def unlock(deployment: Deployment, login: str, *, internal: bool) -> None:
    """End a lock that failed logins have caused."""
    logins.unlock(deployment, login, internal=internal)
    click.echo("done")


@_verb("activate")
@internal_option
def activate(deployment: Deployment, login: str, *, internal: bool) -> None:
    """Let a user call again."""
    logins.set_active(deployment, login, internal=internal, active=True)
    click.echo("done")


@_verb("deactivate")
@internal_option
def deactivate(deployment: Deployment, login: str, *, internal: bool) -> None:
    """Refuse a user's logins and tokens."""
    logins.set_active(deployment, login, internal=internal, active=False)
    click.echo("done")


@_verb("enroll-authenticator")
def enroll_authenticator(deployment: Deployment, login: str) -> None:
    """A new authenticator secret for an internal user; prints it in Base32."""
    click.echo(logins.enroll_authenticator(deployment, login))


def _asked_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass("New password: ")
