"""orders.json: what an operator loads (backoffice/orders.py)."""

from collections.abc import Callable
from typing import Any

import pytest

from backoffice.records import BadData
from tests.contract.orders.conftest import Cart, line
from tests.support.deployment import Product

RECORD: dict[str, Any] = {
    "id": "o7", "shopper": "se-570031", "site": "siteUS", "current": True, "cartName": "Loaded",
    "lines": [{"id": "ci7", "productId": "prodA", "catRefId": "skuA", "quantity": 2}],
}  # fmt: skip


def test_a_loaded_order_is_an_order_like_any(cart: Cart, load: Callable[..., None]) -> None:
    load(cart.product, "orders.json", [RECORD])
    shown = cart.shown()
    assert (shown["orderId"], shown["cartName"], shown["priceInfo"]["amount"]) == ("o7", "Loaded", 43.98)
    assert (shown["shippingGroups"][0]["shippingGroupId"], shown["lastModifierId"]) == ("sg71", None)
    changed = cart.ok(line("prodB"), line("prodA"))
    assert [item["id"] for item in changed["shoppingCart"]["items"]] == ["ci72", "ci7"]
    tag = cart.get().headers["etag"]
    load(cart.product, "orders.json", [RECORD])
    assert cart.shown()["shoppingCart"] == shown["shoppingCart"]
    assert cart.post(line(), headers={"If-Match": tag}).code == "00000412"


def test_a_saved_cart(cart: Cart, load: Callable[..., None]) -> None:
    load(cart.product, "orders.json", [RECORD | {"current": False}])
    assert cart.get().status == 204
    assert cart.ok(line(), id="o7")["orderId"] == "o7"


def test_the_sample_order_is_the_shoppers_current_one(product: Product) -> None:
    cart = Cart(product, product.issue())
    assert cart.shown()["orderId"] == "o10001"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"id": "o 7"}, "letters, digits"), ({"shopper": "nobody"}, "there is no profile"),
        ({"site": "nowhere"}, "there is no site"), ({"lines": [{"id": "x"}]}, "lines.0"), ({"total": 7}, "total"),
        ({"lines": [*RECORD["lines"], *RECORD["lines"]]}, "same id"),
        ({"lines": [RECORD["lines"][0] | {"quantity": 0}]}, "quantity"),
        ({"lines": [RECORD["lines"][0] | {"id": f"l{at}"} for at in range(501)]}, "at most 500"),
    ],
)  # fmt: skip
def test_data_that_is_wrong(cart: Cart, load: Callable[..., None], wrong: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadData, match=reason) as caught:
        load(cart.product, "orders.json", [RECORD, RECORD | {"id": "o8"} | wrong])
    assert "orders.json, line 1" in str(caught.value)
    assert cart.get().status == 204


def test_an_order_that_is_there_twice(cart: Cart, load: Callable[..., None]) -> None:
    with pytest.raises(BadData, match="twice"):
        load(cart.product, "orders.json", [RECORD, RECORD])
