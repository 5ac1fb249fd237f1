"""Ids of whatever a catalogue holds, from the operator's files to the cart and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.orders.conftest import Cart, group

IDS = [
    "caf%C3%A9-cr%C3%A8me",
    "50% off/Größe+38½",
    "a b?c=d&e#f",
    "  two blanks  ",
    "price#us#x",
    "'quoted\" {0} %s \\",
    "日本語の商品",
    "🚚" * 250,
]
_GROUP = "defaultPriceGroup"


@pytest.fixture
def stocked(cart: Cart, load: Callable[..., None]) -> Cart:
    products = [
        {"id": name, "displayName": {"en": name[:9]}, "slug": name, "skus": [{"id": name}, {"id": f"{name[:200]}/2"}]}
        for name in IDS
    ]
    load(cart.product, "products.json", products)
    prices = [
        {"productId": name, "priceListGroup": _GROUP, "list": 10, "skus": {name: {"list": 10 + at}}}
        for at, name in enumerate(IDS)
    ]
    load(cart.product, "prices.json", prices)
    promotions: list[dict[str, Any]] = [
        {
            "id": name,
            "displayName": {"en": name[:9]},
            "reward": {"kind": "item", "adjustment": "percent", "value": 50, "targets": [name]},
        }
        for name in IDS
    ]
    load(cart.product, "promotions.json", promotions)
    load(cart.product, "coupons.json", [{"code": name.strip(), "promotions": [name]} for name in IDS])
    return cart


@pytest.mark.parametrize("at", range(len(IDS)))
def test_a_product_a_sku_a_promotion_and_a_coupon(stocked: Cart, at: int) -> None:
    name = IDS[at]
    sent = {"productId": name, "catRefId": name, "quantity": 2}
    for coupon in (name, f" {name} "):
        body = stocked.ok(sent, coupons=[coupon], shippingGroups=[group(sent)])
        (item,) = body["shoppingCart"]["items"]
        assert (item["productId"], item["catRefId"], item["route"]) == (name, name, f"/{name}/product/{name}")
        assert (item["unitPrice"], item["amount"]) == (10 + at, 10 + at)
        (discount,) = item["discountInfo"]
        assert (discount["promotionId"], discount["coupon"]) == (name, name.strip())
        assert list(body["discountInfo"]["claimedCouponMultiPromotions"]) == [name.strip()]
        assert body["shippingGroups"][0]["items"][0]["productId"] == name
    shown = stocked.shown()
    assert shown["shoppingCart"]["items"] == [item]
    again = stocked.ok(*shown["shoppingCart"]["items"], coupons=[name])
    assert again["shoppingCart"]["items"] == [item]


def test_all_in_one_cart_and_their_other_skus(stocked: Cart) -> None:
    lines = [{"productId": name, "catRefId": f"{name[:200]}/2", "quantity": 1} for name in IDS]
    body = stocked.ok(*lines)
    assert [item["catRefId"] for item in body["shoppingCart"]["items"]] == [line["catRefId"] for line in lines]
    assert body["priceInfo"]["amount"] == 10 * len(IDS)


@pytest.mark.parametrize("name", ["café-crème", "50% off/größe+38½", "two blanks", "price#us", "🚚" * 251])
def test_ids_are_compared_as_they_are(stocked: Cart, name: str) -> None:
    assert stocked.refused({"productId": name, "catRefId": name, "quantity": 1}) == ("28102", name)


@pytest.mark.parametrize("kind", ["order", "line"])
def test_order_and_line_properties_may_begin_with_an_underscore(
    cart: Cart, load: Callable[..., None], kind: str
) -> None:
    declared = {"id": "_note", "appliesTo": kind, "type": "shortText", "label": {"en": "Note"}}
    load(cart.product, "orderProperties.json", [declared])
    sent: dict[str, Any] = {"productId": "prodA", "catRefId": "skuA", "quantity": 1}
    body = cart.ok(sent | ({"_note": "x"} if kind == "line" else {}), **({"_note": "x"} if kind == "order" else {}))
    shown = body if kind == "order" else body["shoppingCart"]["items"][0]
    assert {entry["id"]: entry["value"] for entry in shown["dynamicProperties"]}["_note"] == "x"
