"""The verb `diff`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from backoffice.checking import check_store
from backoffice.commands.running import FOUND, on_stack
from backoffice.comparing import compare_store
from backoffice.deployment import Deployment
from backoffice.findings import BadData


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@on_stack
@click.option("--replace", is_flag=True, help="Compare for a load with --replace.")
def diff(deployment: Deployment, directory: Path, *, replace: bool) -> None:
    r"""Tell what a load would change; nothing is written.

    A line a record: + for a new one, ~ for a changed one with the members that change. Then a line a file. What only
    the stack holds stays in a load, and is counted. Passwords and PINs are not compared.

    Ends with 0 when a load would change nothing, with 1 when it would or when the files have errors.

    \b
    Examples:
      python -m backoffice diff my_store --stack commerce
    """
    if tell_differences(deployment, directory, replace=replace):
        raise click.exceptions.Exit(FOUND)


def tell_differences(deployment: Deployment, directory: Path, *, replace: bool) -> bool:
    """Print them; whether there are any. Raises BadData: all errors of the files."""
    findings = check_store(directory, deployment, replace=replace, progress=sys.stderr.isatty())
    if findings.errors:
        raise BadData("\n".join(map(str, findings.errors)))
    for finding in findings.ordered():
        click.echo(str(finding), err=True)
    comparison = compare_store(directory, deployment, replace=replace)
    for line in [*map(str, comparison.differences), *comparison.summary()]:
        click.echo(line)
    return bool(comparison.differences)
