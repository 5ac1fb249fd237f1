"""Written numbers stay exact, and every text is one that a JSON reader takes (contract: common.md §3)."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.exact_json import UnusableJson, _read_fast, _read_with_care, canonical, dumps, encoded, loads


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


TEXTS = [
    "1" + "0" * 40, "1" + "0" * 126, "1.", "1." + "1" * 37, "1." + "1" * 38, "0." + "0" * 60 + "1", "1." + "0" * 60,
    "1" * 38, "-" + "1" * 38, "1" * 39, "-" + "1" * 39, "[" + "1" * 64 + "]", "1" * 5000,
    "18446744073709551616", "-9223372036854775809", "-0", "0", "-0.0", "2.0", "2.50", "1e5", "1E400", "1e-126",
    "1.5e+3", "0e999999999999999999999", "1e999999999999999999999",
    "01", ".5", "-", "+1", "1e", "1e+", "--1", "NaN", "Infinity", "-Infinity", "[NaN, x]", "[1e400, x]",
    "[1,]", '{"a":1,}', '{"a":1,"a":2}', '{"a" :\n1}', "{1:2}", "['a']", "[1] x", " [1] ", "\ufeff[1]", "", " ", "nul",
    "null", "[1\x0b]", "[1\xa0]", "[1]\x00", "/**/1", "1 //", "[", '{"a"', '{"a":', '"abc',
    '"\x01"', '"\t"', '"\x7f"', '"\u2028"', '"é😀"', '"\\/"', '"\\x"', '"\\u0000"', '"\\u00zz"', '"\\u12"',
    '"\\ud800"', '"\\ud83d\\ude00"', '"\\udc00\\ud800"', '{"\\ud800":1}', '"\\ud800\\u0041"', '"\ud800"',
    "[" * 64 + "]" * 64, "[" * 65 + "]" * 65, '{"a":' * 64 + "1" + "}" * 64, '{"a":' * 65 + "1" + "}" * 65,
    "[" * 64 + "1" + "]" * 64, "[" * 65 + "1" + "]" * 65, "[" * 64 + "{}" + "]" * 64, "[" * 65 + "x",
    "[" * 100_000, "[" * 100_000 + "]" * 100_000, "[" + "[],{}," * 100 + "1]",
]  # fmt: skip


def outcome(read: Any, text: str) -> str:
    """Types too: ``2`` and ``Decimal(2)`` are two."""
    try:
        return repr(read(text))
    except UnusableJson as error:
        return str(error)


@pytest.mark.parametrize("text", TEXTS)
def test_both_readers_agree(text: str) -> None:
    assert outcome(loads, text) == outcome(_read_with_care, text)


@given(st.data(), VALUES, st.integers(0, 4))
def test_both_readers_agree_on_texts_that_are_nearly_json(data: st.DataObject, value: Any, changes: int) -> None:
    text = json.dumps(
        value, ensure_ascii=data.draw(st.booleans()), indent=data.draw(st.sampled_from([None, 1])), default=str
    )
    for _ in range(changes):
        place = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 2))
        text = text[:place] + data.draw(st.text('{}[]",:\\udD8e-+.019 x', max_size=3)) + text[place + gone :]
    assert outcome(loads, text) == outcome(_read_with_care, text)


@pytest.mark.parametrize("text", ['[1, 2.50, "é", null]', "[" + '{"a":12.95},' * 50 + "1]", "9" * 32])
def test_what_is_usual_is_read_fast(text: str) -> None:
    assert repr(_read_fast(text)) == repr(loads(text))


@pytest.mark.parametrize(
    "text", ['"\ud800"', '{"\udc00":1}', '["a","\ud83d\ude00"]', r'"\ud800"', '"\\ud83d\ude00"', '"\ud83d\\ude00"']
)
def test_half_a_surrogate_pair_is_not_read_however_it_is_written(text: str) -> None:
    with pytest.raises(UnusableJson, match="half of a surrogate pair"):
        loads(text)
