"""What a value of the wire is: common.md §3, §11, §14; shopper-types.md §5, orders.md §2, profiles.md §4."""

from decimal import Decimal
from typing import Any

import pytest

from commerce.exact_json import loads
from commerce.values import (
    Misfit,
    NotText,
    PropertyKind,
    TextTooLong,
    amount,
    form_value,
    id_text,
    possible_catalogue_id,
    possible_id,
    possible_property_id,
    property_value,
    reference_text,
    whole_number,
)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1, 1), (0, 0), ("7", 7), ("007", 7), (999_999_999, 999_999_999), ("0", 0), (1_000_000_000, None), (-1, None),
        ("-1", None), ("1.0", None), (" 1", None), ("", None), (None, None), (True, None), (Decimal("1.5"), None),
        ([], None), ("٣", None), ("9" * 5000, None),
    ],
)  # fmt: skip
def test_whole_numbers(value: Any, number: int | None) -> None:
    assert whole_number(value) == number


def test_a_fraction_of_zero_is_whole() -> None:
    assert whole_number(loads("2.0")) == 2
    assert id_text(loads("2.0")) == "2"


@pytest.mark.parametrize(
    ("value", "text"),
    [("x", "x"), ("", ""), (7, "7"), (-7, "-7"), (True, None), (None, None), (Decimal("1.5"), None), ([], None)],
)
def test_ids(value: Any, text: str | None) -> None:
    assert id_text(value) == text
    assert reference_text(value) == reference_text({"id": value, "name": "N"}) == text


def test_references_without_an_id() -> None:
    assert reference_text({}) is reference_text({"repositoryId": "x"}) is reference_text({"id": {"id": "x"}}) is None


def test_catalogues_hold_any_text_but_control_characters() -> None:
    texts = [
        "a",
        " ",
        "50%",
        "caf%C3%A9",
        "a b/c+d?e=f&g#h",
        "Größe 38½",
        "🚚" * 250,
        "\u00a0",
        "\u2028",
        "'\"\\",
    ]
    assert all(map(possible_catalogue_id, texts))
    assert not any(map(possible_catalogue_id, ["", "x" * 251, "a\n", "a\tb", "\x00", "\x1f", "\x7f", "\x85", "\x9f"]))


def test_which_ids_there_can_be() -> None:
    assert all(map(possible_id, ["a", "A-z_0.9~", "x" * 254]))
    assert not any(map(possible_id, ["", "x" * 255, "a b", "a/b", "ü", "p1\n", "٣"]))
    assert all(map(possible_property_id, ["a", "Z9_", "_", "_a", "x" * 40]))
    assert not any(map(possible_property_id, ["", "9a", "a-b", "x" * 41, "ä", "a\n"]))


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (0, 0), (Decimal("1.50"), Decimal("1.5")), (-1, None), (True, None), (None, None), ([], None), ("0.00", 0),
        ("5.00", 5), ("007.5", Decimal("7.5")), ("1e2", 100), ("-1", None), ("", None), (" 1", None), ("1,5", None),
        (".5", None), ("5.", None), ("+5", None), ("NaN", None), ("9" * 39, None), ("1e999", None), ("٣", None),
    ],
)  # fmt: skip
def test_amounts(value: Any, read: Decimal | None) -> None:
    assert amount(value) == read


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("shortText", "", ""), ("shortText", "😀" * 254, "😀" * 254), ("longText", "x" * 4000, "x" * 4000),
        ("richText", "x" * 9000, "x" * 9000), ("number", 0, 0), ("number", Decimal("-1.5"), Decimal("-1.5")),
        ("checkbox", True, True), ("checkbox", False, False), ("date", "2026-03-14", "2026-03-14T00:00:00.000Z"),
        ("date", "2026-03-14T09:26:53+02:00", "2026-03-14T07:26:53.000Z"),
        *((kind, None, None) for kind in PropertyKind),
    ],
)  # fmt: skip
def test_values_of_declared_properties(kind: str, value: Any, stored: Any) -> None:
    limit = {"shortText": 254, "longText": 4000}.get(kind)
    kept = property_value(kind, value, limit)
    assert (type(kept), kept) == (type(stored), stored)


@pytest.mark.parametrize(
    ("kind", "values", "misfit"),
    [
        ("shortText", [1, True, {}, [], Decimal("1.5")], NotText), ("longText", [1, ["x"]], NotText),
        ("richText", [False, {}], NotText), ("shortText", ["xxx"], TextTooLong),
        ("number", [True, "1", [], {}], Misfit), ("checkbox", [0, 1, "true", []], Misfit),
        ("date", ["14.3.2026", "", 20260314, True, []], Misfit),
    ],
)  # fmt: skip
def test_misfits(kind: str, values: list[Any], misfit: type[Misfit]) -> None:
    for value in values:
        with pytest.raises(Misfit) as caught:
            property_value(kind, value, 2)
        assert type(caught.value) is misfit


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("number", "0.00", 0), ("number", "-12.5", Decimal("-12.5")), ("number", 7, 7), ("number", "", None),
        ("checkbox", "true", True), ("checkbox", "false", False), ("checkbox", True, True), ("checkbox", "", None),
        ("date", "2026-03-14", "2026-03-14T00:00:00.000Z"), ("date", "", None), ("shortText", "", ""),
        ("shortText", "7", "7"), ("richText", "true", "true"), ("number", None, None),
    ],
)  # fmt: skip
def test_values_as_forms_send_them(kind: str, value: Any, stored: Any) -> None:
    kept = form_value(kind, value, 254)
    assert (type(kept), kept) == (type(stored), stored)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("number", ["x", " 1", "1,5", "true", True]), ("checkbox", ["True", "yes", "0", "1", 0]),
        ("date", ["null", "14.3.2026", 7]), ("shortText", [7, "x" * 255]),
    ],
)  # fmt: skip
def test_texts_that_hold_no_such_value(kind: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(Misfit):
            form_value(kind, value, 254)
