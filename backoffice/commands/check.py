"""The verb `check`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from backoffice.book import Book
from backoffice.checking import check_store
from backoffice.commands.running import FOUND, beside_stack, for_folders_alone, store_argument
from backoffice.deployment import Deployment, no_deployment
from backoffice.findings import Findings
from backoffice.price_csv import check_price_csv


@click.command()
@store_argument
@beside_stack
@click.option("--replace", is_flag=True, help="Check for a load with --replace.")
def check(deployment: Deployment | None, store: Path, *, replace: bool) -> None:
    r"""Tell everything that is wrong with a store's files; nothing is written.

    STORE is a folder of a store's files, or one CSV of prices. All files are read to their end. With --stack, what
    records name may stand in the stack as well as in the files, and logins, e-mail addresses and SKUs that belong to
    somebody else are found; without it such names are warned of.

    Ends with 0 when the files can be loaded (warnings are no errors), with 1 when not.

    \b
    Examples:
      python -m backoffice check my_store
      python -m backoffice check my_store --stack commerce
      python -m backoffice check prices.csv --stack commerce
    """
    for_folders_alone(store, replace=replace)
    progress = sys.stderr.isatty()
    findings, looked_into = Findings(), deployment or no_deployment()
    if store.is_dir():
        check_store(store, looked_into, findings, replace=replace, progress=progress)
    else:
        check_price_csv(store, Book(looked_into, findings), progress=progress)
    for line in [*map(str, findings.ordered()), *findings.summary()]:
        click.echo(line)
    if findings.errors:
        raise click.exceptions.Exit(FOUND)
