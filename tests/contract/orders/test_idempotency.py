"""`Idempotency-Key` (orders.md §7), `If-Match` and entity tags (common.md §10)."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from tests.contract.orders.conftest import ORDER, Cart, card, line
from tests.support.deployment import Answer, Product

KEY = {"Idempotency-Key": "key-1"}


def orders(cart: Cart) -> int:
    items = boto3.client("dynamodb").scan(TableName=cart.product.environment["ORDERS_TABLE"])["Items"]
    return sum(item["sk"]["S"] != "current" for item in items)


def same(answer: Answer, first: Answer) -> bool:
    replayed = dict(answer.headers)
    return replayed.pop("idempotency-replayed", None) == "true" and (answer.status, replayed, answer.text) == (
        first.status,
        dict(first.headers),
        first.text,
    )


def test_the_same_request_is_answered_again(cart: Cart) -> None:
    before = orders(cart)
    first = cart.post(line(), op="create", headers=KEY)
    assert "idempotency-replayed" not in first.headers
    again = cart.post(line(), op="create", headers=KEY)
    assert same(again, first)
    assert orders(cart) == before + 1


def test_a_replay_is_byte_for_byte_whatever_happened_since(cart: Cart, load: Callable[..., None]) -> None:
    first = cart.post(
        line(quantity=3, externalPrice=12345678901234.5), line("xprod1047"), payments=[card()], coupons=["SAVE5"],
        headers=KEY, query="?includeShippingGroups=true&exclude=links",
    )  # fmt: skip
    cart.ok(line("prodD"))
    load(cart.product, "coupons.json", [{"code": "SAVE5", "promotions": ["pSave"], "endDate": "2026-01-01"}])
    shown = cart.get().text
    body = json.loads('{"payments":0,"shoppingCart":0}') | {
        "payments": [card()],
        "shoppingCart": {
            "coupons": [{"code": "SAVE5"}],
            "items": [line(quantity=3, externalPrice=12345678901234.5), line("xprod1047")],
        },
    }
    headers = KEY | {"If-Match": '"stale"', "X-CCAsset-Language": "de"}
    replayed = cart.send(json.dumps(body, indent=3), "?includeShippingGroups=true&exclude=links", headers)
    assert same(replayed, first)
    assert cart.get().text == shown


def test_numbers_wider_than_a_request_may_hold_come_back(cart: Cart) -> None:
    sent = line(quantity=999_999_999, externalPrice=int("9" * 38))
    first = cart.post(sent, headers=KEY)
    assert first.status == 200
    assert same(cart.post(sent, headers=KEY), first)


@pytest.mark.parametrize(
    "other",
    [
        {"cartName": "x"}, {"query": "?includeShippingGroups=true"}, {"payments": [card(pin="1")]},
        {"headers": KEY | {"X-CCPriceListGroup": "defaultPriceGroup"}},
    ],
)  # fmt: skip
def test_another_request_under_the_key(cart: Cart, other: dict[str, Any]) -> None:
    cart.post(line(), headers=KEY)
    answer = cart.post(line(), **{"headers": KEY, **other})
    assert (answer.status, answer.code) == (422, "00000422")


def test_the_scope_of_a_key(cart: Cart, member: Cart) -> None:
    first = cart.post(line(), headers=KEY)
    for answer in (
        member.post(line("prodB"), headers=KEY),
        cart.post(line("prodB"), headers=KEY | {"x-ccsite": "siteDE"}),
    ):
        assert answer.status == 200
        assert "idempotency-replayed" not in answer.headers
    assert same(cart.post(line(), headers=KEY | {"x-ccsite": "siteUS"}), first)


def test_a_key_is_kept_for_a_day(make_cart: Callable[..., Cart]) -> None:
    cart = make_cart(STORE_TOKEN_MINUTES="120")
    first = cart.post(line(), op="create", headers=KEY)
    cart.product.clock.move(hours=23, minutes=59)
    cart.token = cart.product.login()
    assert same(cart.post(line(), op="create", headers=KEY), first)
    cart.product.clock.move(minutes=1)
    cart.token = cart.product.login()
    assert cart.post(line("prodB"), headers=KEY).status == 200


def test_after_an_error_the_key_is_free(cart: Cart) -> None:
    assert cart.post(line("retired_1"), headers=KEY).code == "28102"
    assert cart.post(line(), headers=KEY).status == 200


@pytest.mark.parametrize("key", ["a b", "ü", "x" * 256, "a\tb"])
def test_malformed_keys(cart: Cart, key: str) -> None:
    answer = cart.post(line(), headers={"Idempotency-Key": key})
    assert (answer.status, answer.code) == (400, "00000400")
    assert cart.get().status == 204


def test_a_blank_key_is_none(cart: Cart) -> None:
    assert "idempotency-replayed" not in (cart.post(line(), headers={"Idempotency-Key": " "})).headers
    assert cart.post(line("prodB"), headers={"Idempotency-Key": " "}).status == 200


def test_a_key_ring_that_turned(cart: Cart) -> None:
    """Requests are known again by an older key that still counts."""
    first = cart.post(line(), headers=KEY)
    keys = cart.product.app("update_current_profile_order").parts.keys
    ring = {"current": "k2", "k2": "x" * 64, "k1": "0123456789abcdef" * 4}
    keys._fetch, keys._fetched_at = (lambda: json.dumps(ring)), -1e9
    assert same(cart.post(line(), headers=KEY), first)


# --- entity tags


def test_tags(cart: Cart) -> None:
    first = cart.post(line())
    assert cart.get().headers["etag"] == first.headers["etag"]
    second = cart.post(line())
    assert second.headers["etag"] != first.headers["etag"]
    stale = {"If-Match": first.headers["etag"]}
    for answer in (cart.post(line("prodB"), headers=stale), cart.delete(stale)):
        assert (answer.status, answer.code) == (412, "00000412")
    assert cart.get().headers["etag"] == second.headers["etag"]
    current = {"If-Match": f'W/{second.headers["etag"]}, "x"'}
    third = cart.post(line("prodB"), headers=current)
    assert third.status == 200
    assert cart.post(line(), op="create", headers=stale).status == 200
    assert cart.post(line(), headers={"If-Match": "*"}).status == 200
    assert cart.delete({"If-Match": cart.get().headers["etag"]}).status == 200
    assert cart.post(line(), headers=stale).status == 200


def test_a_tag_of_another_order_is_stale(cart: Cart, member: Cart, product: Product) -> None:
    saved = cart.post(line())
    cart.ok(line(), op="create")
    foreign = member.post(line()).headers["etag"]
    for tag in (saved.headers["etag"], foreign):
        assert cart.post(line(), headers={"If-Match": tag}).code == "00000412"
    named = cart.post(line(), id=saved.body["orderId"], headers={"If-Match": saved.headers["etag"]})
    assert named.status == 200
    profile = product.call("GET", "/ccstore/v1/profiles/current", token=cart.token).headers["etag"]
    assert cart.post(line(), headers={"If-Match": profile}).status == 200


def test_the_alias_answers_alike(cart: Cart) -> None:
    cart.ok(line())
    alias = cart.product.call("GET", "/ccstoreui/v1/orders/current/", token=cart.token)
    assert alias.headers["etag"] == cart.get().headers["etag"]
    assert alias.body["links"][0]["href"].endswith("/ccstoreui/v1/orders/current/")
    assert cart.product.call("PUT", ORDER, {}, token=cart.token).code == "00000405"
