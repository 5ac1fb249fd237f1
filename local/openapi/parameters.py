"""Every header, query and cookie parameter: what it means, and an example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from commerce.listing import MAX_PAGE

Place = Literal["header", "query", "cookie", "path"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """`name` is the wire's; `required` of every operation that takes it. `schema`: a text where it is not said."""

    name: str
    place: Place
    text: str
    example: Any
    required: bool = False
    schema: tuple[tuple[str, Any], ...] = (("type", "string"),)

    def shown(self, *, required: bool | None = None, example: Any = None) -> dict[str, Any]:
        """The Parameter Object."""
        return {
            "name": self.name,
            "in": self.place,
            "required": self.required if required is None else required,
            "description": self.text,
            "schema": dict(self.schema),
            "example": self.example if example is None else example,
        }


_FLAG: Final = (("type", "boolean"), ("default", False))
_WHOLE: Final = (("type", "integer"), ("minimum", 0))

ID: Final = Parameter("id", "path", "Id of what the call is about; an unknown one is refused.", "280004", required=True)
LANGUAGE: Final = Parameter(
    "X-CCAsset-Language",
    "header",
    "Locale of texts and error messages, as `de` or `pt-BR`; the store's default one where it is left out or unknown "
    "(contract: common.md §6).",
    "en",
)
SITE: Final = Parameter(
    "x-ccsite", "header", "Id of the site; the default one where it is left out (contract: common.md §7).", "siteUS"
)
ORGANIZATION: Final = Parameter(
    "X-CCOrganization",
    "header",
    "Id of the organization that the call is for; the shopper's first active one where it is left out. The bare id, "
    "a JSON text, or a JSON object with one member (contract: common.md §2).",
    "100002",
)
AGENT_CONTEXT: Final = Parameter(
    "X-CCAgentContext",
    "header",
    "The shopper that the agent acts for: a JSON object with `shopperProfileId`. Without it the call is refused with "
    "`89103` (contract: organization-addresses.md §1).",
    '{"shopperProfileId":"110000"}',
    required=True,
)
PRICE_LIST_GROUP: Final = Parameter(
    "X-CCPriceListGroup",
    "header",
    "Id of the price list group to price in; that of the organization, the profile or the site where it is left out "
    "(contract: orders.md §1).",
    "defaultPriceGroup",
)
IDEMPOTENCY_KEY: Final = Parameter(
    "Idempotency-Key",
    "header",
    "Any 1 to 255 visible ASCII characters: the same request sent again under it is done once, and answered again with "
    "`Idempotency-Replayed: true` (contract: orders.md §7).",
    "0d6e5a1c-7a0f-4b53-9f3e-0b3d2d1f9a77",
)
IF_MATCH: Final = Parameter(
    "If-Match",
    "header",
    "An `ETag` that an answer carried: if the resource has changed since, the call is refused with `00000412`. A tag "
    "that is none of ours counts as absent (contract: common.md §10).",
    '"eyJ2ZXJzaW9uIjozfQ=="',
)
VISITOR_COOKIE: Final = Parameter(
    "xd123_SiteUS",
    "cookie",
    "The visitor cookie that `infoName` names: `xd<tenant>_<site>`; this name is the one of the example (contract: "
    "visitor-info.md §2).",
    "1AbC%3A1700000000000%3A1700000000000%3A1700000000000%3A1%3A1",
)
FIELDS: Final = Parameter(
    "fields",
    "query",
    "Members to keep in the answer, separated by commas, a dot before those inside: an answer so shortened has only "
    "these of the members below (contract: common.md §8).",
    "id,links",
)
EXCLUDE: Final = Parameter(
    "exclude",
    "query",
    "Members to leave out of the answer, as in `fields`, which counts first (contract: common.md §8).",
    "links",
)
SHIPPING_GROUPS: Final = Parameter(
    "includeShippingGroups",
    "query",
    "Whether the answer has `shippingGroups` (contract: orders.md §1).",
    example=True,
    schema=_FLAG,
)
SHIPPING_GROUPS_UNLESS: Final = Parameter(
    "includeShippingGroups",
    "query",
    "Whether the answer has `shippingGroups` (contract: orders.md §5.1).",
    example=False,
    schema=(("type", "boolean"), ("default", True)),
)
EXPLAIN: Final = Parameter(
    "explain",
    "query",
    "Adds `pricingTrace`: why the order costs what it costs. A setting of the deployment can switch it off (contract: "
    "orders.md §9).",
    example=True,
    schema=_FLAG,
)
NON_UNDERSCORE: Final = Parameter(
    "allowNonUnderscoreNames",
    "query",
    "Lets ids of new properties do without an underscore where the deployment asks for one (contract: shopper-types.md "
    "§3).",
    example=True,
    schema=_FLAG,
)
LIMIT: Final = Parameter(
    "limit",
    "query",
    f"How many entries a page may have; {MAX_PAGE} at most.",
    10,
    schema=(*_WHOLE, ("default", MAX_PAGE)),
)
OFFSET: Final = Parameter(
    "offset", "query", "How many entries come before the page.", 0, schema=(*_WHOLE, ("default", 0))
)
NICKNAME: Final = Parameter("addressType", "query", "Only addresses of exactly this nickname.", "Office")
SEARCH: Final = Parameter(
    "q",
    "query",
    'Only addresses that match `<member> <operator> "<text>"`, operators `co` (contains), `eq`, `sw` (starts with); '
    "several joined by `AND` and `OR` (contract: companions.md §1).",
    'city co "montgomery"',
)
SORT: Final = Parameter(
    "sort", "query", "Member to sort by, `:asc` or `:desc` after it (contract: companions.md §1).", "city:asc"
)
PROFILE_SEARCH: Final = Parameter(
    "q",
    "query",
    'Only profiles that match: terms like `lastName eq "Anderson"`, joined by `and`, `or`, `not (…)` and parentheses. '
    "Members: `id`, `login`, `email`, `firstName`, `middleName`, `lastName`, `daytimeTelephoneNumber`, "
    "`customerContactId`, `registrationDate`, `parentOrganization` (its id), `active`, custom properties. Operators: "
    "`eq`, `ne`, `gt`, `ge`, `lt`, `le`, `pr`; of texts `co` (contains) and `sw` (begins with) too (contract: "
    "companions.md §7).",
    'email eq "kim@example.com"',
)
PROFILE_SORT: Final = Parameter(
    "sort",
    "query",
    "The order is that of ids, or of the identifier that `sw` searches; that member and `:desc` turns it around "
    "(contract: companions.md §7).",
    "id:desc",
)
TOTAL_RESULTS: Final = Parameter(
    "totalResults",
    "query",
    "Whether all entries are counted; without, `total` and `totalResults` are null, and the answer comes sooner.",
    example=False,
    schema=(("type", "boolean"), ("default", True)),
)
QUERY_FORMAT: Final = Parameter("queryFormat", "query", "How `q` is written; there is one way.", "SCIM")
ORGANIZATION_ID: Final = Parameter(
    "orgId", "query", "Id of the organization to list; stands before `X-CCOrganization`.", "100002"
)
INCLUDE: Final = Parameter(
    "include",
    "query",
    "`all`: inherited addresses too; `inheritedOnly`: those alone; else the organization's own.",
    "all",
)
CUSTOM_PROPERTIES: Final = Parameter(
    "includeCustomProperties",
    "query",
    "Whether addresses show their declared properties; they do in any case where `addressType`, `q`, `sort` or "
    "`queryFormat` is sent.",
    example=True,
    schema=_FLAG,
)
TYPE_NAME: Final = Parameter("name", "query", "Only types whose display name holds this text.", "use")
TYPE_IDS: Final = Parameter("shopperTypeIds", "query", "Only types of these ids, separated by commas.", "user")

# Of a list of addresses.
LISTING: Final = (LIMIT, OFFSET, NICKNAME, SEARCH, SORT, QUERY_FORMAT)
