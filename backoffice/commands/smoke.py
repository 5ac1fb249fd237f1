"""The verb `smoke`."""

from __future__ import annotations

import click

from backoffice.commands.running import on_stack
from backoffice.deployment import Deployment
from backoffice.findings import BadData
from backoffice.smoke import smoke as call_all


@click.command()
@on_stack
@click.option("--url", metavar="URL", help="What stands before /ccstore/v1/…  [the stack's output BaseUrl]")
def smoke(deployment: Deployment, *, url: str | None) -> None:
    r"""Make the five write operations' calls at a stack, with users and records that go again.

    Made for the calls, and removed whatever comes of them: a shopper, an administrator, an account with an address, a
    product and its price, all named smoke-… and with passwords that nobody sees. The shopper type is sent no change.
    The default site needs a price list group, so a store is loaded first.

    \b
    Examples:
      python -m backoffice smoke --stack commerce
      python -m backoffice smoke --stack commerce --url https://api.example.com/shop
    """
    failed = call_all(deployment, (url or deployment.base_url).rstrip("/"), click.echo)
    if failed:
        raise BadData(f"{len(failed)} calls were not answered as they should be")
    click.echo("all calls were answered as they should be; what was made for them is gone")
