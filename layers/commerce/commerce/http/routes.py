"""Every endpoint as data (contract: common.md §1): the fallback, the registry, the template's tests and the OpenAPI
document read the same table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from commerce.call import Api

STORE, ADMIN, AGENT, APP, APP_AGENT = Api.STORE, Api.ADMIN, Api.AGENT, Api.APP, Api.APP_AGENT
ALL_APIS: Final = (STORE, ADMIN, AGENT, APP, APP_AGENT)
ADMIN_APIS: Final = (ADMIN, APP)
AGENT_APIS: Final = (AGENT, APP_AGENT)
ADDRESS_APIS: Final = (STORE, AGENT, APP_AGENT)

# Hints of the registry.
OPTIONAL: Final = "assetLanguageOptional"
REQUIRED: Final = "assetLanguageRequired"

# Base path segment → API; the extension APIs have no alias.
PREFIXES: Final[Mapping[str, Api]] = {api.value: api for api in ALL_APIS} | {
    "ccstoreui": STORE,
    "ccadminui": ADMIN,
    "ccagentui": AGENT,
}


# What a request may hold, decoded (contract: common.md §11).
MAX_BODY_BYTES: Final = 1024 * 1024
# A client sends back the whole answer of a large cart.
MAX_ORDER_BYTES: Final = 4 * 1024 * 1024


class Route(Struct, frozen=True):
    """One endpoint. `operation` is its folder's camel-case name, and its registry id unless `registered` says another;
    `path` follows the base path.

    `body`: ``json``, ``form`` or None. `tagged`: its answers carry an ETag and it heeds If-Match. `language`: the
    registry's locale hint. `link_query`: the self link of its answers holds the query, as it must not where a query may
    hold a password. `singular`: as a recorded registry has it. `head`: HEAD is answered too, with the headers alone.
    """

    operation: str
    method: str
    path: str
    apis: tuple[Api, ...]
    token: bool = True
    body: str | None = None
    tagged: bool = False
    link_query: bool = True
    language: str | None = None
    singular: bool = True
    max_body_bytes: int = MAX_BODY_BYTES
    head: bool = False
    registered: str = ""

    @property
    def registry_id(self) -> str:
        """By which clients look it up among the operations of an API."""
        return self.registered or self.operation

    @property
    def methods(self) -> tuple[str, ...]:
        """What it answers to; a preflight apart."""
        return (self.method, "HEAD") if self.head else (self.method,)


ROUTES: Final = (
    Route("login", "POST", "login", ALL_APIS, token=False, body="form", link_query=False, singular=False),
    Route("mfalogin", "POST", "mfalogin", (ADMIN,), token=False, body="form", link_query=False),
    Route("refresh", "POST", "refresh", ALL_APIS, link_query=False),
    Route("verify", "POST", "verify", ALL_APIS, singular=False),
    Route("logout", "POST", "logout", ALL_APIS, singular=False),
    Route("getRegistry", "GET", "registry", ALL_APIS, token=False, singular=False, head=True),
    Route("updateVisitorInfo", "PUT", "visitorInfo/current", (STORE,), token=False, body="json"),
    Route("createProfile", "POST", "profiles", (STORE,), token=False, body="json", language=OPTIONAL),
    Route("getCurrentProfile", "GET", "profiles/current", (STORE,), tagged=True, language=OPTIONAL),
    Route("updateProfile", "PUT", "profiles/current", (STORE,), body="json", tagged=True, language=OPTIONAL),
    Route(
        "listSiteProperties",
        "GET",
        "profiles/current/siteProperties",
        (STORE,),
        tagged=True,
        singular=False,
        language=OPTIONAL,
    ),
    Route(
        "updateSiteProperties",
        "PUT",
        "profiles/current/siteProperties",
        (STORE,),
        body="json",
        tagged=True,
        language=OPTIONAL,
    ),
    Route("listProfileAddresses", "GET", "profiles/current/addresses", (STORE,), language=OPTIONAL, singular=False),
    Route("addProfileAddress", "POST", "profiles/current/addresses", (STORE,), body="json", language=OPTIONAL),
    Route("getProfileAddress", "GET", "profiles/current/addresses/{id}", (STORE,), tagged=True, language=OPTIONAL),
    Route(
        "updateProfileAddress",
        "PUT",
        "profiles/current/addresses/{id}",
        (STORE,),
        body="json",
        tagged=True,
        language=OPTIONAL,
    ),
    Route(
        "deleteProfileAddress",
        "DELETE",
        "profiles/current/addresses/{id}",
        (STORE,),
        tagged=True,
        language=OPTIONAL,
    ),
    Route("getIncompleteOrder", "GET", "orders/current", (STORE,), tagged=True, language=OPTIONAL),
    Route(
        "updateCurrentProfileOrder",
        "POST",
        "orders/current",
        (STORE,),
        body="json",
        max_body_bytes=MAX_ORDER_BYTES,
        tagged=True,
        language=OPTIONAL,
    ),
    Route(
        "removeCurrentProfileIncompleteOrder",
        "DELETE",
        "orders/current",
        (STORE,),
        tagged=True,
        language=OPTIONAL,
        singular=False,
    ),
    Route("updateShopperType", "PUT", "shopperTypes/{id}", ADMIN_APIS, body="json", tagged=True, language=REQUIRED),
    Route("getShopperType", "GET", "shopperTypes/{id}", ADMIN_APIS + AGENT_APIS, tagged=True, language=OPTIONAL),
    Route("listShopperTypes", "GET", "shopperTypes", ADMIN_APIS + AGENT_APIS, singular=False),
    Route("listProfiles", "GET", "profiles", ADMIN_APIS, language=OPTIONAL, singular=False),
    Route("getProfile", "GET", "profiles/{id}", ADMIN_APIS, tagged=True, language=OPTIONAL),
    Route(
        "updateProfileById",
        "PUT",
        "profiles/{id}",
        ADMIN_APIS,
        body="json",
        tagged=True,
        language=OPTIONAL,
        registered="updateProfile",
    ),
    Route("listLocales", "GET", "locales", ADMIN_APIS, singular=False),
    Route("getOrderType", "GET", "orderTypes/{id}", ADMIN_APIS, language=OPTIONAL),
    Route("getItemType", "GET", "itemTypes/{id}", ADMIN_APIS, language=OPTIONAL),
    Route("listAddresses", "GET", "addresses", ADDRESS_APIS, language=OPTIONAL, singular=False),
    Route("getAddresses", "GET", "organizationAddresses", ADDRESS_APIS, language=OPTIONAL, singular=False),
    Route("addAddress", "POST", "organizationAddresses", ADDRESS_APIS, body="json", language=OPTIONAL),
    Route(
        "getAddress",
        "GET",
        "organizationAddresses/{id}",
        ADDRESS_APIS,
        tagged=True,
        language=OPTIONAL,
        singular=False,
    ),
    Route(
        "updateAddress",
        "PUT",
        "organizationAddresses/{id}",
        ADDRESS_APIS,
        body="json",
        tagged=True,
        language=OPTIONAL,
    ),
    Route("deleteAddress", "DELETE", "organizationAddresses/{id}", ADDRESS_APIS, tagged=True, language=OPTIONAL),
)


def route_of(operation: str) -> Route:
    """The endpoint of an operation."""
    return next(route for route in ROUTES if route.operation == operation)


def routes_at(api: Api, path: str) -> Iterator[Route]:
    """The endpoints of one path of an API; `path` follows the base path, without a trailing slash."""
    return (route for route in ROUTES if api in route.apis and _matches(route.path, path))


def routes_beside(route: Route, api: Api) -> Iterator[Route]:
    """The endpoints that an API offers at the path of one of them, itself included."""
    return (beside for beside in ROUTES if api in beside.apis and beside.path == route.path)


def split_path(path: str) -> tuple[str, Api, str] | None:
    """``/ccstoreui/v1/login/`` → (``ccstoreui``, STORE, ``login``); None for what is below no base path."""
    prefix, _, rest = path.removeprefix("/").partition("/")
    version, _, rest = rest.partition("/")
    if prefix not in PREFIXES or version != "v1":
        return None
    return prefix, PREFIXES[prefix], rest.removesuffix("/")


def _matches(pattern: str, path: str) -> bool:
    head, parameter, _ = pattern.partition("/{")
    if not parameter:
        return path == pattern
    value = path.removeprefix(head + "/")
    return value not in ("", path) and "/" not in value
