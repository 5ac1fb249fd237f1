"""The verbs `keys …`."""

from __future__ import annotations

import uuid

import click

from backoffice import credentials, signing_keys
from backoffice.commands.running import on_stack
from backoffice.deployment import Deployment
from backoffice.records import BadData
from commerce.call import Api
from commerce.identity.applications import OPEN_APIS
from commerce.storage import WriteLost

id_help = "Of a known application, whose key is replaced."


@click.group()
def keys() -> None:
    r"""Application keys, and the keys that sign tokens.

    A new application key is printed once and stored nowhere: keep it.

    \b
    Examples:
      python -m backoffice keys create --stack commerce --name "order import"
      python -m backoffice keys create --stack commerce --name "order import" --id ID --days 30
      python -m backoffice keys rotate-signing-key --stack commerce --older-than-days 90
      python -m backoffice keys retire-signing-keys --stack commerce
    """


def _apis(_context: click.Context, _option: click.Parameter, text: str) -> list[Api]:
    names = text.split(",")
    if unknown := sorted(set(names) - {api.value for api in OPEN_APIS}):
        raise click.BadParameter(f"{', '.join(unknown)} takes no application keys")
    return [Api(name) for name in names]


@keys.command()
@on_stack
@click.option("--name", required=True, help="What people call the application.")
@click.option("--id", "application_id", default=lambda: str(uuid.uuid4()), metavar="ID", help=id_help)
@click.option(
    "--apis",
    default=",".join(api.value for api in OPEN_APIS),
    show_default=True,
    callback=_apis,
    metavar="API,…",
    help="Comma-separated.",
)
@click.option(
    "--days",
    type=click.IntRange(0, credentials.LONGEST_LIFE_DAYS),
    default=credentials.LONGEST_LIFE_DAYS,
    show_default=True,
    help="Life of the key; 0 = for ever.",
)
def create(deployment: Deployment, name: str, application_id: str, apis: list[Api], days: int) -> None:
    """Register an application, or give a known one a new key."""
    key = credentials.create(deployment, application_id, name, apis, days or None)
    click.echo(f"application {application_id}; its key, shown only now:", err=True)
    click.echo(key)


@keys.command()
@on_stack
@click.option("--id", "application_id", required=True, metavar="ID")
def revoke(deployment: Deployment, application_id: str) -> None:
    """Remove an application; its key and tokens end at once."""
    try:
        credentials.revoke(deployment, application_id)
    except WriteLost as error:
        raise BadData(f"there is no application {application_id}") from error
    click.echo(f"application {application_id} is gone")


@keys.command("list")
@on_stack
def list_applications(deployment: Deployment) -> None:
    """The applications: id, name, APIs, when their keys end."""
    click.echo("\n".join(credentials.listing(deployment)) or "no applications")


@keys.command("rotate-signing-key")
@on_stack
@click.option(
    "--older-than-days",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="DAYS",
    help="Only a key that has signed for so long; for a command that runs every day.",
)
def rotate_signing_key(deployment: Deployment, older_than_days: int) -> None:
    """Sign tokens with a new key; the former ones go on verifying."""
    made = signing_keys.rotate(deployment, older_than_days=older_than_days)
    click.echo(f"tokens are signed with {made} now" if made else "the current key signs on")


@keys.command("retire-signing-keys")
@on_stack
@click.option("--all-but-current", is_flag=True, help="Needed ones too: what they have signed ends. For a leaked key.")
def retire_signing_keys(deployment: Deployment, all_but_current: bool) -> None:
    """Forget the signing keys that neither tokens nor application keys need any longer."""
    retired = signing_keys.retire(deployment, all_but_current=all_but_current)
    for kid, reason in retired.kept.items():
        click.echo(f"{kid} stays: {reason}", err=True)
    click.echo("forgotten: " + (", ".join(retired.forgotten) or "none"))
