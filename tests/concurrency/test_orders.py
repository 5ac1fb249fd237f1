"""Rivals at every repository call of an order's operations (orders.md §6, §7; common.md §10)."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from backoffice.loading import load_store
from commerce.errors import Contention
from commerce.storage import Store, WriteLost
from tests.contract.orders.conftest import ORDER, Cart, group, line
from tests.support.deployment import Product
from tests.support.rivals import rival_before

KEY = {"Idempotency-Key": "key-1"}
CALLS = range(1, 4)


@pytest.fixture
def cart(product: Product) -> Cart:
    """The sample shopper's, with one line on the order and everything cached."""
    cart = Cart(product, product.issue())
    assert cart.delete().status == 200
    cart.ok(line(), cartName="Mine", coupons=["SAVE5"], shippingGroups=[group()])
    return cart


@pytest.fixture
def rival(cart: Cart) -> Cart:
    """The same shopper in another execution environment."""
    return Cart(Product(cart.product.environment, cart.product.clock), cart.token)


def store(cart: Cart, function: str = "update_current_profile_order") -> Store:
    found: Store = cart.product.app(function).parts.store
    return found


def load(cart: Cart, directory: Path, name: str, value: Any) -> None:
    (directory / name).write_text(json.dumps(value), encoding="utf-8")
    load_store(directory, cart.product.deployment)


def products(body: Mapping[str, Any]) -> list[str]:
    return [item["productId"] for item in body["shoppingCart"]["items"]]


def stored_orders(cart: Cart) -> set[str]:
    items = boto3.client("dynamodb").scan(TableName=cart.product.environment["ORDERS_TABLE"])["Items"]
    return {item["sk"]["S"] for item in items if item["pk"]["S"] == "se-570031"} - {"current"}


@pytest.mark.parametrize("nth", CALLS)
def test_a_rival_update(cart: Cart, rival: Cart, nth: int) -> None:
    """Both succeed; the later one's cart stays, with the parts that the other one set."""
    with rival_before(store(cart), nth, lambda: rival.ok(line("prodC"), cartName="Theirs", giftWrapped=True)):
        body = cart.ok(line("prodB"))
    assert (products(body), body["cartName"]) == (["prodB"], "Theirs")
    assert cart.shown()["shoppingCart"] == body["shoppingCart"]
    assert {entry["id"]: entry["value"] for entry in body["dynamicProperties"]}["giftWrapped"] is True
    assert cart.get().headers["etag"] != ""


@pytest.mark.parametrize("nth", CALLS)
def test_a_rival_update_under_a_matching_tag(cart: Cart, rival: Cart, nth: int) -> None:
    headers = {"If-Match": cart.get().headers["etag"]}
    with rival_before(store(cart), nth, lambda: rival.ok(line("prodC"))):
        answer = cart.post(line("prodB"), headers=headers)
    assert (answer.status, answer.code) == (412, "00000412")
    assert products(cart.shown()) == ["prodC"]


@pytest.mark.parametrize("nth", CALLS)
@pytest.mark.parametrize("matching", [False, True])
def test_a_rival_delete(cart: Cart, rival: Cart, nth: int, *, matching: bool) -> None:
    old, headers = cart.shown()["orderId"], {"If-Match": cart.get().headers["etag"]} if matching else {}
    with rival_before(store(cart), nth, lambda: rival.delete().body["links"]):
        answer = cart.post(line("prodB"), headers=headers)
    # Only where the order was read and then went before the write is the tag looked at.
    assert answer.status == (412 if matching and nth == 3 else 200)
    if answer.status == 200:
        assert answer.body["orderId"] != old
        assert answer.body["cartName"] is None
        assert products(cart.shown()) == ["prodB"]
    else:
        assert cart.get().status == 204


@pytest.mark.parametrize("nth", CALLS)
def test_a_rival_create(cart: Cart, rival: Cart, nth: int) -> None:
    old = cart.shown()["orderId"]
    with rival_before(store(cart), nth, lambda: rival.ok(line("prodC"), op="create")):
        body = cart.ok(line("prodB"))
    new = rival.shown()["orderId"]
    assert new != old
    assert body["orderId"] == (new if nth == 1 else old)


@pytest.mark.parametrize("nth", CALLS)
def test_two_creates_make_two(cart: Cart, rival: Cart, nth: int) -> None:
    made: list[str] = []
    with rival_before(store(cart), nth, lambda: made.append(rival.ok(line("prodC"), op="create")["orderId"])):
        made.append(cart.ok(line("prodB"), op="create")["orderId"])
    assert len(stored_orders(cart) - {"order#o10001"}) == 3
    assert cart.shown()["orderId"] == made[1] != made[0]


@pytest.mark.parametrize("nth", CALLS)
def test_two_first_updates_make_one(cart: Cart, rival: Cart, nth: int) -> None:
    assert cart.delete().status == 200
    before = stored_orders(cart)
    made: list[str] = []
    with rival_before(store(cart), nth, lambda: made.append(rival.ok(line("prodC"))["orderId"])):
        made.append(cart.ok(line("prodB"))["orderId"])
    assert made[0] == made[1]
    assert len(stored_orders(cart) - before) == 1
    assert products(cart.shown()) == ["prodB"]


@pytest.mark.parametrize("nth", CALLS)
def test_the_same_key_at_once(cart: Cart, rival: Cart, nth: int) -> None:
    """The loser replays the winner's answer, byte for byte."""
    before, won = len(stored_orders(cart)), []
    with rival_before(store(cart), nth, lambda: won.append(rival.post(line("prodB"), op="create", headers=KEY))):
        answer = cart.post(line("prodB"), op="create", headers=KEY)
    assert (answer.status, answer.text, answer.headers["etag"]) == (200, won[0].text, won[0].headers["etag"])
    assert answer.headers["idempotency-replayed"] == "true"
    assert len(stored_orders(cart)) == before + 1


@pytest.mark.parametrize("nth", CALLS)
def test_the_same_key_at_once_under_a_matching_tag(cart: Cart, rival: Cart, nth: int) -> None:
    headers, won = KEY | {"If-Match": cart.get().headers["etag"]}, []
    with rival_before(store(cart), nth, lambda: won.append(rival.post(line("prodB"), headers=headers))):
        answer = cart.post(line("prodB"), headers=headers)
    assert (answer.status, answer.text) == (200, won[0].text)


@pytest.mark.parametrize("nth", CALLS)
def test_another_request_under_the_key_at_once(cart: Cart, rival: Cart, nth: int) -> None:
    with rival_before(store(cart), nth, lambda: rival.ok(line("prodC"), headers=KEY)):
        answer = cart.post(line("prodB"), headers=KEY)
    assert (answer.status, answer.code) == (422, "00000422")
    assert products(cart.shown()) == ["prodC"]


@pytest.mark.parametrize("nth", CALLS)
def test_a_price_change(cart: Cart, nth: int, tmp_path: Path) -> None:
    record = {"productId": "prodB", "priceListGroup": "defaultPriceGroup", "list": 7}
    with rival_before(store(cart), nth, lambda: load(cart, tmp_path, "prices.json", [record])):
        body = cart.ok(line("prodB"))
    assert body["priceInfo"]["amount"] == (7 if nth < 3 else 25)
    assert cart.shown()["priceInfo"]["amount"] == 7


@pytest.mark.parametrize("nth", CALLS)
def test_a_coupon_ends(cart: Cart, nth: int, tmp_path: Path) -> None:
    record = {"code": "SAVE5", "promotions": ["pSave"], "endDate": "2026-01-01"}
    with rival_before(store(cart), nth, lambda: load(cart, tmp_path, "coupons.json", [record])):
        answer = cart.post(line("prodB"), coupons=["SAVE5"])
    assert (answer.status == 200) is (nth == 3)
    assert cart.shown()["discountInfo"]["orderCouponsMap"] == {}


@pytest.mark.parametrize("nth", CALLS)
def test_a_promotion_changes(cart: Cart, nth: int, tmp_path: Path) -> None:
    """The selling document's version is read with the call's own rows."""
    reward = {"kind": "order", "adjustment": "percent", "value": 50}
    record = {"id": "pHalf", "displayName": {"en": "Half"}, "reward": reward}
    with rival_before(store(cart), nth, lambda: load(cart, tmp_path, "promotions.json", [record])):
        body = cart.ok(line("prodA"))
    assert body["discountInfo"]["orderDiscount"] == (11 if nth == 1 else 0)
    assert cart.ok(line("prodA"))["discountInfo"]["orderDiscount"] == 11


@pytest.mark.parametrize("nth", CALLS)
def test_reading_beside_a_delete(cart: Cart, rival: Cart, nth: int) -> None:
    with rival_before(store(cart, "get_incomplete_order"), nth, lambda: rival.delete().body["links"]):
        assert cart.get().status == (200 if nth == 3 else 204)


@pytest.mark.parametrize("nth", CALLS)
def test_deleting_beside_an_update(cart: Cart, rival: Cart, nth: int) -> None:
    with rival_before(store(cart, "remove_current_profile_incomplete_order"), nth, lambda: rival.ok(line("prodC"))):
        assert cart.delete().status == 200
    assert cart.get().status == 204


@pytest.mark.parametrize("nth", CALLS)
def test_deleting_beside_an_update_under_a_matching_tag(cart: Cart, rival: Cart, nth: int) -> None:
    headers = {"If-Match": cart.get().headers["etag"]}
    with rival_before(store(cart, "remove_current_profile_incomplete_order"), nth, lambda: rival.ok(line("prodC"))):
        assert cart.delete(headers).code == "00000412"
    assert products(cart.shown()) == ["prodC"]


@pytest.mark.parametrize("nth", CALLS)
def test_deleting_beside_a_delete(cart: Cart, rival: Cart, nth: int) -> None:
    with rival_before(
        store(cart, "remove_current_profile_incomplete_order"), nth, lambda: rival.delete().body["links"]
    ):
        assert cart.delete().code == "28313"


@pytest.mark.parametrize("nth", CALLS)
def test_deleting_beside_a_create(cart: Cart, rival: Cart, nth: int) -> None:
    old = cart.shown()["orderId"]
    with rival_before(
        store(cart, "remove_current_profile_incomplete_order"), nth, lambda: rival.ok(line("prodC"), op="create")
    ):
        assert cart.delete().status == 200
    assert cart.get().status == 204
    assert cart.post(line(), id=old).status == 200


@pytest.mark.parametrize(
    ("headers", "busy", "status", "code"),
    [({}, 0, 503, "00000503"), (KEY, 0, 503, "00000503"), (KEY, -1, 409, "00000409")],
    ids=["plain", "a key that nobody holds", "a key that another request holds"],
)
def test_a_race_that_never_ends(
    cart: Cart, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], busy: int, status: int, code: str
) -> None:
    """Rival transactions stay under way until the time budget is spent: on the order's row, or on the key's."""

    def lose(*writes: Any) -> None:
        raise WriteLost({}, frozenset({writes[busy].key}))

    monkeypatch.setattr(store(cart), "write", lose)
    monkeypatch.setattr("commerce.call.TimeBudget.wait", _spent_after(5))
    before = cart.get().text
    answer = cart.product.call("POST", ORDER, {"shoppingCart": {"items": [line()]}}, token=cart.token, headers=headers)
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (status, code, "1")
    assert cart.get().text == before


def _spent_after(waits: int) -> Callable[..., None]:
    left = [waits]

    def wait(_self: object, _seconds: float) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Contention

    return wait
