"""Decimal arithmetic of amounts: exact in between, half-up at the currency's digits (contract: pricing.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import (
    ROUND_05UP,
    ROUND_DOWN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    InvalidOperation,
    Overflow,
)
from functools import cache

ZERO = Decimal(0)
PERCENT = Decimal("0.01")

# Sums and products never need this many digits (a price of the widest number a body can hold, in the deepest
# nesting of lines), so they are exact; the cost follows the digits in use, not this bound.
EXACT = Context(prec=2000, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow, FloatOperation])

# Rounding to odd keeps the second, half-up rounding right however the quotient goes on.
_QUOTIENT_DIGITS = 60
_QUOTIENT = Context(prec=_QUOTIENT_DIGITS, rounding=ROUND_05UP)


@cache
def quantum(digits: int) -> Decimal:
    """The smallest amount of a currency with `digits` fractional digits."""
    return Decimal(1).scaleb(-digits)


def rounded(value: Decimal, unit: Decimal) -> Decimal:
    """`value` half-up at `unit`."""
    return value.quantize(unit, ROUND_HALF_UP, EXACT)


def rounded_down(value: Decimal, unit: Decimal) -> Decimal:
    """`value` cut at `unit`."""
    return value.quantize(unit, ROUND_DOWN, EXACT)


def quotient(numerator: Decimal, denominator: Decimal | int, unit: Decimal) -> Decimal:
    """`numerator / denominator` half-up at `unit`, rounded once whatever the size of the numbers."""
    result = _QUOTIENT.divide(numerator, denominator)
    if result.adjusted() > _QUOTIENT_DIGITS // 2:
        wider = Context(prec=result.adjusted() + _QUOTIENT_DIGITS, rounding=ROUND_05UP)
        result = wider.divide(numerator, denominator)
    return result.quantize(unit, ROUND_HALF_UP, EXACT)


def prorate(
    total: Decimal, weights: Sequence[Decimal | int], rooms: Sequence[Decimal] | None, unit: Decimal
) -> list[Decimal]:
    """`total` shared by weight, each part between 0 and its room, rounded at `unit`; the parts add up to `total`.

    What rounding leaves over, or a room cannot take, goes to the last part and from there backwards.
    The rooms together must hold `total`. contract: pricing.md §3, §12 rows 13 and 19.
    """
    whole = sum(weights)
    if not whole:
        parts = [rounded(ZERO, unit)] * len(weights)
    else:
        parts = [quotient(total * weight, whole, unit) for weight in weights]
    if rooms is not None:
        parts = [min(part, room) for part, room in zip(parts, rooms, strict=True)]
    rest = total - sum(parts)
    at = len(parts)
    while rest:
        at -= 1
        part = parts[at] + rest
        if part < 0:
            part = rounded(ZERO, unit)
        elif rooms is not None and part > rooms[at]:
            part = rooms[at]
        rest -= part - parts[at]
        parts[at] = part
    return parts


def amount_text(amount: Decimal) -> str:
    """`amount` in plain notation with at least one decimal: `100.0`, `-35.65` (contract: pricing.md §3)."""
    text = f"{amount:f}"
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"
