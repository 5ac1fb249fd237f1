"""Gift cards and who knows their balances (contract: pricing.md §9, orders.md §2.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol

from msgspec import Struct

from commerce.call import TimeBudget
from commerce.errors import GiftCardEmpty, GiftCardInvalid, GiftCardNotApplicable, GiftCardProviderFailed
from commerce.exact_json import JsonObject
from commerce.identity.passwords import hash_password, verify_password
from commerce.storage import Attribute, Item, Key, decode_document, encode_document
from commerce.unprinted import Unprinted
from commerce.values import possible_card_number

CARD: Final = "content"


class CardStatus(StrEnum):
    """What became of one card. `invalid` covers unknown and malformed numbers and wrong PINs alike."""

    ACCEPTED = "accepted"
    INVALID = "invalid"
    EMPTY = "empty"
    NOT_APPLICABLE = "notApplicable"
    PROVIDER_FAILED = "providerFailed"


class CardRequest(Unprinted, frozen=True):
    """A card to be asked for. `held`: the order holds it already, so its number alone is enough."""

    number: str
    pin: str | None = None
    held: bool = False


class CardAnswer(Struct, frozen=True):
    """`balance` in the currency asked for; 0 unless accepted."""

    status: CardStatus
    balance: Decimal = Decimal(0)

    def check(self, *, held: bool) -> None:
        """Raises GiftCardInvalid, GiftCardEmpty (on first use), GiftCardNotApplicable, GiftCardProviderFailed.

        `held`: the order holds the card already. contract: errors.md `28340`, `28344`, `28339`, `29000`.
        """
        match self.status:
            case CardStatus.INVALID:
                raise GiftCardInvalid
            case CardStatus.EMPTY if not held:
                raise GiftCardEmpty
            case CardStatus.NOT_APPLICABLE:
                raise GiftCardNotApplicable
            case CardStatus.PROVIDER_FAILED:
                raise GiftCardProviderFailed


class GiftCardProvider(Protocol):
    """Who issued the cards. `name` goes out as `gatewayName`."""

    @property
    def name(self) -> str: ...

    def keys(self, requests: Sequence[CardRequest]) -> list[Key]:
        """Rows for the operation's own batch; none where the cards are known elsewhere."""
        ...

    def ask(
        self, requests: Sequence[CardRequest], currency_code: str, rows: Mapping[Key, Item], budget: TimeBudget
    ) -> Sequence[CardAnswer]:
        """One answer a request, in their order, within the budget. `rows`: of a batch that held `keys`."""
        ...


class TableProvider:
    """Cards of the catalogue table."""

    name = "giftCardTable"

    def __init__(self, table: str) -> None:
        self._table = table

    def keys(self, requests: Sequence[CardRequest]) -> list[Key]:
        """See `GiftCardProvider`."""
        numbers = dict.fromkeys(request.number for request in requests)
        return [card_key(self._table, number) for number in numbers if possible_card_number(number)]

    def ask(
        self, requests: Sequence[CardRequest], currency_code: str, rows: Mapping[Key, Item], budget: TimeBudget
    ) -> list[CardAnswer]:
        """See `GiftCardProvider`."""
        del budget  # nothing is waited for: the rows are at hand
        return [
            _answer(request, currency_code, rows.get(card_key(self._table, request.number))) for request in requests
        ]


def card_key(table: str, number: str) -> Key:
    """Where a card stands."""
    return Key(table, f"giftcard#{number}", CARD)


def card_item(document: JsonObject, pin: str | None, version: int) -> dict[str, Attribute]:
    """The row of a card: `document` is its record without the PIN, of which only a hash is kept."""
    pin_hash: dict[str, Attribute] = {"pinHash": hash_password(pin)} if pin else {}
    return {"version": version, "document": encode_document(document), **pin_hash}


def _answer(request: CardRequest, currency_code: str, item: Item | None) -> CardAnswer:
    if not (request.held or _right_pin(request.pin or "", item)) or item is None:
        return CardAnswer(CardStatus.INVALID)
    card = decode_document(item["document"])
    if not card.get("active", True) or card["currencyCode"] != currency_code:
        return CardAnswer(CardStatus.NOT_APPLICABLE)
    balance = Decimal(card["balance"])
    return CardAnswer(CardStatus.ACCEPTED, balance) if balance > 0 else CardAnswer(CardStatus.EMPTY)


def _right_pin(pin: str, item: Item | None) -> bool:
    """Every refusal costs one comparison, known card or not, so that the time tells nothing."""
    pin_hash = item.get("pinHash") if item is not None else None
    if item is not None and pin_hash is None and not pin:
        return True
    return verify_password(pin, pin_hash)
