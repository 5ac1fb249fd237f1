"""Gifts with a purchase: what the lines and markers of a request mean for them (contract: orders.md §2, pricing.md §6).

| A request brings | It means |
|---|---|
| a stored gift, by id or by product and SKU, with its markers or without | the same gift |
| not a stored gift, but its marker | the shopper removed it: not given again while the order qualifies |
| a stored gift with quantity 0 | the same, whatever markers there are |
| neither a stored gift nor its marker | a client that knows no gifts: it gets its gift again, under the same id; \
one of choice can be chosen again |
| a line that chooses what the promotion offers | that gift; what is not given is paid |
| a line that chooses anything else | an ordinary line |
| the same for a gift that is held elsewhere, whose line is sent back or not | an exchange: the held one is taken off |
| a stored gift with more units than before, chosen | so many more, if they are given; else paid |
| the markers of a gift on a line that is none: GET showed it, or the client split a line | that gift; else paid |
| the same on a line that the order removed as a lost gift, and the client did not | that gift; else removed again |
| a gift that the order loses | removed, or charged, as the promotion says |
| a gift that was charged | an ordinary line, but its units are never too many, nor sold alone |

Units that were to be gifts, and are none, are checked like others, once pricing has told so. A gift that is earned
again is one more beside the charged one.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from commerce.catalogue import Product
from commerce.errors import OrderLimitExceeded, OrderUpdateFailed, ProductNotSoldAlone
from commerce.exact_json import JsonObject
from commerce.orders.model import Order, OrderLine, StoredMarker, item_info
from commerce.orders.request import MAX_SELECTIONS_OF_A_LINE
from commerce.pricing import Gift, GiftClaim, GiftMarker, Occasion, PricedLine, Promotion, Standing
from commerce.pricing.promotions import ineligible
from commerce.values import EXPECTED_WHOLE, id_text, whole_number


def gift_data(promotion_id: str) -> str:
    """A marker's `data`: a text that stays the same for a promotion, and by which clients name its gift."""
    return str(zlib.crc32(promotion_id.encode()))


class OfferedGifts(Struct, frozen=True, dict=True):
    """The gifts that a shopper may have on an occasion, and the names that clients know them by.

    `was_line`: whether a line of the order has, or had, an id.
    """

    promotions: Sequence[Promotion]
    occasion: Occasion
    markers: Sequence[StoredMarker]
    was_line: Callable[[str], bool]

    def claims(self, item: JsonObject, product_id: str, sku_id: str, quantity: int) -> tuple[GiftClaim, ...]:
        """What of a line the request has as gifts, of those that are offered; no unit is the gift of two promotions.

        Raises OrderUpdateFailed, without a path: a number of units that is none.
        """
        selections = item.get("giftWithPurchaseSelections") or ()
        # A line of ours has no more of them than promotions that it could have chosen.
        markers = (item.get("giftWithPurchaseCommerceItemMarkers") or ())[:MAX_SELECTIONS_OF_A_LINE]
        if not selections and not markers:
            return ()
        claims: dict[str, GiftClaim] = {}
        left = quantity
        lost = bool(markers) and self.was_line(id_text(item.get("commerceItemId")) or "")
        for wanted in (*map(_chosen, selections), *filter(None, map(_marked, markers))):
            promotion_id = self._promotion(wanted)
            units = min(quantity if wanted.units is None else wanted.units, left)
            if promotion_id is None or promotion_id in claims or not units:
                continue
            gift, standing = self._gifts[promotion_id], wanted.standing
            if standing is Standing.HOPED_FOR and lost and gift.auto_remove:
                standing = Standing.HELD
            if gift.offers(product_id, sku_id):
                claims[promotion_id] = GiftClaim(promotion_id, units, wanted.chosen, standing)
                left -= units
        return tuple(claims.values())

    @cached_property
    def _gifts(self) -> Mapping[str, Gift]:
        return {
            promotion.promotion_id: promotion.reward
            for promotion in self.promotions
            if isinstance(promotion.reward, Gift) and ineligible(promotion, self.occasion) is None
        }

    @cached_property
    def _identifiers(self) -> Mapping[str, str]:
        known = {gift_data(promotion_id): promotion_id for promotion_id in self._gifts}
        return known | {stored.id: stored.marker.promotion_id for stored in self.markers}

    def _promotion(self, wanted: _Wanted) -> str | None:
        """The promotion of a gift that is offered."""
        named = wanted.promotion_id or self._identifiers.get(wanted.identifier)
        return named if named in self._gifts else None


class _Wanted(Struct, frozen=True):
    """A gift that a line names; `units` None: all of the line."""

    promotion_id: str
    identifier: str
    units: int | None
    chosen: bool
    standing: Standing


def _chosen(selection: JsonObject) -> _Wanted:
    sent = selection.get("giftWithPurchaseQuantity")
    units = whole_number(sent)
    if sent is not None and units is None:
        raise OrderUpdateFailed(about="giftWithPurchaseQuantity", expected=EXPECTED_WHOLE)
    promotion_id = id_text(selection.get("promotionId")) or ""
    identifier = id_text(selection.get("giftWithPurchaseIdentifier")) or ""
    return _Wanted(promotion_id, identifier, units, chosen=True, standing=Standing.CHOSEN)


def _marked(marker: Any) -> _Wanted | None:
    """What an echoed marker of a line tells; it is the server's own, so that nothing of it is an error."""
    if not isinstance(marker, dict):
        return None
    units = whole_number(marker.get("targetedQuantity"))
    chosen = bool(whole_number(marker.get("selectedQuantity")))
    identifier = id_text(marker.get("data")) or ""
    return _Wanted(id_text(marker.get("value")) or "", identifier, units or 0, chosen, Standing.HOPED_FOR)


def claims_after(sent: Sequence[GiftClaim], quantity: int, stored: OrderLine | None) -> tuple[GiftClaim, ...]:
    """The gifts of a line of `quantity` units: what it held as a stored line of the same item, then what is `sent`."""
    if not sent and (stored is None or not stored.gifts):
        return ()
    held = stored.gifts if stored is not None else ()
    more = quantity - stored.quantity if stored is not None else quantity
    promotions = {claim.promotion_id for claim in held}
    wanted = []
    for claim in sent:
        if claim.promotion_id not in promotions:
            wanted.append(claim)
        elif claim.standing is Standing.CHOSEN and more > 0:
            wanted.append(replace(claim, quantity=min(claim.quantity, more), standing=Standing.HOPED_FOR))
    claims = []
    left = quantity
    for claim in (*held, *wanted):
        units = min(claim.quantity, left)
        left -= units
        if units:
            claims.append(replace(claim, quantity=units))
    return tuple(claims)


def expected_units(limit: int) -> str:
    """What the quantities of a product with an order limit must be."""
    return f"be at most {limit} over all lines of the product"


def markers_after(
    order: Order, echoed: Sequence[Any], dropped: Collection[str], lines: Iterable[OrderLine]
) -> tuple[GiftMarker, ...]:
    """The order's own markers, with the gifts that the shopper removed: those missing in `lines`.

    Gifts are missing where their marker is `echoed` or their line, by its id, `dropped`.
    """
    claimed: dict[str, int] = {}
    for line in lines:
        for claim in line.gifts:
            claimed[claim.promotion_id] = claimed.get(claim.promotion_id, 0) + claim.quantity
    told = {claim.promotion_id: 0 for line in order.lines if line.id in dropped for claim in line.gifts}
    told |= _told_removals(order.markers, echoed)
    markers = []
    for known in order.markers:
        marker = known.marker
        removed = marker.removed
        if marker.promotion_id in told:
            missing = max(marker.targeted - claimed.get(marker.promotion_id, 0), 0)
            removed = max(removed + missing, min(told[marker.promotion_id], marker.quantity))
        markers.append(replace(marker, removed=removed))
    return tuple(markers)


def _told_removals(stored: Sequence[StoredMarker], echoed: Sequence[Any]) -> dict[str, int]:
    """Promotion of each echoed marker → the removals that the echo tells of."""
    names = {known.marker.promotion_id: known.marker.promotion_id for known in stored}
    names |= {known.id: known.marker.promotion_id for known in stored}
    told = {}
    for marker in echoed:
        if isinstance(marker, dict):
            name = id_text(marker.get("value")) or id_text(marker.get("repositoryId")) or ""
            if name in names:
                told[names[name]] = whole_number(marker.get("removedQuantity")) or 0
    return told


def gift_line_ids(stored: Sequence[OrderLine], sent_back: Iterable[str]) -> dict[str, str]:
    """Promotion → id of the line that was added as its gift and that the request does not send back."""
    known = set(sent_back)
    return {
        line.gifts[0].promotion_id: line.id
        for line in stored
        if line.id not in known and len(line.gifts) == 1 and line.gifts[0].quantity == line.quantity
    }


def check_not_given(lines: Sequence[OrderLine], priced: Iterable[PricedLine], products: Mapping[str, Product]) -> None:
    """Whether units that were to be gifts, and are none, may be bought.

    `lines`: as the request wants them. Raises ProductNotSoldAlone, OrderLimitExceeded.
    """
    if not any(claim.standing is not Standing.HELD for line in lines for claim in line.gifts):
        return
    outcomes = {line.line_id: line for line in priced}
    pairs = [(line, outcomes[line.id]) for line in lines if line.id in outcomes]
    bought: dict[str, int] = {}
    for line, outcome in pairs:
        paid = outcome.quantity - sum(claim.quantity for claim in outcome.gifts) - outcome.lapsed - line.lapsed
        bought[line.product_id] = bought.get(line.product_id, 0) + max(paid, 0)
    for line, outcome in pairs:
        wanted = sum(claim.quantity for claim in line.gifts)
        given = sum(claim.quantity for claim in outcome.gifts)
        if wanted - given - outcome.lapsed - (line.quantity - outcome.quantity) <= 0:
            continue
        product = products[line.product_id]
        if not product.sold_alone:
            raise ProductNotSoldAlone(
                product.id, expected="be that of a gift that the order earns: the product is not sold on its own"
            )
        if product.order_limit is not None and bought[product.id] > product.order_limit:
            raise OrderLimitExceeded(item_info(product.id, line.sku_id), expected=expected_units(product.order_limit))
