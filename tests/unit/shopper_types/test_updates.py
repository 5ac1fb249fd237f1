"""What an update makes of the shopper type: attributes, labels, order (contract: shopper-types.md §2 to §6)."""

import json
from datetime import timedelta
from typing import Any

import pytest

from commerce.errors import RequiredWithoutDefault, ShopperTypeTooLarge
from local.workspace import ROOT
from tests.support.shopper_types import CUSTOM, NOW, SECURITY, StoredType, sample_type

EXAMPLES = ROOT / "docs" / "contract" / "examples"
RESPONSE = json.loads((EXAMPLES / "update-shopper-type.response.json").read_text(encoding="utf-8"))
SAMPLE = ["favorite_color", "newsletter_topic", "credit_rating"]

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


# --- what is shown


def test_the_core_properties_are_those_of_the_documented_answer() -> None:
    body = sample_type().shown()
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


def test_every_property_has_its_attributes_and_no_id() -> None:
    for name, shown in sample_type().shown()["properties"].items():
        expected = ATTRIBUTES if name in RESPONSE["properties"] else ATTRIBUTES | SECURITY.keys()
        assert set(shown) == expected


def test_two_dates_are_the_moment_of_the_answer() -> None:
    stored, later = sample_type(), NOW + timedelta(seconds=5)
    for name in ("registrationDate", "lastPasswordUpdate"):
        assert stored.shown(now=later)["properties"][name]["default"] == "2026-03-14T09:26:58.589Z"
        after = stored.put({name: {"default": "2000-01-01"}})
        assert after.shown(now=later)["properties"][name]["default"] == "2026-03-14T09:26:58.589Z"
    assert stored.unchanged_by({"registrationDate": stored.shown()["properties"]["registrationDate"]})


def test_security_attributes_show_on_a_core_property_once_one_is_set() -> None:
    stored = sample_type().put({"lastName": {"writeRole": "r-1"}})
    shown = stored.shown()["properties"]
    assert shown["lastName"] | SECURITY == shown["lastName"] | {"writeRole": None}
    assert shown["lastName"]["writeRole"] == "r-1"
    assert "writeRole" not in shown["firstName"]
    assert "writeRole" not in stored.put({"lastName": {"writeRole": ""}}).shown()["properties"]["lastName"]


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
def test_types(kind: str, length: int | None, sent: Any, shown: Any) -> None:
    stored = sample_type().put({"x_a": {"type": kind, "default": sent, "required": True}})
    entry = stored.shown()["properties"]["x_a"]
    assert (entry["type"], entry["uiEditorType"], entry["length"]) == (kind, kind, length)
    assert entry["default"] == (sent if shown is None else shown)
    assert entry["required"] is True


def test_a_text_of_no_length_limit() -> None:
    stored = sample_type().put({"currentLocation": {"default": "l" * 3000}})
    assert stored.shown()["properties"]["currentLocation"]["default"] == "l" * 3000


def test_every_settable_attribute_is_kept() -> None:
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
    stored = sample_type().put({"x_a": {"type": "shortText", "label": "A", **attributes}})
    assert stored.shown()["properties"]["x_a"] == CUSTOM | {"label": "A", "type": "shortText"} | attributes
    stored = stored.put({"x_a": {name: CUSTOM[name] for name in attributes}})
    assert stored.shown()["properties"]["x_a"] == CUSTOM | {"label": "A", "type": "shortText"}


def test_a_role_may_be_a_number_and_an_empty_one_is_none() -> None:
    stored = sample_type().put({"x_a": {"type": "shortText", "readRole": 7, "writeAccessRight": ""}})
    entry = stored.shown()["properties"]["x_a"]
    assert (entry["readRole"], entry["writeAccessRight"]) == ("7", None)


def test_what_is_not_settable_is_ignored() -> None:
    sent = {
        "length": 3,
        "writable": False,
        "editableAttributes": [],
        "localizable": True,
        "custom": 1,
        "links": 7,
        "whatever": {},
    }
    stored = sample_type().put({"x_a": {"type": "shortText", "id": "x_a", **sent}})
    assert stored.shown()["properties"]["x_a"] == CUSTOM | {"label": "x_a", "type": "shortText"}
    assert stored.unchanged_by({"x_a": sent | {"order": "first"}})


def test_login_stays_required() -> None:
    shown = sample_type().put({"login": {"required": True}, "email": {"required": True}}).shown()["properties"]
    assert (shown["login"]["required"], shown["email"]["required"]) == (True, True)


def test_ids_are_case_sensitive_may_be_forty_long_and_begin_with_an_underscore() -> None:
    ids = {"X_a", "x_A", "x" * 40, "a", "Login", "_", "_a", "_" + "1" * 39}
    assert (
        set(sample_type().put({property_id: {"type": "checkbox"} for property_id in ids}).shown()["properties"]) >= ids
    )


# --- merging


def test_one_attribute_of_a_known_property() -> None:
    before = sample_type().shown()
    after = sample_type().put({"favorite_color": {"label": "Colour"}}).shown()
    assert after["properties"].pop("favorite_color") == before["properties"].pop("favorite_color") | {"label": "Colour"}
    assert after["properties"] == before["properties"]
    assert after["propertiesOrder"] == before["propertiesOrder"]


@pytest.mark.parametrize("locale", ["en", "de", "fr_CA", "it"])
def test_sending_everything_back_changes_nothing(locale: str) -> None:
    stored = (
        sample_type()
        .put(
            {
                "lastName": {"readRole": "r-1", "securityMaskingValue": "*"},
                "x_a": {"type": "number"},
            }
        )
        .put({"x_a": {"label": "A", "default": 3}}, "de")
    )
    shown = stored.shown(locale, NOW + timedelta(seconds=5))
    assert stored.unchanged_by(shown["properties"], locale, propertiesOrder=shown["propertiesOrder"])


def test_a_required_property_keeps_a_default() -> None:
    stored = sample_type().put({"x_a": {"type": "shortText", "required": True, "default": "d"}})
    with pytest.raises(RequiredWithoutDefault) as caught:
        stored.put({"x_a": {"default": None}})
    assert (caught.value.code, caught.value.more_info) == ("75007", "x_a")
    assert stored.put({"x_a": {"default": None, "required": False}}).shown()["properties"]["x_a"]["default"] is None


# --- labels


def test_a_label_belongs_to_the_locale_of_the_request() -> None:
    stored = sample_type().put({"firstName": {"label": "Vorname"}}, "de")
    stored = stored.put({"firstName": {"label": "Prénom"}}, "fr_CA")
    assert stored.labels_of("firstName", "en", "de", "fr_CA", "fr", "it") == [
        "First name",
        "Vorname",
        "Prénom",
        "First name",
        "First name",
    ]


def test_a_label_of_the_language_alone_shows_in_its_regions() -> None:
    stored = sample_type().put({"firstName": {"label": "Prénom"}}, "fr")
    assert stored.labels_of("firstName", "en", "fr", "fr_CA") == ["First name", "Prénom", "Prénom"]
    assert stored.unchanged_by({"firstName": {"label": "Prénom"}}, "fr_CA")
    stored = stored.put({"firstName": {"label": "Petit nom"}}, "fr_CA")
    assert stored.labels_of("firstName", "en", "fr", "fr_CA") == ["First name", "Prénom", "Petit nom"]
    stored = stored.put({"firstName": {"label": None}}, "fr_CA").put({"firstName": {"label": None}}, "fr")
    assert stored.labels_of("firstName", "en", "fr", "fr_CA") == ["First name", "First name", "First name"]


def test_without_a_label_the_id_shows() -> None:
    assert sample_type().put({"x_a": {"type": "number"}}).labels_of("x_a", "en", "de") == ["x_a", "x_a"]


def test_a_label_first_given_elsewhere_serves_the_default_locale() -> None:
    stored = sample_type().put({"x_a": {"type": "number", "label": "Zahl"}}, "de")
    assert stored.labels_of("x_a", "en", "de", "it") == ["Zahl", "Zahl", "Zahl"]
    stored = stored.put({"x_a": {"label": "Nombre"}}, "fr")
    assert stored.labels_of("x_a", "en", "de", "fr", "it") == ["Zahl", "Zahl", "Nombre", "Zahl"]
    stored = stored.put({"x_a": {"label": "Number"}}, "en")
    assert stored.labels_of("x_a", "en", "de", "fr", "it") == ["Number", "Zahl", "Nombre", "Number"]
    stored = stored.put({"x_a": {"label": "Ziffer"}}, "de")
    assert stored.labels_of("x_a", "en", "de", "fr", "it") == ["Number", "Ziffer", "Nombre", "Number"]


def test_a_label_that_serves_goes_on_doing_so_when_it_changes() -> None:
    stored = sample_type().put({"x_a": {"type": "number", "label": "Zahl"}}, "de")
    stored = stored.put({"x_a": {"label": "Ziffer"}}, "de")
    assert stored.labels_of("x_a", "en", "de") == ["Ziffer", "Ziffer"]
    stored = stored.put({"x_a": {"label": None}}, "en")  # the default locale has none of its own to lose
    assert stored.labels_of("x_a", "en", "de") == ["Ziffer", "Ziffer"]
    assert stored.put({"x_a": {"label": ""}}, "de").labels_of("x_a", "en", "de") == ["x_a", "x_a"]


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_label_is_taken_away(nothing: Any) -> None:
    stored = sample_type().put({"firstName": {"label": "Given name"}}, "en")
    stored = stored.put({"firstName": {"label": "Vorname"}}, "de")
    stored = stored.put({"firstName": {"label": nothing}}, "de")
    assert stored.labels_of("firstName", "en", "de") == ["Given name", "Given name"]
    stored = stored.put({"firstName": {"label": nothing}}, "en")
    assert stored.labels_of("firstName", "en", "de") == ["First name", "First name"]


def test_a_label_that_shows_already_is_not_stored() -> None:
    stored = sample_type().put({"firstName": {"label": "Given name"}}, "en")
    assert stored.unchanged_by({"firstName": {"label": "Given name"}}, "de")
    stored = stored.put({"firstName": {"label": "Given name"}}, "de").put({"firstName": {"label": "First"}}, "en")
    assert stored.labels_of("firstName", "de") == ["First"]


def test_another_default_locale() -> None:
    stored = StoredType("de").put({"x_a": {"type": "number", "label": "Number"}}, "en")
    assert stored.labels_of("x_a", "de", "fr") == ["Number", "Number"]
    stored = stored.put({"x_a": {"type": "number", "label": "Zahl"}}, "de")
    assert stored.labels_of("x_a", "en", "de", "fr") == ["Number", "Zahl", "Zahl"]


# --- order


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
def test_place_of_a_new_property(orders: dict[str, int | None], start: list[str], end: list[str]) -> None:
    shown = sample_type().put(new(**orders)).shown()["propertiesOrder"]
    assert shown[: len(start)] == start
    assert shown[-len(end) :] == end
    assert sorted(shown) == sorted([*RESPONSE["propertiesOrder"], *SAMPLE, *orders])


def test_properties_order() -> None:
    wanted = ["credit_rating", "email", "unknown", "credit_rating", "login"]
    stored = sample_type().put(new(x_a=2, x_b=1, x_c=None), propertiesOrder=wanted)
    shown = stored.shown()["propertiesOrder"]
    rest = [property_id for property_id in [*RESPONSE["propertiesOrder"], *SAMPLE] if property_id not in wanted]
    assert shown == ["credit_rating", "email", "login", *rest, "x_b", "x_a", "x_c"]
    # A new property may be listed, and an empty list moves nothing.
    stored = stored.put(new(x_d=None), propertiesOrder=["x_d"])
    assert stored.shown()["propertiesOrder"] == ["x_d", *shown]
    assert stored.unchanged_by({"login": {}}, propertiesOrder=[])


def test_the_properties_stand_in_display_order() -> None:
    body = sample_type().put(new(x_a=1), propertiesOrder=["email"]).shown()
    assert list(body["properties"]) == body["propertiesOrder"]


# --- how much, and what counts as a change


def test_five_hundred_custom_properties_and_no_more() -> None:
    half = {f"x_{number}": {"type": "checkbox"} for number in range(250)}
    full = StoredType().put(half).put({f"y_{number}": declared for number, declared in enumerate(half.values())})
    assert len(full.type.custom) == 500
    for properties in ({"z_a": {"type": "checkbox"}}, {f"z_{number}": {"type": "checkbox"} for number in range(2)}):
        with pytest.raises(ShopperTypeTooLarge) as caught:
            full.put(properties)
        assert caught.value.dev_message.endswith(" must have at most 500 custom properties.")
    assert full.put({"x_0": {"label": "Known"}}).labels_of("x_0", "en") == ["Known"]


def test_the_longest_texts() -> None:
    longest = "l" * 254
    shown = StoredType().put({"x_a": {"type": "shortText", "label": longest, "securityMaskingValue": longest}}).shown()
    assert shown["properties"]["x_a"]["label"] == shown["properties"]["x_a"]["securityMaskingValue"] == longest


def test_what_counts_as_a_change() -> None:
    stored = StoredType().put({"x_a": {"type": "shortText", "label": "A"}})
    assert stored.unchanged_by({"x_a": {"label": "A", "required": False}})
    assert not stored.unchanged_by({"x_a": {"default": "new"}})
    assert not stored.unchanged_by({"x_a": {"label": "B"}})
    assert not stored.unchanged_by({"x_a": {"label": "B"}}, "de")
