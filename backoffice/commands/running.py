"""What the verbs share: the options that name a stack, and how a verb ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

from backoffice.deployment import Connection, find_deployment
from backoffice.price_csv import SUFFIX

DONE: Final = 0
FOUND: Final = 1
STOPPED: Final = 3


class Stopped(Exception):
    """A verb that came to no end; the text says how far it came."""


class StorePath(click.Path):
    """A folder of a store's files, or one file of prices as CSV."""

    def __init__(self) -> None:
        super().__init__(exists=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(str(super().convert(value, param, ctx)))
        if path.is_file() and path.suffix.lower() != SUFFIX:
            self.fail(f"{path} is neither a folder of a store's files nor a file of prices that ends in {SUFFIX}")
        return path


store_argument = click.argument("store", metavar="STORE", type=StorePath())
skip_option = click.option("--skip-refused", is_flag=True, help="Of a CSV, pass over prices with an error.")


def for_folders_alone(path: Path, *, replace: bool) -> None:
    """Raises click.UsageError for an option that means nothing for a file of prices."""
    if replace and path.is_file():
        raise click.UsageError("--replace is for folders: a CSV of prices never takes away what it does not name")


def for_files_alone(path: Path, *, skip_refused: bool) -> None:
    """The same for what means nothing for a folder."""
    if skip_refused and path.is_dir():
        raise click.UsageError("--skip-refused is for a CSV of prices: a folder is loaded whole or not at all")


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
