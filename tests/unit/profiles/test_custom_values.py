"""Custom properties on a profile: values, kinds, defaults, required ones (contract: profiles.md §4, §5, §8)."""

from decimal import Decimal
from typing import Any

import pytest

from commerce.call import Selection
from tests.support.profiles import OwnProfile

EVERY_TYPE = {f"x_{kind}": {"type": kind} for kind in ("shortText", "richText", "number", "date", "checkbox")}

ACCEPTED: list[tuple[str, Any, Any]] = [
    ("x_shortText", "", ""),
    ("x_shortText", " a\n", " a\n"),
    ("x_shortText", "\N{GRINNING FACE}" * 254, "\N{GRINNING FACE}" * 254),
    ("x_richText", "<p>" * 5000, "<p>" * 5000),
    ("x_number", 0, 0),
    ("x_number", -12.5, -12.5),
    ("x_number", 10**30, 10**30),
    ("x_date", "2026-03-14", "2026-03-14T00:00:00.000Z"),
    ("x_date", "2026-03-14T01:30+02:00", "2026-03-13T23:30:00.000Z"),
    ("x_checkbox", True, True),
    ("x_checkbox", False, False),
    ("x_number", "0.00", 0),
    ("x_number", "-12.5", Decimal("-12.5")),
    ("x_checkbox", "true", True),
    ("x_checkbox", "false", False),
]


@pytest.mark.parametrize(("name", "sent", "shown"), ACCEPTED)
def test_accepted(own: OwnProfile, name: str, sent: Any, shown: Any) -> None:
    own.declare(**EVERY_TYPE)
    own.put({name: sent})
    value = own.entries()[name]["value"]
    assert (value, isinstance(value, bool)) == (shown, isinstance(shown, bool))
    assert own.unchanged_by({name: shown})
    own.put({name: None})
    assert own.entries()[name]["value"] is None


NO_TEXTS: list[Any] = [7, 1.5, True, False, [], {}, ["a"]]
NO_NUMBERS: list[Any] = ["seven", " ", True, [], {}]
NO_DATES: list[Any] = [" ", "null", "14.03.2026", "2026-02-30", "2026-03-14 10:00", 20260314, True]
NO_FLAGS: list[Any] = ["True", " ", 0, 1, [], {}]
REFUSED: list[tuple[str, Any, str]] = [
    *[("x_shortText", value, "22024") for value in NO_TEXTS],
    *[("x_richText", value, "22024") for value in NO_TEXTS],
    ("x_shortText", "a" * 255, "00004"),
    *[("x_number", value, "22026") for value in NO_NUMBERS],
    *[("x_date", value, "22026") for value in NO_DATES],
    *[("x_checkbox", value, "22026") for value in NO_FLAGS],
]


@pytest.mark.parametrize(("name", "sent", "code"), REFUSED)
def test_refused(own: OwnProfile, name: str, sent: Any, code: str) -> None:
    own.declare(**EVERY_TYPE)
    more_info = name if code == "22026" else None
    assert own.refused({"favorite_color": "green", name: sent}) == [(code, name, more_info)]


def test_failures_stand_in_the_order_of_the_request(own: OwnProfile) -> None:
    own.declare(x_denied={"type": "number", "writeRole": "r-closed", "writeSecurityLevel": "deny"}, **EVERY_TYPE)
    found = own.refused(
        {
            "x_number": "seven",
            "firstName": 7,
            "x_denied": 7,
            "unknown": 7,
            "x_shortText": 7,
            "gender": "?",
            "x_richText": "fine",
        }
    )
    assert [(path, code) for code, path, _ in found] == [
        ("x_number", "22026"),
        ("firstName", "22024"),
        ("x_denied", "13036"),
        ("x_shortText", "22024"),
        ("gender", "22026"),
    ]


def test_defaults_show_until_a_value_is_stored(own: OwnProfile) -> None:
    own.declare(x_a={"type": "number", "default": 3})
    assert own.entries()["x_a"]["value"] == 3
    own.declare(x_a={"default": 4})
    assert own.entries()["x_a"]["value"] == 4
    own.put({"x_a": 5})
    own.declare(x_a={"default": 6})
    assert (own.entries()["x_a"]["value"], own.entries()["x_a"]["default"]) == (5, 6)
    own.put({"x_a": None})
    assert own.entries()["x_a"]["value"] == 6
    assert "x_a" not in own.document["custom"]


@pytest.mark.parametrize(("name", "value"), [("x_number", 7), ("x_date", "2026-03-14"), ("x_checkbox", True)])
def test_an_empty_text_clears_what_is_no_text(own: OwnProfile, name: str, value: Any) -> None:
    own.declare(**EVERY_TYPE)
    own.put({name: value})
    own.put({name: ""})
    assert own.entries()[name]["value"] is None
    own.put({name: value})
    own.declare(**{name: {"required": True, "default": value}})
    assert own.refused({name: ""}) == [("22026", name, name)]


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_required_property_is_not_cleared(own: OwnProfile, nothing: Any) -> None:
    own.declare(x_a={"type": "richText"})
    own.put({"x_a": nothing})
    own.declare(x_a={"required": True, "default": "d"})
    # What is stored was fine when it was stored, and does not fail when it comes back.
    assert own.unchanged_by({"x_a": nothing})
    own.put({"x_a": "own"})
    assert own.entries()["x_a"]["required"] is True
    assert own.refused({"x_a": nothing}) == [("22026", "x_a", "x_a")]
    assert own.entries()["x_a"]["value"] == "own"


def test_undeclared_and_internal_ones_are_ignored(own: OwnProfile) -> None:
    own.declare(x_hidden={"type": "number", "internalOnly": True, "default": 3, "required": True})
    assert own.unchanged_by(
        {"x_unknown": "v", "Favorite_color": "v", "x_hidden": "no number", "autoLogin": True, "siteId": "siteUS"}
    )
    assert not {"x_unknown", "Favorite_color", "x_hidden"} & own.entries().keys()
    for path in (("x_hidden",), ("dynamicProperties", "x_hidden")):
        assert not own.declared.denied_names(Selection(fields=(path,)))
    # It is declared from the next call on.
    own.declare(x_hidden={"internalOnly": False})
    own.put({"x_hidden": 7})
    assert own.entries()["x_hidden"]["value"] == 7
    own.declare(x_hidden={"internalOnly": True})
    assert "x_hidden" not in own.entries()
    assert own.document["custom"]["x_hidden"] == 7
