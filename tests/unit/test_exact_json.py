"""Written numbers stay exact, and every text is one that a JSON reader takes (contract: common.md §3)."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.exact_json import canonical, dumps, encoded, loads


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12345678901234.123456"), "12345678901234.123456"),
        (Decimal(12345678901234567890123456789012345678), "12345678901234567890123456789012345678"),
        (Decimal("40.00"), "40"),
        (Decimal("1E+2"), "100"),
        (Decimal("1E-10"), "0.0000000001"),
        (Decimal("-0.0"), "0"),
        (Decimal("0E+3"), "0"),
        (Decimal("0E-10"), "0"),
        (Decimal("-1.50E-7"), "-0.00000015"),
        (Decimal("1.0E+3"), "1000"),
        (Decimal(500), "500"),
        (2**63, "9223372036854775808"),
        (2**64, "18446744073709551616"),
        (-(2**63) - 1, "-9223372036854775809"),
        (10**38 - 1, "9" * 38),
        ([1, (2, 10**30)], "[1,[2,1000000000000000000000000000000]]"),
        ({"a": {"b": [10**30, True, None]}}, '{"a":{"b":[1000000000000000000000000000000,true,null]}}'),
        ('Ä€😀\x00\x1f\x7f\u2028"\\/', '"Ä€😀\\u0000\\u001f\x7f\u2028\\"\\\\/"'),
    ],
)
def test_what_is_written(value: Any, text: str) -> None:
    assert dumps(value) == text
    assert encoded(value) == text.encode()


def test_half_a_surrogate_pair_is_no_character() -> None:
    assert dumps({"a\ud800": "b\udc00", "n": 10**30}) == '{"a?":"b?","n":1000000000000000000000000000000}'


@pytest.mark.parametrize("value", [object(), {1: 2}, {"a": {3}}, b"x"])
def test_what_is_no_json_is_a_fault_of_ours(value: Any) -> None:
    with pytest.raises(TypeError):
        dumps(value)


def test_members_in_one_order() -> None:
    assert canonical({"b": 1, "a": {"ä": 1, "z": Decimal("2.50")}}) == '{"a":{"z":2.5,"ä":1},"b":1}'


NUMBERS = st.integers(-(10**37), 10**37) | st.decimals(
    min_value=-(10**15), max_value=10**15, allow_nan=False, allow_infinity=False, places=6
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_read_again_it_is_the_same(value: Any) -> None:
    assert loads(dumps(value)) == value
    assert loads(canonical(value)) == value


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_texts_are_written_as_the_standard_library_does(text: str) -> None:
    assert dumps(text) == json.dumps(text, ensure_ascii=False)
