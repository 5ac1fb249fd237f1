"""Promotions and coupons as data, and who may use a promotion (contract: pricing.md §5, §6, §12)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from msgspec import Struct


class Level(StrEnum):
    """Levels in the order they are tried."""

    ITEM = "item"
    ORDER = "order"
    SHIPPING = "shipping"


class Adjustment(StrEnum):
    """What a discount's value means: percent off, amount off, or the price that remains."""

    PERCENT = "percent"
    AMOUNT = "amount"
    FIXED_PRICE = "fixedPrice"


class Reason(StrEnum):
    """Why a promotion did not apply."""

    DISABLED = "disabled"
    NOT_STARTED = "notStarted"
    ENDED = "ended"
    SITE = "otherSite"
    AUDIENCE = "otherAudience"
    PRICE_LIST_GROUP = "otherPriceListGroup"
    EXCLUSIVE_GROUP = "exclusiveGroup"
    LEVEL_EXCLUDED = "levelExcluded"
    MINIMUM_SUBTOTAL = "minimumSubtotalNotMet"
    NO_TARGET = "noTarget"
    NO_QUALIFIER = "notEnoughQualifiers"
    NOTHING_TAKEN = "nothingToDiscount"
    NO_METHOD = "noMatchingShippingMethod"
    GIFT_NOT_CHOSEN = "giftNotChosen"
    GIFT_REMOVED = "giftRemoved"
    GIFT_UNAVAILABLE = "giftUnavailable"

    @property
    def is_not_for_this_call(self) -> bool:
        """The promotion is not on offer here and now, whatever the cart holds: `ineligible`."""
        return self in _NOT_FOR_THIS_CALL


_NOT_FOR_THIS_CALL: Final = frozenset(
    {
        Reason.DISABLED,
        Reason.NOT_STARTED,
        Reason.ENDED,
        Reason.SITE,
        Reason.AUDIENCE,
        Reason.PRICE_LIST_GROUP,
    }
)


class ItemDiscount(Struct, frozen=True):
    """Buy `buy` qualifying units, get up to `get` target units adjusted; repeat (contract: pricing.md §12 row 6).

    `value`: percent 0 to 100, or money per unit. `targets`, `qualifiers`: product ids, empty means every product.
    `buy` 0: no condition. `get` None: applied once, to all remaining targets. `limit` bounds the targets of the order.
    """

    adjustment: Adjustment
    value: Decimal
    targets: frozenset[str] = frozenset()
    qualifiers: frozenset[str] = frozenset()
    buy: int = 0
    get: int | None = None
    limit: int | None = None


class OrderDiscount(Struct, frozen=True):
    """`value`: percent 0 to 100, or an amount; never a fixed price. `minimum_subtotal` is met when equal."""

    adjustment: Adjustment
    value: Decimal
    minimum_subtotal: Decimal | None = None


class ShippingDiscount(Struct, frozen=True):
    """On the price of the shipping methods named, empty means every one (contract: pricing.md §12 row 21)."""

    adjustment: Adjustment
    value: Decimal
    methods: frozenset[str] = frozenset()


class GiftOption(Struct, frozen=True):
    """One thing a gift may be; `sku_id` None leaves the SKU to the shopper. `available`: active and for sale.

    `skus`: how many SKUs it can be.
    """

    product_id: str
    sku_id: str | None = None
    available: bool = True
    skus: int = 1


class Gift(Struct, frozen=True):
    """Gift with purchase: `quantity` units once per order (contract: pricing.md §6).

    Qualified by `buy` units of `qualifiers` (empty: every product) and, if set, by `minimum_subtotal`.
    One option with a SKU is added by itself; otherwise the shopper chooses.
    """

    options: tuple[GiftOption, ...]
    quantity: int = 1
    qualifiers: frozenset[str] = frozenset()
    buy: int = 0
    minimum_subtotal: Decimal | None = None
    auto_remove: bool = True
    gift_type: str = "product"
    gift_detail: str = ""

    @property
    def automatic(self) -> GiftOption | None:
        """The option that needs no choice."""
        only = self.options[0] if len(self.options) == 1 else None
        return only if only is not None and only.sku_id is not None else None

    @property
    def choices(self) -> int:
        """How many SKUs the shopper can choose from; 0: there is nothing to choose."""
        return 0 if self.automatic is not None else sum(option.skus for option in self.options if option.available)

    def offers(self, product_id: str, sku_id: str | None) -> bool:
        """Whether the SKU is one of the options."""
        return any(option.product_id == product_id and option.sku_id in {None, sku_id} for option in self.options)


Reward = ItemDiscount | OrderDiscount | ShippingDiscount | Gift


class Promotion(Struct, frozen=True):
    """A promotion: what it gives, who may have it, what it keeps out (contract: pricing.md §5).

    `starts` inclusive, `ends` exclusive, aware UTC, None: no bound. `sites`, `audiences`, `price_list_groups`: None
    means all. `exclusive_group`: of the promotions naming the same group only the first applies. `excludes`: later
    levels that stay untried once this one applied. `coupon_only`: a coupon carries it, so it never applies by itself.
    """

    promotion_id: str
    name: str
    reward: Reward
    priority: int = 1
    enabled: bool = True
    starts: datetime | None = None
    ends: datetime | None = None
    sites: frozenset[str] | None = None
    audiences: frozenset[str] | None = None
    price_list_groups: frozenset[str] | None = None
    exclusive_group: str | None = None
    excludes: frozenset[Level] = frozenset()
    coupon_only: bool = False

    @property
    def level(self) -> Level:
        """The level it is tried at; a gift is an item promotion."""
        if isinstance(self.reward, OrderDiscount):
            return Level.ORDER
        return Level.SHIPPING if isinstance(self.reward, ShippingDiscount) else Level.ITEM


class SentCoupon(Struct, frozen=True):
    """A code the shopper sent, found valid, with the promotions it carries."""

    code: str
    promotion_ids: tuple[str, ...]


class Occasion(Struct, frozen=True):
    """When, where and for whom an order is priced; `moment` is aware UTC."""

    moment: datetime
    site_id: str
    price_list_group_id: str
    audiences: frozenset[str] = frozenset()


def ineligible(promotion: Promotion, occasion: Occasion) -> Reason | None:
    """Why the promotion is not offered on this occasion, None if it is (contract: pricing.md §5, §12 row 17)."""
    if not promotion.enabled:
        return Reason.DISABLED
    if promotion.starts is not None and occasion.moment < promotion.starts:
        return Reason.NOT_STARTED
    if promotion.ends is not None and occasion.moment >= promotion.ends:
        return Reason.ENDED
    if promotion.sites is not None and occasion.site_id not in promotion.sites:
        return Reason.SITE
    if promotion.audiences is not None and not promotion.audiences & occasion.audiences:
        return Reason.AUDIENCE
    groups = promotion.price_list_groups
    if groups is not None and occasion.price_list_group_id not in groups:
        return Reason.PRICE_LIST_GROUP
    return None
