"""What an order says of gift promotions: messages, its markers, and the gifts that wait for a choice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from commerce.exact_json import JsonObject
from commerce.orders.gifts import gift_data
from commerce.orders.model import StoredMarker
from commerce.orders.presentation._lines import GIFT_KEY
from commerce.pricing import GiftMarker, GiftMessage

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


def gifts_of_choice(markers: Iterable[StoredMarker]) -> list[JsonObject]:
    """Each gift that the shopper chooses, chosen already or not, so that it can be changed."""
    return [_gift_of_choice(stored.marker) for stored in markers if stored.marker.of_choice]


def _gift_of_choice(marker: GiftMarker) -> JsonObject:
    return {
        "promotionId": marker.promotion_id,
        "giftWithPurchaseIdentifier": gift_data(marker.promotion_id),
        "giftWithPurchaseType": marker.gift_type,
        "giftWithPurchaseDetail": marker.gift_detail,
        "giftWithPurchaseQuantity": marker.quantity,
        "giftWithPurchaseQuantityAvailableForSelection": (
            marker.quantity - marker.targeted - marker.removed - marker.failed
        ),
        "giftWithPurchaseChoicesAvailable": marker.choices_available,
        "autoRemove": marker.auto_remove,
    }
