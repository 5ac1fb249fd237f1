"""The verb `index-profiles`."""

from __future__ import annotations

import sys

import click
from botocore.exceptions import BotoCoreError, ClientError
from tqdm import tqdm

from backoffice.commands.running import FOUND, Stopped, on_stack
from backoffice.deployment import Deployment
from backoffice.findings import counted
from backoffice.indexing import Indexed, index_profiles
from backoffice.writing import PutOff
from commerce.errors import DependencyDown
from commerce.storage import StorageFailure

# Of damaged rows so many are told by the profile's id.
MOST_NAMED = 20
PASSING = (KeyboardInterrupt, BotoCoreError, ClientError, DependencyDown, PutOff, StorageFailure)


@click.command("index-profiles")
@on_stack
def index(deployment: Deployment) -> None:
    r"""Let all profiles be found by listProfiles.

    To be done once after an update from a release whose listProfiles knew no search by name, and again after such a
    release has been in use meanwhile. What a search can find of a profile is written where it is missing or wrong: one
    scan of the profiles table, one write for each such profile. Nothing else of it changes, nor does its entity tag.
    Calls go on meanwhile. Profiles that are loaded, changed or new have it already.

    When the command was stopped, give it again: it does the rest. A damaged row is passed over and told by its id, and
    the exit code is 1 then.

    \b
    Example:
      python -m backoffice index-profiles --stack commerce
    """
    done = Indexed()
    try:
        with tqdm(desc="profiles", unit=" profiles", disable=not sys.stderr.isatty(), leave=True) as bar:
            index_profiles(deployment, done, bar.update)
    except PASSING as error:
        so_far = f"Written for certain: {_told(done)}. Give the command again to go on: that is safe."
        raise Stopped(f"stopped: {type(error).__name__} {error}\n{so_far}") from error
    click.echo(_told(done))
    if done.damaged:
        named = ", ".join(sorted(done.damaged)[:MOST_NAMED])
        click.echo(f"{counted(len(done.damaged), 'damaged row')} passed over: {named}", err=True)
        raise click.exceptions.Exit(FOUND)


def _told(done: Indexed) -> str:
    return f"{done.written:,} of {counted(done.looked_at, 'profile')}"
