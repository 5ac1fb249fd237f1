"""Gifts with purchase: part of step 4 (contract: pricing.md §6).

A gift's units take no part in other item promotions and do not count towards the minimum that earns them. What a cart
claims and no promotion gives is taken off its line, or charged, and the cart is priced again without the claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from commerce.pricing._basket import Basket, Node, Segment, Stretch, Trial
from commerce.pricing._shelf import Draw, Shelf, draw
from commerce.pricing._trials import Trials
from commerce.pricing.cart import Cart, CartLine, GiftClaim, GiftMarker
from commerce.pricing.money import ZERO, rounded
from commerce.pricing.order import GiftMessage, GiftRemoval
from commerce.pricing.prices import Prices
from commerce.pricing.promotions import Gift, GiftOption, Reason
from commerce.pricing.stages import list_price, sale_price


@dataclass(slots=True)
class Claim:
    """Units of a top-level line that the cart says are a gift."""

    at: int
    node: Node
    claim: GiftClaim
    pieces: list[tuple[Stretch, int]]
    units: int
    given: int = 0


class Gifts:
    """The gifts of one pricing: claims of the cart, and what each promotion gave."""

    __slots__ = ("_basket", "_claims", "_prices", "_removed", "markers", "messages")

    def __init__(self, basket: Basket, prices: Prices, removed: dict[str, int]) -> None:
        self._basket = basket
        self._prices = prices
        self._removed = removed
        self._claims: list[Claim] = []
        self.markers: list[GiftMarker] = []
        self.messages: list[GiftMessage] = []

    def reserve(self) -> None:
        """Keep claimed units, the cheapest of their line, out of every other promotion's reach."""
        for at, node in enumerate(self._basket.tops):
            for claim in node.line.gifts:
                pieces: list[tuple[Stretch, int]] = []
                wanted = claim.quantity
                for stretch in sorted(node.stretches, key=_price):
                    units = min(wanted, stretch.free)
                    if units:
                        stretch.free -= units
                        stretch.reserved += units
                        wanted -= units
                        pieces.append((stretch, units))
                self._claims.append(Claim(at, node, claim, pieces, claim.quantity - wanted))

    def give(self, shelf: Shelf, trials: Trials, turn: Trial, gift: Gift) -> None:
        """Let one gift promotion have its turn."""
        bought = self._qualified(shelf, turn, gift)
        if bought is None:
            return
        promotion_id = turn.promotion.promotion_id
        selected = automatic = 0
        taken = self._basket.zero
        for claim in self._claims:
            line = claim.node.line
            if claim.claim.promotion_id != promotion_id or not gift.offers(line.product_id, line.sku_id):
                continue
            units, amount = self._grant(claim, turn, gift.quantity - selected - automatic)
            taken += amount
            if claim.claim.chosen:
                selected += units
            else:
                automatic += units
        rest = gift.quantity - selected - automatic
        removed = min(self._removed.get(promotion_id, 0), rest)
        failed = 0
        option = gift.automatic
        if option is not None and rest > removed:
            if self._available(option):
                taken += self._add(shelf, turn, option, rest - removed)
                automatic += rest - removed
            else:
                failed = rest - removed
        elif not any(one.available for one in gift.options):
            failed = rest - removed
        marker = GiftMarker(
            promotion_id, gift.gift_type, gift.gift_detail, gift.auto_remove, gift.quantity,
            selected, automatic, selected + automatic, removed, failed,
        )  # fmt: skip
        self.markers.append(marker)
        self.messages.append(GiftMessage("GWPFullFailure" if failed else "GWPQualified", promotion_id))
        if marker.targeted:
            trials.applied(turn, taken)
        else:
            bought.put_back()
            turn.reason = _not_given(marker)

    def unmet(self) -> list[Claim]:
        """The claims that no promotion met in full."""
        return [claim for claim in self._claims if claim.given < claim.units]

    def settle(self) -> None:
        """Write on each line which of its units are gifts."""
        for claim in self._claims:
            if claim.given:
                claim.node.gifts += (replace(claim.claim, quantity=claim.given),)

    def _qualified(self, shelf: Shelf, turn: Trial, gift: Gift) -> Draw | None:
        if gift.minimum_subtotal is not None and shelf.sub_total() < gift.minimum_subtotal:
            turn.reason = Reason.MINIMUM_SUBTOTAL
            return None
        if not gift.buy:
            return Draw({}, {})
        able = [stretch for stretch in shelf.dearest_first(gift.qualifiers) if stretch.free and stretch.price > 0]
        bought = draw(able, [], 0, None, gift.buy)
        if sum(bought.targets.values()) < gift.buy:
            bought.put_back()
            turn.reason = Reason.NO_QUALIFIER
            return None
        return bought

    def _available(self, option: GiftOption) -> bool:
        return option.available and self._prices.list_prices.of(option.product_id, option.sku_id) is not None

    def _add(self, shelf: Shelf, turn: Trial, option: GiftOption, units: int) -> Decimal:
        promotion_id = turn.promotion.promotion_id
        claim = GiftClaim(promotion_id, units)
        node = self._basket.add_gift(
            CartLine(f"gift:{promotion_id}", option.product_id, option.sku_id, units, gifts=(claim,))
        )
        list_price.price(node, self._prices, self._basket.unit)
        sale_price.price(node, self._prices, self._basket.unit)
        shelf.put(node)
        pieces = [(stretch, stretch.units) for stretch in node.stretches]
        for stretch in node.stretches:
            stretch.reserved, stretch.free = stretch.units, 0
        added = Claim(len(self._basket.tops) - 1, node, claim, pieces, units)
        self._claims.append(added)
        return self._grant(added, turn, units)[1]

    def _grant(self, claim: Claim, turn: Trial, most: int) -> tuple[int, Decimal]:
        """Give up to `most` of the claimed units; returns how many, and what they would have cost."""
        amount = ZERO
        left = most
        for stretch, reserved in claim.pieces:
            units = min(reserved, left)
            if units:
                discount = rounded(stretch.price * units, self._basket.unit)
                stretch.segments.append(Segment(units, ZERO, self._basket.zero, discount))
                stretch.reserved -= units
                amount += discount
                left -= units
        claim.given = most - left
        if amount:
            claim.node.discounts.append((turn, amount))
        return claim.given, amount


def removed_by_shopper(cart: Cart) -> dict[str, int]:
    """Per promotion, how many of its gifts the shopper has taken out so far."""
    claimed: dict[str, int] = {}
    for line in cart.lines:
        for claim in line.gifts:
            claimed[claim.promotion_id] = claimed.get(claim.promotion_id, 0) + claim.quantity
    return {
        marker.promotion_id: marker.removed
        + max(marker.selected + marker.automatic - claimed.get(marker.promotion_id, 0), 0)
        for marker in cart.gift_markers
    }


def without(cart: Cart, lines: Sequence[CartLine], unmet: list[Claim]) -> tuple[list[CartLine], list[GiftRemoval]]:
    """The lines without the claims that were not met: units taken off if the promotion says so, else charged."""
    auto_remove = {marker.promotion_id: marker.auto_remove for marker in cart.gift_markers}
    for promotion in cart.promotions:
        if isinstance(promotion.reward, Gift):
            auto_remove[promotion.promotion_id] = promotion.reward.auto_remove
    result: list[CartLine | None] = list(lines)
    removals: list[GiftRemoval] = []
    for claim in unmet:
        line = result[claim.at]
        if line is None:
            continue
        missing = claim.units - claim.given
        kept = [one for one in line.gifts if one is not claim.claim]
        if claim.given:
            kept.append(replace(claim.claim, quantity=claim.given))
        quantity = line.quantity
        if auto_remove.get(claim.claim.promotion_id, False):
            quantity = max(quantity - missing, 0)
            removals.append(GiftRemoval(line.line_id, claim.claim.promotion_id, line.quantity - quantity))
        result[claim.at] = replace(line, quantity=quantity, gifts=tuple(kept)) if quantity else None
    return [line for line in result if line is not None], removals


def invalidated(cart: Cart, gifts: Gifts) -> list[GiftMessage]:
    """A message for each promotion the order was qualified for before and is not now."""
    qualified = {marker.promotion_id for marker in gifts.markers}
    lost = sorted(marker.promotion_id for marker in cart.gift_markers if marker.promotion_id not in qualified)
    return [GiftMessage("GWPInvalidated", promotion_id) for promotion_id in lost]


def _not_given(marker: GiftMarker) -> Reason:
    if marker.failed:
        return Reason.GIFT_UNAVAILABLE
    return Reason.GIFT_REMOVED if marker.removed else Reason.GIFT_NOT_CHOSEN


def _price(stretch: Stretch) -> Decimal:
    return stretch.price
