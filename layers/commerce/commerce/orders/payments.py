"""Gift cards of an order: their provider, and the guards against guessing (contract: orders.md §2.4, auth.md §8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from commerce.call import TimeBudget
from commerce.catalogue import CardAnswer, CardRequest, CardStatus, GiftCardProvider
from commerce.errors import GiftCardInvalid, GiftCardProviderFailed
from commerce.identity.guards import Guard
from commerce.orders.model import OrderCard
from commerce.orders.request import SentCard
from commerce.pricing import GiftCard
from commerce.settings import Settings
from commerce.storage import Item, Key, Store


class GiftCards:
    """The cards of one store. Currencies by their codes."""

    def __init__(self, store: Store, provider: GiftCardProvider, settings: Settings) -> None:
        table = settings.tables.expiring
        self._store = store
        self._provider = provider
        self._shopper_guard = Guard(table, "giftCards", settings.gift_card_guard_limit)
        self._card_guard = Guard(table, "giftCardPin", settings.card_pin_guard_limit)

    @property
    def gateway(self) -> str:
        """The provider's name."""
        return self._provider.name

    def guard_keys(self, cards: Sequence[SentCard], shopper: str, now: datetime) -> list[Key]:
        """Counts of failures so far, to be read before `accepted`."""
        if not cards:
            return []
        counted = [self._card_guard.key(card.number, now) for card in cards if card.number]
        return [self._shopper_guard.key(shopper, now), *counted]

    def keys(self, numbers: Sequence[str]) -> list[Key]:
        """The provider's rows of cards."""
        return self._provider.keys([CardRequest(number, held=True) for number in numbers])

    def accepted(
        self,
        cards: Sequence[SentCard],
        held: Collection[str],
        shopper: str,
        currency: str,
        rows: Mapping[Key, Item],
        now: datetime,
        budget: TimeBudget,
    ) -> list[GiftCard]:
        """The cards with their balances; `held`: numbers that the order holds already.

        Guesses are counted, and held back once they are too many. Raises RateLimited, GiftCardInvalid, GiftCardEmpty,
        GiftCardNotApplicable, GiftCardProviderFailed.
        """
        if any(card.number not in held for card in cards):
            self._shopper_guard.check(rows.get(self._shopper_guard.key(shopper, now)), now)
        asked = [
            CardRequest(card.number, card.pin, card.number in held)
            for card in cards
            if card.number and (card.number in held or not self._barred(card.number, rows, now))
        ]
        answers = self._provider.ask(asked, currency, rows, budget) if asked else ()
        known = {request.number: answer for request, answer in zip(asked, answers, strict=True)}
        accepted = []
        for card in cards:
            number = card.number or ""
            answer = known.get(number, CardAnswer(CardStatus.INVALID))
            try:
                answer.check(held=number in held)
            except GiftCardInvalid:
                if number not in held:
                    self._shopper_guard.count(self._store, shopper, now)
                    if number in known:
                        self._card_guard.count(self._store, number, now)
                raise
            accepted.append(GiftCard(number, answer.balance))
        return accepted

    def held(
        self, cards: Sequence[OrderCard], currency: str, rows: Mapping[Key, Item], budget: TimeBudget
    ) -> list[GiftCard]:
        """An order's cards; one that is refused now pays nothing. Raises GiftCardProviderFailed."""
        requests = [CardRequest(card.number, held=True) for card in cards]
        answers = self._provider.ask(requests, currency, rows, budget) if requests else ()
        if any(answer.status is CardStatus.PROVIDER_FAILED for answer in answers):
            raise GiftCardProviderFailed
        return [
            GiftCard(card.number, answer.balance if answer.status is CardStatus.ACCEPTED else Decimal(0))
            for card, answer in zip(cards, answers, strict=True)
        ]

    def _barred(self, number: str, rows: Mapping[Key, Item], now: datetime) -> bool:
        return self._card_guard.reached(rows.get(self._card_guard.key(number, now)))
