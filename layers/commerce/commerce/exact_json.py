"""JSON whose numbers stay exact: no binary floating point on the way in or out (contract: common.md §3).

Read: whole numbers become `int` (``2.0`` too), all others `Decimal`. Written: plain notation without trailing zeros.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

import orjson
from msgspec import Struct
from msgspec.json import Decoder

JsonValue: TypeAlias = Any
JsonObject: TypeAlias = dict[str, Any]

MAX_DEPTH: Final = 64
MAX_DIGITS: Final = 38
MAX_EXPONENT: Final = 125

# The whole numbers that the library writes.
_SMALLEST: Final = -(2**63)
_GREATEST: Final = 2**64 - 1

_TOO_DEEP: Final = f"it is nested deeper than {MAX_DEPTH} levels"
_OUT_OF_RANGE: Final = f"one of its numbers is beyond 10^±{MAX_EXPONENT}"

_EXPONENT: Final = re.compile(r"[eE].*")
_MAYBE_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


class UnusableJson(ValueError):
    """The text is no JSON that the service accepts. Its own text says why, and nothing of the JSON."""


class Unusable(Struct, frozen=True):
    """Stands for a body that is absent, blank, no JSON, or JSON that no endpoint accepts. `fault` says which."""

    fault: str


def kind_of(value: JsonValue) -> str:
    """A value's kind in words: ``a number``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | Decimal):
        return "a number"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"


def expected_object(body: JsonValue | Unusable) -> str:
    """What a body must be that is no JSON object, and what it is: ``be a JSON object: a list was sent``."""
    return f"be a JSON object: {body.fault if isinstance(body, Unusable) else f'{kind_of(body)} was sent'}"


def loads(text: str) -> JsonValue:
    """Parse one JSON text.

    Raises UnusableJson: not JSON, NaN or Infinity, nesting deeper than 64, unpaired surrogates, numbers of more than
    38 significant digits or beyond 10^±125.
    """
    try:
        return _read_fast(text)
    except (ValueError, RecursionError):
        return _read_with_care(text)


def dumps(value: JsonValue) -> str:
    """Write one JSON text, compact, non-ASCII characters as they are."""
    return encoded(value).decode()


def canonical(value: JsonValue) -> str:
    """Like dumps, members sorted: equal values give equal texts."""
    return _encoded(value, orjson.OPT_SORT_KEYS).decode()


def encoded(value: JsonValue) -> bytes:
    """Like dumps, as UTF-8."""
    return _encoded(value, 0)


def written(number: Decimal) -> JsonValue:
    """A number as `dumps` writes it, in a value that it writes more than once: no number to reckon with any more."""
    return orjson.Fragment(plain(number)) if number else _ZERO


def plain(number: Decimal) -> str:
    """Plain notation without trailing zeros: ``Decimal("40.00")`` → ``40``, ``Decimal("1E+2")`` → ``100``."""
    text = str(number)  # half the time of a format, which only an exponent needs
    if "E" in text:
        text = format(number, "f")
    if text[-1] == "0" and "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def read_number(text: str) -> int | Decimal:
    """The number of a text in JSON's notation. Raises UnusableJson."""
    # Counted on the text: it may have millions of digits.
    if len(text) > MAX_DIGITS and len(_EXPONENT.sub("", text).replace(".", "").strip("-0")) > MAX_DIGITS:
        raise UnusableJson(f"one of its numbers has more than {MAX_DIGITS} digits")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise UnusableJson(_OUT_OF_RANGE) from error
    if number and not -MAX_EXPONENT <= number.adjusted() <= MAX_EXPONENT:
        raise UnusableJson(_OUT_OF_RANGE)
    return int(number) if number == number.to_integral_value() else number


def _read_fast(text: str) -> JsonValue:
    """The value of a text that `loads` accepts; any error for all others, and for some of those that it accepts.

    Whole numbers come without a limit to their digits, and nesting up to the interpreter's.
    """
    data = text.encode()
    # Every fourth sign: 39 digits in a row are nine of them, or ten.
    if _NINE_DIGITS in data[::4].translate(_ANY_DIGIT):
        raise UnusableJson
    value = _READER.decode(data)
    # A large text has so many brackets that counting them is for nothing.
    if len(data) > _LARGE or data.count(b"{") + data.count(b"[") > MAX_DEPTH:
        _check_depth(value)
    return value


def _read_with_care(text: str) -> JsonValue:
    """The value of a text, or what is wrong with it and where, by the standard library's reader."""
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise UnusableJson(f"it is no JSON from line {error.lineno}, column {error.colno} on") from error
    except RecursionError as error:
        raise UnusableJson(_TOO_DEEP) from error
    _check_depth(value)
    if _MAYBE_SURROGATE.search(text):
        _check_surrogates(value)
    return value


def _fraction(text: str) -> int | Decimal:
    """A number with a point or an exponent. Raises UnusableJson."""
    if len(text) <= MAX_DIGITS and text[-1] != "0" and "e" not in text and "E" not in text:
        return Decimal(text)  # the last digit stands behind the point
    return read_number(text)


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= MAX_DIGITS else read_number(text)


def _constant(text: str) -> JsonValue:
    del text
    raise UnusableJson("NaN and Infinity are no JSON")


def _check_depth(value: JsonValue) -> None:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH - 1):
        level = [
            member
            for node in level
            for member in _members(node)
            # as the readers make them, and quicker than isinstance
            if member and ((kind := type(member)) is dict or kind is list)
        ]
        if not level:
            return
    if any(type(member) is dict or type(member) is list for node in level for member in _members(node)):
        raise UnusableJson(_TOO_DEEP)


def _members(node: JsonValue) -> Iterable[JsonValue]:
    return node.values() if type(node) is dict else node if type(node) is list else ()


def _check_surrogates(value: JsonValue) -> None:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        raise UnusableJson("it holds half of a surrogate pair") from error


def _encoded(value: JsonValue, options: int) -> bytes:
    options |= orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
    try:
        return orjson.dumps(value, _number, options)
    except orjson.JSONEncodeError:
        return orjson.dumps(_writable(value), _number, options)


def _number(value: object) -> JsonValue:
    if isinstance(value, Decimal):
        return written(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _writable(value: JsonValue) -> JsonValue:
    """What the library refuses, as it takes it: wide whole numbers, and halves of surrogate pairs."""
    if isinstance(value, dict):
        return {_writable(name): _writable(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(member) for member in value]
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if type(value) is int and not _SMALLEST <= value <= _GREATEST:
        return Decimal(value)
    return value


_LARGE: Final = 65_536
_ZERO: Final = orjson.Fragment("0")
_ANY_DIGIT: Final = bytes.maketrans(b"123456789", b"000000000")
_NINE_DIGITS: Final = b"0" * ((MAX_DIGITS + 1) // 4)
_READER: Final = Decoder(float_hook=_fraction)
_DECODER: Final = json.JSONDecoder(parse_float=read_number, parse_int=_integer, parse_constant=_constant)
