"""The verb `convert`."""

from __future__ import annotations

from pathlib import Path

import click

from backoffice.commands.running import FOUND
from backoffice.conversion.store import REPORT, convert_store
from commerce.locales import ALL_LOCALES


@click.command()
@click.argument("sources", metavar="FROM...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--to", "directory", metavar="FOLDER", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--locale", default="en", show_default=True, help="Of texts that do not say theirs.")
@click.option("--site", default="", help="The store's one site; no export holds sites.")
def convert(sources: tuple[Path, ...], directory: Path, *, locale: str, site: str) -> None:
    r"""Make a store's files of Oracle Commerce Cloud's exports.

    FROM are files, or folders of files: the bulk exports Profiles, AccountsV2, Products or ProductsV2, Prices and
    Promotions, as JSON or CSV; the catalogue's export of products and SKUs as CSV; the answer of
    GET /ccadmin/v1/priceListGroups. Of all texts but those by locale, --locale is meant.

    FOLDER is made, or holds no store's files yet. What has no place there is told, in full in FOLDER/conversion.txt.
    A --site gets all price list groups, the first as its default, and takes the receiveEmail of whole profiles; without
    it both are told. Records that `check` refuses are left out, and told too. No stack is needed, and none is written.

    \b
    Examples:
      python -m backoffice convert exports --to my_store
      python -m backoffice convert Profiles.csv ProductsV2.json Prices.csv --to my_store --locale de --site siteDE
      python -m backoffice check my_store
    """
    if locale not in ALL_LOCALES:
        raise click.BadParameter(f"{locale} is no locale of the contract", param_hint="--locale")
    counts, report, findings = convert_store(sources, directory, locale=locale, site=site)
    for line in report.summary():
        click.echo(line)
    for finding in findings.ordered():
        click.echo(str(finding), err=True)
    click.echo(", ".join(f"{name}: {count:,}" for name, count in counts.items()) or "nothing to convert")
    if report.remarks:
        click.echo(f"{len(report.remarks):,} remarks in all: {directory / REPORT}")
    if findings.errors:
        raise click.exceptions.Exit(FOUND)
