"""What comes out: the priced order. All money is at the currency's digits, positive unless said otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from commerce.pricing.cart import GiftClaim, GiftMarker, GroupKind
from commerce.pricing.promotions import Level
from commerce.pricing.taxation import TaxBreakdown
from commerce.pricing.trace import PricingTrace


class Detail(Struct, frozen=True):
    """Units of a line that show one unit price (contract: pricing.md §2 row 6, §12 row 10).

    `amount` is after item promotions and before `order_discount_share`; `unit_price` is for display: amount ÷ quantity,
    rounded (§12 row 27).
    """

    quantity: int
    unit_price: Decimal
    amount: Decimal
    discounted: bool
    order_discount_share: Decimal
    tax: Decimal


class LineDiscount(Struct, frozen=True):
    """What one promotion took off one line's own units; `coupon` None: applied without a coupon."""

    promotion_id: str
    name: str
    level: Level
    coupon: str | None
    amount: Decimal


class RecurringDetail(Struct, frozen=True):
    """The recurring charge of a line: `amount` = `charge` × units (contract: pricing.md §10); `unit_price` as above."""

    quantity: int
    charge: Decimal
    unit_price: Decimal
    amount: Decimal
    tax: Decimal
    frequency: str
    duration: str | None


class PricedLine(Struct, frozen=True):
    """A line, or the part of it that travels in one group (then every number is for that part).

    `quantity` of a child counts per unit of its parent, `units` are all its units here. `list_price`, `sale_price`,
    `unit_price` are rounded averages per unit (contract: pricing.md §12 row 3). `own_amount` is without children,
    `amount` with all of them (`price` on the wire is the same). `discounts`: item promotions; `order_discounts`: order
    promotions' shares. `added`: a gift this pricing put in, whose `line_id` is a placeholder for a new id. `lapsed`:
    units that were gifts before this pricing and are charged now.
    """

    line_id: str
    product_id: str
    sku_id: str | None
    quantity: int
    units: int
    valid: bool
    list_price: Decimal
    sale_price: Decimal
    on_sale: bool
    unit_price: Decimal
    raw_total_price: Decimal
    own_amount: Decimal
    amount: Decimal
    discount_amount: Decimal
    order_discount_share: Decimal
    tax: Decimal
    shipping_surcharge: Decimal
    details: tuple[Detail, ...]
    discounts: tuple[LineDiscount, ...]
    order_discounts: tuple[LineDiscount, ...]
    recurring: RecurringDetail | None
    children: tuple[PricedLine, ...]
    gifts: tuple[GiftClaim, ...]
    added: bool
    lapsed: int


class PriceInfo(Struct, frozen=True):
    """Totals of the order or of one group (contract: pricing.md §2 rows 9 to 15)."""

    sub_total: Decimal
    order_discount: Decimal
    amount: Decimal
    shipping: Decimal
    shipping_surcharge: Decimal
    shipping_discount: Decimal
    tax: Decimal
    total_without_tax: Decimal
    total: Decimal


class RecurringPriceInfo(Struct, frozen=True):
    """Recurring totals; `amount` is also the subtotal and the total without tax (contract: pricing.md §10)."""

    amount: Decimal
    tax: Decimal
    total: Decimal
    amount_by_frequency: Mapping[str, Decimal]
    tax_by_frequency: Mapping[str, Decimal]


class PromotionAdjustment(Struct, frozen=True):
    """A promotion and what it took in the whole order; 0 where it did not apply."""

    promotion_id: str
    name: str
    level: Level
    amount: Decimal

    @property
    def total_adjustment(self) -> Decimal:
        """`amount` as a negative number (contract: orders.md §5.4)."""
        return self.amount.copy_negate() if self.amount else self.amount


class DiscountInfo(Struct, frozen=True):
    """Promotions by the code that claimed them, in the order they are tried (contract: orders.md §5.4).

    Codes in the order sent. `unclaimed`: promotions of a sent code that did not apply for it. `implicit`: applied
    without a coupon.
    """

    order_discount: Decimal
    shipping_discount: Decimal
    claimed: Mapping[str, tuple[PromotionAdjustment, ...]]
    unclaimed: Mapping[str, tuple[PromotionAdjustment, ...]]
    implicit: tuple[PromotionAdjustment, ...]


class PricedGroup(Struct, frozen=True):
    """A shipping group; without items it costs 0 and is left out of the answer (contract: pricing.md §12 row 18).

    `group_id` None: added by this pricing. `method_id` None: none chosen, or a kept one dropped for want of a range.
    `method_price` is before `shipping_discount`; `shipping` of `price_info` = it + surcharge − discount.
    `discounts`: the order and shipping promotions of this group with what they took here.
    """

    group_id: str | None
    kind: GroupKind
    method_id: str | None
    method_dropped: bool
    method_price: Decimal
    shipping_tax: Decimal
    price_info: PriceInfo
    recurring: RecurringPriceInfo | None
    tax_breakdown: TaxBreakdown
    discounts: tuple[LineDiscount, ...]
    items: tuple[PricedLine, ...]


class Payment(Struct, frozen=True):
    """A gift card's part (contract: pricing.md §9)."""

    number: str
    balance: Decimal
    amount: Decimal

    @property
    def is_amount_remaining(self) -> bool:
        """Whether the card holds more than it pays."""
        return self.balance > self.amount


class GiftMessage(Struct, frozen=True):
    """`GWPQualified`, `GWPInvalidated` or `GWPFullFailure` of a promotion."""

    identifier: str
    promotion_id: str


class PricedOrder(Struct, frozen=True):
    """The order, priced. Lines in request order, added gifts last."""

    number_of_items: int
    price_info: PriceInfo
    recurring: RecurringPriceInfo | None
    discount_info: DiscountInfo
    lines: tuple[PricedLine, ...]
    groups: tuple[PricedGroup, ...]
    payments: tuple[Payment, ...]
    gift_markers: tuple[GiftMarker, ...]
    gift_messages: tuple[GiftMessage, ...]
    trace: PricingTrace | None
