"""Whatever a caller sends, no answer is a 5xx: every handler, with bodies, headers and queries of all kinds."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from commerce.call import Api
from commerce.http.routes import ROUTES, Route
from tests.support.deployment import Product, gateway_event

USERS = {
    Api.STORE: ("shopper", "Shopper-2026", "ccstore"),
    Api.ADMIN: ("merchant", "Merchant-2026", "ccadmin"),
    Api.AGENT: ("agent", "Agent-2026", "ccagent"),
}
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**40), 10**40),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(float),
    st.text(max_size=40),
    st.sampled_from(
        ["", "null", "US", "DE", "US-NC", "se-980032", "a@b.c", "yes", "2020-01-01", "x" * 300, "\x00", "😀"]
    ),
)
WORDS = """
firstName email login gender dateOfBirth receiveEmail GDPRProfileP13nConsentGranted locale oldPassword newPassword
newConfirmPassword shippingAddresses shippingAddress repositoryId alias address1 city country state postalCode types
isDefaultAddress phoneNumber selectedCountry selectedState state_ISOCode id infoName infoDomain properties type
label default required length op shoppingCart items productId catRefId quantity shippingMethod payments address
companyName username password grant_type totp_code
"""
NAMES = """
If-Match X-CCAsset-Language x-ccsite X-CCOrganization X-CCAgentContext X-CCPriceListGroup Idempotency-Key Cookie Origin
Host X-Forwarded-Proto Content-Type Accept-Language
"""
MEMBERS = st.sampled_from(WORDS.split())
JSON = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(MEMBERS | st.text(max_size=8), below, max_size=6),
    max_leaves=25,
)
OBJECTS = st.dictionaries(MEMBERS | st.text(max_size=8), JSON, max_size=8)
BODIES = st.one_of(
    OBJECTS.map(json.dumps),
    JSON.map(json.dumps),
    st.text(max_size=60),
    st.binary(max_size=60),
    st.none(),
    st.sampled_from(
        ["{", '{"a":1e999}', '{"x":"\\ud800"}', "[" * 500, "grant_type=password&username=%ff&password=%00"]
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(NAMES.split()) | st.text(min_size=1, max_size=8),
    st.text(max_size=30)
    | st.sampled_from(
        ["siteDE", "en", "de", "*", '"e30="', "{}", '{"shopperProfileId":"110000"}', "100002", "[", "null"]
    ),
    max_size=5,
)
QUERIES = st.dictionaries(
    st.sampled_from(["fields", "exclude", "limit", "offset", "filterKey", "withAliases", "grant_type"])
    | st.text(max_size=5),
    st.lists(
        st.text(max_size=20) | st.sampled_from(["-1", "9" * 40, "id,links.rel", "..", "1e3"]), min_size=1, max_size=2
    ),
    max_size=3,
)
IDS = st.text(min_size=1, max_size=20) | st.sampled_from(
    ["user", "280004", "..", "a/b", "%2F", "x" * 3000, "\x00", "😀" * 600]
)


KEPT: dict[Api, str] = {}


@pytest.fixture
def tokens(product: Product) -> dict[Api, str]:
    """Made once: the clock stands still, the keys stay, and each test finds the sample store as it was."""
    if not KEPT:
        KEPT.update({api: product.login(*credentials) for api, credentials in USERS.items()})
        KEPT.update({Api.APP: KEPT[Api.ADMIN], Api.APP_AGENT: KEPT[Api.AGENT]})
    return KEPT


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_no_input_fails(product: Product, tokens: dict[Api, str], route: Route) -> None:
    @settings(
        max_examples=30,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        body=BODIES, headers=HEADERS, query=QUERIES, path_id=IDS, api=st.sampled_from(route.apis), signed=st.booleans()
    )
    def send(body: Any, headers: Any, query: Any, path_id: str, api: Api, signed: bool) -> None:
        place = f"/{api.value}/v1/{route.path}"
        event = gateway_event(route.method, place, body, token=tokens[api] if signed else None, headers=headers)
        event["path"] = place.replace("{id}", path_id)
        event["multiValueQueryStringParameters"] = query
        event["queryStringParameters"] = {name: values[-1] for name, values in query.items()}
        parameters = {"id": path_id} if "{id}" in route.path else None
        handler = product.app(_folder(route)).handler
        answer = handler({**event, "pathParameters": parameters}, None)
        assert answer["statusCode"] < 500, (answer, event)
        assert set(answer) <= {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
        assert all(isinstance(value, str) for value in answer["headers"].values())
        assert not any(character in value for value in answer["headers"].values() for character in "\r\n")
        if answer["statusCode"] >= 400 and "error" not in json.loads(answer["body"]):
            model = json.loads(answer["body"])
            assert model["status"] == str(answer["statusCode"])
            assert model["errorCode"]
            assert model["message"]

    send()


def _folder(route: Route) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in route.operation)


LONG = ("x" * 5000, "ﬃ" * 700, "\x00", "a/b")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_names_that_no_key_can_hold(product: Product, tokens: dict[Api, str], route: Route) -> None:
    bodies = {
        "PUT": {"email": "{}@b.c", "login": "{}", "infoName": "{}", "properties": {"{}": {"type": "shortText"}}},
        "POST": {
            "username": "{}", "password": "x", "grant_type": "password", "id": "{}", "op": "update",
            "shoppingCart": {"items": [{"productId": "{}", "catRefId": "{}", "quantity": 1}], "coupons": ["{}"]},
            "payments": [{"type": "giftCard", "giftCardNumber": "{}", "giftCardPin": "{}"}],
            "shippingMethod": {"value": "{}"},
        },
    }  # fmt: skip
    names = ("x-ccsite", "X-CCOrganization", "X-CCAgentContext", "X-CCPriceListGroup", "Idempotency-Key", "If-Match")
    for text in LONG:
        quoted = json.dumps(text)[1:-1]
        body = json.dumps(bodies.get(route.method)).replace("{}", quoted)
        for api in route.apis[:1]:
            for headers in (
                *({name: text} for name in (names if route.token else names[:1])),
                {"X-CCAgentContext": f'{{"shopperProfileId":"{quoted}"}}'},
                {"X-CCAgentContext": '{"shopperProfileId":"110000"}', "X-CCOrganization": text},
                {"X-CCAgentContext": '{"shopperProfileId":"110000"}', "X-CCOrganization": "100002"},
            ):
                place = f"/{api.value}/v1/{route.path}"
                event = gateway_event(route.method, place, body, token=tokens[api], headers=headers)
                event["path"] = place.replace("{id}", text)
                parameters = {"id": text} if "{id}" in route.path else None
                answer = product.app(_folder(route)).handler({**event, "pathParameters": parameters}, None)
                assert answer["statusCode"] < 500, (route.operation, text[:9], headers, answer["body"])
                assert answer["statusCode"] != 404 or route.path == "orders/current", answer
