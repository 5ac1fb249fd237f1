"""What a call costs and what fits: round trips, item sizes, answers (orders.md; common.md §11, §15)."""

import hashlib
import json
from itertools import islice
from typing import Any
from unittest.mock import patch

import boto3
import pytest

from commerce.idempotency import MAX_PARTS, PART_BYTES
from tests.contract.orders.conftest import EXAMPLES, Cart, card, group, line

EXAMPLE = json.loads((EXAMPLES / "update-current-order.request.json").read_text(encoding="utf-8"))
KEY = {"Idempotency-Key": "k"}
LAMBDA_BYTES = 6 * 1024 * 1024


def like_the_example(count: int) -> list[dict[str, Any]]:
    """So many lines like the example's; each differs from the others, so that none are merged."""
    (item,) = EXAMPLE["shoppingCart"]["items"]
    child = {name: value for name, value in item["childItems"][0].items() if name != "childItems"}
    return [
        item | {"assetKey": f"asset-{at}", "serviceId": f"service-{at * 7919}", "childItems": [child] if at % 2 else []}
        for at in range(count)
    ]


def trips(cart: Cart, function: str) -> int:
    calls: int = cart.product.app(function).parts.store.meter.calls
    return calls


@pytest.mark.parametrize("count", [1, 20, 100])
def test_round_trips_do_not_grow_with_lines(cart: Cart, count: int) -> None:
    lines = [line("prodA", 1, assetKey=str(at)) for at in range(count)]
    more: dict[str, Any] = {"payments": [card()], "coupons": ["SAVE5"], "shippingGroups": [group()]}
    cart.ok(*lines, **more)
    cart.ok(*lines, **more)
    assert trips(cart, "update_current_profile_order") == 3
    cart.ok(*lines, **more, headers=KEY)
    assert trips(cart, "update_current_profile_order") == 3
    cart.ok(*lines, **more, headers=KEY)
    assert trips(cart, "update_current_profile_order") == 2
    cart.shown()
    cart.shown()
    assert trips(cart, "get_incomplete_order") == 3
    cart.delete()
    assert trips(cart, "remove_current_profile_incomplete_order") == 3


def test_many_products_are_read_side_by_side(cart: Cart, load: Any) -> None:
    names = [f"bulk_{at}" for at in range(150)]
    products = [{"id": name, "displayName": {"en": name}, "skus": [{"id": f"{name}-s"}]} for name in names]
    prices = [{"productId": name, "priceListGroup": "defaultPriceGroup", "list": 1} for name in names]
    load(cart.product, "products.json", products)
    load(cart.product, "prices.json", prices)
    lines = [line(name, sku=f"{name}-s") for name in names]
    cart.ok(*lines)
    store = cart.product.app("update_current_profile_order").parts.store
    with patch.object(store, "get", wraps=store.get) as get:
        assert cart.ok(*lines)["priceInfo"]["amount"] == 150
    assert get.call_count == 2


def _items(cart: Cart, table: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = boto3.client("dynamodb").scan(TableName=cart.product.environment[f"{table}_TABLE"])[
        "Items"
    ]
    return items


def _size(item: dict[str, Any]) -> int:
    return sum(len(name) + len(next(iter(value.values()))) for name, value in item.items())


def test_a_full_order_fits(cart: Cart) -> None:
    """500 lines and children like the example's, with groups, under a key."""
    lines = like_the_example(334)[:333]
    assert sum(1 + len(line["childItems"]) for line in lines) == 499
    body = {
        "shoppingCart": {"items": [*lines, line()], "coupons": EXAMPLE["shoppingCart"]["coupons"]},
        "payments": EXAMPLE["payments"], "shippingGroups": [group()],
    }  # fmt: skip
    answer = cart.send(body, "?includeShippingGroups=true", KEY)
    assert answer.status == 200, answer.text
    assert len(json.dumps({"body": answer.text}, ensure_ascii=False).encode()) < LAMBDA_BYTES
    (order,) = (item for item in _items(cart, "ORDERS") if item["sk"]["S"] == f"order#{answer.body['orderId']}")
    assert _size(order) < 400 * 1024
    parts = [item for item in _items(cart, "EXPIRING") if "answer" in item]
    assert max(map(_size, parts)) < 400 * 1024
    assert sum(map(_size, [order, *parts])) < 4 * 1024 * 1024
    replayed = cart.send(body, "?includeShippingGroups=true", KEY)
    assert (replayed.text, replayed.headers["idempotency-replayed"]) == (answer.text, "true")
    assert cart.shown()["priceInfo"] == answer.body["priceInfo"]
    assert len(answer.text.encode()) > 1024 * 1024
    coupons = {"coupons": body["shoppingCart"]["coupons"]}
    sent_back = cart.send(answer.body | {"shoppingCart": answer.body["shoppingCart"] | coupons})
    assert sent_back.status == 200, sent_back.text
    for member in ("priceInfo", "payments", "discountInfo", "shippingMethod", "shippingAddress"):
        assert sent_back.body[member] == answer.body[member]


def test_what_is_stored_can_not_be_derived(cart: Cart) -> None:
    from commerce.storage import decode_document

    cart.send(EXAMPLE | {"id": None}, "?includeShippingGroups=true")
    name = cart.shown()["orderId"]
    (order,) = (item for item in _items(cart, "ORDERS") if item["sk"]["S"] == f"order#{name}")
    text = json.dumps(decode_document(order["document"]["B"]), default=str)
    for derived in ("Trail camera", "unitPrice", "promo20001", "100.0", "USD", "trail-camera", "tax", "discount"):
        assert derived not in text


def test_an_order_that_is_too_large(cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    cart.ok(line())
    monkeypatch.setattr("commerce.orders.repository.MAX_DOCUMENT_BYTES", 500)
    assert cart.refused(line(serviceId="0123456789"), *(line("prodB", assetKey=str(at)) for at in range(90))) == (
        "28315",
        None,
    )
    assert cart.post(line()).status == 200


def _noise(count: int) -> list[str]:
    """Texts of the greatest length that hardly compress."""
    digits = iter(hashlib.shake_256(b"noise").hexdigest(count * 4000 * 2))
    return [
        "".join(chr(0x4E00 + int("".join(islice(digits, 4)), 16) % 0x5000) for _ in range(4000)) for _ in range(count)
    ]


def _text(*lines: Any, **more: Any) -> str:
    return json.dumps({"shoppingCart": {"items": lines}, **more}, ensure_ascii=False)


def test_an_order_that_does_not_fit_in_its_item(cart: Cart) -> None:
    noise = _noise(60)
    assert cart.send(_text(*(line(serviceId=text) for text in noise))).code == "28315"
    assert cart.get().status == 204
    assert cart.send(_text(*(line(serviceId=text) for text in noise[:30]))).status == 200


def test_an_answer_that_does_not_fit_in_lambdas(cart: Cart) -> None:
    """A line that travels in many groups is shown in each of them."""
    text = "x" * 4000
    big = line(
        quantity=200, commerceItemId="a", serviceId=text, assetKey=text, rootAssetKey=text, billingAccountId=text
    )
    groups = [group({"commerceItemId": "a", "quantity": 1}, method=None) for _ in range(200)]
    assert cart.send(_text(big | {"quantity": 20}, shippingGroups=groups[:20])).status == 200
    before = cart.get().text
    crowd = [line(quantity=500, assetKey=str(at), commerceItemId=f"l{at}") for at in range(20)]
    units = [{"commerceItemId": gift_line["commerceItemId"], "quantity": 1} for gift_line in crowd]
    assert cart.send(_text(*crowd, shippingGroups=[group(*units, method=None)] * 400)).code == "28315"
    many = groups + groups
    assert cart.send(_text(big | {"quantity": 400}, shippingGroups=many)).code == "28315"
    assert cart.get().text == before


def test_an_answer_that_is_too_large_to_keep(cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce.idempotency.PART_BYTES", 100)
    assert cart.refused(line(), headers=KEY) == ("28315", None)
    assert cart.post(line()).status == 200
    assert MAX_PARTS * PART_BYTES + 400_000 < 4 * 1024 * 1024


def test_a_kept_answer_of_several_parts(cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce.idempotency.PART_BYTES", 700)
    first = cart.post(line(), line("prodB"), headers=KEY)
    assert sum("answer" in item for item in _items(cart, "EXPIRING")) > 1
    again = cart.post(line(), line("prodB"), headers=KEY)
    assert (again.text, again.headers["etag"]) == (first.text, first.headers["etag"])
