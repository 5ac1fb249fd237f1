"""configuration.json: sites and what shoppers' roles may do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from typing_extensions import TypedDict

from backoffice.deployment import Deployment
from backoffice.records import read_object
from commerce.configuration import ConfigurationRepository


class SiteRecord(TypedDict, total=False):
    """One site; `priceListGroups`: the first is the site's default."""

    displayName: str
    cartSharingGroup: str
    priceListGroups: list[str]
    externalPrices: bool
    configurableProducts: bool


class ConfigurationRecord(TypedDict, total=False):
    """The whole file."""

    sites: dict[str, SiteRecord]
    roleAccessRights: dict[str, list[str]]


def load_configuration(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Replace the configuration. Raises BadData."""
    record = read_object(file)
    record.check(ConfigurationRecord)
    repository = ConfigurationRepository(
        deployment.store, deployment.tables.catalogue, deployment.settings.default_site
    )
    repository.replace(record.value)
    advance(1)
    return 1
