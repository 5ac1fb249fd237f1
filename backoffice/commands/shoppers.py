"""The verbs `erase-shopper` and `export-shopper`."""

from __future__ import annotations

import click
import orjson

from backoffice.commands.running import on_stack, sure, yes_option
from backoffice.deployment import Deployment
from backoffice.erasing import erase_shopper, shopper_data
from backoffice.findings import BadData
from commerce.exact_json import plain


@click.command("erase-shopper")
@click.argument("shopper", metavar="ID")
@on_stack
@yes_option
def erase(deployment: Deployment, shopper: str, *, yes: bool) -> None:
    r"""Remove everything that the tables hold of a shopper.

    Profile, login and e-mail address, orders, counters of guesses, kept answers, and the name on addresses of
    organizations that the shopper has written; the addresses stay, they are the organization's. Sessions end first.
    When the command was stopped, give it again: it finishes.

    Not in the tables, and so not removed: log lines (ids alone, docs/operations.md) and DynamoDB's backups, which end
    after 35 days.

    \b
    Example:
      python -m backoffice erase-shopper se-570031 --stack commerce
    """
    sure(f"Erase the shopper {shopper} and all orders for good?", yes=yes)
    done = erase_shopper(deployment, shopper)
    if not done:
        raise BadData(f"there is nothing of a shopper {shopper}")
    click.echo(", ".join(f"{kind}: {count}" for kind, count in sorted(done.items())))


@click.command("export-shopper")
@click.argument("shopper", metavar="ID")
@on_stack
def export(deployment: Deployment, shopper: str) -> None:
    r"""Print everything that the tables hold of a shopper, as JSON, to be handed over.

    No secret is part of it.

    \b
    Example:
      python -m backoffice export-shopper se-570031 --stack commerce > se-570031.json
    """
    data = shopper_data(deployment, shopper)
    if data is None:
        raise BadData(f"there is nothing of a shopper {shopper}")
    text = orjson.dumps(data, lambda number: orjson.Fragment(plain(number)), orjson.OPT_INDENT_2)
    click.echo(text.decode())
