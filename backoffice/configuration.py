"""configuration.json: sites and what shoppers' roles may do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from typing_extensions import TypedDict

from backoffice.deployment import Deployment
from backoffice.members import PropertyId
from backoffice.records import read_object
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


def load_configuration(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Replace the configuration. Raises BadData."""
    record = read_object(file)
    record.check(ConfigurationRecord)
    for name in record.value.get("addressProperties", {}):
        if name in RESERVED_MEMBERS:
            raise record.bad(f"addressProperties: {name} cannot be declared")
    repository = ConfigurationRepository(
        deployment.store, deployment.tables.catalogue, deployment.settings.default_site
    )
    write_in_turn("the sites and roles", lambda: repository.replace(record.value))
    advance(1)
    return 1
