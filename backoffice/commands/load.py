"""The verb `load`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
from botocore.exceptions import BotoCoreError, ClientError

from backoffice.commands.diff import tell_differences
from backoffice.commands.running import (
    FOUND,
    Stopped,
    for_files_alone,
    for_folders_alone,
    on_stack,
    skip_option,
    store_argument,
)
from backoffice.deployment import Deployment
from backoffice.findings import Findings, counted
from backoffice.loading import load_store
from backoffice.records import BadData
from backoffice.repricing import Tally, load_price_csv
from backoffice.writing import PutOff
from commerce.errors import DependencyDown
from commerce.storage import StorageFailure

# What may stop a load that repeating it mends.
PASSING = (KeyboardInterrupt, BotoCoreError, ClientError, DependencyDown, PutOff, StorageFailure)


@click.command()
@store_argument
@on_stack
@click.option("--replace", is_flag=True, help="Take away what a record leaves out, instead of keeping it.")
@click.option("--dry-run", is_flag=True, help="Write nothing; tell what would change, as diff does.")
@skip_option
def load(deployment: Deployment, store: Path, *, replace: bool, dry_run: bool, skip_refused: bool) -> None:
    r"""Load a store's files, or prices, into a stack.

    STORE is a folder of files as sample_store is, each optional. What they say is put back; all else in the stack
    stays: other records, and, where people change them beside the files (shoppers, users, organizations, the shopper
    type), what a record leaves out, such as a password, addresses, or edits of the profile. --replace takes those
    away from the records that the files name.

    Or STORE is a CSV of prices, for a change of many every night: only those that differ are written, those that it
    does not name stay, and carts show each as soon as it is written. docs/store-files.md explains its columns. With
    --skip-refused prices with an error are told and passed over, and the command ends with 1.

    All files are checked first, as `check` does, and nothing is written if there is an error. Records marked `sample`
    have secrets that anybody can read: only a stack on this machine takes them. A load that was stopped says how far it
    came; load again.

    \b
    Examples:
      python -m backoffice load my_store --stack commerce --dry-run
      python -m backoffice load my_store --stack commerce
      python -m backoffice load my_store --stack commerce --region eu-central-1 --profile shop
      python -m backoffice load prices.csv --stack commerce --skip-refused
    """
    for_folders_alone(store, replace=replace)
    for_files_alone(store, skip_refused=skip_refused)
    if dry_run:
        tell_differences(deployment, store, replace=replace, skip_refused=skip_refused)
        return
    if store.is_file():
        _load_prices(deployment, store, skip_refused=skip_refused)
        return
    written: dict[str, int] = {}
    findings = Findings()
    with _telling(lambda: _came_so_far(written), lambda: any(written.values())):
        load_store(
            store,
            deployment,
            replace=replace,
            progress=sys.stderr.isatty(),
            written=written,
            findings=findings,
        )
    for finding in findings.ordered():
        click.echo(str(finding), err=True)
    click.echo(_counted(written) or "nothing to load")


def _load_prices(deployment: Deployment, file: Path, *, skip_refused: bool) -> None:
    tally, findings = Tally(), Findings()
    with _telling(lambda: _prices_so_far(file, tally), lambda: bool(tally.rows)):
        load_price_csv(
            file,
            deployment,
            skip_refused=skip_refused,
            progress=sys.stderr.isatty(),
            tally=tally,
            findings=findings,
        )
    for finding in findings.ordered():
        click.echo(str(finding), err=True)
    if tally.was_stopped:
        click.echo("An earlier load of this file was stopped; it is done now, and what it wrote counts as equal.")
    click.echo(f"{file.name}: {tally.loaded()}")
    if tally.refused:
        raise click.exceptions.Exit(FOUND)


@contextmanager
def _telling(so_far: Callable[[], str], has_begun: Callable[[], bool]) -> Iterator[None]:
    """What ends a load says how far it came: with bad data only where it `has_begun` to write."""
    try:
        yield
    except PASSING as error:
        raise Stopped(f"stopped: {type(error).__name__} {error}\n{so_far()}") from error
    except BadData as error:
        raise BadData("\n".join([str(error), *([so_far()] if has_begun() else [])])) from error


def _prices_so_far(file: Path, tally: Tally) -> str:
    """Rows that were under way may have been written too."""
    written = f"{counted(tally.written, 'price')} in {counted(tally.rows, 'row')}" if tally.rows else "nothing"
    return f"Written for certain: {file.name}: {written}. Load again: that is safe, and does the rest."


def _counted(written: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in written.items())


def _came_so_far(written: Mapping[str, int]) -> str:
    """Batches that were under way may have been written too."""
    done = _counted({name: count for name, count in written.items() if count}) or "nothing"
    return f"Written for certain: {done}. Load again to go on: that is safe."
