"""The stored configuration document, as `sample_store/configuration.json` shows it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from commerce.configuration.password_policy import PasswordPolicy, read_password_policy
from commerce.errors import UnknownSite
from commerce.exact_json import JsonObject
from commerce.origins import NONE_ALLOWED, AllowedOrigins, read_origins


class Site(Struct, frozen=True):
    """One site. `cart_sharing_group`: sites of one group share carts; a site on its own is its own group."""

    id: str
    cart_sharing_group: str
    price_list_groups: tuple[str, ...] = ()
    external_prices: bool | None = None
    configurable_products: bool = True


class StoreConfiguration(Struct, frozen=True):
    """`role_access_rights`: role id of a shopper → generic access rights of its holders.

    `address_properties`: declared custom property of organization addresses → its type (``shortText``, ``number``,
    ``date``, ``checkbox``). `self_registration`: whether anybody may make a profile.
    """

    sites: Mapping[str, Site]
    default_site: str
    role_access_rights: Mapping[str, frozenset[str]] = field(default_factory=dict)
    address_properties: Mapping[str, str] = field(default_factory=dict)
    password_policy: PasswordPolicy = field(default_factory=PasswordPolicy)
    origins: AllowedOrigins = NONE_ALLOWED
    self_registration: bool = True

    def site(self, name: str | None, about: str = "") -> Site:
        """The site of an `x-ccsite` header, the default one without it. Raises UnknownSite.

        `about`: the member that names it instead.
        """
        site = self.sites.get(name or self.default_site)
        if site is None:
            raise UnknownSite(about=about)
        return site


def read_configuration(document: JsonObject, default_site: str) -> StoreConfiguration:
    """The configuration of a stored document; without one, a store of the default site alone.

    Members that are not known here are of a later version, and nobody's affair.
    """
    sites = {
        name: Site(
            id=name,
            cart_sharing_group=site.get("cartSharingGroup") or name,
            price_list_groups=tuple(site.get("priceListGroups", ())),
            external_prices=site.get("externalPrices"),
            configurable_products=site.get("configurableProducts", True),
        )
        for name, site in document.get("sites", {}).items()
    }
    sites.setdefault(default_site, Site(default_site, default_site))
    rights = {role: frozenset(names) for role, names in document.get("roleAccessRights", {}).items()}
    return StoreConfiguration(
        sites,
        default_site,
        rights,
        document.get("addressProperties", {}),
        read_password_policy(document.get("passwordPolicy", {})),
        read_origins(document),
        document.get("selfRegistration", True),
    )
