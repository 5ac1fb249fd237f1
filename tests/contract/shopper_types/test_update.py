"""What updateShopperType answers and stores (contract: shopper-types.md §2 to §6).

What an update makes of attributes, labels and order: tests/unit/shopper_types/test_updates.py
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from commerce.profiles.model import AdministeredChanges
from commerce.shopper_types.rules import RESERVED_IDS
from tests.contract.shopper_types.conftest import PATH, Put
from tests.support.deployment import Product
from tests.support.shopper_types import CUSTOM

EXAMPLES = Path(__file__).parents[3] / "docs" / "contract" / "examples"
REQUEST = json.loads((EXAMPLES / "update-shopper-type.request.json").read_text(encoding="utf-8"))
RESPONSE = json.loads((EXAMPLES / "update-shopper-type.response.json").read_text(encoding="utf-8"))

Get = Callable[..., Mapping[str, Any]]


# --- the answer ------------------------------------------------------------------------------------------------------


def test_the_example_request_succeeds_as_it_stands(product: Product, merchant: str) -> None:
    # On empty tables the example's order of display is the whole of it.
    answer = product.call("PUT", PATH, REQUEST, token=merchant, headers={"X-CCAsset-Language": "en"})
    assert answer.status == 200
    body = answer.body
    assert body["properties"]["newProperty"] == CUSTOM | {
        "label": "New Property",
        "type": "shortText",
        "default": "null",
        "required": True,
    }
    assert body["properties"]["newDateProperty"] == CUSTOM | {
        "label": "New Date Property",
        "type": "date",
        "uiEditorType": "date",
        "length": 26,
    }
    assert body["propertiesOrder"] == [
        *REQUEST["propertiesOrder"],
        "favorite_color",
        "newsletter_topic",
        "credit_rating",
        "newDateProperty",
        "newProperty",
    ]
    assert body["links"] == [{"rel": "self", "href": f"https://shop.example.com{PATH}"}]


def test_two_dates_are_the_moment_of_the_answer(product: Product, put: Put, get: Get) -> None:
    before = get()
    product.clock.move(seconds=5)
    for name in ("registrationDate", "lastPasswordUpdate"):
        assert get()["properties"][name]["default"] == "2026-03-14T09:26:58.589Z"
        sent = put({name: {"default": "2000-01-01"}})
        assert sent.body["properties"][name]["default"] == "2026-03-14T09:26:58.589Z"
    assert put({"registrationDate": before["properties"]["registrationDate"]}).status == 200


def test_a_default_keeps_all_its_digits(product: Product, merchant: str, put: Put) -> None:
    text = '{"properties":{"x_a":{"type":"number","default":12345678901234567890.123456789}}}'
    answer = product.call("PUT", PATH, text, token=merchant, headers={"X-CCAsset-Language": "en"})
    assert '"default":12345678901234567890.123456789,' in answer.text


def test_no_custom_property_can_hide_a_member_of_a_profile(product: Product, token: str) -> None:
    shown = product.call("GET", "/ccstore/v1/profiles/current", token=token).body
    assert set(shown) | set(AdministeredChanges.__annotations__) == RESERVED_IDS


def test_every_settable_attribute_is_kept(put: Put, get: Get) -> None:
    attributes = {
        "default": "d",
        "required": True,
        "internalOnly": True,
        "searchable": True,
        "textSearchable": True,
        "dimension": True,
        "multiSelect": False,
        "audienceVisibility": "b2b",
        "readRole": "r-1",
        "writeRole": "r-2",
        "readAccessRight": "a-1",
        "writeAccessRight": "a-2",
        "readSecurityLevel": "deny",
        "writeSecurityLevel": "ignore",
        "securityMaskingValue": "",
        "shopperReadable": True,
        "shopperWriteable": False,
    }
    assert put({"x_a": {"type": "shortText", "label": "A", **attributes}}).status == 200
    assert get()["properties"]["x_a"] == CUSTOM | {"label": "A", "type": "shortText"} | attributes
    unset = {name: CUSTOM[name] for name in attributes}
    assert put({"x_a": unset}).status == 200
    assert get()["properties"]["x_a"] == CUSTOM | {"label": "A", "type": "shortText"}


# --- merging ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["en", "de", "fr_CA", "it"])
def test_sending_everything_back_changes_nothing(product: Product, put: Put, get: Get, locale: str) -> None:
    assert put({"lastName": {"readRole": "r-1", "securityMaskingValue": "*"}, "x_a": {"type": "number"}}).status == 200
    assert put({"x_a": {"label": "A", "default": 3}}, "de").status == 200
    before = {locale: get(locale) for locale in ("en", "de", "fr_CA", "it")}
    etag = put({"x_a": {}}).headers["etag"]
    product.clock.move(seconds=5)
    answer = put(before[locale]["properties"], locale, propertiesOrder=before[locale]["propertiesOrder"])
    assert answer.status == 200
    assert answer.headers["etag"] == etag
    product.clock.move(seconds=-5)
    assert {locale: get(locale) for locale in before} == before


def test_each_change_makes_a_version_and_no_change_makes_none(put: Put, product: Product, merchant: str) -> None:
    def tag() -> str:
        return product.call("GET", PATH, token=merchant).headers["etag"]

    first = tag()
    assert put({"login": {}}).headers["etag"] == first
    second = put({"login": {"searchable": True}}).headers["etag"]
    assert second not in ("", first)
    assert tag() == second
    assert put({"login": {"searchable": True}}).headers["etag"] == second


# --- labels ----------------------------------------------------------------------------------------------------------


def test_another_default_locale(make_product: Callable[..., Product], merchant: str) -> None:
    product = make_product(DEFAULT_LOCALE="de")

    def send(locale: str, label: str | None) -> None:
        body = {"properties": {"x_a": {"type": "number", "label": label}}}
        answer = product.call("PUT", PATH, body, token=merchant, headers={"X-CCAsset-Language": locale})
        assert answer.status == 200

    def label(locale: str) -> str:
        answer = product.call("GET", PATH, token=merchant, headers={"X-CCAsset-Language": locale})
        return str(answer.body["properties"]["x_a"]["label"])

    send("en", "Number")
    assert [label("de"), label("fr")] == ["Number", "Number"]
    send("de", "Zahl")
    assert [label("en"), label("de"), label("fr")] == ["Number", "Zahl", "Zahl"]


def test_an_ordinary_admin_script(product: Product, get: Get, put: Put) -> None:
    """GET in three locales, PUT changed labels back per locale, GET again: the diff is exactly what was sent."""
    locales = ("en", "de", "fr_CA")
    before = {locale: get(locale) for locale in locales}
    changes = {locale: {"email": f"E-mail {locale}", "favorite_color": f"Color {locale}"} for locale in locales}
    for locale in locales:
        properties = json.loads(json.dumps(before[locale]["properties"]))
        for name, label in changes[locale].items():
            properties[name]["label"] = label
        assert put(properties, locale).status == 200
    for locale in locales:
        after = get(locale)
        diff = {
            (name, attribute): after["properties"][name][attribute]
            for name, entry in before[locale]["properties"].items()
            for attribute in entry
            if after["properties"][name][attribute] != entry[attribute]
        }
        assert diff == {(name, "label"): label for name, label in changes[locale].items()}
        assert after["propertiesOrder"] == before[locale]["propertiesOrder"]


# --- order -----------------------------------------------------------------------------------------------------------

SAMPLE = ["favorite_color", "newsletter_topic", "credit_rating"]


def new(**orders: int | None) -> dict[str, Any]:
    return {name: {"type": "number"} | ({} if order is None else {"order": order}) for name, order in orders.items()}


def test_properties_order(put: Put, get: Get) -> None:
    wanted = ["credit_rating", "email", "unknown", "credit_rating", "login"]
    shown = put(new(x_a=2, x_b=1, x_c=None), propertiesOrder=wanted).body["propertiesOrder"]
    rest = [property_id for property_id in [*RESPONSE["propertiesOrder"], *SAMPLE] if property_id not in wanted]
    assert shown == ["credit_rating", "email", "login", *rest, "x_b", "x_a", "x_c"]
    assert get()["propertiesOrder"] == shown
    # A new property may be listed, and an empty list moves nothing.
    assert put(new(x_d=None), propertiesOrder=["x_d"]).body["propertiesOrder"] == ["x_d", *shown]
    assert put({"login": {}}, propertiesOrder=[]).body["propertiesOrder"] == ["x_d", *shown]
