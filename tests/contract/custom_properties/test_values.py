"""Custom properties on a profile, as stored and answered (contract: profiles.md §4, §5, §8).

What each type takes and refuses, defaults, required ones: tests/unit/profiles/test_custom_values.py
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.custom_properties.conftest import PROFILE, entries, stored_values
from tests.support.deployment import Answer, Product
from tests.support.rivals import rival_before
from tests.support.virtual_time import VirtualTime

Declare = Callable[..., None]
Send = Callable[..., Answer]
EVERY_TYPE = {f"x_{kind}": {"type": kind} for kind in ("shortText", "richText", "number", "date", "checkbox")}


def test_one_value_changes_and_nothing_else(put: Send, get: Send) -> None:
    before = get().body
    answer = put({"favorite_color": "green"})
    assert answer.status == 200
    assert entries(answer)["favorite_color"] == {
        "id": "favorite_color",
        "label": "Favorite color",
        "type": "shortText",
        "uiEditorType": "shortText",
        "value": "green",
        "default": None,
        "length": 254,
        "required": False,
    }
    after = answer.body
    assert "favorite_color" not in after
    assert {name: value for name, value in after.items() if before[name] != value}.keys() == {"dynamicProperties"}


def test_the_contract_examples_together(
    product: Product, token: str, issue: Callable[..., str], declare: Declare
) -> None:
    """Both new properties of the example appear on an old profile and on every other."""
    declare(
        newProperty={"type": "shortText", "label": "New Property", "default": "null", "required": True, "order": 2},
        newDateProperty={"type": "date", "label": "New Date Property", "default": None, "order": 1},
    )
    for shopper in (token, issue("110000", "account-administrator"), issue("110001", "account-buyer")):
        shown = entries(product.call("GET", PROFILE, token=shopper))
        assert (shown["newProperty"]["value"], shown["newDateProperty"]["value"]) == ("null", None)


def test_a_value_of_each_type_is_stored(product: Product, declare: Declare, put: Send, get: Send) -> None:
    declare(**EVERY_TYPE)
    sent: dict[str, Any] = {
        "x_shortText": "\N{GRINNING FACE}" * 254, "x_richText": "<p>" * 5000, "x_number": -12.5, "x_checkbox": False,
        "x_date": "2026-03-14T01:30+02:00",
    }  # fmt: skip
    answer = put(sent)
    stored = sent | {"x_date": "2026-03-13T23:30:00.000Z"}
    for shown in (entries(answer), entries(get())):
        assert {name: shown[name]["value"] for name in stored} == stored
    assert put(stored).headers["etag"] == answer.headers["etag"]
    assert put(dict.fromkeys(sent)).status == 200
    assert not stored.keys() & stored_values(product).keys()


@pytest.mark.parametrize(
    ("name", "sent", "code"),
    [("x_shortText", 7, "22024"), ("x_shortText", "a" * 255, "00004"), ("x_number", "seven", "22026")],
)
def test_refused(product: Product, declare: Declare, put: Send, name: str, sent: Any, code: str) -> None:
    declare(**EVERY_TYPE)
    before = stored_values(product)
    answer = put({"favorite_color": "green", name: sent})
    assert (answer.status, answer.code) == (400, code)
    (error,) = answer.body["errors"]
    assert (error["errorCode"], error["status"], error["o:errorPath"]) == (code, "400", name)
    assert error.get("moreInfo") == (name if code == "22026" else None)
    if code == "22024":
        assert error["message"].startswith(f"{name}(")
    assert stored_values(product) == before


def test_failures_stand_in_the_order_of_the_request(declare: Declare, put: Send) -> None:
    declare(x_denied={"type": "number", "writeRole": "r-closed", "writeSecurityLevel": "deny"}, **EVERY_TYPE)
    answer = put(
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
    found = [(error["o:errorPath"], error["errorCode"]) for error in answer.body["errors"]]
    assert found == [
        ("x_number", "22026"),
        ("firstName", "22024"),
        ("x_denied", "13036"),
        ("x_shortText", "22024"),
        ("gender", "22026"),
    ]
    assert answer.code == "22026"


def test_labels_in_the_language_of_the_call(get: Send, put: Send) -> None:
    def label(answer: Answer) -> str:
        return str(entries(answer)["favorite_color"]["label"])

    assert label(get()) == "Favorite color"
    for language, expected in (
        ("de", "Lieblingsfarbe"), ("de-AT", "Lieblingsfarbe"), ("fr", "Couleur préférée"),
        ("fr_CA", "Couleur préférée"), ("xx", "Favorite color"), ("en", "Favorite color"),
        ("en-GB", "Favorite color"), ("nb", "Favorite color"),
    ):  # fmt: skip
        assert label(get(**{"X-CCAsset-Language": language})) == expected
        assert label(put({}, **{"X-CCAsset-Language": language})) == expected


def test_display_order_and_echo(declare: Declare, put: Send, get: Send) -> None:
    declare(x_a={"type": "number", "order": 1}, x_b={"type": "number"})
    body = get().body
    assert [entry["id"] for entry in body["dynamicProperties"]] == [
        "x_a", "favorite_color", "newsletter_topic", "credit_rating", "x_b",
    ]  # fmt: skip
    answer = put(body)
    assert answer.status == 200
    assert answer.headers["etag"] == get().headers["etag"]


def test_twenty_environments_with_one_property_each(
    product: Product, declare: Declare, token: str, get: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    VirtualTime().rule(monkeypatch)
    names = [f"x_{index}" for index in range(20)]
    declare(**{name: {"type": "number"} for name in names})
    environments = [Product(product.environment, product.clock) for _ in names]

    def nested(index: int) -> None:
        if index == len(names):
            return
        store = environments[index].app("update_profile").parts.store
        with rival_before(store, 2, lambda: nested(index + 1)):
            answer = environments[index].call("PUT", PROFILE, {names[index]: index}, token=token)
        assert answer.status == 200, answer.text

    nested(0)
    shown = entries(get())
    assert [shown[name]["value"] for name in names] == list(range(20))


def test_a_profile_too_large_to_answer_is_refused(declare: Declare, put: Send, get: Send) -> None:
    """Text that compresses well would be stored, but no answer could hold it."""
    names = [f"x_{index}" for index in range(10)]
    declare(**{name: {"type": "richText"} for name in names})
    codes = [put({name: "a" * 200_000}) for name in names]
    refused = [answer for answer in codes if answer.status != 200]
    assert refused
    assert {(answer.code, answer.body["errors"][0].get("moreInfo")) for answer in refused} == {("22026", None)}
    assert len(get().text) < 3_000_000
