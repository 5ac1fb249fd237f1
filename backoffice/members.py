"""Kinds of members in a store's files, for the records of all loaders. What a value is says `commerce.values`."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from annotated_types import MaxLen, MinLen
from pydantic import AfterValidator, Field, GetJsonSchemaHandler, PlainValidator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from commerce.dates import EXPECTED_DATE, parse_date
from commerce.identity.login_records import MAX_LOGIN_LENGTH
from commerce.locales import ALL_LOCALES
from commerce.values import (
    CARD_NUMBER_PATTERN,
    CATALOGUE_ID_PATTERN,
    ID_PATTERN,
    MAX_CATALOGUE_ID,
    MAX_TEXT,
    PROPERTY_ID_PATTERN,
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
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_ALL_METHODS: Final = ", ".join(_METHODS)

# Told where a member breaks them, and shown by editors.
_ID_RULE: Final = f"letters, digits and -._~ only, {MAX_TEXT} at most"
_CATALOGUE_ID_RULE: Final = f"1 to {MAX_CATALOGUE_ID} characters, none of them a control character"
_PROPERTY_ID_RULE: Final = "a letter or _, then letters, digits and _ only, 40 at most"
_CODE_RULE: Final = "no blanks around it: they do not count where a code is typed"
_CARD_NUMBER_RULE: Final = "digits only, 19 at most"
_PERCENT_RULE: Final = "a percentage lies between 0 and 100"
_CURRENCY_RULE: Final = "three capital letters are expected, such as USD"
_HASH_RULE: Final = "a hash that begins with $argon2id$ is expected, as an export writes it"
_ORIGIN_RULE: Final = "an origin looks like https://shop.example.com:8443, without a path"


class Described:
    """Marks a kind of member for the files' JSON Schemas: its name, its rule in words, and what else a schema can say.

    The schema may be laxer than the check, never stricter.
    """

    def __init__(self, title: str = "", description: str = "", **keywords: Any) -> None:
        named = {"title": title, "description": description}
        self.keywords = {name: value for name, value in named.items() if value} | keywords

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(core) | self.keywords


def _pattern(expression: re.Pattern[str]) -> str:
    """As a schema has it: of the whole text."""
    return f"^(?:{expression.pattern})$"


def _wrong(text: str) -> PydanticCustomError:
    return PydanticCustomError("store_data", "{text}", {"text": text})


def _id(text: str) -> str:
    if not possible_id(text):
        raise _wrong(_ID_RULE)
    return text


def _catalogue_id(text: str) -> str:
    if not possible_catalogue_id(text):
        raise _wrong(_CATALOGUE_ID_RULE)
    return text


def _property_id(text: str) -> str:
    if not possible_property_id(text):
        raise _wrong(_PROPERTY_ID_RULE)
    return text


def _code(text: str) -> str:
    if text != typed_code(text):
        raise _wrong(_CODE_RULE)
    return _catalogue_id(text)


def _card_number(text: str) -> str:
    if not possible_card_number(text):
        raise _wrong(_CARD_NUMBER_RULE)
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
        raise _wrong(_PERCENT_RULE)
    return amount


def _date(text: str) -> str:
    if parse_date(text) is None:
        raise _wrong("no date")
    return text


def _currency_code(text: str) -> str:
    if not _CURRENCY_CODE.fullmatch(text):
        raise _wrong(_CURRENCY_RULE)
    return text


def _password_hash(text: str) -> str:
    if not _PASSWORD_HASH.fullmatch(text):
        raise _wrong(_HASH_RULE)
    return text


def _origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise _wrong(_ORIGIN_RULE)
    return text


def _methods(text: str) -> str:
    if unknown := sorted({word.strip().upper() for word in text.split(",")}.difference(_METHODS)):
        raise _wrong(f"methods with commas between them; {unknown[0]!r} is none")
    return text


def _locale(text: str) -> str:
    if text not in ALL_LOCALES:
        raise _wrong("no locale of the contract")
    return text


Origin = Annotated[str, AfterValidator(_origin), Described(description=_ORIGIN_RULE, pattern=_pattern(_ORIGIN))]
Methods = Annotated[
    str, AfterValidator(_methods), Described("methods", f"HTTP methods with commas between them: {_ALL_METHODS}")
]
Id = Annotated[str, AfterValidator(_id), Described("id", _ID_RULE, pattern=_pattern(ID_PATTERN))]
"""Of what is named in a path or a header."""
CatalogueId = Annotated[
    str,
    AfterValidator(_catalogue_id),
    Described("catalogue id", _CATALOGUE_ID_RULE, pattern=_pattern(CATALOGUE_ID_PATTERN)),
]
PropertyId = Annotated[
    str,
    AfterValidator(_property_id),
    Described("property id", _PROPERTY_ID_RULE, pattern=_pattern(PROPERTY_ID_PATTERN)),
]
CardNumber = Annotated[
    str,
    AfterValidator(_card_number),
    Described("card number", _CARD_NUMBER_RULE, pattern=_pattern(CARD_NUMBER_PATTERN)),
]
CurrencyCode = Annotated[
    str, AfterValidator(_currency_code), Described("currency code", _CURRENCY_RULE, pattern=_pattern(_CURRENCY_CODE))
]
Code = Annotated[
    str,
    AfterValidator(_code),
    Described("code", f"{_CATALOGUE_ID_RULE}; {_CODE_RULE}", pattern=_pattern(CATALOGUE_ID_PATTERN)),
]
Amount = Annotated[
    Any,
    PlainValidator(_amount),
    Described("amount", "a number of at least 0, kept exactly as it is written", type="number", minimum=0),
]
"""A number of at least 0, exact."""
Percent = Annotated[
    Any, PlainValidator(_percent), Described("percentage", _PERCENT_RULE, type="number", minimum=0, maximum=100)
]
Date = Annotated[
    str, AfterValidator(_date), Described("date", f"{EXPECTED_DATE.removeprefix('be ')}; without a zone: UTC")
]
LongText = Annotated[str, MaxLen(MAX_TEXT)]
Login = Annotated[str, MinLen(1), MaxLen(MAX_LOGIN_LENGTH)]
PasswordHash = Annotated[
    str, AfterValidator(_password_hash), Described("hash", _HASH_RULE, pattern=_pattern(_PASSWORD_HASH))
]
Password = Annotated[str, MinLen(1)]
LocaleTag = Annotated[str, MaxLen(32)]
"""As long as an update may send it."""
Texts = Annotated[
    dict[Annotated[str, AfterValidator(_locale), Described(enum=list(ALL_LOCALES))], str],
    Field(min_length=1),
    Described("text by locale", f"a text for each locale, one at least; locales are {', '.join(ALL_LOCALES)}"),
]
Count = Annotated[int, Field(ge=1)]


class SiteValues(TypedDict, total=False):
    """What a shopper has said on one site, with when."""

    receiveEmail: Literal["yes", "no"]
    """Whether the shopper wants e-mail from this site."""
    receiveEmailDate: Date
    """When that was said."""
    GDPRProfileP13nConsentGranted: bool
    """Whether the shopper lets the site be fitted to them."""
    GDPRProfileP13nConsentDate: Date
    """When that was said."""
