"""Which order a call works on, what stays of it, and in which order failures win: orders.md §3, §4, §9, §10."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from tests.contract.orders.conftest import ORDER, Cart, card, group, line
from tests.support.deployment import Product


def test_updates_keep_the_order_and_create_makes_another(cart: Cart) -> None:
    assert cart.get().status == 204
    assert cart.get().text == ""
    first = cart.ok(line())["orderId"]
    assert cart.ok(line("prodB"), op="update")["orderId"] == first
    assert cart.ok(line("prodB"), op="")["orderId"] == cart.ok(line(), op=None)["orderId"] == first
    second = cart.ok(line("prodC"), op="create")["orderId"]
    assert second != first
    assert cart.shown()["orderId"] == second
    updated = cart.ok(line("prodD", 2), id=first)
    assert updated["orderId"] == first
    assert cart.shown()["orderId"] == second
    assert [item["productId"] for item in cart.shown()["shoppingCart"]["items"]] == ["prodC"]
    assert cart.ok(line("prodE"))["orderId"] == second


def test_ids_are_their_kind_and_decimal(cart: Cart) -> None:
    body = cart.ok(line(), line("prodB"), payments=[card()])
    ids = {
        "o": [body["orderId"]],
        "ci": [item["id"] for item in body["shoppingCart"]["items"]],
        "sg": [group["shippingGroupId"] for group in body["shippingGroups"]],
        "pg": [payment["paymentGroupId"] for payment in body["payments"]],
    }
    for kind, names in ids.items():
        assert all(name.startswith(kind) and name.removeprefix(kind).isdecimal() for name in names), names
    again = cart.ok(*body["shoppingCart"]["items"], payments=[card()])
    assert [item["id"] for item in again["shoppingCart"]["items"]] == ids["ci"]
    assert again["payments"][0]["paymentGroupId"] == ids["pg"][0]
    assert again["shippingGroups"][0]["shippingGroupId"] == ids["sg"][0]


def test_parts_that_are_left_out(cart: Cart) -> None:
    cart.ok(
        line(), cartName="Mine", additionalEmails=["a@example.com"], coupons=["SAVE5"], payments=[card()],
        shippingGroups=[group()], giftWrapped=True, dynamicPropertyShippingInstructions="Ring twice",
    )  # fmt: skip
    kept = cart.ok(line(quantity=3))
    assert (kept["cartName"], kept["additionalEmails"]) == ("Mine", ["a@example.com"])
    assert {entry["id"]: entry["value"] for entry in kept["dynamicProperties"]} == {
        "giftWrapped": True,
        "dynamicPropertyShippingInstructions": "Ring twice",
    }
    assert kept["shippingMethod"]["value"] == "groundShipping"
    assert (kept["priceInfo"]["amount"], kept["payments"]) == (65.97, [])
    assert kept["discountInfo"]["orderCouponsMap"] == {}
    cleared = cart.ok(line(), cartName=None, additionalEmails=None, giftWrapped=None, shippingGroups=[])
    assert (cleared["cartName"], cleared["additionalEmails"]) == (None, [])
    assert {entry["id"]: entry["value"] for entry in cleared["dynamicProperties"]}["giftWrapped"] is None
    assert cleared["shippingMethod"] == {"value": "hardgoodShippingGroup", "cost": 0, "shippingTax": 0}


def test_internal_properties_stay_inside(cart: Cart) -> None:
    body = cart.ok(line(), riskScore=7)
    assert "riskScore" not in {entry["id"] for entry in body["dynamicProperties"]}


def test_a_created_order_keeps_nothing_of_the_other(cart: Cart) -> None:
    cart.ok(line(), cartName="Mine", shippingGroups=[group()])
    created = cart.ok(line(), op="create")
    assert (created["cartName"], created["shippingMethod"]["value"]) == (None, "hardgoodShippingGroup")


def test_orders_of_others_and_unknown_ones(cart: Cart, member: Cart) -> None:
    foreign = member.ok(line())["orderId"]
    for name in (foreign, "o1", "x" * 3000, "a b", "../o10001", 10001):
        answer = cart.post(line(), id=name)
        assert (answer.status, answer.code) == (404, "28107")
        assert answer.body["moreInfo"] == str(name)
    assert cart.ok(line(), id=None)["orderId"] == cart.ok(line(), id="")["orderId"]
    assert cart.ok(line(), op="create", id=foreign)["orderId"] != foreign


def test_an_order_that_is_no_longer_incomplete(cart: Cart) -> None:
    name = cart.ok(line())["orderId"]
    _set(cart, name, "#s = :v", {"#s": "state"}, {":v": {"S": "SUBMITTED"}})
    answer = cart.post(line(), id=name)
    assert (answer.status, answer.code, answer.body["moreInfo"]) == (400, "20140", name)
    assert cart.get().status == 204
    assert cart.delete().code == "28313"
    assert cart.ok(line())["orderId"] != name


def test_sites_have_orders_of_their_own(cart: Cart) -> None:
    here = cart.ok(line())["orderId"]
    there = cart.ok(line(), headers={"x-ccsite": "siteDE"})
    assert there["orderId"] != here
    assert (there["siteId"], there["creationSiteId"], there["priceInfo"]["currencyCode"]) == ("siteDE", "siteDE", "EUR")
    moved = cart.ok(line(), id=here, headers={"x-ccsite": "siteDE"})
    assert (moved["orderId"], moved["siteId"], moved["creationSiteId"]) == (here, "siteDE", "siteUS")
    assert cart.shown()["orderId"] == here
    assert cart.shown(headers={"x-ccsite": "siteDE"})["orderId"] == there["orderId"]


def test_sites_of_one_group_share_a_cart(cart: Cart, load: Callable[..., None]) -> None:
    sites = {
        name: {"priceListGroups": ["defaultPriceGroup"], "cartSharingGroup": "shared.1"}
        for name in ("siteUS", "siteDE")
    }
    load(cart.product, "configuration.json", {"sites": sites})
    here = cart.ok(line())["orderId"]
    assert cart.shown(headers={"x-ccsite": "siteDE"})["orderId"] == here


def test_deleting(cart: Cart) -> None:
    assert (cart.delete().status, cart.delete().code) == (404, "28313")
    first = cart.ok(line())["orderId"]
    answer = cart.delete()
    assert answer.status == 200
    assert answer.body == {
        "orderId": first,
        "lastModifierId": "se-570031",
        "sharedWithOrganization": False,
        "links": [{"rel": "self", "href": f"https://shop.example.com{ORDER}"}],
    }
    assert cart.get().status == 204
    assert cart.post(line(), id=first).code == "28107"
    assert cart.ok(line())["orderId"] != first


def test_deleting_leaves_saved_carts(cart: Cart) -> None:
    saved = cart.ok(line())["orderId"]
    cart.ok(line(), op="create")
    assert cart.delete().status == 200
    assert cart.get().status == 204
    assert cart.ok(line("prodB"), id=saved)["orderId"] == saved
    assert cart.get().status == 204


def test_a_cart_that_nobody_touched_for_its_lifetime_is_gone(make_cart: Callable[..., Cart]) -> None:
    cart = make_cart(CART_LIFETIME_DAYS="2", STORE_TOKEN_MINUTES="120")
    first = cart.ok(line())["orderId"]
    cart.product.clock.move(days=1)
    cart.token = cart.product.login()
    assert cart.ok(line())["orderId"] == first
    cart.product.clock.move(days=2)
    cart.token = cart.product.login()
    assert cart.get().status == 204
    assert cart.post(line(), id=first).code == "28107"
    assert cart.ok(line())["orderId"] != first


def test_the_order_of_failures(product: Product, cart: Cart) -> None:
    """Every step is wrong at once; mending one shows the next."""
    other = cart.ok(line(), op="create")["orderId"]
    stale = cart.get().headers["etag"]
    current = cart.ok(line())["orderId"]
    assert current == other
    headers: dict[str, str] = {
        "x-ccsite": "nowhere", "X-CCOrganization": "999", "X-CCPriceListGroup": "nobody", "Idempotency-Key": "a b",
        "If-Match": stale,
    }  # fmt: skip
    item: dict[str, Any] = {"productId": "nothing", "catRefId": "nothing", "quantity": -1}
    body: dict[str, Any] = {
        "op": "x", "id": "o404", "shoppingCart": {"items": [], "coupons": [{"code": "NOSUCH"}]}, "giftWrapped": "x",
        "shippingGroups": [group(method="teleport", shippingAddress=None)], "payments": [card("x")],
    }  # fmt: skip

    def code(token: str | None = cart.token) -> str:
        return product.call("POST", ORDER, body, token=token, headers=headers).code

    assert code(None) == "00001000"
    items, coupon = body["shoppingCart"]["items"], body["shoppingCart"]["coupons"][0]
    for expected, mend in (
        ("30014", lambda: headers.update({"x-ccsite": "siteUS"})),
        ("100098", lambda: headers.pop("X-CCOrganization")),
        ("20186", lambda: headers.update({"X-CCPriceListGroup": "defaultPriceGroup"})),
        ("00000400", lambda: headers.update({"Idempotency-Key": "k"})),
        ("28315", lambda: body.update(op="update")),
        ("28107", lambda: body.update(id=current)),
        ("00000412", lambda: headers.pop("If-Match")),
        ("28081", lambda: items.extend([item, line("retired_1")])),
        ("28315", lambda: item.update(quantity=1)),
        ("28102", lambda: item.update(productId="prodA")),
        ("28129", lambda: item.update(catRefId="skuA")),
        ("28102", items.pop),
        ("28315", lambda: body.update(giftWrapped=False)),
        ("28326", lambda: coupon.update(code="USEDUP")),
        ("28346", lambda: coupon.update(code="SAVE5")),
        ("28128", lambda: body.update(shippingGroups=[group(method="teleport")])),
        ("28088", lambda: body.update(shippingGroups=[group(method="freightShipping")])),
        ("28088", lambda: body.update(shippingGroups=[group()])),
        ("28340", lambda: body.update(payments=[card("6035710988880100000"), card("6035710988880108888")])),
        ("28344", lambda: body["payments"].pop(0)),
        ("28339", lambda: body.update(payments=[card("6035710988880107777", "4711")])),
    ):
        assert code() == expected
        mend()
    assert product.call("POST", ORDER, body, token=cart.token, headers=headers).status == 200
    shown = cart.shown()
    assert shown["orderId"] == current
    assert shown["payments"][0]["amount"] == 25.5


@pytest.mark.parametrize("how", ["none", "garbage", "issuer", "gone", "nobody"])
@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_tokens_that_are_of_no_use(product: Product, cart: Cart, how: str, method: str) -> None:
    tokens = product.app("get_incomplete_order").parts.tokens
    made: dict[str, dict[str, Any]] = {
        "issuer": {"issuer": "adminUI", "profile_id": "se-570031"},
        "gone": {"issuer": "storefrontUI", "profile_id": "gone"},
        "nobody": {"issuer": "storefrontUI", "profile_id": None},
    }
    token = None if how == "none" else "x.y.z"
    if how in made:
        token, _ = tokens.issue(subject="x", roles=(), life=None, generation=0, **made[how])
    answer = product.call(method, ORDER, {"shoppingCart": {"items": [line()]}}, token=token)
    assert (answer.status, answer.code) == (401, "00001000")


def test_a_token_is_of_no_use_after_logout(cart: Cart) -> None:
    assert cart.product.call("POST", "/ccstore/v1/logout", token=cart.token).status == 200
    assert cart.post(line()).code == cart.get().code == cart.delete().code == "00001000"


def _set(cart: Cart, order_id: str, change: str, names: dict[str, str], values: dict[str, Any]) -> None:
    boto3.client("dynamodb").update_item(
        TableName=cart.product.environment["ORDERS_TABLE"],
        Key={"pk": {"S": "se-570031"}, "sk": {"S": f"order#{order_id}"}},
        UpdateExpression=f"SET {change}",
        ExpressionAttributeNames=names,
        ExpressionAttributeValues=values,
    )


def test_bodies_that_are_unusable(cart: Cart) -> None:
    for body in (None, "", "{", "null", "[]", '"x"', '{"shoppingCart":NaN}', json.dumps({"op": 7})):
        answer = cart.send(body)
        assert (answer.status, answer.code) == (400, "28315"), body
        assert "errors" not in answer.body
