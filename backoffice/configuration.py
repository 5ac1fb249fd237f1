"""configuration.json: sites, from where browsers may call, the password policy, what shoppers' roles may do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field
from typing_extensions import TypedDict

from backoffice.book import Book
from backoffice.deployment import Deployment
from backoffice.members import Count, Described, Methods, Origin, PropertyId
from backoffice.records import object_of, read_object
from backoffice.writing import write_in_turn
from commerce.configuration import ConfigurationRepository
from commerce.exact_json import JsonObject
from commerce.organizations.rules import RESERVED_MEMBERS

Origins = Annotated[
    dict[Origin, Methods],
    Described("origins", "an origin such as https://shop.example.com:8443 → its methods", additionalProperties=False),
]
"""Origin of a browser → the methods it may use: ``{"https://shop.example.com": "GET,PUT,OPTIONS"}``."""

# Where and how people call depends on the deployment more than on the store's data.
OF_THE_DEPLOYMENT: Final = ("adminOrigins", "agentOrigins", "passwordPolicy", "selfRegistration")


class SiteRecord(TypedDict, total=False):
    """One site; `priceListGroups`: the first is the site's default."""

    displayName: str
    """Name for people; no answer shows it."""
    cartSharingGroup: str
    """Sites with the same word share carts. Default: a site shares with none."""
    priceListGroups: list[str]
    """Price list groups that may be paid in here; the first is the default."""
    externalPrices: bool
    """Whether an order's lines may bring prices of their own. Default: as the stack's parameter `ExternalPrices` says.
    """
    configurableProducts: bool
    """Whether products that are `configurable` may be ordered. Default true."""
    origins: Origins
    """From where browsers may call for this site: origin → methods. A load that leaves it out keeps the stored ones."""


class PasswordPolicyRecord(TypedDict, total=False):
    """Settings that differ from their defaults (contract: auth.md §4)."""

    useMinPasswordLength: bool
    """Whether `minPasswordLength` holds. Default true."""
    minPasswordLength: Annotated[int, Field(ge=4, le=64)]
    """Fewest characters. Default 8."""
    useNumber: bool
    """A digit must be in it. Default true."""
    useMixedCase: bool
    """Upper and lower case must be in it. Default false."""
    useSymbol: bool
    """A sign that is neither letter nor digit must be in it. Default false."""
    cannotUsePreviousPasswords: bool
    """The last `numberOfPreviousPasswords` cannot be used again. Default false."""
    numberOfPreviousPasswords: Annotated[int, Field(ge=1, le=6)]
    """How many former passwords are compared. Default 3."""
    passwordExpirationEnabled: bool
    """Whether passwords end. Default false."""
    passwordExpirationLength: Count
    """Days until a password ends. Default 90."""
    blockCommonPasswords: bool
    """Refuse what many people use. Default false."""
    cannotUseUsername: bool
    """The login cannot be the password. Default true."""


class ConfigurationRecord(TypedDict, total=False):
    """The whole file. `addressProperties`: custom properties of organization addresses and their types."""

    sites: dict[str, SiteRecord]
    """Sites by their ids. The default site of the stack (`siteUS` unless a parameter says another) is there without
    being named.
    """
    adminOrigins: Origins
    """From where browsers may call the administration: origin → methods. Left out, the stored ones stay."""
    agentOrigins: Origins
    """The same for agents. Left out, the stored ones stay."""
    passwordPolicy: PasswordPolicyRecord
    """Rules for shoppers' passwords. Left out, the stored ones stay."""
    selfRegistration: bool
    """Whether anybody may register as a shopper (createProfile). Left out, it stays as it is; true at first."""
    roleAccessRights: dict[str, list[str]]
    """Id of a shopper's role → access rights that its holders have, as properties of the shopper type ask for them."""
    addressProperties: dict[PropertyId, Literal["shortText", "number", "date", "checkbox"]]
    """Custom properties of organizations' addresses, each with its type."""


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
    write_in_turn("the sites and roles", lambda: repository.revise(lambda stored: revised(stored, record.value)))
    advance(1)
    return 1


def revised(stored: JsonObject, loaded: JsonObject) -> JsonObject:
    """What a load leaves: `loaded`, and what is `stored` of the deployment's own members that it says nothing of."""
    sites = {
        name: {
            **{key: value for key, value in stored.get("sites", {}).get(name, {}).items() if key == "origins"},
            **site,
        }
        for name, site in loaded.get("sites", {}).items()
    }
    own: JsonObject = {name: stored[name] for name in OF_THE_DEPLOYMENT if name in stored}
    return {**own, **loaded, **({"sites": sites} if "sites" in loaded else {})}
