"""What a search can find of a profile, as its row holds it (contract: companions.md §7)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.profiles.model import MAX_SEARCHED_BYTES, SEARCHED_MEMBERS, comparable_text, searched
from commerce.profiles.repository import MAX_DOCUMENT_BYTES
from commerce.values import MAX_TEXT, sortable

ROW_LIMIT = 400 * 1024
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**20), max_value=10**20) | (
    st.integers(-(10**38) + 1, 10**38 - 1)
)


def test_members_and_custom_values() -> None:
    document = {
        "firstName": "Kim",
        "lastName": "ÅNDERSSON",
        "email": "Kim@Example.com",
        "registrationDate": "2026-03-14T09:26:53.589Z",
        "gender": "female",
        "parentOrganization": {"repositoryId": "Org-7", "name": "Seven"},
        "addresses": [{"repositoryId": "a", "lastName": "Elsewhere"}],
        "custom": {"x_text": "Blue", "x_flag": False, "x_number": Decimal("12.50"), "x_none": None, "x_blank": ""},
    }
    assert searched("SE-1", "Kim.A", document) == {
        "id": "SE-1",
        "login": "kim.a",
        "firstName": "kim",
        "lastName": "åndersson",
        "email": "kim@example.com",
        "registrationDate": "2026-03-14t09:26:53.589z",
        "parentOrganization": "Org-7",
        "custom": {"x_flag": "false", "x_number": sortable(Decimal("12.5")), "x_text": "blue"},
        "others": {"x_blank": "-"},
    }


def test_nothing_is_nothing() -> None:
    assert searched("p1", "p1", {}) == {"id": "p1", "login": "p1"}
    assert searched("p1", "p1", {"firstName": "", "lastName": None, "parentOrganization": None, "custom": None}) == {
        "id": "p1",
        "login": "p1",
    }


def test_who_has_a_value_that_nothing_is_found_of_has_one() -> None:
    """Not the property's default, which shows where there is no value."""
    values = {"x_blank": "", "x_list": ["a"], "x_long": "x" * 255, "x_none": None}
    found: Any = searched("p1", "p1", {"custom": values})
    assert found["others"].keys() == {"x_blank", "x_list", "x_long"}
    assert "custom" not in found


def test_one_small_sigma() -> None:
    """Lower-casing gives another one at the end of a word, and a search knows the beginning of one alone."""
    assert comparable_text("ΠΑΠΑΣΤΑΥΡΟΥ") == "παπασταυρου"
    assert comparable_text("ΠΑΠΑΣ") == comparable_text("Παπάς".replace("ά", "α")) == "παπασ"


def size(values: Any) -> int:
    return sum(
        len(name) + (size(value) if isinstance(value, dict) else len(value.encode())) for name, value in values.items()
    )


@pytest.mark.parametrize("sign", ["x", "é", "字", "😀", "İ", "Ⱥ"])
def test_no_values_are_too_large_for_a_row(sign: str) -> None:
    longest = sign * MAX_TEXT
    document: dict[str, Any] = dict.fromkeys(SEARCHED_MEMBERS, longest)
    document["parentOrganization"] = {"repositoryId": "o" * MAX_TEXT}
    document["custom"] = {f"x_{number:038}": longest for number in range(500)}
    found = searched("i" * MAX_TEXT, longest, document)
    # Members all fit; of custom ones the first.
    assert {*SEARCHED_MEMBERS, "id", "login", "parentOrganization"} <= found.keys()
    assert size(found) <= MAX_SEARCHED_BYTES + len("custom") + len("id")
    assert MAX_DOCUMENT_BYTES + 2 * MAX_SEARCHED_BYTES < ROW_LIMIT
    assert found == searched("i" * MAX_TEXT, longest, dict(reversed(document.items())))


def test_a_small_value_finds_room_after_a_large_one() -> None:
    values = {f"a_{number:02}": "字" * MAX_TEXT for number in range(20)} | {"z": "last"}
    row: Any = searched("p1", "p1", {"custom": values})
    found = row["custom"]
    assert len(found) < len(values)
    assert found["z"] == "last"
    assert found == dict(sorted(found.items()))
    assert row["others"].keys() == values.keys() - found.keys()


def test_from_where_on_there_is_no_room_even_for_names() -> None:
    names = [f"x_{number:038}" for number in range(500)]
    found: Any = searched("p1", "p1", {"custom": dict.fromkeys(names, "y" * MAX_TEXT)})
    texts, named = list(found["custom"]), list(found["others"])
    assert [*texts, *named, found["rest"]] == names[: len(texts) + len(named) + 1]
    assert len(named) > 1
    assert size(found) <= MAX_SEARCHED_BYTES
    # Where nobody has set so much, nothing is said of it.
    assert "rest" not in searched("p1", "p1", {"custom": dict.fromkeys(names[:33], "y" * MAX_TEXT)})


@pytest.mark.parametrize("value", [None, "", "x" * 255, ["a"], {"a": "b"}])
def test_what_searches_do_not_look_at(value: Any) -> None:
    assert comparable_text(value) is None


@given(NUMBERS, NUMBERS)
def test_numbers_sort_as_texts(one: Decimal | int, other: Decimal | int) -> None:
    assert (sortable(one) < sortable(other)) is (one < other)
    assert (sortable(one) == sortable(other)) is (one == other)


@pytest.mark.parametrize(
    ("one", "same"),
    [(Decimal("1.50"), Decimal("1.5")), (100, Decimal("1E+2")), (Decimal("-0.0"), 0), (10**125, Decimal("1E125"))],
)
def test_equal_numbers_are_equal_texts(one: Decimal | int, same: Decimal | int) -> None:
    assert sortable(one) == sortable(same)
    assert (
        sortable(-(10**125))
        < sortable(Decimal("-1E-125"))
        < sortable(0)
        < sortable(Decimal("1E-125"))
        < sortable(10**125)
    )
