"""Names that no key of a table can hold, and such as end where nobody expects it, in every place that takes one."""

import json

import pytest

from commerce.call import Api
from commerce.http.routes import ROUTES, Route
from tests.support.deployment import Product, gateway_event

USERS = {
    Api.STORE: ("shopper", "Shopper-2026", "ccstore"),
    Api.ADMIN: ("merchant", "Merchant-2026", "ccadmin"),
    Api.AGENT: ("agent", "Agent-2026", "ccagent"),
}
KEPT: dict[Api, str] = {}


@pytest.fixture
def tokens(product: Product) -> dict[Api, str]:
    """Made once: the clock stands still, the keys stay, and each test finds the sample store as it was."""
    if not KEPT:
        KEPT.update({api: product.login(*credentials) for api, credentials in USERS.items()})
        KEPT.update({Api.APP: KEPT[Api.ADMIN], Api.APP_AGENT: KEPT[Api.AGENT]})
    return KEPT


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
                assert answer["statusCode"] != 404 or route.path in {"orders/current", "profiles/{id}"}, answer
