"""The verb `delete`."""

from __future__ import annotations

import click

from backoffice.commands.running import on_stack, sure, yes_option
from backoffice.deleting import KINDS, delete_record
from backoffice.deployment import Deployment
from backoffice.findings import BadData


@click.command()
@click.argument("kind", type=click.Choice(KINDS), metavar="KIND")
@click.argument("names", nargs=-1, required=True, metavar="ID...")
@on_stack
@yes_option
@click.option("--release-members", is_flag=True, help="Of organizations: their members leave them, carts for them go.")
def delete(deployment: Deployment, kind: str, names: tuple[str, ...], *, yes: bool, release_members: bool) -> None:
    r"""Delete records by kind and id.

    KIND is the name of a store's file without its ending: priceListGroups, shippingMethods, taxRates, locations,
    promotions, products, prices, coupons, giftCards, orderProperties, users, organizations or orders. An id of
    prices is GROUP/PRODUCT, of orderProperties order/ID or line/ID, of orders SHOPPER/ID, of taxRates US or US-TX.

    A record that others name stays, and they are told: a promotion that a coupon carries, a group with prices. A
    product takes its prices with it; carts that hold it show it as no longer sold. Shoppers go with erase-shopper.
    An organization goes with its addresses. While it has members, or there are carts for it, it stays, unless
    --release-members: they stay then without it, roles held in it and carts for it go. One above others stays anyway.
    Ids that there are not are told, and end the command with 1; the others are deleted all the same.

    \b
    Examples:
      python -m backoffice delete coupons SUMMER --stack commerce
      python -m backoffice delete prices euroPriceGroup/prodA euroPriceGroup/prodB --stack commerce --yes
      python -m backoffice delete organizations 100003 --stack commerce --release-members
    """
    if release_members and kind != "organizations":
        raise click.UsageError("--release-members is for organizations")
    sure(f"Delete {', '.join(names)} of {kind} for good?", yes=yes)
    told = []
    for name in names:
        try:
            if delete_record(deployment, kind, name, release_members=release_members):
                click.echo(f"{kind} {name}: gone")
            else:
                told.append(f"{kind} {name}: is not there")
        except BadData as error:
            told.append(str(error))
    if told:
        raise BadData("\n".join(told))
