"""giftCards.json: cards with their balances."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Required

from pydantic import StringConstraints
from typing_extensions import TypedDict

from backoffice.book import Book
from backoffice.catalogue import Row, Unique, load_version, put_rows
from backoffice.deployment import Deployment
from backoffice.members import Amount, CardNumber, CurrencyCode
from backoffice.records import Record, read_records, records_of
from backoffice.samples import check_sample
from commerce.catalogue.gift_cards import card_item, card_key
from commerce.values import typed_code


class GiftCardRecord(TypedDict, total=False):
    """One card. Only a hash of `pin` is stored; a card without one is used by its number alone.

    `sample`: the number is published, see backoffice/samples.py.
    """

    number: Required[CardNumber]
    pin: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    balance: Required[Amount]
    currencyCode: Required[CurrencyCode]
    active: bool
    sample: bool


def check_gift_cards(file: Path, book: Book) -> None:
    """Each card by itself."""
    unique = Unique()
    for record in records_of(file, book.findings):
        check_sample(record, book)
        if record.check(GiftCardRecord):
            # A card's number stays out of texts that may be kept.
            unique.check(record, "number", record.value["number"], "the card")


def load_gift_cards(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put the cards of a file that was checked back to what it says."""
    table, version = deployment.tables.catalogue, load_version(deployment)

    def row(record: Record) -> Row:
        card = dict(record.value)
        card.pop("sample", None)
        key, pin = card_key(table, card.pop("number")), typed_code(card.pop("pin", ""))
        return key, card_item(card, pin, version)

    return put_rows(deployment, read_records(file), row, advance)
