"""configuration.json: sites, from where browsers may call, the password policy, what shoppers' roles may do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field
from typing_extensions import TypedDict

from backoffice.book import Book
from backoffice.deployment import Deployment
from backoffice.members import Count, Methods, Origin, PropertyId
from backoffice.records import object_of, read_object
from backoffice.writing import write_in_turn
from commerce.configuration import ConfigurationRepository
from commerce.exact_json import JsonObject
from commerce.organizations.rules import RESERVED_MEMBERS

Origins = dict[Origin, Methods]
"""Origin of a browser → the methods it may use: ``{"https://shop.example.com": "GET,PUT,OPTIONS"}``."""

# Where and how people call depends on the deployment more than on the store's data.
OF_THE_DEPLOYMENT: Final = ("adminOrigins", "agentOrigins", "passwordPolicy")


class SiteRecord(TypedDict, total=False):
    """One site; `priceListGroups`: the first is the site's default."""

    displayName: str
    cartSharingGroup: str
    priceListGroups: list[str]
    externalPrices: bool
    configurableProducts: bool
    origins: Origins


class PasswordPolicyRecord(TypedDict, total=False):
    """Settings that differ from their defaults (contract: auth.md §4)."""

    useMinPasswordLength: bool
    minPasswordLength: Annotated[int, Field(ge=4, le=64)]
    useNumber: bool
    useMixedCase: bool
    useSymbol: bool
    cannotUsePreviousPasswords: bool
    numberOfPreviousPasswords: Annotated[int, Field(ge=1, le=6)]
    passwordExpirationEnabled: bool
    passwordExpirationLength: Count
    blockCommonPasswords: bool
    cannotUseUsername: bool


class ConfigurationRecord(TypedDict, total=False):
    """The whole file. `addressProperties`: custom properties of organization addresses and their types."""

    sites: dict[str, SiteRecord]
    adminOrigins: Origins
    agentOrigins: Origins
    passwordPolicy: PasswordPolicyRecord
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
    """Replace the configuration by a file that was checked; origins and password policy that it leaves out stay."""
    record = read_object(file)
    repository = ConfigurationRepository(
        deployment.store, deployment.tables.catalogue, deployment.settings.default_site
    )
    write_in_turn("the sites and roles", lambda: repository.revise(lambda stored: _kept(stored, record.value)))
    advance(1)
    return 1


def _kept(stored: JsonObject, loaded: JsonObject) -> JsonObject:
    """`loaded` with what is `stored` of the deployment's own members, where it says nothing of them."""
    sites = {
        name: {
            **{key: value for key, value in stored.get("sites", {}).get(name, {}).items() if key == "origins"},
            **site,
        }
        for name, site in loaded.get("sites", {}).items()
    }
    own: JsonObject = {name: stored[name] for name in OF_THE_DEPLOYMENT if name in stored}
    return {**own, **loaded, **({"sites": sites} if "sites" in loaded else {})}
