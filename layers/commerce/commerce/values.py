"""What a value of the wire is: ids, numbers, amounts, declared properties (contract: common.md §3, §11, §14).

Dates have a module of their own, `dates`; what an address is says `addresses`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias, TypeGuard

from commerce.dates import EXPECTED_DATE, canonical_date
from commerce.exact_json import JsonObject, JsonValue, UnusableJson, kind_of, read_number

Number: TypeAlias = int | Decimal

MAX_TEXT: Final = 254
MAX_CATALOGUE_ID: Final = 250
MAX_LONG_TEXT: Final = 4_000
MAX_PROPERTY_ID: Final = 40
MAX_WHOLE: Final = 999_999_999

# Of any kind, as a character class holds them: web pages and word processors put in no-break ones.
BLANKS: Final = r" \u00a0\u2000-\u200a\u202f\u205f\u3000"
HYPHENS: Final = r"\-\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_BETWEEN_DIGITS: Final = re.compile(rf"[\s{HYPHENS}]+")

# RFC 3986 unreserved characters: what can stand in a path as it is.
ID_PATTERN: Final = re.compile(rf"[A-Za-z0-9._~-]{{1,{MAX_TEXT}}}", re.ASCII)
CARD_NUMBER_PATTERN: Final = re.compile(r"[0-9]{1,19}", re.ASCII)
CATALOGUE_ID_PATTERN: Final = re.compile(rf"[^\x00-\x1f\x7f-\x9f]{{1,{MAX_CATALOGUE_ID}}}")
PROPERTY_ID_PATTERN: Final = re.compile(rf"[A-Za-z_][A-Za-z0-9_]{{0,{MAX_PROPERTY_ID - 1}}}", re.ASCII)
_DIGITS: Final = re.compile(r"[0-9]{1,20}", re.ASCII)
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)


# --- ids ----------------------------------------------------------------------------------------------------------


def id_text(value: JsonValue) -> str | None:
    """An id sent as text, or as a whole number, which counts as its decimal text; None for anything else."""
    if isinstance(value, str):
        return value
    return str(value) if is_whole(value) else None


def reference_text(value: JsonValue) -> str | None:
    """The id that a reference says: ``"x"``, ``7`` or ``{"id": "x"}``; None for anything else."""
    return id_text(value.get("id") if isinstance(value, dict) else value)


def referenced_id(reference: JsonObject) -> str | None:
    """The organization that a stored reference of a profile names."""
    name = reference.get("repositoryId") or reference.get("id")
    return str(name) if name else None


def possible_id(text: str) -> bool:
    """Whether something that is named in a path or a header can have this id.

    Loaders accept no other, so anything else is known nowhere without a read.
    """
    return bool(ID_PATTERN.fullmatch(text))


def possible_catalogue_id(text: str) -> bool:
    """Whether something of the catalogue can have this id or code: whatever catalogues hold, but control characters."""
    return bool(CATALOGUE_ID_PATTERN.fullmatch(text))


EXPECTED_PROPERTY_ID: Final = (
    f"be 1 to {MAX_PROPERTY_ID} letters, digits and underscores of ASCII, the first one no digit"
)


def possible_property_id(text: str) -> bool:
    """Whether a property of shoppers or addresses can be declared under this id."""
    return bool(PROPERTY_ID_PATTERN.fullmatch(text))


def typed_code(text: str) -> str:
    """A code that a person typed or pasted: blanks around it do not count (contract: common.md §14)."""
    return text.strip()


def without_case(text: str) -> str:
    """A login or an e-mail address as it is compared (contract: profiles.md §1).

    Lower-cased, not case-folded: ``straße@`` and ``strasse@`` are two mailboxes.
    """
    return text.lower()


def card_number(text: str) -> str:
    """The number of a gift card as it stands on the card: blanks and dashes do not count."""
    return _BETWEEN_DIGITS.sub("", text)


def possible_card_number(text: str) -> bool:
    """Whether a gift card can have this number."""
    return bool(CARD_NUMBER_PATTERN.fullmatch(text))


# --- numbers ------------------------------------------------------------------------------------------------------


def is_number(value: JsonValue) -> TypeGuard[Number]:
    """A JSON number: true and false are none."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def is_whole(value: JsonValue) -> TypeGuard[int]:
    """A JSON number without a fraction; ``2.0`` has been read as one already."""
    return isinstance(value, int) and not isinstance(value, bool)


EXPECTED_WHOLE: Final = f"be a whole number from 0 to {MAX_WHOLE:,}, or its digits as text"
EXPECTED_ABOVE_ZERO: Final = f"be a whole number from 1 to {MAX_WHOLE:,}, or its digits as text"
EXPECTED_AMOUNT: Final = "be a number from 0, or its text, like 19.99"
EXPECTED_ID: Final = "be set, to text or a whole number"


def whole_number(value: JsonValue) -> int | None:
    """A count from 0 to 999,999,999: a whole number, or digits in a text; None for anything else."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    return value if is_whole(value) and 0 <= value <= MAX_WHOLE else None


def number(value: JsonValue) -> Number | None:
    """A number, or its text as forms send it; None for anything else."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        try:
            return read_number(value)
        except UnusableJson:
            return None
    return value if is_number(value) else None


def amount(value: JsonValue) -> Number | None:
    """An amount of money from 0, or its text; None for anything else."""
    read = number(value)
    return read if read is not None and read >= 0 else None


# Above any digit.
_END: Final = "~"
_COMPLEMENTS: Final = str.maketrans("0123456789", "9876543210")


def sortable(number: Number) -> str:
    """The text of a number for where texts alone are compared: in the order of the numbers, equal for equal ones.

    Sign, exponent, digits; of a number below 0 what is missing to nines, so that the greater one comes first.
    """
    exact = Decimal(number)
    digits = "".join(map(str, exact.as_tuple().digits)).rstrip("0")
    if not digits:
        return "0"
    text = f"{exact.adjusted() + 500:03}{digits}"
    return f"1{text}" if exact > 0 else f"-{text.translate(_COMPLEMENTS)}{_END}"


# --- declared properties ------------------------------------------------------------------------------------------


class PropertyKind(StrEnum):
    """Kinds of declared properties of profiles, orders, lines and addresses; each of these allows some of them."""

    SHORT_TEXT = "shortText"
    LONG_TEXT = "longText"
    RICH_TEXT = "richText"
    NUMBER = "number"
    DATE = "date"
    CHECKBOX = "checkbox"


TEXT_KINDS: Final = frozenset({PropertyKind.SHORT_TEXT, PropertyKind.LONG_TEXT, PropertyKind.RICH_TEXT})
# Characters that a text of a kind may have; of a kind that is not listed, any number.
TEXT_LENGTHS: Final[Mapping[str, int]] = {
    PropertyKind.SHORT_TEXT: MAX_TEXT,
    PropertyKind.LONG_TEXT: MAX_LONG_TEXT,
}
_CHECKED: Final = {"true": True, "false": False}
# What a value of a kind must be, beside texts.
_FITTING: Final[Mapping[str, str]] = {
    PropertyKind.NUMBER: "be a number, like 12.5",
    PropertyKind.DATE: EXPECTED_DATE,
    PropertyKind.CHECKBOX: "be true or false",
}


class Misfit(ValueError):
    """A value is not of the kind that its property was declared with. `expected`: what it must be."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


class NotText(Misfit):
    """It is no text where one was declared."""


class TextTooLong(Misfit):
    """`limit`: the characters allowed."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"be text of at most {limit} characters")
        self.limit = limit


def property_value(kind: str, value: JsonValue, limit: int | None) -> JsonValue:
    """What is stored of a JSON value of a declared property; null is no value of any kind.

    `kind` is one of `PropertyKind`; `limit`: characters of a text, None = any number. Raises Misfit.
    """
    if value is None:
        return None
    if kind in TEXT_KINDS:
        if not isinstance(value, str):
            raise NotText(f"be text, not {kind_of(value)}")
        if limit is not None and len(value) > limit:
            raise TextTooLong(limit)
        return value
    stored: JsonValue = None
    match kind:
        case PropertyKind.NUMBER:
            stored = value if is_number(value) else None
        case PropertyKind.CHECKBOX:
            stored = value if isinstance(value, bool) else None
        case PropertyKind.DATE:
            stored = canonical_date(value) if isinstance(value, str) else None
    if stored is None:
        raise Misfit(_FITTING[kind])
    return stored


def form_value(kind: str, value: JsonValue, limit: int | None) -> JsonValue:
    """The same for a value that a form may have sent: as the text of a number or a checkbox, empty for no value.

    Raises Misfit.
    """
    if kind in TEXT_KINDS or not isinstance(value, str):
        return property_value(kind, value, limit)
    if value == "":
        return None
    match kind:
        case PropertyKind.NUMBER:
            value = number(value)
        case PropertyKind.CHECKBOX:
            value = _CHECKED.get(value)
    if value is None:
        raise Misfit(_FITTING[kind])
    return property_value(kind, value, limit)
