"""What updateShopperType answers and stores (contract: shopper-types.md §2 to §6)."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from commerce.profiles.model import ProfileChanges
from commerce.shopper_types.rules import RESERVED_IDS
from tests.contract.shopper_types.conftest import PATH, Put
from tests.support.deployment import Product

EXAMPLES = Path(__file__).parents[3] / "docs" / "contract" / "examples"
REQUEST = json.loads((EXAMPLES / "update-shopper-type.request.json").read_text(encoding="utf-8"))
RESPONSE = json.loads((EXAMPLES / "update-shopper-type.response.json").read_text(encoding="utf-8"))

Get = Callable[..., Mapping[str, Any]]

ATTRIBUTES = {
    "label",
    "type",
    "uiEditorType",
    "default",
    "required",
    "length",
    "localizable",
    "writable",
    "internalOnly",
    "searchable",
    "textSearchable",
    "dimension",
    "multiSelect",
    "audienceVisibility",
    "editableAttributes",
}
SECURITY = {
    "readRole": None,
    "writeRole": None,
    "readAccessRight": None,
    "writeAccessRight": None,
    "readSecurityLevel": None,
    "writeSecurityLevel": None,
    "securityMaskingValue": None,
    "shopperReadable": None,
    "shopperWriteable": None,
}
CUSTOM = {
    "uiEditorType": "shortText",
    "default": None,
    "required": False,
    "length": 254,
    "localizable": False,
    "writable": True,
    "internalOnly": False,
    "searchable": False,
    "textSearchable": False,
    "dimension": False,
    "multiSelect": None,
    "audienceVisibility": None,
    "editableAttributes": [
        "textSearchable",
        "multiSelect",
        "dimension",
        "internalOnly",
        "default",
        "label",
        "required",
        "audienceVisibility",
        "searchable",
    ],
    **SECURITY,
}


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


def test_the_core_properties_are_those_of_the_documented_answer(get: Get) -> None:
    body = get()
    assert {name: body[name] for name in ("id", "repositoryId", "displayName")} == {
        "id": "user",
        "repositoryId": "user",
        "displayName": "User",
    }
    assert body["propertiesOrder"][:31] == RESPONSE["propertiesOrder"]
    for name, documented in RESPONSE["properties"].items():
        shown = body["properties"][name]
        expected = documented | {
            "writable": True,
            "uiEditorType": documented["type"],
            "audienceVisibility": None,
        }
        if name in ("registrationDate", "lastPasswordUpdate"):
            expected["default"] = "2026-03-14T09:26:53.589Z"
        assert shown == expected, name


def test_every_property_has_its_attributes_and_no_id(get: Get) -> None:
    for name, shown in get()["properties"].items():
        expected = ATTRIBUTES if name in RESPONSE["properties"] else ATTRIBUTES | SECURITY.keys()
        assert set(shown) == expected


def test_two_dates_are_the_moment_of_the_answer(product: Product, put: Put, get: Get) -> None:
    before = get()
    product.clock.move(seconds=5)
    for name in ("registrationDate", "lastPasswordUpdate"):
        assert get()["properties"][name]["default"] == "2026-03-14T09:26:58.589Z"
        sent = put({name: {"default": "2000-01-01"}})
        assert sent.body["properties"][name]["default"] == "2026-03-14T09:26:58.589Z"
    assert put({"registrationDate": before["properties"]["registrationDate"]}).status == 200


def test_security_attributes_show_on_a_core_property_once_one_is_set(put: Put) -> None:
    shown = put({"lastName": {"writeRole": "r-1"}}).body["properties"]
    assert shown["lastName"] | SECURITY == shown["lastName"] | {"writeRole": None}
    assert shown["lastName"]["writeRole"] == "r-1"
    assert "writeRole" not in shown["firstName"]
    assert "writeRole" not in put({"lastName": {"writeRole": ""}}).body["properties"]["lastName"]


@pytest.mark.parametrize(
    ("kind", "length", "sent", "shown"),
    [
        ("shortText", 254, "d" * 254, "d" * 254),
        ("shortText", 254, "\N{GRINNING FACE}" * 254, "\N{GRINNING FACE}" * 254),
        ("richText", None, "d" * 5000, "d" * 5000),
        ("richText", None, "", ""),
        ("number", 22, 7.25, None),
        ("number", 22, -3, -3),
        ("date", 26, "2026-03-14", "2026-03-14T00:00:00.000Z"),
        ("date", 26, "2026-03-14T10:00+02:00", "2026-03-14T08:00:00.000Z"),
        ("checkbox", 1, False, False),
    ],
)
def test_types(put: Put, kind: str, length: int | None, sent: Any, shown: Any) -> None:
    entry = put({"x_a": {"type": kind, "default": sent, "required": True}}).body["properties"]["x_a"]
    assert (entry["type"], entry["uiEditorType"], entry["length"]) == (kind, kind, length)
    assert entry["default"] == (sent if shown is None else shown)
    assert entry["required"] is True


def test_a_default_keeps_all_its_digits(product: Product, merchant: str, put: Put) -> None:
    text = '{"properties":{"x_a":{"type":"number","default":12345678901234567890.123456789}}}'
    answer = product.call("PUT", PATH, text, token=merchant, headers={"X-CCAsset-Language": "en"})
    assert '"default":12345678901234567890.123456789,' in answer.text


def test_a_text_of_no_length_limit(put: Put) -> None:
    assert put({"currentLocation": {"default": "l" * 3000}}).status == 200


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


def test_a_role_may_be_a_number_and_an_empty_one_is_none(put: Put) -> None:
    entry = put({"x_a": {"type": "shortText", "readRole": 7, "writeAccessRight": ""}}).body["properties"]["x_a"]
    assert (entry["readRole"], entry["writeAccessRight"]) == ("7", None)


def test_what_is_not_settable_is_ignored(put: Put, get: Get) -> None:
    sent = {
        "length": 3,
        "writable": False,
        "editableAttributes": [],
        "localizable": True,
        "custom": 1,
        "links": 7,
        "whatever": {},
    }
    assert put({"x_a": {"type": "shortText", "id": "x_a", **sent}}).status == 200
    assert get()["properties"]["x_a"] == CUSTOM | {"label": "x_a", "type": "shortText"}
    etag = put({"x_a": sent | {"order": "first"}}).headers["etag"]
    assert etag == put({"x_a": {}}).headers["etag"]


def test_login_stays_required(put: Put) -> None:
    assert put({"login": {"required": True}, "email": {"required": True}}).status == 200


def test_ids_are_case_sensitive_and_may_be_forty_long(put: Put) -> None:
    ids = {"X_a", "x_A", "x" * 40, "a", "Login"}
    assert set(put({each: {"type": "checkbox"} for each in ids}).body["properties"]) >= ids


def test_no_custom_property_can_hide_a_member_of_a_profile(product: Product, token: str) -> None:
    shown = product.call("GET", "/ccstore/v1/profiles/current", token=token).body
    assert set(shown) | set(ProfileChanges.__annotations__) == RESERVED_IDS


# --- merging ---------------------------------------------------------------------------------------------------------


def test_one_attribute_of_a_known_property(put: Put, get: Get) -> None:
    before = get()
    after = put({"favorite_color": {"label": "Colour"}}).body
    assert after["properties"].pop("favorite_color") == before["properties"].pop("favorite_color") | {"label": "Colour"}
    assert after["properties"] == before["properties"]
    assert after["propertiesOrder"] == before["propertiesOrder"]


@pytest.mark.parametrize("locale", ["en", "de", "fr_CA", "it"])
def test_sending_everything_back_changes_nothing(product: Product, put: Put, get: Get, locale: str) -> None:
    assert put({"lastName": {"readRole": "r-1", "securityMaskingValue": "*"}, "x_a": {"type": "number"}}).status == 200
    assert put({"x_a": {"label": "A", "default": 3}}, "de").status == 200
    before = {each: get(each) for each in ("en", "de", "fr_CA", "it")}
    etag = put({"x_a": {}}).headers["etag"]
    product.clock.move(seconds=5)
    answer = put(before[locale]["properties"], locale, propertiesOrder=before[locale]["propertiesOrder"])
    assert answer.status == 200
    assert answer.headers["etag"] == etag
    product.clock.move(seconds=-5)
    assert {each: get(each) for each in before} == before


def test_each_change_makes_a_version_and_no_change_makes_none(put: Put, product: Product, merchant: str) -> None:
    def tag() -> str:
        return product.call("GET", PATH, token=merchant).headers["etag"]

    first = tag()
    assert put({"login": {}}).headers["etag"] == first
    second = put({"login": {"searchable": True}}).headers["etag"]
    assert second not in ("", first)
    assert tag() == second
    assert put({"login": {"searchable": True}}).headers["etag"] == second


def test_a_required_property_keeps_a_default(put: Put) -> None:
    assert put({"x_a": {"type": "shortText", "required": True, "default": "d"}}).status == 200
    answer = put({"x_a": {"default": None}})
    assert (answer.code, answer.body["moreInfo"]) == ("75007", "x_a")
    assert put({"x_a": {"default": None, "required": False}}).status == 200


# --- labels ----------------------------------------------------------------------------------------------------------


def labels(get: Get, property_id: str, *locales: str) -> list[str]:
    return [get(each)["properties"][property_id]["label"] for each in locales]


def test_a_label_belongs_to_the_locale_of_the_request(put: Put, get: Get) -> None:
    assert put({"firstName": {"label": "Vorname"}}, "de").body["properties"]["firstName"]["label"] == "Vorname"
    assert put({"firstName": {"label": "Prénom"}}, "fr-CA").status == 200
    assert labels(get, "firstName", "en", "de", "fr_CA", "fr", "it") == [
        "First name",
        "Vorname",
        "Prénom",
        "First name",
        "First name",
    ]


def test_without_a_label_the_id_shows(put: Put, get: Get) -> None:
    assert put({"x_a": {"type": "number"}}).body["properties"]["x_a"]["label"] == "x_a"
    assert labels(get, "x_a", "de") == ["x_a"]


def test_a_label_first_given_elsewhere_serves_the_default_locale(put: Put, get: Get) -> None:
    assert put({"x_a": {"type": "number", "label": "Zahl"}}, "de").status == 200
    assert labels(get, "x_a", "en", "de", "it") == ["Zahl", "Zahl", "Zahl"]
    assert put({"x_a": {"label": "Nombre"}}, "fr").status == 200
    assert labels(get, "x_a", "en", "de", "fr", "it") == ["Zahl", "Zahl", "Nombre", "Zahl"]
    assert put({"x_a": {"label": "Number"}}, "en").status == 200
    assert labels(get, "x_a", "en", "de", "fr", "it") == ["Number", "Zahl", "Nombre", "Number"]
    assert put({"x_a": {"label": "Ziffer"}}, "de").status == 200
    assert labels(get, "x_a", "en", "de", "fr", "it") == ["Number", "Ziffer", "Nombre", "Number"]


def test_a_label_that_serves_goes_on_doing_so_when_it_changes(put: Put, get: Get) -> None:
    put({"x_a": {"type": "number", "label": "Zahl"}}, "de")
    put({"x_a": {"label": "Ziffer"}}, "de")
    assert labels(get, "x_a", "en", "de") == ["Ziffer", "Ziffer"]
    put({"x_a": {"label": None}}, "en")  # the default locale has none of its own to lose
    assert labels(get, "x_a", "en", "de") == ["Ziffer", "Ziffer"]
    put({"x_a": {"label": ""}}, "de")
    assert labels(get, "x_a", "en", "de") == ["x_a", "x_a"]


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_label_is_taken_away(put: Put, get: Get, nothing: Any) -> None:
    put({"firstName": {"label": "Given name"}}, "en")
    put({"firstName": {"label": "Vorname"}}, "de")
    put({"firstName": {"label": nothing}}, "de")
    assert labels(get, "firstName", "en", "de") == ["Given name", "Given name"]
    put({"firstName": {"label": nothing}}, "en")
    assert labels(get, "firstName", "en", "de") == ["First name", "First name"]


def test_a_label_that_shows_already_is_not_stored(put: Put, get: Get) -> None:
    etag = put({"firstName": {"label": "Given name"}}, "en").headers["etag"]
    assert put({"firstName": {"label": "Given name"}}, "de").headers["etag"] == etag
    put({"firstName": {"label": "First"}}, "en")
    assert labels(get, "firstName", "de") == ["First"]


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
    before = {each: get(each) for each in locales}
    changes = {each: {"email": f"E-mail {each}", "favorite_color": f"Color {each}"} for each in locales}
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


@pytest.mark.parametrize(
    ("orders", "start", "end"),
    [
        ({"x_a": None}, ["login"], [*SAMPLE, "x_a"]),
        ({"x_a": 1}, ["x_a", "login"], SAMPLE),
        ({"x_a": 2}, ["login", "x_a", "password"], SAMPLE),
        ({"x_a": 34}, ["login"], [*SAMPLE[:2], "x_a", SAMPLE[2]]),
        ({"x_a": 35}, ["login"], [*SAMPLE, "x_a"]),
        ({"x_a": 10**30}, ["login"], [*SAMPLE, "x_a"]),
        ({"x_a": 0}, ["x_a", "login"], SAMPLE),
        ({"x_a": -5}, ["x_a", "login"], SAMPLE),
        ({"x_a": 2, "x_b": 1}, ["x_b", "x_a", "login"], SAMPLE),
        ({"x_a": 1, "x_b": 1, "x_c": 2}, ["x_a", "x_b", "x_c", "login"], SAMPLE),
        ({"x_a": None, "x_b": 1, "x_c": None}, ["x_b", "login"], [*SAMPLE, "x_a", "x_c"]),
    ],
)
def test_place_of_a_new_property(put: Put, orders: dict[str, int | None], start: list[str], end: list[str]) -> None:
    shown = put(new(**orders)).body["propertiesOrder"]
    assert shown[: len(start)] == start
    assert shown[-len(end) :] == end
    assert sorted(shown) == sorted([*RESPONSE["propertiesOrder"], *SAMPLE, *orders])


def test_properties_order(put: Put, get: Get) -> None:
    wanted = ["credit_rating", "email", "unknown", "credit_rating", "login"]
    shown = put(new(x_a=2, x_b=1, x_c=None), propertiesOrder=wanted).body["propertiesOrder"]
    rest = [each for each in [*RESPONSE["propertiesOrder"], *SAMPLE] if each not in wanted]
    assert shown == ["credit_rating", "email", "login", *rest, "x_b", "x_a", "x_c"]
    assert get()["propertiesOrder"] == shown
    # A new property may be listed, and an empty list moves nothing.
    assert put(new(x_d=None), propertiesOrder=["x_d"]).body["propertiesOrder"] == ["x_d", *shown]
    assert put({"login": {}}, propertiesOrder=[]).body["propertiesOrder"] == ["x_d", *shown]


def test_the_properties_stand_in_display_order(put: Put) -> None:
    body = put(new(x_a=1), propertiesOrder=["email"]).body
    assert list(body["properties"]) == body["propertiesOrder"]
