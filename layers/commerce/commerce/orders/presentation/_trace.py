"""How the prices came about, for a reader who asked to have it explained (contract: orders.md §9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from commerce.exact_json import JsonObject
from commerce.orders.model import OrderLine
from commerce.pricing import PricedLine, PricingTrace, TraceEntry


def trace(story: PricingTrace, lines: Sequence[OrderLine], priced: Sequence[PricedLine]) -> JsonObject:
    """The story with the ids of the order's `lines`, which are the `priced` ones, where an added gift has none yet."""
    ids = {priced_line.line_id: line.id for line, priced_line in zip(lines, priced, strict=True)}
    return {
        "stages": [
            {"stage": step.stage.value, "entries": [_entry(entry, ids) for entry in step.entries]}
            for step in story.stages
        ],
        "notApplied": [
            {
                "promotionId": promotion.promotion_id,
                "promotionName": promotion.name,
                "promotionLevel": str(promotion.level),
                "coupons": list(promotion.coupons),
                "reason": str(promotion.reason),
                "blockedBy": promotion.blocked_by,
            }
            for promotion in story.not_applied
            # What is planned, over, or for others is not for this shopper to know.
            if not promotion.reason.is_not_for_this_call
        ],
    }


def _entry(entry: TraceEntry, ids: Mapping[str, str]) -> JsonObject:
    """What an entry is about; members without meaning for it are left out."""
    members = {
        "commerceItemId": ids.get(entry.line_id, entry.line_id) if entry.line_id is not None else None,
        "shippingGroupId": entry.group_id,
        "quantity": entry.quantity,
        "promotionId": entry.promotion_id,
        "coupon": entry.coupon,
        "shippingMethod": entry.method_id,
        "payment": entry.payment,
        "note": entry.note,
    }
    return {"amount": entry.amount} | {name: value for name, value in members.items() if value is not None}
