"""Gifts with purchase: part of step 4 (contract: pricing.md §6).

A gift's units take no part in other item promotions and do not count towards the minimum that earns them. What a cart
claims and no promotion gives is taken off its line, or charged, and the cart is priced again without the claim.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from commerce.pricing._candidates import Candidate, Candidates
from commerce.pricing._unit_pool import Draw, UnitPool, draw
from commerce.pricing._working_order import DiscountedUnits, Stretch, WorkingLine, WorkingOrder
from commerce.pricing.cart import Cart, CartLine, GiftClaim, GiftMarker, Standing
from commerce.pricing.money import ZERO, rounded
from commerce.pricing.order import GiftMessage
from commerce.pricing.prices import Prices
from commerce.pricing.promotions import Gift, GiftOption, Reason
from commerce.pricing.stages import list_price, sale_price


class Reservation(Struct):
    """Units kept for a claim of the cart; `at`: the place of their top-level line, `given`: how many became a gift."""

    at: int
    line: WorkingLine
    claim: GiftClaim
    pieces: list[tuple[Stretch, int]]
    units: int
    given: int = 0


class Gifts:
    """The gifts of one pricing: claims of the cart, and what each promotion gave."""

    __slots__ = ("_by_promotion", "_order", "_prices", "_removed", "_reservations", "exchanged", "markers", "messages")

    def __init__(self, order: WorkingOrder, prices: Prices, removed: dict[str, int]) -> None:
        self._order = order
        self._prices = prices
        self._removed = removed
        self._reservations: list[Reservation] = []
        self._by_promotion: dict[str, list[Reservation]] = {}
        self.exchanged: dict[str, int] = {}
        """Per promotion, the units that it gave for what the shopper chooses now, in the place of what was held."""
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
        for reservation in sorted(self._by_promotion.get(promotion_id, ()), key=_standing):
            line = reservation.line.cart_line
            if not gift.offers(line.product_id, line.sku_id):
                continue
            units, amount = self._grant(reservation, candidate, gift.quantity - selected - automatic)
            taken += amount
            if reservation.claim.chosen:
                selected += units
            else:
                automatic += units
            if reservation.claim.standing is Standing.CHOSEN:
                self.exchanged[promotion_id] = self.exchanged.get(promotion_id, 0) + units
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
            selected, automatic, selected + automatic, removed, failed, option is None, gift.choices > 1,
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
        """Write on each line which of its units are gifts; from now on they are held."""
        given: dict[WorkingLine, dict[tuple[str, bool], int]] = {}
        for reservation in self._reservations:
            if reservation.given:
                claim, claims = reservation.claim, given.setdefault(reservation.line, {})
                kind = claim.promotion_id, claim.chosen
                claims[kind] = claims.get(kind, 0) + reservation.given
        for line, claims in given.items():
            line.gifts = tuple([GiftClaim(name, units, chosen) for (name, chosen), units in claims.items()])

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
        if reservation.given:
            _note(reservation.line, candidate, amount)
        return reservation.given, amount


def without(
    cart: Cart, lines: Sequence[CartLine], unmet: list[Reservation], exchanged: Mapping[str, int]
) -> list[CartLine]:
    """The lines without the claims that were not met.

    Units that were held are taken off, if others were `exchanged` for them or the promotion says so, else charged; any
    others are ordinary ones.
    """
    auto_remove = {marker.promotion_id: marker.auto_remove for marker in cart.gift_markers}
    for promotion in cart.promotions:
        if isinstance(promotion.reward, Gift):
            auto_remove[promotion.promotion_id] = promotion.reward.auto_remove
    left = dict(exchanged)
    result: list[CartLine | None] = list(lines)
    for reservation in unmet:
        line = result[reservation.at]
        if line is None:
            continue
        claim, lost = reservation.claim, reservation.units - reservation.given
        kept = [other for other in line.gifts if other is not claim]
        if reservation.given:
            kept.append(replace(claim, quantity=reservation.given))
        gone = lapsed = 0
        if claim.standing is Standing.HELD:
            promotion_id = claim.promotion_id
            gone = min(lost, left.get(promotion_id, 0))
            left[promotion_id] = left.get(promotion_id, 0) - gone
            if auto_remove.get(promotion_id, False):
                gone = lost
            lapsed = lost - gone
        quantity = max(line.quantity - gone, 0)
        changed = replace(line, quantity=quantity, gifts=tuple(kept), lapsed=line.lapsed + lapsed)
        result[reservation.at] = changed if quantity else None
    return [line for line in result if line is not None]


def invalidated(cart: Cart, gifts: Gifts) -> list[GiftMessage]:
    """A message for each promotion the order was qualified for before and is not now."""
    qualified = {marker.promotion_id for marker in gifts.markers}
    lost = sorted(marker.promotion_id for marker in cart.gift_markers if marker.promotion_id not in qualified)
    return [GiftMessage("GWPInvalidated", promotion_id) for promotion_id in lost]


def _not_given(marker: GiftMarker) -> Reason:
    if marker.failed:
        return Reason.GIFT_UNAVAILABLE
    return Reason.GIFT_REMOVED if marker.removed else Reason.GIFT_NOT_CHOSEN


def _note(line: WorkingLine, candidate: Candidate, amount: Decimal) -> None:
    """That the promotion took `amount` off the line, once for all of its units, and also where they cost nothing."""
    for at, (known, before) in enumerate(line.discounts):
        if known is candidate:
            line.discounts[at] = candidate, before + amount
            return
    line.discounts.append((candidate, amount))


def _standing(reservation: Reservation) -> Standing:
    return reservation.claim.standing


def _price(stretch: Stretch) -> Decimal:
    return stretch.price
