"""Every refusal of updateShopperType, and the order of the checks (contract: shopper-types.md §1 to §3)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from commerce.call import Api
from commerce.identity.tokens import ISSUERS
from tests.contract.shopper_types.conftest import PATH, Put
from tests.support.deployment import Answer, Product, gateway_event

NEW = {"type": "shortText"}


def assert_refused(answer: Answer, status: int, code: str, more_info: str | None = None) -> None:
    assert (answer.status, answer.code, answer.body.get("moreInfo")) == (status, code, more_info), answer.text
    assert answer.body["status"] == str(status)
    assert "errors" not in answer.body
    assert "links" not in answer.body


# --- one refusal each ------------------------------------------------------------------------------------------------

REFUSED_PROPERTIES: list[tuple[Any, str, str | None]] = [
    # Ids (75004): pattern, reserved names, an id of its own that differs.
    ({"1a": NEW}, "75004", "1a"),
    ({"": NEW}, "75004", ""),
    ({"a b": NEW}, "75004", "a b"),
    ({"_a": NEW}, "75004", "_a"),
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
def test_a_property_is_refused(
    put: Put, get: Callable[..., Any], properties: Any, code: str, more_info: str | None
) -> None:
    before = get()
    # All or nothing: what stands before the refused property is not stored either.
    assert_refused(put({"newsletter_topic": {"default": "sport"}} | properties), 400, code, more_info)
    assert get() == before


@pytest.mark.parametrize("properties", [None, {}, [], [{"id": "x_a"}], "x_a", 7, False])
def test_nothing_to_update(put: Put, properties: Any) -> None:
    assert_refused(put(properties), 400, "75002")


@pytest.mark.parametrize(
    "body", [None, "", " ", "{", "null", "[]", "7", "{}", '{"propertiesOrder":["login"]}', "NaN", b"\xff"]
)
def test_unusable_bodies(product: Product, merchant: str, body: Any) -> None:
    answer = product.call("PUT", PATH, body, token=merchant, headers={"X-CCAsset-Language": "en"})
    assert_refused(answer, 400, "75002")


@pytest.mark.parametrize("locale", [None, " ", "xx", "de_AT", "de-AT", "EN_us_x", "*", "en,de"])
def test_the_language_is_required(put: Put, locale: str | None) -> None:
    assert_refused(put({"x_a": NEW}, locale), 400, "82001")


@pytest.mark.parametrize("locale", ["pt-BR", "pt_BR", "PT_br", "EN"])
def test_the_language_in_any_spelling(put: Put, locale: str) -> None:
    assert put({"x_a": NEW}, locale).status == 200


@pytest.mark.parametrize("type_id", ["users", "User", "USER", "user%20", "b2c"])
def test_unknown_type(product: Product, merchant: str, type_id: str) -> None:
    path = f"/ccadmin/v1/shopperTypes/{type_id}"
    answer = product.call(
        "PUT", path, {"properties": {"x_a": NEW}}, token=merchant, headers={"X-CCAsset-Language": "en"}
    )
    assert (answer.status, answer.code) == (400, "75001")


@pytest.mark.parametrize("type_id", ["user/x", "user%2Fx", "%75ser", "/", "ü"])
def test_an_id_that_the_gateway_decodes_in_its_own_way(product: Product, merchant: str, type_id: str) -> None:
    event = gateway_event(
        "PUT", PATH, {"properties": {"x_a": NEW}}, token=merchant, headers={"X-CCAsset-Language": "en"}
    )
    event |= {"path": f"/ccadmin/v1/shopperTypes/{type_id}", "pathParameters": {"id": type_id}}
    answer = product.app("update_shopper_type").handler(event, None)
    assert (answer["statusCode"], json.loads(answer["body"])["moreInfo"]) == (400, type_id)


@pytest.mark.parametrize("order", [None, "login", {"0": "login"}, [7], ["login", None], [["login"]]])
def test_properties_order_is_an_array_of_strings(put: Put, order: Any) -> None:
    assert_refused(put({"x_a": NEW}, propertiesOrder=order), 400, "75008", "propertiesOrder")


@pytest.mark.parametrize(
    ("flag", "property_id", "code"),
    [
        ("", "xa", "75003"),
        ("?allowNonUnderscoreNames=false", "xa", "75003"),
        ("?allowNonUnderscoreNames=1", "xa", "75003"),
        ("?allowNonUnderscoreNames=true", "xa", None),
        ("?allowNonUnderscoreNames=TRUE", "xa", None),
        ("", "x_a", None),
        ("", "login", None),
    ],
)
def test_underscore_names(
    make_product: Callable[..., Product],
    sample_items: Any,
    issue: Callable[..., str],
    flag: str,
    property_id: str,
    code: str | None,
) -> None:
    product = make_product(REQUIRE_UNDERSCORE_NAMES="true")
    token = issue("in-100001", "merchant", issuer=ISSUERS[Api.ADMIN])
    body = {"properties": {property_id: NEW}}
    answer = product.call("PUT", PATH + flag, body, token=token, headers={"X-CCAsset-Language": "en"})
    assert answer.status == (400 if code else 200)
    if code:
        assert_refused(answer, 400, code, property_id)


# --- the order of the checks -----------------------------------------------------------------------------------------


def test_the_documented_order_of_the_checks(
    product: Product, issue: Callable[..., str], put: Put, merchant: str
) -> None:
    """Each step mends the first failure; the next one comes to light."""
    clerk = issue("in-100004", "clerk", issuer=ISSUERS[Api.ADMIN])
    stale = product.call("GET", PATH, token=merchant).headers["etag"]
    assert put({"x_b": NEW}).status == 200
    fresh = product.call("GET", PATH, token=merchant).headers["etag"]

    bad = {"type": "enumerated", "uiEditorType": "x", "required": None, "label": 7}
    names = {"propertiesOrder": 7, "properties": {"1a": bad}}
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("00001000", {"token": "nonsense"}, ""),
        ("00002000", {"token": clerk}, ""),
        ("82001", {"token": merchant}, ""),
        ("75001", {"language": "en"}, "users"),
        ("75002", {"path": PATH, "body": {"properties": {}, "propertiesOrder": 7}}, ""),
        ("00000412", {"body": names, "tag": stale}, ""),
        ("75008", {"tag": fresh}, "propertiesOrder"),
        ("75004", {"body": {"properties": {"1a": 7, "1b": bad}}}, "1a"),
        ("75008", {"body": {"properties": {"x_a": 7}}}, "x_a"),
        ("75005", {"body": {"properties": {"x_a": bad | {"type": None}}}}, "x_a"),
        ("75001", {"body": {"properties": {"login": bad}}}, "enumerated"),
        ("75006", {"body": {"properties": {"login": bad | {"type": "shortText"}}}}, "login"),
        ("75009", {"body": {"properties": {"login": {"label": 7, "required": None}}}}, "login.required"),
        ("75008", {"body": {"properties": {"x_b": {"required": True, "label": 7}}}}, "x_b.label"),
        ("75007", {"body": {"properties": {"x_b": {"required": True}, "1a": NEW}}}, "x_b"),
        ("75004", {"body": {"properties": {"x_b": {}, "1a": NEW}}}, "1a"),
    ]
    state: dict[str, Any] = {"path": "/ccadmin/v1/shopperTypes/users", "body": None, "language": None, "tag": None}
    for code, change, more_info in steps:
        state |= change
        headers = {"X-CCAsset-Language": state["language"], "If-Match": state["tag"]}
        answer = product.call(
            "PUT",
            state["path"],
            state["body"],
            token=state["token"],
            headers={name: value for name, value in headers.items() if value},
        )
        assert (answer.code, answer.body.get("moreInfo", "")) == (code, more_info)


def test_an_underscore_is_missed_before_a_type(make_product: Callable[..., Product], issue: Callable[..., str]) -> None:
    product = make_product(REQUIRE_UNDERSCORE_NAMES="true")
    token = issue("in-100001", "merchant", issuer=ISSUERS[Api.ADMIN])
    answer = product.call("PUT", PATH, {"properties": {"xa": {}}}, token=token, headers={"X-CCAsset-Language": "en"})
    assert_refused(answer, 400, "75003", "xa")


def test_error_texts_name_the_property_and_the_place(put: Put) -> None:
    body = put({"x_a": NEW | {"label": 7}}).body
    assert "x_a.label" in body["message"]
    assert body["o:errorPath"] == "properties.x_a.label"
