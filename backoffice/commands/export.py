"""The verb `export`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from backoffice.checking import CHECKS, check_store
from backoffice.commands.running import FOUND, on_stack
from backoffice.deployment import Deployment
from backoffice.exporting import export_store
from backoffice.stored import Source

hashes_help = (
    "Write hashes of passwords and of gift cards' PINs, so that logins move with the store. "
    "Whoever has the files can try passwords against them without limit: keep them as you would keep the passwords."
)


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@on_stack
@click.option(
    "--part", "parts", multiple=True, type=click.Choice(list(CHECKS)), help="A file of the store; may be repeated."
)
@click.option("--password-hashes", is_flag=True, help=hashes_help)
def export(deployment: Deployment, directory: Path, parts: tuple[str, ...], *, password_hashes: bool) -> None:
    r"""Write what a stack holds as a store's files, which `load` reads.

    DIRECTORY is made, or holds none of the files yet. A file of 10,000 records or more is JSON Lines (.jsonl). The
    same data make the same bytes.

    No secret leaves: no password, no PIN, no authenticator's secret, no key. Shoppers and users of the files can log in
    where they have a password already, else after they were given one. Files hold personal data, and numbers of gift
    cards: only you can read them.

    \b
    Examples:
      python -m backoffice export backup --stack commerce
      python -m backoffice export prices --stack commerce --part prices --part promotions
      python -m backoffice export move --stack commerce --password-hashes
    """
    progress = sys.stderr.isatty()
    counts = export_store(Source(deployment, password_hashes), directory, parts or tuple(CHECKS), progress=progress)
    click.echo(", ".join(f"{name}: {count}" for name, count in counts.items()) or "nothing to export")
    findings = check_store(directory, deployment, progress=progress)
    for finding in findings.ordered():
        click.echo(str(finding), err=True)
    if findings.errors:
        raise click.exceptions.Exit(FOUND)
