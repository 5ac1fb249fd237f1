"""The verb `compare`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from backoffice.commands.running import FOUND, Stopped
from backoffice.findings import BadData
from backoffice.side_by_side.calls import READS, read_calls
from backoffice.side_by_side.paths import BadPattern, steps
from backoffice.side_by_side.running import NoCredentials, Options, SideBySide
from backoffice.side_by_side.sending import BadAddress, BaseUrl


class _Address(click.ParamType[BaseUrl]):
    name = "URL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> BaseUrl:
        try:
            return BaseUrl.read(value)
        except BadAddress as error:
            # Not the address itself: there may be a password in it.
            self.fail(f"the address {error}", param, ctx)


class _Pattern(click.ParamType[str]):
    name = "PATH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            steps(value)
        except BadPattern as error:
            self.fail(str(error), param, ctx)
        return str(value)


@click.command()
@click.argument("old", metavar="OLD", type=_Address())
@click.argument("new", metavar="NEW", type=_Address())
@click.option(
    "--calls",
    "file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Calls to make, as JSON  [a dozen that only read]",
)
@click.option("--old-admin", metavar="URL", type=_Address(), help="OLD's ccadmin and ccagent, where they stand apart.")
@click.option("--new-admin", metavar="URL", type=_Address(), help="The same of NEW.")
@click.option("--writes", is_flag=True, help="Make the calls that write, too, at both sides.")
@click.option("--ignore", metavar="PATH", multiple=True, type=_Pattern(), help="A place in answers that may differ.")
@click.option("--null-is-absent", is_flag=True, help="A member that is null is as one that is not there.")
@click.option("--new-members", is_flag=True, help="NEW may have members that OLD has not.")
@click.option("--show-personal", is_flag=True, help="Print values that may be of a person.")
@click.option(
    "--timeout", metavar="SECONDS", type=click.FloatRange(0.1, 600), default=30, show_default=True, help="Of one call."
)
def compare(
    old: BaseUrl,
    new: BaseUrl,
    *,
    file: Path | None,
    old_admin: BaseUrl | None,
    new_admin: BaseUrl | None,
    writes: bool,
    ignore: tuple[str, ...],
    null_is_absent: bool,
    new_members: bool,
    show_personal: bool,
    timeout: float,
) -> None:
    r"""Send the same calls to two base URLs and show where the answers differ.

    OLD and NEW are what stands before /ccstore/v1/… in an address; https, but on this machine. A line a call: = the
    same, ~ different, - left out, ! not compared; below it each difference as "place: old | new". Redirects are not
    followed. Without --writes nothing is sent but logins and calls that read.

    \b
    Credentials come from the environment, by the login's name: SHOPPER_USERNAME
    and SHOPPER_PASSWORD (and SHOPPER_TOTP_CODE), or SHOPPER_KEY, an application
    key. OLD_SHOPPER_… and NEW_SHOPPER_… come first, where the sides differ. The
    calls that are built in know: shopper, account (a shopper of one), merchant
    (an internal user); without a login's credentials its calls are left out.

    Passwords, tokens and numbers of cards are never printed; values that may be of a person only with --show-personal.

    \b
    Exit codes:
      0  the same
      1  different
      2  nothing was compared: the command line, FILE, or a variable is missing
      3  a side did not answer, or let nobody in; or no call was left to make

    \b
    Examples:
      python -m backoffice compare https://old.example.com https://new.example.com
      python -m backoffice compare https://old.example.com https://new.example.com --calls calls.json --writes
    """
    try:
        calls = read_calls(file or READS)
    except BadData as error:
        raise click.UsageError(str(error)) from error
    options = Options(writes, ignore, null_is_absent, new_members, show_personal, timeout, old_admin, new_admin)
    try:
        comparison = SideBySide(calls, old, new, os.environ, options)
    except NoCredentials as error:
        raise click.UsageError(f"these variables of the environment are not set:\n{error}") from error
    outcome = comparison.run(click.echo)
    if outcome.failed or not outcome.compared:
        raise Stopped(str(outcome))
    click.echo(str(outcome))
    if outcome.differ:
        raise click.exceptions.Exit(FOUND)
