"""The verb `load`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click
from botocore.exceptions import BotoCoreError, ClientError

from backoffice.commands.diff import tell_differences
from backoffice.commands.running import Stopped, on_stack
from backoffice.deployment import Deployment
from backoffice.findings import Findings
from backoffice.loading import load_store
from backoffice.records import BadData
from backoffice.writing import PutOff
from commerce.errors import DependencyDown
from commerce.storage import StorageFailure

# What may stop a load that repeating it mends.
PASSING = (KeyboardInterrupt, BotoCoreError, ClientError, DependencyDown, PutOff, StorageFailure)


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@on_stack
@click.option("--replace", is_flag=True, help="Take away what a record leaves out, instead of keeping it.")
@click.option("--dry-run", is_flag=True, help="Write nothing; tell what would change, as diff does.")
def load(deployment: Deployment, directory: Path, *, replace: bool, dry_run: bool) -> None:
    r"""Load a store's files into a stack.

    DIRECTORY holds files as sample_store does, each optional. What they say is put back; all else in the stack
    stays: other records, and, where people change them beside the files (shoppers, users, organizations, the shopper
    type), what a record leaves out, such as a password, addresses, or edits of the profile. --replace takes those
    away from the records that the files name.

    All files are checked first, as `check` does, and nothing is written if there is an error. Records marked `sample`
    have secrets that anybody can read: only a stack on this machine takes them. A load that was stopped says how far it
    came; load again.

    \b
    Examples:
      python -m backoffice load my_store --stack commerce --dry-run
      python -m backoffice load my_store --stack commerce
      python -m backoffice load my_store --stack commerce --region eu-central-1 --profile shop
    """
    if dry_run:
        tell_differences(deployment, directory, replace=replace)
        return
    written: dict[str, int] = {}
    findings = Findings()
    try:
        load_store(
            directory,
            deployment,
            replace=replace,
            progress=sys.stderr.isatty(),
            written=written,
            findings=findings,
        )
    except PASSING as error:
        raise Stopped(f"stopped: {type(error).__name__} {error}\n{_came_so_far(written)}") from error
    except BadData as error:
        raise BadData("\n".join([str(error), *([_came_so_far(written)] if any(written.values()) else [])])) from error
    for finding in findings.ordered():
        click.echo(str(finding), err=True)
    click.echo(_counted(written) or "nothing to load")


def _counted(written: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in written.items())


def _came_so_far(written: Mapping[str, int]) -> str:
    """Batches that were under way may have been written too."""
    done = _counted({name: count for name, count in written.items() if count}) or "nothing"
    return f"Written for certain: {done}. Load again to go on: that is safe."
