"""Why an order costs what it costs: what applied where, stage by stage, and why the rest did not."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from commerce.pricing.promotions import Reason


class Stage(StrEnum):
    """The steps of contract pricing.md §1."""

    LIST_PRICE = "listPrice"
    SALE_PRICE = "salePrice"
    EXTERNAL_PRICE = "externalPrice"
    ITEM_PROMOTIONS = "itemPromotions"
    ORDER_PROMOTIONS = "orderPromotions"
    SHIPPING = "shipping"
    SHIPPING_PROMOTIONS = "shippingPromotions"
    TAX = "tax"
    GIFT_CARDS = "giftCards"
    RECURRING_CHARGES = "recurringCharges"


class TraceEntry(Struct, frozen=True):
    """One thing that happened. `amount`: what the stage made of these units, or, for promotions and gift cards, what
    it changed (negative). `line_id` and `group_id` None: not about one line or group. `payment`: place of the card in
    the list, from 0.
    """

    amount: Decimal
    line_id: str | None = None
    group_id: str | None = None
    quantity: int | None = None
    promotion_id: str | None = None
    coupon: str | None = None
    method_id: str | None = None
    payment: int | None = None
    note: str | None = None


class TraceStage(Struct, frozen=True):
    """A stage and its entries, lines in request order."""

    stage: Stage
    entries: tuple[TraceEntry, ...]


class NotApplied(Struct, frozen=True):
    """A promotion that did not apply; `blocked_by`: the promotion that kept it out."""

    promotion_id: str
    name: str
    level: str
    coupons: tuple[str, ...]
    reason: Reason
    blocked_by: str | None


class PricingTrace(Struct, frozen=True):
    """The whole story. Promotions behind coupons appear only for codes that were sent."""

    stages: tuple[TraceStage, ...]
    not_applied: tuple[NotApplied, ...]
