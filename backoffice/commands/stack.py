"""The verbs `stack …`."""

from __future__ import annotations

import click

from backoffice.commands.running import on_stack
from backoffice.deployment import Connection, Deployment, StackError
from backoffice.stacks import copy_rows, delete_stack
from commerce.settings import Tables


@click.group()
def stack() -> None:
    r"""A stack as a whole: rows of a restored table, and its end.

    \b
    Examples:
      python -m backoffice stack copy-rows RESTORED profiles --stack commerce
      python -m backoffice stack delete commerce-dev
    """


@stack.command("copy-rows")
@on_stack
@click.argument("source")
@click.argument("target", type=click.Choice(Tables.__struct_fields__))
@click.option("--prefix", default="", help="Of the partition key: only those rows.")
@click.option("--overwrite", is_flag=True, help="Rows that are there too.")
def copy(deployment: Deployment, source: str, target: str, prefix: str, overwrite: bool) -> None:
    """Put rows of the table SOURCE, such as a restored one, into the stack's table TARGET."""
    copied = copy_rows(deployment, source, target, prefix=prefix, overwrite=overwrite)
    click.echo(f"{copied.written} rows written, {copied.there} were there and stay")


@stack.command()
@click.argument("name")
@click.option("--region", metavar="NAME", help="AWS's region  [AWS_REGION, AWS_DEFAULT_REGION]")
@click.option("--profile", metavar="NAME", help="Of the AWS configuration  [AWS_PROFILE]")
@click.option("--endpoint-url", metavar="URL", help="Of AWS's services  [AWS_ENDPOINT_URL]")
@click.option("--confirm", metavar="NAME", help="The name once more, for a program; people are asked.")
def delete(name: str, region: str | None, profile: str | None, endpoint_url: str | None, confirm: str | None) -> None:
    """Delete the stack NAME, with every table, row and key, those that its deletion policy keeps too."""
    if (confirm or click.prompt("All data of the stack will be gone. Its name once more")) != name:
        raise StackError("another name: nothing was deleted")
    delete_stack(name, Connection(region, profile, endpoint_url), click.echo)
