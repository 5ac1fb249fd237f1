"""The table's gift cards (contract: orders.md §2.4)."""

from decimal import Decimal

import pytest

from commerce.call import TimeBudget
from commerce.catalogue import CardAnswer, CardRequest, CardStatus, TableProvider
from commerce.catalogue.gift_cards import card_item, card_key
from commerce.errors import GiftCardEmpty, GiftCardInvalid, GiftCardNotApplicable, GiftCardProviderFailed

PROVIDER = TableProvider("catalogue")
USD = {"balance": Decimal("25.50"), "currencyCode": "USD"}
ROWS = {
    card_key("catalogue", number): card_item(document, pin, 1)
    for number, document, pin in [
        ("1", USD, None),
        ("2", USD, "4711"),
        ("3", {**USD, "balance": 0}, None),
        ("4", {**USD, "active": False}, None),
        ("5", {**USD, "currencyCode": "EUR"}, None),
    ]
}


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (CardRequest("1", ""), CardStatus.ACCEPTED),
        (CardRequest("1"), CardStatus.ACCEPTED),
        (CardRequest("1", "0000"), CardStatus.INVALID),
        (CardRequest("2", "4711"), CardStatus.ACCEPTED),
        (CardRequest("2", "4712"), CardStatus.INVALID),
        (CardRequest("2", ""), CardStatus.INVALID),
        (CardRequest("2", None, held=True), CardStatus.ACCEPTED),
        (CardRequest("2", "4712", held=True), CardStatus.ACCEPTED),
        (CardRequest("3"), CardStatus.EMPTY),
        (CardRequest("4"), CardStatus.NOT_APPLICABLE),
        (CardRequest("5"), CardStatus.NOT_APPLICABLE),
        (CardRequest("6"), CardStatus.INVALID),
        (CardRequest("6", None, held=True), CardStatus.INVALID),
        (CardRequest("one"), CardStatus.INVALID),
    ],
)
def test_answers(request_, status):
    (answer,) = PROVIDER.ask([request_], "USD", ROWS, TimeBudget())
    assert answer.status is status
    assert answer.balance == (Decimal("25.5") if status is CardStatus.ACCEPTED else 0)


def test_a_number_that_no_card_can_have_is_not_looked_for():
    numbers = ["1", "1", "", "12345678901234567890", "x", "\u0661", "1\n"]
    assert PROVIDER.keys([CardRequest(number) for number in numbers]) == [card_key("catalogue", "1")]


def test_nothing_shows_a_number_or_a_pin():
    assert "4711" not in repr(CardRequest("6035", "4711"))
    assert "6035" not in repr(CardRequest("6035", "4711"))
    row = card_item(USD, "4711", 1)
    assert str(row["pinHash"]).startswith("$argon2id$")
    assert b"4711" not in str(row).encode()


@pytest.mark.parametrize(
    ("status", "held", "error"),
    [
        (CardStatus.INVALID, False, GiftCardInvalid),
        (CardStatus.EMPTY, False, GiftCardEmpty),
        (CardStatus.NOT_APPLICABLE, True, GiftCardNotApplicable),
        (CardStatus.PROVIDER_FAILED, True, GiftCardProviderFailed),
    ],
)
def test_errors(status, held, error):
    with pytest.raises(error):
        CardAnswer(status).check(held=held)


def test_a_card_the_order_holds_may_be_empty():
    CardAnswer(CardStatus.EMPTY).check(held=True)
    CardAnswer(CardStatus.ACCEPTED, Decimal(1)).check(held=False)
