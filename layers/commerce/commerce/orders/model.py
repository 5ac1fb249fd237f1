"""Wire models of an order update, and the stored order.

A stored order holds what the shopper chose and nothing that can be derived: no price, no catalogue text.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final

from msgspec import Struct, field
from typing_extensions import TypedDict

from commerce.addresses.model import MEMBERS, LocatedForm
from commerce.exact_json import JsonObject, JsonValue, dumps
from commerce.pricing import GiftClaim, GiftMarker
from commerce.shapes import STOP_AT_FIRST, Id, MaxLength, Text
from commerce.values import MAX_TEXT

INCOMPLETE: Final = "INCOMPLETE"
HARDGOOD: Final = "hardgoodShippingGroup"
PICKUP: Final = "inStorePickupShippingGroup"
GIFT_CARD: Final = "physicalGiftCard"

# Members of a line that are stored and returned as sent (contract: orders.md §2.2).
LINE_MEMBERS: Final = (
    "assetKey", "rootAssetKey", "parentAssetKey", "asset", "serviceId", "serviceAccountId", "customerAccountId",
    "billingAccountId", "billingProfileId", "actionCode", "activationDate", "deactivationDate", "transactionDate",
    "configuratorId", "originalCommerceItemId", "externalPrice", "externalPriceQuantity", "externalRecurringCharge",
    "externalRecurringChargeFrequency", "externalRecurringChargeDuration",
)  # fmt: skip
CHILD_MEMBERS: Final = ("configurablePropertyId", "configurationOptionId", "addOnItem", "priceListGroupId")

ADDRESS_MEMBERS: Final = (*MEMBERS, "email", "alias")
PICKUP_MEMBERS: Final = ("locationId", "firstName", "middleName", "lastName", "phoneNumber", "email")


class CouponForm(TypedDict):
    """A sent coupon; its other members are echoes."""

    code: str


class ShoppingCartForm(TypedDict, total=False):
    """The cart; its items are checked one by one."""

    items: list[Any] | None
    coupons: Annotated[list[CouponForm], STOP_AT_FIRST] | None


class ShippingAddressForm(LocatedForm, total=False):
    """A shipping address."""

    email: Text
    alias: Text


class MethodForm(TypedDict, total=False):
    """The chosen shipping method."""

    value: Id


class GroupItemForm(TypedDict, total=False):
    """Units of a line that travel in a group."""

    productId: Id
    catRefId: Id
    commerceItemId: Id
    preferredPickupDate: Text


class GroupForm(TypedDict, total=False):
    """A shipping group."""

    type: Text
    shippingGroupId: Id
    shippingMethod: MethodForm | None
    shippingAddress: ShippingAddressForm | None
    items: Annotated[list[GroupItemForm], STOP_AT_FIRST] | None
    locationId: Id
    firstName: Text
    middleName: Text
    lastName: Text
    phoneNumber: Text
    email: Text


class OrderForm(TypedDict, total=False):
    """The body of an update (contract: orders.md §2.1); declared properties of the order stand beside these."""

    op: str | None
    id: Id
    cartName: Text
    additionalEmails: Annotated[list[Annotated[str, MaxLength(MAX_TEXT)]], MaxLength(10), STOP_AT_FIRST] | None
    shoppingCart: ShoppingCartForm | None
    payments: Annotated[list[dict[str, Any]], STOP_AT_FIRST] | None
    shippingGroups: Annotated[list[GroupForm], STOP_AT_FIRST] | None
    shippingAddress: ShippingAddressForm | None
    shippingMethod: MethodForm | None
    giftWithPurchaseOrderMarkers: list[Any] | None


class OrderLine(Struct, frozen=True):
    """A line; the `quantity` of a child counts per unit of its parent.

    `members`: those of `LINE_MEMBERS` and `CHILD_MEMBERS` that are set. `properties`: the declared ones. `gifts`: what
    of it is a gift; `lapsed`: units that were one and are charged now; both only on top-level lines.
    """

    id: str
    product_id: str
    sku_id: str
    quantity: int
    members: JsonObject = field(default_factory=dict)
    shopper_input: JsonObject = field(default_factory=dict)
    external_data: tuple[JsonObject, ...] = ()
    properties: JsonObject = field(default_factory=dict)
    children: "tuple[OrderLine, ...]" = ()
    gifts: tuple[GiftClaim, ...] = ()
    lapsed: int = 0

    @property
    def item(self) -> tuple[str, str]:
        """What it buys: product and SKU."""
        return self.product_id, self.sku_id

    def all(self) -> "Iterator[OrderLine]":
        """This line and everything below it, parents first."""
        yield self
        for child in self.children:
            yield from child.all()


class GroupItem(Struct, frozen=True):
    """`quantity` units of a line travel in a group."""

    line_id: str
    quantity: int
    preferred_pickup_date: str | None = None


class OrderGroup(Struct, frozen=True):
    """A shipping group. `method` None: none chosen. `address`, `pickup`: members that are set.

    `items`: what the shopper put into it; the rest of every line goes to the first hardgood group.
    """

    id: str
    type: str = HARDGOOD
    method: str | None = None
    address: JsonObject = field(default_factory=dict)
    pickup: JsonObject = field(default_factory=dict)
    items: tuple[GroupItem, ...] = ()


class OrderCard(Struct, frozen=True):
    """A gift card on the order; its PIN is not kept."""

    id: str
    number: str


class StoredMarker(Struct, frozen=True):
    """The order's record of a gift promotion, with an id of its own."""

    id: str
    marker: GiftMarker


class Order(Struct, frozen=True):
    """A stored order. `version` 0: not stored yet. `sequence`: the last number given to a part of it.

    `created`, `modified`: as the wire shows dates. `modified_by`: id of the last modifier.
    """

    id: str
    version: int
    site_id: str
    creation_site_id: str
    organization: str | None
    created: str
    modified: str
    modified_by: str
    state: str = INCOMPLETE
    cart_name: str | None = None
    additional_emails: tuple[str, ...] = ()
    properties: JsonObject = field(default_factory=dict)
    coupons: tuple[str, ...] = ()
    lines: tuple[OrderLine, ...] = ()
    groups: tuple[OrderGroup, ...] = ()
    cards: tuple[OrderCard, ...] = ()
    markers: tuple[StoredMarker, ...] = ()
    sequence: int = 0

    def all_lines(self) -> "Iterator[OrderLine]":
        """Every line and child, parents first."""
        for line in self.lines:
            yield from line.all()


_NUMBER: Final = re.compile(r"[0-9]{1,18}", re.ASCII)


class Numbers:
    """Gives out ids of an order's parts: their kind, the order's own digits, a number used once in this order.

    The order's digits make them unique over all orders, which would else have to share one counter.
    """

    def __init__(self, order: Order) -> None:
        self._digits = "".join(sign for sign in order.id if sign.isdecimal() and sign.isascii())
        self._taken = {line.id for line in order.all_lines()}
        self._before = self.last = order.sequence

    def take(self, ids: Iterable[str]) -> None:
        """Keep ids that others chose from being given out."""
        self._taken.update(ids)

    def gave_line(self, name: str) -> bool:
        """Whether an earlier update gave a line this id, which it may have lost since."""
        number = name.removeprefix(f"ci{self._digits}")
        return number != name and bool(_NUMBER.fullmatch(number)) and int(number) <= self._before

    def next(self, kind: str) -> str:
        """An unused id: `kind` (``ci`` line, ``sg`` group, ``pg`` card, empty for a marker), then decimal digits."""
        while True:
            self.last += 1
            number = f"{kind}{self._digits}{self.last}"
            if number not in self._taken:
                return number


def item_info(product_id: str, sku_id: str) -> str:
    """The `moreInfo` that names product and SKU."""
    return dumps({"productId": product_id, "catRefId": sku_id})


def order_document(order: Order) -> JsonObject:
    """What is stored of an order beside its id, version and state; members without a value are left out."""
    document: JsonObject = {
        "siteId": order.site_id,
        "creationSiteId": order.creation_site_id,
        "organization": order.organization,
        "created": order.created,
        "modified": order.modified,
        "modifiedBy": order.modified_by,
        "cartName": order.cart_name,
        "additionalEmails": list(order.additional_emails),
        "properties": order.properties,
        "coupons": list(order.coupons),
        "lines": [_line_document(line) for line in order.lines],
        "groups": [_group_document(group) for group in order.groups],
        "cards": [[card.id, card.number] for card in order.cards],
        "markers": [_marker_document(stored) for stored in order.markers],
        "sequence": order.sequence,
    }
    return _without_unset(document)


def read_order(order_id: str, version: int, state: str, document: JsonObject) -> Order:
    """The order of `order_document`."""
    return Order(
        id=order_id,
        version=version,
        site_id=document["siteId"],
        creation_site_id=document["creationSiteId"],
        organization=document.get("organization"),
        created=document["created"],
        modified=document["modified"],
        modified_by=document.get("modifiedBy", ""),
        state=state,
        cart_name=document.get("cartName"),
        additional_emails=tuple(document.get("additionalEmails", ())),
        properties=document.get("properties", {}),
        coupons=tuple(document.get("coupons", ())),
        lines=tuple(map(_read_line, document.get("lines", ()))),
        groups=tuple(map(_read_group, document.get("groups", ()))),
        cards=tuple(OrderCard(*card) for card in document.get("cards", ())),
        markers=tuple(StoredMarker(name, GiftMarker(*values)) for name, values in document.get("markers", ())),
        sequence=document.get("sequence", 0),
    )


_ALWAYS_STORED: Final = 4


def _line_document(line: OrderLine) -> JsonObject:
    document: JsonObject = {
        "id": line.id,
        "product": line.product_id,
        "sku": line.sku_id,
        "quantity": line.quantity,
    }
    if line.members:
        document["members"] = line.members
    if line.shopper_input:
        document["shopperInput"] = line.shopper_input
    if line.external_data:
        document["externalData"] = list(line.external_data)
    if line.properties:
        document["properties"] = line.properties
    if line.children:
        document["children"] = [_line_document(child) for child in line.children]
    if line.gifts:
        document["gifts"] = [[claim.promotion_id, claim.quantity, claim.chosen] for claim in line.gifts]
    if line.lapsed:
        document["lapsed"] = line.lapsed
    return document


def _read_line(document: JsonObject) -> OrderLine:
    if len(document) == _ALWAYS_STORED:
        return OrderLine(document["id"], document["product"], document["sku"], document["quantity"])
    return OrderLine(
        id=document["id"],
        product_id=document["product"],
        sku_id=document["sku"],
        quantity=document["quantity"],
        members=document.get("members", {}),
        shopper_input=document.get("shopperInput", {}),
        external_data=tuple(document.get("externalData", ())),
        properties=document.get("properties", {}),
        children=tuple(map(_read_line, document.get("children", ()))),
        gifts=tuple(GiftClaim(*claim) for claim in document.get("gifts", ())),
        lapsed=document.get("lapsed", 0),
    )


def _group_document(group: OrderGroup) -> JsonObject:
    document: JsonObject = {
        "id": group.id,
        "type": None if group.type == HARDGOOD else group.type,
        "method": group.method,
        "address": group.address,
        "pickup": group.pickup,
        "items": [
            [item.line_id, item.quantity, *([item.preferred_pickup_date] if item.preferred_pickup_date else ())]
            for item in group.items
        ],
    }
    return _without_unset(document)


def _read_group(document: JsonObject) -> OrderGroup:
    return OrderGroup(
        id=document["id"],
        type=document.get("type", HARDGOOD),
        method=document.get("method"),
        address=document.get("address", {}),
        pickup=document.get("pickup", {}),
        items=tuple(GroupItem(*item) for item in document.get("items", ())),
    )


def _marker_document(stored: StoredMarker) -> list[Any]:
    marker = stored.marker
    return [
        stored.id,
        [
            marker.promotion_id, marker.gift_type, marker.gift_detail, marker.auto_remove, marker.quantity,
            marker.selected, marker.automatic, marker.targeted, marker.removed, marker.failed,
        ],
    ]  # fmt: skip


def _without_unset(document: JsonObject) -> JsonObject:
    return {name: value for name, value in document.items() if value not in _UNSET}


_UNSET: Final[tuple[JsonValue, ...]] = (None, [], {})
