"""What an order says of gift promotions: messages, its markers, and the gifts that wait for a choice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from commerce.exact_json import JsonObject
from commerce.orders.model import StoredMarker
from commerce.orders.presentation._lines import GIFT_KEY, gift_data
from commerce.pricing import GiftMessage

SUMMARIES: Final = {
    "GWPQualified": "The cart has qualified for a free gift promotion.",
    "GWPInvalidated": "The cart no longer qualifies for a free gift promotion.",
    "GWPFullFailure": "The free gift is not available.",
}


def messages(gift_messages: Iterable[GiftMessage]) -> JsonObject:
    """The `pricingMessages`: empty without any."""
    shown = [
        {
            "summary": SUMMARIES[message.identifier],
            "identifier": message.identifier,
            "params": [message.promotion_id],
            "type": "information",
            "priority": -10,
        }
        for message in gift_messages
    ]
    return {"giftWithPurchaseMessages": shown} if shown else {}


def order_marker(stored: StoredMarker) -> JsonObject:
    marker = stored.marker
    return {
        "key": GIFT_KEY,
        "value": marker.promotion_id,
        "data": gift_data(marker.promotion_id),
        "giftType": marker.gift_type,
        "giftDetail": marker.gift_detail,
        "autoRemove": marker.auto_remove,
        "repositoryId": stored.id,
        "quantity": marker.quantity,
        "selectedQuantity": marker.selected,
        "automaticQuantity": marker.automatic,
        "targetedQuantity": marker.targeted,
        "removedQuantity": marker.removed,
        "failedQuantity": marker.failed,
    }


def open_gifts(markers: Iterable[StoredMarker]) -> list[JsonObject]:
    """Gifts that wait for the shopper's choice."""
    return [_open_gift(stored, units) for stored in markers if (units := _open_units(stored))]


def _open_gift(stored: StoredMarker, units: int) -> JsonObject:
    marker = stored.marker
    return {
        "giftWithPurchaseIdentifier": stored.id,
        "promotionId": marker.promotion_id,
        "giftWithPurchaseType": marker.gift_type,
        "giftWithPurchaseDetail": marker.gift_detail,
        "giftWithPurchaseQuantity": units,
        "autoRemove": marker.auto_remove,
    }


def _open_units(stored: StoredMarker) -> int:
    marker = stored.marker
    return marker.quantity - marker.targeted - marker.removed - marker.failed
