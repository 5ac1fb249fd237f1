"""Amounts are rounded exactly, whatever the arithmetic around them allows: pricing.md §3."""

from decimal import Decimal, localcontext

import pytest

from commerce.pricing.money import amount_text, prorate, quantum, quotient, rounded, rounded_down

CENT = quantum(2)
WIDE = Decimal("1" * 60)


def test_the_smallest_amounts_of_currencies() -> None:
    assert [quantum(digits) for digits in (0, 2, 3)] == [Decimal(1), Decimal("0.01"), Decimal("0.001")]


@pytest.mark.parametrize("precision", [5, 28, 3_000])
def test_rounding_needs_no_arithmetic_of_the_caller(precision: int) -> None:
    with localcontext(prec=precision):
        assert rounded(WIDE, CENT) == WIDE
        assert rounded_down(WIDE, CENT) == WIDE
        assert quotient(WIDE, 3, CENT) == Decimal("37" + "037" * 19 + ".00")


@pytest.mark.parametrize(
    ("value", "half_up", "down"),
    [("0.125", "0.13", "0.12"), ("0.135", "0.14", "0.13"), ("-0.125", "-0.13", "-0.12"), ("0.1249", "0.12", "0.12")],
)
def test_halves_go_up_and_cuts_go_down(value: str, half_up: str, down: str) -> None:
    assert (rounded(Decimal(value), CENT), rounded_down(Decimal(value), CENT)) == (Decimal(half_up), Decimal(down))


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        ("1", 3, "0.33"),
        ("2", 3, "0.67"),
        ("0.01", 2, "0.01"),
        ("1", 200, "0.01"),
        ("1.00", 8, "0.13"),
        ("5", 1, "5.00"),
    ],
)
def test_quotients_are_rounded_once(numerator: str, denominator: int, expected: str) -> None:
    assert quotient(Decimal(numerator), denominator, CENT) == Decimal(expected)


def test_a_quotient_just_below_a_half_stays_below() -> None:
    """However many nines stand between: rounding it twice would lift it."""
    just_below = Decimal(5 * 10**67 - 1)
    assert quotient(just_below, 10**70, CENT) == Decimal("0.00")
    whole = "1" + "0" * 80
    assert quotient(Decimal(f"{whole}.0049"), 1, CENT) == Decimal(whole)
    assert quotient(Decimal(f"{whole}.005"), 1, CENT) == Decimal(f"{whole}.01")


@pytest.mark.parametrize(
    ("total", "weights", "rooms", "parts"),
    [
        ("1.00", [1, 1, 1], None, ["0.33", "0.33", "0.34"]),
        ("0.02", [1, 1, 1], None, ["0.01", "0.01", "0.00"]),
        ("0.01", [1, 1, 1, 1], None, ["0.00", "0.00", "0.00", "0.01"]),
        ("1.00", [0, 0], None, ["0.00", "1.00"]),
        ("1.00", [1, 0, 3], None, ["0.25", "0.00", "0.75"]),
        ("1.00", [1, 1], ["0.30", "0.70"], ["0.30", "0.70"]),
        ("1.00", [1, 1], ["0.70", "0.30"], ["0.70", "0.30"]),
        ("0.90", [1, 1, 1], ["0.50", "0.30", "0.10"], ["0.50", "0.30", "0.10"]),
        ("0.00", [1, 2], ["0.00", "0.00"], ["0.00", "0.00"]),
    ],
)
def test_parts_add_up_within_their_rooms(
    total: str, weights: list[int], rooms: list[str] | None, parts: list[str]
) -> None:
    given = None if rooms is None else [Decimal(room) for room in rooms]
    shares = prorate(Decimal(total), weights, given, CENT)
    assert [str(share) for share in shares] == parts


@pytest.mark.parametrize(
    ("amount", "text"),
    [("100", "100.0"), ("-35.650", "-35.65"), ("0", "0.0"), ("1E+2", "100.0"), ("0.10", "0.1"), ("10.00", "10.0")],
)
def test_amounts_as_texts(amount: str, text: str) -> None:
    assert amount_text(Decimal(amount)) == text
