"""What updateShopperType refuses in properties, and in which order (contract: shopper-types.md §1 to §4)."""

from typing import Any

import pytest

from commerce.errors import NoProperties, ShopperTypeError
from commerce.shopper_types.rules import sent_properties
from tests.support.shopper_types import StoredType, sample_type

NEW = {"type": "shortText"}


def refusal(stored: StoredType, properties: Any, **members: Any) -> ShopperTypeError:
    """The error of an update that is refused; the type is as it was then."""
    before = stored.shown()
    with pytest.raises(ShopperTypeError) as caught:
        stored.put(properties, **members)
    assert stored.shown() == before
    assert caught.value.status == 400
    return caught.value


REFUSED_PROPERTIES: list[tuple[Any, str, str | None]] = [
    # Ids (75004): pattern, reserved names, an id of its own that differs.
    ({"1a": NEW}, "75004", "1a"),
    ({"": NEW}, "75004", ""),
    ({"a b": NEW}, "75004", "a b"),
    ({"ä_a": NEW}, "75004", "ä_a"),
    ({"a-b": NEW}, "75004", "a-b"),
    ({"a\n": NEW}, "75004", "a\n"),
    ({"a" * 41: NEW}, "75004", "a" * 41),
    ({"shippingAddresses": NEW}, "75004", "shippingAddresses"),
    ({"dynamicProperties": NEW}, "75004", "dynamicProperties"),
    ({"newPassword": NEW}, "75004", "newPassword"),
    ({"dateOfBirth": NEW}, "75004", "dateOfBirth"),
    ({"x_a": NEW | {"id": "x_b"}}, "75004", "x_a"),
    ({"x_a": NEW | {"id": None}}, "75004", "x_a"),
    ({"favorite_color": {"id": "Favorite_color"}}, "75004", "favorite_color"),
    # A property that is no object.
    ({"x_a": "shortText"}, "75008", "x_a"),
    ({"x_a": None}, "75008", "x_a"),
    ({"login": []}, "75008", "login"),
    # Type.
    ({"x_a": {}}, "75005", "x_a"),
    ({"x_a": {"label": "A"}}, "75005", "x_a"),
    ({"x_a": {"uiEditorType": "date"}}, "75005", "x_a"),
    ({"x_a": {"type": "enumerated"}}, "75001", "enumerated"),
    ({"x_a": {"type": "shorttext"}}, "75001", "shorttext"),
    ({"x_a": {"type": ""}}, "75001", ""),
    ({"x_a": {"type": 7}}, "75001", "7"),
    ({"favorite_color": {"type": "enumerated"}}, "75001", "enumerated"),
    ({"favorite_color": {"type": "number"}}, "75006", "favorite_color"),
    ({"favorite_color": {"type": None}}, "75006", "favorite_color"),
    ({"favorite_color": {"uiEditorType": "richText"}}, "75006", "favorite_color"),
    ({"login": {"type": "richText"}}, "75006", "login"),
    ({"x_a": {"type": "date", "uiEditorType": "shortText"}}, "75006", "x_a"),
    # What is not editable on core properties.
    ({"login": {"required": False}}, "75009", "login.required"),
    ({"password": {"required": None}}, "75009", "password.required"),
    ({"email": {"readSecurityLevel": "deny"}}, "75009", "email.readSecurityLevel"),
    # Values.
    ({"x_a": NEW | {"label": 7}}, "75008", "x_a.label"),
    ({"x_a": NEW | {"label": "l" * 255}}, "75008", "x_a.label"),
    ({"x_a": NEW | {"required": "true"}}, "75008", "x_a.required"),
    ({"x_a": NEW | {"required": None}}, "75008", "x_a.required"),
    ({"x_a": NEW | {"internalOnly": 1}}, "75008", "x_a.internalOnly"),
    ({"x_a": NEW | {"internalOnly": None}}, "75008", "x_a.internalOnly"),
    ({"login": {"internalOnly": "no"}}, "75008", "login.internalOnly"),
    ({"x_a": NEW | {"searchable": 0}}, "75008", "x_a.searchable"),
    ({"x_a": NEW | {"textSearchable": []}}, "75008", "x_a.textSearchable"),
    ({"x_a": NEW | {"dimension": {}}}, "75008", "x_a.dimension"),
    ({"x_a": NEW | {"multiSelect": "false"}}, "75008", "x_a.multiSelect"),
    ({"x_a": NEW | {"audienceVisibility": "b2c"}}, "75008", "x_a.audienceVisibility"),
    ({"x_a": NEW | {"audienceVisibility": ""}}, "75008", "x_a.audienceVisibility"),
    ({"x_a": NEW | {"order": "2"}}, "75008", "x_a.order"),
    ({"x_a": NEW | {"order": 1.5}}, "75008", "x_a.order"),
    ({"x_a": NEW | {"order": True}}, "75008", "x_a.order"),
    ({"x_a": NEW | {"readRole": ["r"]}}, "75008", "x_a.readRole"),
    ({"x_a": NEW | {"writeRole": False}}, "75008", "x_a.writeRole"),
    ({"x_a": NEW | {"readAccessRight": "r" * 255}}, "75008", "x_a.readAccessRight"),
    ({"x_a": NEW | {"writeAccessRight": {}}}, "75008", "x_a.writeAccessRight"),
    ({"x_a": NEW | {"readSecurityLevel": "DENY"}}, "75008", "x_a.readSecurityLevel"),
    ({"x_a": NEW | {"readSecurityLevel": ""}}, "75008", "x_a.readSecurityLevel"),
    ({"email": {"writeSecurityLevel": "allow"}}, "75008", "email.writeSecurityLevel"),
    ({"x_a": NEW | {"securityMaskingValue": 0}}, "75008", "x_a.securityMaskingValue"),
    ({"x_a": NEW | {"securityMaskingValue": "m" * 255}}, "75008", "x_a.securityMaskingValue"),
    ({"x_a": NEW | {"shopperReadable": "true"}}, "75008", "x_a.shopperReadable"),
    ({"x_a": NEW | {"shopperWriteable": 1}}, "75008", "x_a.shopperWriteable"),
    # Defaults by type and length.
    ({"x_a": NEW | {"default": 7}}, "75008", "x_a.default"),
    ({"x_a": NEW | {"default": "d" * 255}}, "75008", "x_a.default"),
    ({"x_a": {"type": "richText", "default": True}}, "75008", "x_a.default"),
    ({"x_a": {"type": "number", "default": "7"}}, "75008", "x_a.default"),
    ({"x_a": {"type": "number", "default": True}}, "75008", "x_a.default"),
    ({"x_a": {"type": "checkbox", "default": 0}}, "75008", "x_a.default"),
    ({"x_a": {"type": "date", "default": "null"}}, "75008", "x_a.default"),
    ({"x_a": {"type": "date", "default": ""}}, "75008", "x_a.default"),
    ({"x_a": {"type": "date", "default": 20260314}}, "75008", "x_a.default"),
    ({"locale": {"default": "l" * 33}}, "75008", "locale.default"),
    # A required property needs a default, after the merge.
    ({"x_a": NEW | {"required": True}}, "75007", "x_a"),
    ({"favorite_color": {"required": True}}, "75007", "favorite_color"),
    ({"x_a": NEW | {"required": True, "default": None}}, "75007", "x_a"),
]


@pytest.mark.parametrize(("properties", "code", "more_info"), REFUSED_PROPERTIES)
def test_a_property_is_refused(properties: Any, code: str, more_info: str | None) -> None:
    # Wherever it stands: what is fine before it counts for nothing.
    for sent in (properties, {"newsletter_topic": {"default": "sport"}} | properties):
        error = refusal(sample_type(), sent)
        assert (error.code, error.more_info) == (code, more_info)
        assert error.values == ({} if more_info is None else {"value" if code == "75001" else "property": more_info})
        assert error.path == (f"properties.{more_info}" if code in ("75008", "75009") else None)


@pytest.mark.parametrize("properties", [None, {}, [], [{"id": "x_a"}], "x_a", 7, False])
def test_nothing_to_update(properties: Any) -> None:
    assert refusal(sample_type(), properties).code == "75002"


@pytest.mark.parametrize("body", [None, {}, {"propertiesOrder": ["login"]}])
def test_a_body_without_properties(body: Any) -> None:
    with pytest.raises(NoProperties):
        sent_properties(body)


@pytest.mark.parametrize("order", [None, "login", {"0": "login"}, [7], ["login", None], [["login"]]])
def test_properties_order_is_an_array_of_strings(order: Any) -> None:
    error = refusal(sample_type(), {"x_a": NEW}, propertiesOrder=order)
    assert (error.code, error.more_info, error.path) == ("75008", "propertiesOrder", "propertiesOrder")


def test_underscores_in_new_ids_where_they_are_required() -> None:
    stored = sample_type()
    error = refusal(stored, {"xa": NEW}, underscore_required=True)
    assert (error.code, error.more_info, error.values) == ("75003", "xa", {"property": "xa"})
    assert "xa" in stored.put({"xa": NEW}).type.properties
    assert "x_a" in stored.put({"x_a": NEW, "login": {}}, underscore_required=True).type.properties


BAD = {"type": "enumerated", "uiEditorType": "x", "required": None, "label": 7}

# Each step mends the first failure; the next one comes to light.
STEPS: list[tuple[dict[str, Any], str, str]] = [
    ({"propertiesOrder": 7, "properties": {"1a": BAD}}, "75008", "propertiesOrder"),
    ({"properties": {"1a": 7, "1b": BAD}}, "75004", "1a"),
    ({"properties": {"x_a": 7}}, "75008", "x_a"),
    ({"properties": {"x_a": BAD | {"type": None}}}, "75005", "x_a"),
    ({"properties": {"login": BAD}}, "75001", "enumerated"),
    ({"properties": {"login": BAD | {"type": "shortText"}}}, "75006", "login"),
    ({"properties": {"login": {"label": 7, "required": None}}}, "75009", "login.required"),
    ({"properties": {"x_b": {"required": True, "label": 7}}}, "75008", "x_b.label"),
    ({"properties": {"x_b": {"required": True}, "1a": NEW}}, "75007", "x_b"),
    ({"properties": {"x_b": {}, "1a": NEW}}, "75004", "1a"),
]


@pytest.mark.parametrize(("body", "code", "more_info"), STEPS)
def test_the_documented_order_of_the_checks(body: dict[str, Any], code: str, more_info: str) -> None:
    properties, members = body["properties"], {name: body[name] for name in body if name != "properties"}
    error = refusal(sample_type().put({"x_b": NEW}), properties, **members)
    assert (error.code, error.more_info) == (code, more_info)


def test_an_underscore_is_missed_before_a_type() -> None:
    error = refusal(sample_type(), {"xa": {}}, underscore_required=True)
    assert (error.code, error.more_info) == ("75003", "xa")


def test_errors_name_the_property_and_the_place() -> None:
    error = refusal(sample_type(), {"x_a": NEW | {"label": 7}})
    assert (error.values["property"], error.path) == ("x_a.label", "properties.x_a.label")


TYPES = "one of shortText, richText, number, date, checkbox"
TEXT = "text of at most 254 characters, or null"
AN_ID = "1 to 40 letters, digits and underscores of ASCII, the first one no digit"


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        ([], 'properties must be an object, ids by attributes: {"x_color":{"label":"Color"}}.'),
        ({"x_a": 7}, "properties.x_a must be an object, not a number."),
        (
            {"1a": NEW},
            f"The id of a new property must be {AN_ID}.",
        ),
        ({"newPassword": NEW}, "The id of a new property must not be that of a member of profiles."),
        ({"x_a": NEW | {"id": "x_b"}}, "properties.x_a.id must be the name it stands under, or be left out."),
        ({"x_a": {}}, f"properties.x_a.type must be {TYPES}."),
        ({"x_a": {"type": "enumerated"}}, f"properties.x_a.type must be {TYPES}."),
        ({"favorite_color": {"type": "enumerated"}}, f"properties.favorite_color.type must be {TYPES}."),
        (
            {"favorite_color": {"type": "number"}},
            "properties.favorite_color.type must be what the property was made with, and the same as uiEditorType.",
        ),
        (
            {"x_a": NEW | {"required": True}},
            "properties.x_a.default must have a value, not null, while required is true.",
        ),
        ({"login": {"required": False}}, "properties.login.required must be true, or be left out."),
        (
            {"email": {"readSecurityLevel": "deny"}},
            "properties.email.readSecurityLevel must be ignore, null or left out.",
        ),
        ({"x_a": NEW | {"required": 7}}, "properties.x_a.required must be true or false."),
        ({"x_a": NEW | {"multiSelect": 7}}, "properties.x_a.multiSelect must be true, false or null."),
        (
            {"x_a": NEW | {"audienceVisibility": "x"}},
            "properties.x_a.audienceVisibility must be one of null, all, b2b.",
        ),
        (
            {"x_a": NEW | {"writeSecurityLevel": "x"}},
            "properties.x_a.writeSecurityLevel must be one of null, ignore, deny.",
        ),
        ({"x_a": NEW | {"label": 7}}, f"properties.x_a.label must be {TEXT}."),
        ({"x_a": NEW | {"readRole": []}}, f"properties.x_a.readRole must be {TEXT}."),
        ({"x_a": NEW | {"order": "2"}}, "properties.x_a.order must be a whole number."),
        ({"x_a": NEW | {"default": 7}}, "properties.x_a.default must be text, not a number."),
    ],
)
def test_what_would_be_right(properties: Any, told: str) -> None:
    assert refusal(sample_type(), properties).dev_message == told


def test_what_a_body_must_be() -> None:
    told = refusal(sample_type(), {"x_a": NEW}, propertiesOrder=7).dev_message
    assert told == "propertiesOrder must be a list of ids of properties."
    for body, what in ((7, "a number"), (None, "null")):
        with pytest.raises(NoProperties) as caught:
            sent_properties(body)
        assert caught.value.dev_message == f"The body must be a JSON object: {what} was sent."
