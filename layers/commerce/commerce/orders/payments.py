"""Gift cards of an order: their provider, and the guards against guessing (contract: orders.md §2.4, auth.md §8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal

from commerce.call import TimeBudget
from commerce.catalogue import CardAnswer, CardRequest, CardStatus, GiftCardProvider
from commerce.errors import GiftCardProviderFailed, RateLimited
from commerce.identity.guards import Guard, Guess
from commerce.orders.model import OrderCard
from commerce.orders.request import SentCard
from commerce.pricing import GiftCard
from commerce.settings import Settings
from commerce.storage import Item, Key, Store


class GiftCards:
    """The cards of one store. Currencies by their codes."""

    def __init__(self, store: Store, provider: GiftCardProvider, settings: Settings, new_id: Callable[[], str]) -> None:
        table = settings.tables.expiring
        self._provider = provider
        self._shopper_guard = Guard(store, table, "giftCards", settings.gift_card_guard_limit, new_id)
        self._card_guard = Guard(store, table, "giftCardPin", settings.card_pin_guard_limit, new_id)

    @property
    def gateway(self) -> str:
        """The provider's name."""
        return self._provider.name

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

        Each card that is new to the order is a guess of the shopper and one at the card, whose PIN nobody asks for once
        too many have guessed it. Raises RateLimited, GiftCardInvalid, GiftCardEmpty, GiftCardNotApplicable,
        GiftCardProviderFailed.
        """
        new = [card.number or "" for card in cards if card.number not in held]
        guesses = {"": self._shopper_guard.guess(shopper, now)} if new else {}
        wrong: frozenset[str] = frozenset()
        try:
            for guess in guesses.values():
                guess.count()
            guesses |= self._guesses_at_cards(new, now)
            asked = [
                CardRequest(card.number, card.pin, card.number in held)
                for card in cards
                if card.number and (card.number in held or card.number in guesses)
            ]
            answers = self._provider.ask(asked, currency, rows, budget) if asked else ()
            known = {request.number: answer for request, answer in zip(asked, answers, strict=True)}
            accepted = []
            for card in cards:
                number = card.number or ""
                answer = known.get(number, CardAnswer(CardStatus.INVALID))
                if answer.status is CardStatus.INVALID and number not in held:
                    wrong = frozenset({"", number})
                answer.check(held=number in held)
                accepted.append(GiftCard(number, answer.balance))
            return accepted
        finally:
            for about, guess in guesses.items():
                if about not in wrong:
                    guess.give_back()

    def _guesses_at_cards(self, numbers: Iterable[str], now: datetime) -> dict[str, Guess]:
        """Counted guesses by the numbers of the cards that may still be guessed."""
        guesses = {}
        for number in dict.fromkeys(filter(None, numbers)):
            guess = self._card_guard.guess(number, now)
            with suppress(RateLimited):
                guess.count()
                guesses[number] = guess
        return guesses

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
