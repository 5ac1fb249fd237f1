"""The verb `check`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from backoffice.checking import check_store
from backoffice.commands.running import FOUND, beside_stack
from backoffice.deployment import Deployment, no_deployment


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@beside_stack
@click.option("--replace", is_flag=True, help="Check for a load with --replace.")
def check(deployment: Deployment | None, directory: Path, *, replace: bool) -> None:
    r"""Tell everything that is wrong with a store's files; nothing is written.

    All files are read to their end. With --stack, what records name may stand in the stack as well as in the files,
    and logins, e-mail addresses and SKUs that belong to somebody else are found; without it such names are warned of.

    Ends with 0 when the files can be loaded (warnings are no errors), with 1 when not.

    \b
    Examples:
      python -m backoffice check my_store
      python -m backoffice check my_store --stack commerce
    """
    progress = sys.stderr.isatty()
    findings = check_store(directory, deployment or no_deployment(), replace=replace, progress=progress)
    for line in [*map(str, findings.ordered()), *findings.summary()]:
        click.echo(line)
    if findings.errors:
        raise click.exceptions.Exit(FOUND)
