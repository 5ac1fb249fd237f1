"""What the verbs share: the options that name a stack, and how a verb ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import click

from backoffice.deployment import Connection, find_deployment

DONE: Final = 0
FOUND: Final = 1
STOPPED: Final = 3


class Stopped(Exception):
    """A verb that came to no end; the text says how far it came."""


yes_option = click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")


def sure(question: str, *, yes: bool) -> None:
    """Raises click.UsageError for a no, and where nobody can be asked."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked here whether that is meant: say --yes")
    if not click.confirm(question, err=True):
        raise click.UsageError("nothing was done")


def on_stack(verb: Callable[..., Any]) -> Callable[..., Any]:
    """The verb's first argument becomes the deployment that the options name."""
    return _connected(verb, required=True)


def beside_stack(verb: Callable[..., Any]) -> Callable[..., Any]:
    """As `on_stack`, for a verb that can do without: None when no stack is named."""
    return _connected(verb, required=False)


def _connected(verb: Callable[..., Any], *, required: bool) -> Callable[..., Any]:
    @wraps(verb)
    def connected(
        *, stack: str | None, region: str | None, profile: str | None, endpoint_url: str | None, **others: Any
    ) -> Any:
        deployment = find_deployment(stack, Connection(region, profile, endpoint_url)) if stack else None
        return verb(deployment, **others)

    for option in (
        click.option("--endpoint-url", metavar="URL", help="Of AWS's services  [AWS_ENDPOINT_URL]"),
        click.option("--profile", metavar="NAME", help="Of the AWS configuration  [AWS_PROFILE]"),
        click.option("--region", metavar="NAME", help="AWS's region  [AWS_REGION, AWS_DEFAULT_REGION]"),
        click.option("--stack", metavar="NAME", required=required, help="The CloudFormation stack."),
    ):
        connected = option(connected)
    return connected
