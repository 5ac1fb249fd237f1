"""What goes in: the cart to be priced."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import IntEnum, StrEnum

from msgspec import Struct

from commerce.pricing.prices import Prices, RecurringCharge
from commerce.pricing.promotions import Occasion, Promotion, SentCoupon

ALL_UNITS = -1


class ExternalPrice(Struct, frozen=True):
    """`price` per unit for the first `quantity` units; -1 means all (contract: pricing.md §2 row 7, §12 row 4)."""

    price: Decimal
    quantity: int = ALL_UNITS

    def units(self, quantity: int) -> int:
        """How many of `quantity` units it prices."""
        return quantity if self.quantity == ALL_UNITS else min(self.quantity, quantity)


class Standing(IntEnum):
    """Where a claim comes from; what a promotion gives goes to them in this order (contract: pricing.md §6)."""

    CHOSEN = 0
    """The shopper chooses it now. What is not given is an ordinary unit."""
    HELD = 1
    """The last pricing gave it. What is not given any more is removed, or charged."""
    HOPED_FOR = 2
    """Nobody gave it yet: a gift that was shown and never stored, more units of a gift. Not given: an ordinary unit."""


class GiftClaim(Struct, frozen=True):
    """`quantity` units of a line are a gift of the promotion: `chosen` by the shopper, or added automatically."""

    promotion_id: str
    quantity: int
    chosen: bool = False
    standing: Standing = Standing.HELD


class CartLine(Struct, frozen=True):
    """A line; the `quantity` of a child counts per unit of its parent.

    `external_recurring` replaces the catalogue's charge. `valid` False: cannot be priced, so it and its children
    show amounts of 0 and stand outside every sum (contract: orders.md §9). `gifts` only on top-level lines.
    `lapsed`: units that this pricing charges because they are no gifts any more.
    """

    line_id: str
    product_id: str
    sku_id: str | None
    quantity: int
    external_price: ExternalPrice | None = None
    external_recurring: RecurringCharge | None = None
    children: tuple[CartLine, ...] = ()
    gifts: tuple[GiftClaim, ...] = ()
    lapsed: int = 0
    valid: bool = True


class PriceRange(Struct, frozen=True):
    """`amount` for a base from `low` inclusive to `high` exclusive; None: open."""

    low: Decimal
    high: Decimal | None
    amount: Decimal


class ShippingMethod(Struct, frozen=True):
    """A method offered on this site, for this price list group and address, with its price ranges."""

    method_id: str
    ranges: tuple[PriceRange, ...]

    def price(self, base: Decimal) -> Decimal | None:
        """The amount of the range that holds `base`, None if none does (contract: pricing.md §7)."""
        for price_range in sorted(self.ranges, key=_low):
            if price_range.low <= base and (price_range.high is None or base < price_range.high):
                return price_range.amount
        return None


def _low(price_range: PriceRange) -> Decimal:
    return price_range.low


class GroupKind(StrEnum):
    """`other`: any type the service stores without shipping anything."""

    HARDGOOD = "hardgoodShippingGroup"
    PICKUP = "inStorePickupShippingGroup"
    OTHER = "other"


class GroupedUnits(Struct, frozen=True):
    """`quantity` units of a top-level line travel in this group."""

    line_id: str
    quantity: int


class TaxAddress(Struct, frozen=True):
    """Where a group goes; given only when the address is complete."""

    country: str
    state: str | None = None
    city: str | None = None
    postal_code: str | None = None


class ShippingGroup(Struct, frozen=True):
    """A group; `method` None: none chosen. `kept`: the method comes from the stored order, so it is dropped, not
    refused, when no range holds the base (contract: orders.md §3). `address` None: absent or incomplete.
    """

    group_id: str
    kind: GroupKind = GroupKind.HARDGOOD
    method: ShippingMethod | None = None
    kept: bool = False
    address: TaxAddress | None = None
    items: tuple[GroupedUnits, ...] = ()


class GiftCard(Struct, frozen=True):
    """A card accepted by its provider, with the balance it told."""

    number: str
    balance: Decimal


class GiftMarker(Struct, frozen=True):
    """The order's record of one gift promotion (contract: pricing.md §6).

    `quantity` the units offered, `selected` chosen by the shopper, `automatic` added by itself, `targeted` given
    free of charge, `removed` taken out by the shopper, `failed` not available. `of_choice`: the shopper chooses it;
    `choices_available`: from more than one SKU.
    """

    promotion_id: str
    gift_type: str
    gift_detail: str
    auto_remove: bool
    quantity: int
    selected: int = 0
    automatic: int = 0
    targeted: int = 0
    removed: int = 0
    failed: int = 0
    of_choice: bool = False
    choices_available: bool = False


class Cart(Struct, frozen=True):
    """Everything that decides what an order costs.

    `digits`: the currency's fractional digits. `tax_included`: prices contain the tax. `calculate_tax` False is the
    price list group's `doNotCalculateTax`. `gift_markers`: the order's own, of its last pricing, with what the shopper
    has `removed` since.
    """

    lines: Sequence[CartLine]
    prices: Prices
    occasion: Occasion
    digits: int = 2
    promotions: Sequence[Promotion] = ()
    coupons: Sequence[SentCoupon] = ()
    shipping_groups: Sequence[ShippingGroup] = ()
    gift_cards: Sequence[GiftCard] = ()
    gift_markers: Sequence[GiftMarker] = ()
    tax_included: bool = False
    calculate_tax: bool = True
