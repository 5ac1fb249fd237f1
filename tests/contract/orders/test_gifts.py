"""Gifts with a purchase over several calls: pricing.md §6, orders.md §2.2, §5."""

from collections.abc import Callable
from typing import Any

from tests.contract.orders.conftest import Cart, line

POSTER, STICKER, CAMERA = "poster_1", "sticker_1", "camera_1"


def items(body: Any) -> list[tuple[str, int, Any]]:
    return [(item["productId"], item["quantity"], item["price"]) for item in body["shoppingCart"]["items"]]


def marker(body: Any) -> dict[str, int]:
    (shown,) = body["giftWithPurchaseOrderMarkers"]
    return {name.removesuffix("Quantity"): value for name, value in shown.items() if name.endswith("Quantity")}


def messages(body: Any) -> list[str]:
    return [message["identifier"] for message in body["pricingMessages"].get("giftWithPurchaseMessages", [])]


def echo(body: Any, *, without: str | None = None) -> dict[str, Any]:
    """What a client sends back of an answer."""
    sent = [item for item in body["shoppingCart"]["items"] if item["productId"] != without]
    return {
        "shoppingCart": {"items": sent, "coupons": []},
        "giftWithPurchaseOrderMarkers": body["giftWithPurchaseOrderMarkers"],
    }


def test_a_single_gift_is_added_last(cart: Cart) -> None:
    body = cart.ok(line(POSTER, 2), line())
    assert items(body) == [(POSTER, 2, 25), ("prodA", 1, 21.99), (STICKER, 1, 0)]
    gift = body["shoppingCart"]["items"][2]
    assert gift["detailedItemPriceInfo"][0]["discounted"] is True
    assert gift["id"].startswith("ci")
    (line_marker,) = gift["giftWithPurchaseCommerceItemMarkers"]
    assert (line_marker["key"], line_marker["value"], line_marker["automaticQuantity"]) == ("atg.gwp", "pSticker", 1)
    assert marker(body) == {"selected": 0, "automatic": 1, "targeted": 1, "removed": 0, "failed": 0}
    assert (messages(body), body["giftWithPurchaseInfo"]) == (["GWPQualified"], [])
    assert cart.shown()["shoppingCart"] == body["shoppingCart"]


def test_a_gift_that_is_sent_back_stays(cart: Cart) -> None:
    first = cart.ok(line(POSTER, 2))
    again = cart.ok(**echo(first))
    assert items(again) == items(first)
    assert [item["id"] for item in again["shoppingCart"]["items"]] == [
        item["id"] for item in first["shoppingCart"]["items"]
    ]
    assert again["giftWithPurchaseOrderMarkers"] == first["giftWithPurchaseOrderMarkers"]
    by_product = cart.ok(line(POSTER, 2), line(STICKER))
    assert items(by_product) == items(first)


def test_a_gift_that_the_shopper_removes_does_not_come_back(cart: Cart) -> None:
    first = cart.ok(line(POSTER, 2))
    removed = cart.ok(**echo(first, without=STICKER))
    assert items(removed) == [(POSTER, 2, 25)]
    assert marker(removed) == {"selected": 0, "automatic": 0, "targeted": 0, "removed": 1, "failed": 0}
    assert items(cart.ok(**echo(removed))) == [(POSTER, 2, 25)]
    assert items(cart.ok(line(POSTER, 3))) == [(POSTER, 3, 37.5)]


def test_removals_are_read_from_the_echoed_marker(cart: Cart) -> None:
    first = cart.ok(line(POSTER, 2))
    request = echo(first, without=STICKER)
    request["giftWithPurchaseOrderMarkers"] = [request["giftWithPurchaseOrderMarkers"][0] | {"removedQuantity": 1}]
    assert marker(cart.ok(**request))["removed"] == 1


def test_a_gift_is_lost_with_its_purchase(cart: Cart) -> None:
    first = cart.ok(line(POSTER, 2))
    poster, sticker = first["shoppingCart"]["items"]
    lost = cart.ok(poster | {"quantity": 1}, sticker)
    assert items(lost) == [(POSTER, 1, 12.5)]
    assert (messages(lost), lost["giftWithPurchaseOrderMarkers"]) == (["GWPInvalidated"], [])
    assert messages(cart.ok(line(POSTER, 1))) == []
    assert items(cart.ok(line(POSTER, 2)))[-1] == (STICKER, 1, 0)


def test_units_beyond_the_gift_are_charged(cart: Cart) -> None:
    first = cart.ok(line(POSTER, 2))
    poster, sticker = first["shoppingCart"]["items"]
    assert items(cart.ok(poster, sticker | {"quantity": 3}))[-1] == (STICKER, 3, 3)


def test_a_claim_on_another_product_is_none(cart: Cart) -> None:
    first = cart.ok(line(POSTER, 2))
    poster, sticker = first["shoppingCart"]["items"]
    other = sticker | {"productId": "prodA", "catRefId": "skuA"}
    body = cart.ok(poster, other, giftWithPurchaseOrderMarkers=first["giftWithPurchaseOrderMarkers"])
    assert items(body) == [(POSTER, 2, 25), ("prodA", 1, 21.99)]


def test_gift_units_do_not_count_towards_the_order_limit(cart: Cart, load: Callable[..., None]) -> None:
    products = [{"id": STICKER, "displayName": {"en": "Stickers"}, "orderLimit": 1, "skus": [{"id": "sticker_1_sku"}]}]
    load(cart.product, "products.json", products)
    body = cart.ok(line(POSTER, 2), line(STICKER, 1, assetKey="mine"))
    assert len(body["shoppingCart"]["items"]) == 3
    assert items(cart.ok(**echo(body))) == items(body)


def test_a_gift_that_is_not_sold_alone_can_be_sent_back(cart: Cart, load: Callable[..., None]) -> None:
    products = [
        {"id": STICKER, "displayName": {"en": "Stickers"}, "soldAlone": False, "skus": [{"id": "sticker_1_sku"}]}
    ]
    load(cart.product, "products.json", products)
    body = cart.ok(line(POSTER, 2))
    assert items(cart.ok(**echo(body))) == items(body) == [(POSTER, 2, 25), (STICKER, 1, 0)]
    poster, sticker = body["shoppingCart"]["items"]
    assert cart.refused(poster, sticker | {"quantity": 2}) == ("28155", STICKER)


def test_a_gift_to_choose(cart: Cart) -> None:
    body = cart.ok(line("xprod1047"))
    assert marker(body) == {"selected": 0, "automatic": 0, "targeted": 0, "removed": 0, "failed": 0}
    (open_gift,) = body["giftWithPurchaseInfo"]
    assert (open_gift["promotionId"], open_gift["giftWithPurchaseQuantity"]) == ("promo10002", 1)
    selection = {
        "giftWithPurchaseIdentifier": open_gift["giftWithPurchaseIdentifier"], "promotionId": "promo10002",
        "giftWithPurchaseQuantity": 1, "productId": CAMERA, "catRefId": "camerasku_1_red",
    }  # fmt: skip
    chosen = line(CAMERA, sku="camerasku_1_red", giftWithPurchaseSelections=[selection])
    with_gift = cart.ok(line("xprod1047"), chosen)
    assert items(with_gift) == [("xprod1047", 1, 40), (CAMERA, 1, 0)]
    assert marker(with_gift) == {"selected": 1, "automatic": 0, "targeted": 1, "removed": 0, "failed": 0}
    (chosen_gift,) = with_gift["giftWithPurchaseInfo"]
    assert chosen_gift == open_gift | {"giftWithPurchaseQuantityAvailableForSelection": 0}
    assert items(cart.ok(**echo(with_gift))) == items(with_gift)
    back = cart.ok(**echo(with_gift, without=CAMERA))
    assert marker(back)["removed"] == 1


def test_a_gift_nobody_earned_is_not_free(cart: Cart) -> None:
    selection = {"promotionId": "promo10002", "giftWithPurchaseQuantity": 1}
    forged = {"key": "atg.gwp", "value": "promo10002", "targetedQuantity": 1, "automaticQuantity": 1}
    body = cart.ok(line(), line(CAMERA, giftWithPurchaseCommerceItemMarkers=[forged]))
    assert items(body) == [("prodA", 1, 21.99), (CAMERA, 1, 59.9)]
    assert items(cart.ok(line(), line(CAMERA, giftWithPurchaseSelections=[selection]))) == items(body)


def test_a_gift_that_is_not_available(cart: Cart, load: Callable[..., None]) -> None:
    products = [{"id": STICKER, "displayName": {"en": "Stickers"}, "active": False, "skus": [{"id": "sticker_1_sku"}]}]
    load(cart.product, "products.json", products)
    body = cart.ok(line(POSTER, 2))
    assert (items(body), messages(body), marker(body)["failed"]) == ([(POSTER, 2, 25)], ["GWPFullFailure"], 1)


def test_a_promotion_that_began_since(cart: Cart, load: Callable[..., None]) -> None:
    """Reading shows its gift, the next update stores it."""
    reward = {"kind": "gift", "options": [{"productId": "prodB", "skuId": "skuB"}], "qualifiers": ["prodA"], "buy": 1}
    cart.ok(line())
    load(cart.product, "promotions.json", [{"id": "pNew", "displayName": {"en": "New"}, "reward": reward}])
    shown = cart.shown()
    assert items(shown) == [("prodA", 1, 21.99), ("prodB", 1, 0)]
    assert items(cart.ok(**echo(shown)))[:1] == [("prodA", 1, 21.99)]
