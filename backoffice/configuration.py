"""configuration.json: sites and what shoppers' roles may do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from typing_extensions import TypedDict

from backoffice.book import Book
from backoffice.deployment import Deployment
from backoffice.members import PropertyId
from backoffice.records import object_of, read_object
from backoffice.writing import write_in_turn
from commerce.configuration import ConfigurationRepository
from commerce.organizations.rules import RESERVED_MEMBERS


class SiteRecord(TypedDict, total=False):
    """One site; `priceListGroups`: the first is the site's default."""

    displayName: str
    cartSharingGroup: str
    priceListGroups: list[str]
    externalPrices: bool
    configurableProducts: bool


class ConfigurationRecord(TypedDict, total=False):
    """The whole file. `addressProperties`: custom properties of organization addresses and their types."""

    sites: dict[str, SiteRecord]
    roleAccessRights: dict[str, list[str]]
    addressProperties: dict[PropertyId, Literal["shortText", "number", "date", "checkbox"]]


def check_configuration(file: Path, book: Book) -> None:
    """The file against its model; sites and groups are compared when both are known."""
    record = object_of(file, book.findings)
    if record is None or not record.check(ConfigurationRecord):
        return
    for name in record.value.get("addressProperties", {}):
        if name in RESERVED_MEMBERS:
            record.wrong(f"addressProperties: {name} cannot be declared")
    book.configure(record.value)


def load_configuration(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Replace the configuration by a file that was checked."""
    record = read_object(file)
    repository = ConfigurationRepository(
        deployment.store, deployment.tables.catalogue, deployment.settings.default_site
    )
    write_in_turn("the sites and roles", lambda: repository.replace(record.value))
    advance(1)
    return 1
