"""Storefronts' carts over HTTP, with the sample store's gifts: one that is added by itself, one of choice."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.end_to_end.clients.classic_cart import ClassicCart
from tests.end_to_end.conftest import Answer

ORDER = "/ccstore/v1/orders/current"
POSTER, STICKER, CAMERA = "poster_1", "sticker_1", "camera_1"


@pytest.fixture
def send(call: Callable[..., Answer], login: Callable[[str], str]) -> Callable[[dict[str, Any]], Any]:
    """Posts to the sample shopper's cart, which is empty at first."""
    token = login("shopper")
    assert call("DELETE", ORDER, token=token).status in (200, 404)

    def post(body: dict[str, Any]) -> Any:
        answer = call("POST", ORDER, body, token=token)
        assert answer.status == 200, answer.text
        return answer.body

    return post


def test_a_gift_is_added_lost_and_added_again(send: Callable[[dict[str, Any]], Any]) -> None:
    cart = ClassicCart(send)
    cart.add(POSTER, "poster_1_sku", 2)
    gift = cart.line(STICKER)
    assert (gift.quantity, gift.price, cart.gift_skus()) == (1, 0, ["sticker_1_sku"])
    name = gift.id
    cart.add("prodA", "skuA")
    assert (cart.line(STICKER).id, cart.gift_skus()) == (name, ["sticker_1_sku"])
    cart.change_quantity(POSTER, 1)
    assert [line.product for line in cart.lines] == [POSTER, "prodA"]
    cart.change_quantity(POSTER, 2)
    assert cart.gift_skus() == ["sticker_1_sku"]
    cart.remove(STICKER)
    cart.change_quantity(POSTER, 3)
    assert cart.gift_skus() == []


def test_a_gift_is_offered_chosen_changed_and_removed(send: Callable[[dict[str, Any]], Any]) -> None:
    cart = ClassicCart(send)
    cart.add("xprod1047", "xsku1242")
    cart.choose_gift("camerasku_1_black")
    assert (cart.line(CAMERA).price, cart.offered) == (0, [])
    cart.change_gift(CAMERA, "camerasku_1_red")
    assert cart.seen() == [("xsku1242", 1, 40), ("camerasku_1_red", 1, 0)]
    cart.remove(CAMERA)
    assert cart.seen() == [("xsku1242", 1, 40)]
    assert cart.answer["giftWithPurchaseOrderMarkers"][0]["removedQuantity"] == 1


def test_a_script_posts_its_own_lines_alone(send: Callable[[dict[str, Any]], Any]) -> None:
    posters = {"productId": POSTER, "catRefId": "poster_1_sku", "quantity": 2}
    for _ in range(3):
        lines = send({"shoppingCart": {"items": [posters]}})["shoppingCart"]["items"]
        assert [(line["productId"], line["price"]) for line in lines] == [(POSTER, 25), (STICKER, 0)]
