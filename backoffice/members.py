"""Kinds of members in a store's files, for the records of all loaders. What a value is says `commerce.values`."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from annotated_types import MaxLen, MinLen
from pydantic import AfterValidator, Field, PlainValidator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from commerce.dates import parse_date
from commerce.identity.login_records import MAX_LOGIN_LENGTH
from commerce.locales import ALL_LOCALES
from commerce.values import (
    MAX_CATALOGUE_ID,
    MAX_TEXT,
    Number,
    is_number,
    possible_card_number,
    possible_catalogue_id,
    possible_id,
    possible_property_id,
    typed_code,
)

_PASSWORD_HASH: Final = re.compile(r"\$argon2id\$v=\d+\$[a-z0-9=,]+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+", re.ASCII)
_CURRENCY_CODE: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _wrong(text: str) -> PydanticCustomError:
    return PydanticCustomError("store_data", "{text}", {"text": text})


def _id(text: str) -> str:
    if not possible_id(text):
        raise _wrong(f"letters, digits and -._~ only, {MAX_TEXT} at most")
    return text


def _catalogue_id(text: str) -> str:
    if not possible_catalogue_id(text):
        raise _wrong(f"1 to {MAX_CATALOGUE_ID} characters, none of them a control character")
    return text


def _property_id(text: str) -> str:
    if not possible_property_id(text):
        raise _wrong("a letter or _, then letters, digits and _ only, 40 at most")
    return text


def _code(text: str) -> str:
    if text != typed_code(text):
        raise _wrong("no blanks around it: they do not count where a code is typed")
    return _catalogue_id(text)


def _card_number(text: str) -> str:
    if not possible_card_number(text):
        raise _wrong("digits only, 19 at most")
    return text


def _number(value: object) -> Number:
    if not is_number(value):
        raise _wrong("a number is expected")
    return value


def _amount(value: object) -> Number:
    number = _number(value)
    if number < 0:
        raise _wrong("must not be negative")
    return number


def _percent(value: object) -> Number:
    amount = _amount(value)
    if amount > 100:
        raise _wrong("a percentage lies between 0 and 100")
    return amount


def _date(text: str) -> str:
    if parse_date(text) is None:
        raise _wrong("no date")
    return text


def _currency_code(text: str) -> str:
    if not _CURRENCY_CODE.fullmatch(text):
        raise _wrong("three capital letters are expected, such as USD")
    return text


def _password_hash(text: str) -> str:
    if not _PASSWORD_HASH.fullmatch(text):
        raise _wrong("a hash that begins with $argon2id$ is expected, as an export writes it")
    return text


def _origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise _wrong("an origin looks like https://shop.example.com:8443, without a path")
    return text


def _methods(text: str) -> str:
    if unknown := sorted({word.strip().upper() for word in text.split(",")} - _METHODS):
        raise _wrong(f"methods with commas between them; {unknown[0]!r} is none")
    return text


def _locale(text: str) -> str:
    if text not in ALL_LOCALES:
        raise _wrong("no locale of the contract")
    return text


Origin = Annotated[str, AfterValidator(_origin)]
Methods = Annotated[str, AfterValidator(_methods)]
Id = Annotated[str, AfterValidator(_id)]
"""Of what is named in a path or a header."""
CatalogueId = Annotated[str, AfterValidator(_catalogue_id)]
PropertyId = Annotated[str, AfterValidator(_property_id)]
CardNumber = Annotated[str, AfterValidator(_card_number)]
CurrencyCode = Annotated[str, AfterValidator(_currency_code)]
Code = Annotated[str, AfterValidator(_code)]
Amount = Annotated[Any, PlainValidator(_amount)]
"""A number of at least 0, exact."""
Percent = Annotated[Any, PlainValidator(_percent)]
Date = Annotated[str, AfterValidator(_date)]
LongText = Annotated[str, MaxLen(MAX_TEXT)]
Login = Annotated[str, MinLen(1), MaxLen(MAX_LOGIN_LENGTH)]
PasswordHash = Annotated[str, AfterValidator(_password_hash)]
Password = Annotated[str, MinLen(1)]
LocaleTag = Annotated[str, MaxLen(32)]
"""As long as an update may send it."""
Texts = Annotated[dict[Annotated[str, AfterValidator(_locale)], str], Field(min_length=1)]
Count = Annotated[int, Field(ge=1)]


class SiteValues(TypedDict, total=False):
    """What a shopper has said on one site, with when."""

    receiveEmail: Literal["yes", "no"]
    receiveEmailDate: Date
    GDPRProfileP13nConsentGranted: bool
    GDPRProfileP13nConsentDate: Date
