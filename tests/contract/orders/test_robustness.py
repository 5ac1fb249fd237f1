"""No body and no header of a caller ends in a failure of the service."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.orders.conftest import ADDRESS, EXAMPLES, ORDER, Cart, card, group, line
from tests.support.generated import ODD, changed, places

EXAMPLE = json.loads((EXAMPLES / "update-current-order.request.json").read_text(encoding="utf-8"))
FULL = EXAMPLE | {
    "id": None, "combineLineItems": "yes", "additionalEmails": ["a@example.com"], "giftWrapped": True,
    "shippingGroups": [
        group(line("prodA", 1, commerceItemId="a")), {"type": "inStorePickupShippingGroup", "locationId": "1"},
    ],
    "shippingAddress": ADDRESS, "shippingMethod": {"value": "groundShipping"},
    "giftWithPurchaseOrderMarkers": [{"value": "pSticker", "removedQuantity": 1}],
    "payments": [card(), card("6035710988880107777", "4711")],
    "shoppingCart": {
        "items": [
            *EXAMPLE["shoppingCart"]["items"], line("prodA", 2, commerceItemId="a"), line("poster_1", 2),
            line("camera_1", giftWithPurchaseSelections=[{"promotionId": "promo10002", "giftWithPurchaseQuantity": 1}]),
            line("bike_1", childItems=[line("wheel_1", 2, externalPrice=1, externalPriceQuantity=1)]),
        ],
        "coupons": [{"code": "SAVE5"}],
    },
}  # fmt: skip
PLACES = list(places(FULL))


@pytest.fixture
def unguarded(make_cart: Callable[..., Cart]) -> Cart:
    return make_cart(GIFT_CARD_GUARD_LIMIT="0", CARD_PIN_GUARD_LIMIT="0")


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(ODD)), min_size=1, max_size=3))
def test_bodies(unguarded: Cart, changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    cart = unguarded
    answer = cart.send(changed(FULL, changes), "?includeShippingGroups=true")
    assert answer.status < 500, (changes, answer.text)
    assert answer.status == 200 or answer.body.keys() <= {
        "errorCode", "message", "status", "devMessage", "moreInfo", "o:errorPath",
    }  # fmt: skip
    if answer.status == 200:
        read = cart.get("?includeShippingGroups=true&explain=true")
        assert read.status == 200
        assert read.body["priceInfo"] == answer.body["priceInfo"]


HEADERS = ("X-CCOrganization", "X-CCPriceListGroup", "Idempotency-Key", "If-Match", "x-ccsite", "X-CCAsset-Language")


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize(
    "value",
    ["", " ", "x", '"', '""', "{", "{}", '{"a":null}', "[]", "null", "ü", "x" * 9000, "W/", '"e30="', "a,b", "#"],
)
def test_headers(cart: Cart, name: str, value: str) -> None:
    for method in ("POST", "GET", "DELETE"):
        answer = cart.product.call(
            method, ORDER, {"shoppingCart": {"items": [line()]}}, token=cart.token, headers={name: value}
        )
        assert answer.status < 500, answer.text
