"""Gifts with purchase: part of step 4 (contract: pricing.md §6).

A gift's units take no part in other item promotions and do not count towards the minimum that earns them. What a cart
claims and no promotion gives is taken off its line, or charged, and the cart is priced again without the claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from commerce.pricing._candidates import Candidate, Candidates
from commerce.pricing._unit_pool import Draw, UnitPool, draw
from commerce.pricing._working_order import DiscountedUnits, Stretch, WorkingLine, WorkingOrder
from commerce.pricing.cart import Cart, CartLine, GiftClaim, GiftMarker
from commerce.pricing.money import ZERO, rounded
from commerce.pricing.order import GiftMessage
from commerce.pricing.prices import Prices
from commerce.pricing.promotions import Gift, GiftOption, Reason
from commerce.pricing.stages import list_price, sale_price


@dataclass(slots=True)
class Reservation:
    """Units kept for a claim of the cart; `at`: the place of their top-level line, `given`: how many became a gift."""

    at: int
    line: WorkingLine
    claim: GiftClaim
    pieces: list[tuple[Stretch, int]]
    units: int
    given: int = 0


class Gifts:
    """The gifts of one pricing: claims of the cart, and what each promotion gave."""

    __slots__ = ("_by_promotion", "_order", "_prices", "_removed", "_reservations", "markers", "messages")

    def __init__(self, order: WorkingOrder, prices: Prices, removed: dict[str, int]) -> None:
        self._order = order
        self._prices = prices
        self._removed = removed
        self._reservations: list[Reservation] = []
        self._by_promotion: dict[str, list[Reservation]] = {}
        self.markers: list[GiftMarker] = []
        self.messages: list[GiftMessage] = []

    def reserve(self) -> None:
        """Keep claimed units, the cheapest of their line, out of every other promotion's reach."""
        for at, line in enumerate(self._order.tops):
            claims = line.cart_line.gifts
            stretches = sorted(line.stretches, key=_price) if claims else ()
            for claim in claims:
                pieces: list[tuple[Stretch, int]] = []
                wanted = claim.quantity
                for stretch in stretches:
                    units = min(wanted, stretch.free)
                    if units:
                        stretch.free -= units
                        stretch.reserved += units
                        wanted -= units
                        pieces.append((stretch, units))
                self._keep(Reservation(at, line, claim, pieces, claim.quantity - wanted))

    def give(self, pool: UnitPool, candidates: Candidates, candidate: Candidate, gift: Gift) -> None:
        """Give what one gift promotion earns, if the order qualifies for it."""
        bought = self._qualified(pool, candidate, gift)
        if bought is None:
            return
        promotion_id = candidate.promotion.promotion_id
        selected = automatic = 0
        taken = self._order.zero
        for reservation in self._by_promotion.get(promotion_id, ()):
            line = reservation.line.cart_line
            if not gift.offers(line.product_id, line.sku_id):
                continue
            units, amount = self._grant(reservation, candidate, gift.quantity - selected - automatic)
            taken += amount
            if reservation.claim.chosen:
                selected += units
            else:
                automatic += units
        rest = gift.quantity - selected - automatic
        removed = min(self._removed.get(promotion_id, 0), rest)
        failed = 0
        option = gift.automatic
        if option is not None and rest > removed:
            if self._available(option):
                taken += self._add(pool, candidate, option, rest - removed)
                automatic += rest - removed
            else:
                failed = rest - removed
        elif not any(choice.available for choice in gift.options):
            failed = rest - removed
        marker = GiftMarker(
            promotion_id, gift.gift_type, gift.gift_detail, gift.auto_remove, gift.quantity,
            selected, automatic, selected + automatic, removed, failed,
        )  # fmt: skip
        self.markers.append(marker)
        self.messages.append(GiftMessage("GWPFullFailure" if failed else "GWPQualified", promotion_id))
        if marker.targeted:
            candidates.applied(candidate, taken)
        else:
            bought.put_back()
            candidate.reason = _not_given(marker)

    def unmet(self) -> list[Reservation]:
        """The reservations that no promotion used in full."""
        return [reservation for reservation in self._reservations if reservation.given < reservation.units]

    def settle(self) -> None:
        """Write on each line which of its units are gifts."""
        for reservation in self._reservations:
            if reservation.given:
                reservation.line.gifts += (replace(reservation.claim, quantity=reservation.given),)

    def _keep(self, reservation: Reservation) -> None:
        self._reservations.append(reservation)
        self._by_promotion.setdefault(reservation.claim.promotion_id, []).append(reservation)

    def _qualified(self, pool: UnitPool, candidate: Candidate, gift: Gift) -> Draw | None:
        if gift.minimum_subtotal is not None and pool.sub_total() < gift.minimum_subtotal:
            candidate.reason = Reason.MINIMUM_SUBTOTAL
            return None
        if not gift.buy:
            return Draw({}, {})
        able = [stretch for stretch in pool.dearest_first(gift.qualifiers) if stretch.free and stretch.price > 0]
        bought = draw(able, [], 0, None, gift.buy)
        if sum(bought.targets.values()) < gift.buy:
            bought.put_back()
            candidate.reason = Reason.NO_QUALIFIER
            return None
        return bought

    def _available(self, option: GiftOption) -> bool:
        return option.available and self._prices.list_prices.of(option.product_id, option.sku_id) is not None

    def _add(self, pool: UnitPool, candidate: Candidate, option: GiftOption, units: int) -> Decimal:
        promotion_id = candidate.promotion.promotion_id
        claim = GiftClaim(promotion_id, units)
        line = self._order.add_gift(
            CartLine(f"gift:{promotion_id}", option.product_id, option.sku_id, units, gifts=(claim,))
        )
        list_price.price(line, self._prices, self._order.unit)
        sale_price.price(line, self._prices, self._order.unit)
        pool.add(line)
        pieces = [(stretch, stretch.units) for stretch in line.stretches]
        for stretch in line.stretches:
            stretch.reserved, stretch.free = stretch.units, 0
        added = Reservation(len(self._order.tops) - 1, line, claim, pieces, units)
        self._keep(added)
        return self._grant(added, candidate, units)[1]

    def _grant(self, reservation: Reservation, candidate: Candidate, most: int) -> tuple[int, Decimal]:
        """Give up to `most` of the reserved units; returns how many, and what they would have cost."""
        amount = ZERO
        left = most
        for stretch, reserved in reservation.pieces:
            units = min(reserved, left)
            if units:
                discount = rounded(stretch.price * units, self._order.unit)
                stretch.discounted.append(DiscountedUnits(units, ZERO, self._order.zero, discount))
                stretch.reserved -= units
                amount += discount
                left -= units
        reservation.given = most - left
        if amount:
            reservation.line.discounts.append((candidate, amount))
        return reservation.given, amount


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


def without(cart: Cart, lines: Sequence[CartLine], unmet: list[Reservation]) -> list[CartLine]:
    """The lines without the claims that were not met: units taken off if the promotion says so, else charged."""
    auto_remove = {marker.promotion_id: marker.auto_remove for marker in cart.gift_markers}
    for promotion in cart.promotions:
        if isinstance(promotion.reward, Gift):
            auto_remove[promotion.promotion_id] = promotion.reward.auto_remove
    by_line: dict[int, list[Reservation]] = {}
    for reservation in unmet:
        by_line.setdefault(reservation.at, []).append(reservation)
    result = []
    for at, line in enumerate(lines):
        lost = by_line.get(at, [])
        taken_off = sum(
            reservation.units - reservation.given
            for reservation in lost
            if auto_remove.get(reservation.claim.promotion_id, False)
        )
        quantity = line.quantity - taken_off
        if quantity > 0:
            result.append(replace(line, quantity=quantity, gifts=_left(line.gifts, lost)) if lost else line)
    return result


def _left(claims: Sequence[GiftClaim], lost: Sequence[Reservation]) -> tuple[GiftClaim, ...]:
    """The claims but what was lost; of one that was given in part the rest, last."""
    gone = {id(reservation.claim) for reservation in lost}
    given = (replace(reservation.claim, quantity=reservation.given) for reservation in lost if reservation.given)
    return (*(claim for claim in claims if id(claim) not in gone), *given)


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
