"""giftCards.json: cards with their balances."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal, Required

from pydantic import StringConstraints
from typing_extensions import TypedDict

from backoffice.book import Book
from backoffice.catalogue import Row, Unique, load_version, put_rows
from backoffice.deployment import Deployment
from backoffice.members import Amount, CardNumber, CurrencyCode, PasswordHash
from backoffice.records import Record, read_records, records_of
from backoffice.samples import check_sample
from commerce.catalogue.gift_cards import card_item, card_key
from commerce.identity.passwords import hash_password
from commerce.values import typed_code


class GiftCardRecord(TypedDict, total=False):
    """One card. Only a hash of `pin` is stored; a card without one is used by its number alone.

    `hasPin`: it has a PIN that the file does not hold: the stored card's stays, a new card is refused until it is given
    one. `pinHash`: as an export with hashes writes it. `sample`: the number is published, see backoffice/samples.py.
    """

    number: Required[CardNumber]
    """As it stands on the card, without blanks."""
    pin: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    """Only a hash is stored. Without one, the number alone pays."""
    hasPin: Literal[True]
    """The card has a PIN that the file does not hold: the stored one stays; a new card is refused until it gets one."""
    pinHash: PasswordHash
    """In place of a PIN, as an export with hashes writes it."""
    balance: Required[Amount]
    """What it can pay."""
    currencyCode: Required[CurrencyCode]
    """Currency of the balance."""
    active: bool
    """Whether it pays. Default true."""
    sample: bool
    """Its number is public, so that only the local cloud takes the record."""


def check_gift_cards(file: Path, book: Book) -> None:
    """Each card by itself."""
    unique = Unique()
    for record in records_of(file, book.findings):
        check_sample(record, book)
        if record.check(GiftCardRecord):
            # A card's number stays out of texts that may be kept.
            unique.check(record, "number", record.value["number"], "the card")
            if len(record.value.keys() & {"pin", "hasPin", "pinHash"}) > 1:
                record.wrong("pin, hasPin, pinHash: one of them at most")


def load_gift_cards(file: Path, deployment: Deployment, advance: Callable[[int], object]) -> int:
    """Put the cards of a file that was checked back to what it says."""
    table, version = deployment.tables.catalogue, load_version(deployment)

    def row(record: Record) -> Row:
        card = dict(record.value)
        card.pop("sample", None)
        key, pin = card_key(table, card.pop("number")), typed_code(card.pop("pin", ""))
        has_pin, pin_hash = card.pop("hasPin", False), card.pop("pinHash", None)
        if has_pin:
            stored = deployment.store.get([key]).get(key, {})
            # Of a text that nobody keeps, where none is stored: no PIN is right.
            pin_hash = stored.get("pinHash") or hash_password(secrets.token_urlsafe(16))
        item = card_item(card, pin, version)
        return key, {**item, "pinHash": pin_hash} if pin_hash else item

    return put_rows(deployment, read_records(file), row, advance)
