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

# One for each code; every case of every code: tests/unit/shopper_types/test_refusals.py
REFUSED_PROPERTIES: list[tuple[Any, str, str]] = [
    ({"1a": NEW}, "75004", "1a"),
    ({"x_a": {}}, "75005", "x_a"),
    ({"x_a": {"type": "enumerated"}}, "75001", "enumerated"),
    ({"favorite_color": {"type": "number"}}, "75006", "favorite_color"),
    ({"login": {"required": False}}, "75009", "login.required"),
    ({"x_a": NEW | {"label": 7}}, "75008", "x_a.label"),
    ({"favorite_color": {"required": True}}, "75007", "favorite_color"),
]


@pytest.mark.parametrize(("properties", "code", "more_info"), REFUSED_PROPERTIES)
def test_a_property_is_refused(put: Put, get: Callable[..., Any], properties: Any, code: str, more_info: str) -> None:
    before = get()
    # All or nothing: what stands before the refused property is not stored either.
    assert_refused(put({"newsletter_topic": {"default": "sport"}} | properties), 400, code, more_info)
    assert get() == before


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


def test_error_texts_name_the_property_and_the_place(put: Put) -> None:
    body = put({"x_a": NEW | {"label": 7}}).body
    assert "x_a.label" in body["message"]
    assert body["o:errorPath"] == "properties.x_a.label"
