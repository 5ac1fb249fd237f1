"""The verb `diff`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from backoffice.checking import check_store
from backoffice.commands.running import (
    FOUND,
    for_files_alone,
    for_folders_alone,
    on_stack,
    skip_option,
    store_argument,
)
from backoffice.comparing import compare_store
from backoffice.deployment import Deployment
from backoffice.findings import BadData, Findings
from backoffice.repricing import Tally, compare_price_csv


@click.command()
@store_argument
@on_stack
@click.option("--replace", is_flag=True, help="Compare for a load with --replace.")
@skip_option
def diff(deployment: Deployment, store: Path, *, replace: bool, skip_refused: bool) -> None:
    r"""Tell what a load would change; nothing is written.

    A line a record: + for a new one, ~ for a changed one with the members that change, of a CSV of prices with the old
    and the new price. Then a line a file. What only the stack holds stays in a load, and is counted. Passwords and PINs
    are not compared.

    Ends with 0 when a load would change nothing, with 1 when it would or when the files have errors.

    \b
    Examples:
      python -m backoffice diff my_store --stack commerce
      python -m backoffice diff prices.csv --stack commerce
    """
    if tell_differences(deployment, store, replace=replace, skip_refused=skip_refused):
        raise click.exceptions.Exit(FOUND)


def tell_differences(deployment: Deployment, store: Path, *, replace: bool, skip_refused: bool) -> bool:
    """Print them; whether there are any, or prices that are refused. Raises BadData: all errors of the files."""
    for_folders_alone(store, replace=replace)
    for_files_alone(store, skip_refused=skip_refused)
    if store.is_file():
        return _tell_prices(deployment, store, skip_refused=skip_refused)
    findings = check_store(store, deployment, replace=replace, progress=sys.stderr.isatty())
    if findings.errors:
        raise BadData("\n".join(map(str, findings.errors)))
    for finding in findings.ordered():
        click.echo(str(finding), err=True)
    comparison = compare_store(store, deployment, replace=replace)
    for line in [*map(str, comparison.differences), *comparison.summary()]:
        click.echo(line)
    return bool(comparison.differences)


def _tell_prices(deployment: Deployment, file: Path, *, skip_refused: bool) -> bool:
    tally, findings = Tally(), Findings()
    progress = sys.stderr.isatty()
    for difference in compare_price_csv(
        file, deployment, tally, findings, skip_refused=skip_refused, progress=progress
    ):
        click.echo(str(difference))
    for finding in findings.ordered():
        click.echo(str(finding), err=True)
    click.echo(f"{file.name}: {tally.compared()}")
    return bool(tally.changed or tally.refused)
