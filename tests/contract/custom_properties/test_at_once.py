"""A change of the type holds from the next call on, at the price of one small row (contract: shopper-types.md)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.custom_properties.conftest import PROFILE, entries
from tests.support.deployment import Answer, Product
from tests.support.rivals import rival_before

Declare = Callable[..., None]
Send = Callable[..., Answer]


def test_a_kept_type_is_never_trusted_by_age(declare: Declare, put: Send, get: Send, product: Product) -> None:
    for value in range(3):
        declare(x_a={"type": "number", "default": value})
        assert entries(get())["x_a"]["default"] == value
        assert entries(put({}))["x_a"]["default"] == value
    declare(x_a={"writeRole": "r-closed", "writeSecurityLevel": "deny"})
    assert put({"x_a": 7}).code == "13036"
    declare(x_a={"readRole": "r-closed", "readSecurityLevel": "deny"})
    assert "x_a" not in entries(get())
    assert get("?fields=x_a").code == "00002000"


def test_labels_of_a_locale_are_read_when_first_needed(declare: Declare, get: Send) -> None:
    def label(locale: str) -> str:
        return str(entries(get(**{"X-CCAsset-Language": locale}))["favorite_color"]["label"])

    assert [label("en"), label("de"), label("en"), label("de")] == ["Favorite color", "Lieblingsfarbe"] * 2
    declare("de", favorite_color={"label": "Farbe"})
    assert [label("en"), label("de")] == ["Favorite color", "Farbe"]
    declare("it", favorite_color={"label": "Colore"})
    assert [label("it"), label("fr"), label("de")] == ["Colore", "Couleur préférée", "Farbe"]


@pytest.mark.parametrize("nth", [1, 2])
def test_a_type_that_changes_during_the_call(
    product: Product, declare: Declare, put: Send, get: Send, nth: int
) -> None:
    """Before the reading it holds; after it, the call that began earlier stands."""
    assert put({}).status == 200
    store = product.app("update_profile").parts.store
    change = {"x_a": {"type": "number"}, "favorite_color": {"writeRole": "r-closed", "writeSecurityLevel": "deny"}}
    with rival_before(store, nth, lambda: declare(**change)):
        answer = put({"favorite_color": "green", "x_a": 7})
    assert answer.status == (400 if nth == 1 else 200)
    value = entries(get())
    assert (value["favorite_color"]["value"], value["x_a"]["value"]) == (None if nth == 1 else "green", None)


def test_a_lost_write_is_decided_again_on_the_newest_type(
    product: Product, declare: Declare, put: Send, token: str, get: Send
) -> None:
    rival_shopper = Product(product.environment, product.clock)

    def both() -> None:
        declare(favorite_color={"writeRole": "r-closed"})
        assert rival_shopper.call("PUT", PROFILE, {"newsletter_topic": "sport"}, token=token).status == 200

    with rival_before(product.app("update_profile").parts.store, 2, both):
        answer = put({"favorite_color": "green", "middleName": "B."})
    assert answer.status == 200
    shown = entries(answer)
    assert (shown["favorite_color"]["value"], shown["newsletter_topic"]["value"]) == (None, "sport")
    assert answer.body["middleName"] == "B."


def test_round_trips(product: Product, declare: Declare, put: Send, get: Send, token: str) -> None:
    """One read and one write, with a cold and with a warm cache; one more read when the type has just changed."""

    def calls(body: Any, **headers: str) -> int:
        answer = put(body, **headers)
        assert answer.status == 200
        meter = product.app("update_profile").parts.store.meter
        return int(meter.calls)

    assert calls({"favorite_color": "red"}) == 2
    assert calls({"favorite_color": "green"}) == 2
    assert calls({}) == 1
    assert calls({}, **{"X-CCAsset-Language": "de"}) == 1
    declare(x_a={"type": "number"})
    assert calls({"x_a": 7}) == 3
    assert calls({"x_a": 8}) == 2


def test_what_a_warm_call_reads_of_the_type(product: Product, put: Send) -> None:
    assert put({}).status == 200
    parts = product.app("update_profile").parts
    table = parts.settings.tables.shopper_types
    assert [(key.table, key.sk) for key in parts.declared_types.keys("en")] == [(table, "version")]
    assert [key.sk for key in parts.declared_types.keys("de")] == ["version", "labels#de"]
    assert [key.sk for key in parts.declared_types.keys("it")] == ["version"]  # nobody gave one in Italian
