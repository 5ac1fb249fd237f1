"""Gifts as clients of Oracle's service go about them, over several calls: orders.md §2, §5, pricing.md §6."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contract.orders.conftest import Cart, line
from tests.end_to_end.clients.classic_cart import ClassicCart

POSTER, POSTER_SKU, STICKER, STICKER_SKU = "poster_1", "poster_1_sku", "sticker_1", "sticker_1_sku"
CAMERA, BLACK, RED = "camera_1", "camerasku_1_black", "camerasku_1_red"
TRAIL_CAMERA, TRAIL_CAMERA_SKU = "xprod1047", "xsku1242"
Load = Callable[..., None]


def promotion(**reward: Any) -> dict[str, Any]:
    """The sample's stickers for posters, otherwise."""
    options = [{"productId": STICKER, "skuId": STICKER_SKU}]
    given = {"kind": "gift", "options": options, "qualifiers": [POSTER], "buy": 2} | reward
    if "minimumSubtotal" in given:
        given = {name: value for name, value in given.items() if name not in ("qualifiers", "buy")}
    return {
        "id": "pSticker", "displayName": {"en": "Stickers"}, "priceListGroups": ["defaultPriceGroup"], "reward": given,
    }  # fmt: skip


def stickers(**more: Any) -> dict[str, Any]:
    return {"id": STICKER, "displayName": {"en": "Stickers"}, "skus": [{"id": STICKER_SKU}]} | more


@pytest.fixture
def browser(cart: Cart) -> ClassicCart:
    return ClassicCart(lambda body: cart.send(body).body)


def marker(body: Any, promotion_id: str = "pSticker") -> dict[str, int]:
    (shown,) = [sent for sent in body["giftWithPurchaseOrderMarkers"] if sent["value"] == promotion_id]
    return {name.removesuffix("Quantity"): value for name, value in shown.items() if name.endswith("Quantity")}


def items(body: Any) -> list[tuple[str, int, Any]]:
    return [(item["catRefId"], item["quantity"], item["price"]) for item in body["shoppingCart"]["items"]]


def entry(body: Any) -> dict[str, Any]:
    found: list[dict[str, Any]] = body["giftWithPurchaseInfo"]
    (only,) = found
    return only


# --- the classic cart and a gift that is added by itself

# Promotion, stickers, whether a gift that is lost goes.
STORES: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    (promotion(), stickers(), True),
    (promotion(autoRemove=False), stickers(), False),
    (promotion(autoRemove=False), stickers(soldAlone=False), False),
    (promotion(autoRemove=False), stickers(orderLimit=1), False),
    (promotion(quantity=2), stickers(soldAlone=False, orderLimit=1), True),
    (promotion(quantity=2, autoRemove=False), stickers(soldAlone=False, orderLimit=1), False),
    (promotion(minimumSubtotal=25), stickers(), True),
    (promotion(minimumSubtotal=25, autoRemove=False), stickers(), False),
]


@pytest.mark.parametrize(("offer", "product", "goes"), STORES)
def test_a_classic_cart_goes_through_a_gifts_life(
    cart: Cart, browser: ClassicCart, load: Load, offer: Any, product: Any, goes: bool
) -> None:
    """Qualify, added, change, disqualify, qualify again; after each step another change is never refused."""
    load(cart.product, "promotions.json", [offer])
    load(cart.product, "products.json", [product])
    units = offer["reward"].get("quantity", 1)
    browser.add(POSTER, POSTER_SKU, 2)
    gift = (STICKER_SKU, units, 0)
    assert browser.seen() == [(POSTER_SKU, 2, 25), gift]
    assert browser.gift_skus() == [STICKER_SKU]
    name = browser.line(STICKER).id

    browser.add("voucher_1", "voucher_1_sku")
    voucher = browser.seen()[-1]
    assert browser.seen() == [(POSTER_SKU, 2, 25), gift, voucher]
    assert (browser.line(STICKER).id, browser.gift_skus()) == (name, [STICKER_SKU])
    browser.remove("voucher_1")
    assert browser.seen() == [(POSTER_SKU, 2, 25), gift]
    assert marker(browser.answer)["removed"] == 0

    browser.change_quantity(POSTER, 1)
    charged = [] if goes else [(STICKER_SKU, units, units * 1.5)]
    assert browser.seen() == [(POSTER_SKU, 1, 12.5), *charged]
    assert (browser.gift_skus(), browser.order_markers) == ([], [])
    messages = browser.answer["pricingMessages"]["giftWithPurchaseMessages"]
    assert [message["identifier"] for message in messages] == ["GWPInvalidated"]
    browser.change_quantity(POSTER, 1)
    assert browser.seen() == [(POSTER_SKU, 1, 12.5), *charged]

    browser.change_quantity(POSTER, 2)
    assert browser.seen() == [(POSTER_SKU, 2, 25), *charged, gift]
    browser.change_quantity(POSTER, 3)
    assert browser.seen() == [(POSTER_SKU, 3, 37.5), *charged, gift]
    assert cart.shown()["shoppingCart"] == browser.answer["shoppingCart"]


def test_a_classic_cart_removes_a_gift_for_good(browser: ClassicCart) -> None:
    browser.add(POSTER, POSTER_SKU, 2)
    browser.remove(STICKER)
    assert browser.seen() == [(POSTER_SKU, 2, 25)]
    browser.change_quantity(POSTER, 3)
    assert browser.seen() == [(POSTER_SKU, 3, 37.5)]
    assert marker(browser.answer)["removed"] == 1
    # It is offered anew when the order qualifies anew.
    browser.change_quantity(POSTER, 1)
    browser.change_quantity(POSTER, 2)
    assert browser.gift_skus() == [STICKER_SKU]


def test_a_classic_cart_buys_more_of_its_gift(browser: ClassicCart) -> None:
    browser.add(POSTER, POSTER_SKU, 2)
    browser.add(STICKER, STICKER_SKU, 2)
    assert browser.seen() == [(POSTER_SKU, 2, 25), (STICKER_SKU, 3, 3)]
    (told,) = browser.line(STICKER).gifts
    assert told["giftWithPurchaseQuantity"] == 1
    browser.change_quantity(POSTER, 1)
    assert browser.line(STICKER).quantity == 2


def test_a_classic_cart_does_not_notice_a_lost_gift_beside_its_own(browser: ClassicCart) -> None:
    """It keeps the line of the gift, since there is still one of the same SKU; nobody has bought it."""
    browser.add(STICKER, STICKER_SKU)
    browser.add(POSTER, POSTER_SKU, 2)
    assert browser.seen() == [(STICKER_SKU, 1, 1.5), (POSTER_SKU, 2, 25), (STICKER_SKU, 1, 0)]
    browser.change_quantity(POSTER, 1)
    for quantity in (1, 1):
        browser.change_quantity(POSTER, quantity)
        assert items(browser.answer) == [(STICKER_SKU, 1, 1.5), (POSTER_SKU, 1, 12.5)]
    browser.change_quantity(POSTER, 2)
    assert items(browser.answer) == [(STICKER_SKU, 1, 1.5), (POSTER_SKU, 2, 25), (STICKER_SKU, 1, 0)]


def test_a_classic_cart_takes_over_a_gift_that_it_was_shown(cart: Cart, browser: ClassicCart, load: Load) -> None:
    """A promotion that began since the last update: reading shows its gift, which is stored by the next update."""
    reward = {"kind": "gift", "options": [{"productId": "prodB", "skuId": "skuB"}], "qualifiers": ["prodA"], "buy": 1}
    browser.add("prodA", "skuA")
    load(cart.product, "promotions.json", [{"id": "pNew", "displayName": {"en": "New"}, "reward": reward}])
    products = [{"id": "prodB", "displayName": {"en": "B"}, "soldAlone": False, "skus": [{"id": "skuB"}]}]
    load(cart.product, "products.json", products)
    browser.load(cart.shown())
    assert (browser.seen(), browser.gift_skus()) == ([("skuA", 1, 21.99), ("skuB", 1, 0)], ["skuB"])
    browser.change_quantity("prodA", 2)
    assert browser.seen() == [("skuA", 2, 43.98), ("skuB", 1, 0)]
    assert marker(browser.answer, "pNew")["automatic"] == 1


# --- a gift of choice


def test_a_gift_is_offered_chosen_changed_and_removed(cart: Cart, browser: ClassicCart) -> None:
    browser.add(TRAIL_CAMERA, TRAIL_CAMERA_SKU)
    data = browser.order_markers[0]["data"]
    assert browser.gift_info == [
        {
            "promotionId": "promo10002", "giftWithPurchaseIdentifier": data, "giftWithPurchaseType": "product",
            "giftWithPurchaseDetail": CAMERA, "giftWithPurchaseQuantity": 1,
            "giftWithPurchaseQuantityAvailableForSelection": 1, "giftWithPurchaseChoicesAvailable": True,
            "autoRemove": True,
        }
    ]  # fmt: skip
    offered = browser.gift_info[0]

    browser.choose_gift(BLACK)
    trail_camera = (TRAIL_CAMERA_SKU, 1, 40)
    assert browser.seen() == [trail_camera, (BLACK, 1, 0)]
    chosen = offered | {"giftWithPurchaseQuantityAvailableForSelection": 0}
    assert (browser.offered, browser.gift_info) == ([], [chosen])
    told = {"giftWithPurchaseIdentifier": data, "giftWithPurchaseQuantity": 1, "giftWithPurchaseChoicesAvailable": True}
    assert browser.line(CAMERA).gifts == [told]
    browser.add("prodA", "skuA")
    assert browser.seen() == [trail_camera, (BLACK, 1, 0), ("skuA", 1, 21.99)]

    browser.change_gift(CAMERA, RED)
    assert browser.seen() == [trail_camera, ("skuA", 1, 21.99), (RED, 1, 0)]
    assert browser.gift_info == [chosen]
    assert marker(browser.answer, "promo10002") == {
        "selected": 1, "automatic": 0, "targeted": 1, "removed": 0, "failed": 0,
    }  # fmt: skip
    browser.change_quantity("prodA", 2)
    assert browser.gift_skus() == [RED]

    browser.remove(CAMERA)
    assert browser.seen() == [trail_camera, ("skuA", 2, 43.98)]
    assert (browser.offered, marker(browser.answer, "promo10002")["removed"]) == ([], 1)
    browser.remove(TRAIL_CAMERA)
    assert browser.gift_info == []
    browser.add(TRAIL_CAMERA, TRAIL_CAMERA_SKU)
    browser.choose_gift(RED)
    assert browser.gift_skus() == [RED]
    assert cart.shown()["shoppingCart"] == browser.answer["shoppingCart"]


@pytest.mark.parametrize("auto_remove", [True, False])
def test_a_gift_that_is_exchanged_is_never_charged(cart: Cart, load: Load, auto_remove: bool) -> None:
    """Its line may stand beside the new one, with a selection or without, or be left out."""
    reward = {"kind": "gift", "options": [{"productId": CAMERA}], "qualifiers": ["prodA"], "buy": 1}
    reward |= {"autoRemove": auto_remove}
    load(cart.product, "promotions.json", [{"id": "promo10002", "displayName": {"en": "Camera"}, "reward": reward}])
    selection = {"promotionId": "promo10002", "giftWithPurchaseQuantity": 1}

    def camera(sku: str, **more: Any) -> dict[str, Any]:
        return line(CAMERA, sku=sku, **more)

    chosen = camera(BLACK, giftWithPurchaseSelections=[selection])
    other = camera(RED, giftWithPurchaseSelections=[selection])
    for mark in ({}, {"giftWithPurchaseSelections": [selection | {"productId": CAMERA, "catRefId": BLACK}]}, None):
        cart.delete()
        body = cart.ok(line(), chosen)
        held = body["shoppingCart"]["items"][1]["id"]
        old = [] if mark is None else [camera(BLACK, commerceItemId=held, **mark)]
        changed = cart.ok(line(), *old, other, giftWithPurchaseOrderMarkers=body["giftWithPurchaseOrderMarkers"])
        assert items(changed) == [("skuA", 1, 21.99), (RED, 1, 0)]
        assert entry(changed)["giftWithPurchaseQuantityAvailableForSelection"] == 0


def test_several_units_are_chosen_one_after_another(cart: Cart, load: Load, browser: ClassicCart) -> None:
    reward = {"kind": "gift", "options": [{"productId": CAMERA}], "qualifiers": ["prodA"], "buy": 1, "quantity": 3}
    load(cart.product, "promotions.json", [{"id": "promo10002", "displayName": {"en": "Camera"}, "reward": reward}])
    one = {"promotionId": "promo10002", "giftWithPurchaseQuantity": 1}
    browser.add("prodA", "skuA")
    assert browser.offered[0]["giftWithPurchaseQuantityAvailableForSelection"] == 3
    body = cart.ok(line(), line(CAMERA, sku=BLACK, giftWithPurchaseSelections=[one]))
    assert entry(body)["giftWithPurchaseQuantityAvailableForSelection"] == 2
    held = body["shoppingCart"]["items"][1]["id"]
    more = line(CAMERA, 2, sku=BLACK, commerceItemId=held, giftWithPurchaseSelections=[one])
    body = cart.ok(line(), more)
    assert items(body)[1:] == [(BLACK, 2, 0)]
    # What is more than what is chosen is bought.
    body = cart.ok(line(), more | {"quantity": 3, "giftWithPurchaseSelections": []}, line(CAMERA, sku=RED))
    assert items(body)[1:] == [(BLACK, 3, 59.9), (RED, 1, 59.9)]
    assert entry(body)["giftWithPurchaseQuantityAvailableForSelection"] == 1
    # One may be given back while another is chosen.
    markers = {"giftWithPurchaseOrderMarkers": body["giftWithPurchaseOrderMarkers"]}
    fewer = line(CAMERA, 1, sku=BLACK, commerceItemId=held)
    body = cart.ok(line(), fewer, line(CAMERA, 2, sku=RED, giftWithPurchaseSelections=[one]), **markers)
    assert items(body)[1:] == [(BLACK, 1, 0), (RED, 2, 59.9)]
    assert marker(body, "promo10002")["removed"] == 0


@pytest.mark.parametrize("named", ["data", "repositoryId"])
@pytest.mark.parametrize("as_number", [True, False])
def test_a_gift_is_known_by_its_markers_data_or_id(cart: Cart, named: str, as_number: bool) -> None:
    (shown,) = cart.ok(line(TRAIL_CAMERA))["giftWithPurchaseOrderMarkers"]
    identifier = int(shown[named]) if as_number else shown[named]
    selection = {"giftWithPurchaseIdentifier": identifier, "giftWithPurchaseQuantity": 1}
    body = cart.ok(line(TRAIL_CAMERA), line(CAMERA, sku=RED, giftWithPurchaseSelections=[selection]))
    assert items(body)[1] == (RED, 1, 0)
    assert entry(body)["giftWithPurchaseIdentifier"] == shown["data"]


# --- a script that knows nothing of gifts


@pytest.mark.parametrize("combine", ["yes", "no"])
def test_a_script_that_posts_its_own_lines_gets_its_gifts_every_time(cart: Cart, combine: str) -> None:
    names = set()
    for quantity in (2, 2, 3, 4):
        body = cart.ok(line(POSTER, quantity), combineLineItems=combine)
        assert items(body) == [(POSTER_SKU, quantity, quantity * 12.5), (STICKER_SKU, 1, 0)]
        names.add(body["shoppingCart"]["items"][1]["id"])
        assert marker(body) == {"selected": 0, "automatic": 1, "targeted": 1, "removed": 0, "failed": 0}
    assert len(names) == 1
    assert items(cart.ok(line(POSTER))) == [(POSTER_SKU, 1, 12.5)]
    assert items(cart.ok(line(POSTER, 2)))[1] == (STICKER_SKU, 1, 0)


def test_a_script_that_sends_shipping_groups_back(cart: Cart) -> None:
    """The groups name a gift that the lines do not."""
    body = cart.ok(line(POSTER, 2, commerceItemId="mine"))
    again = cart.ok(line(POSTER, 2, commerceItemId="mine"), shippingGroups=body["shippingGroups"])
    assert items(again) == items(body)
    assert [item["catRefId"] for item in again["shippingGroups"][0]["items"]] == [POSTER_SKU, STICKER_SKU]


def test_a_script_that_chooses_anew_with_every_call(cart: Cart) -> None:
    selection = {"promotionId": "promo10002", "giftWithPurchaseQuantity": 1}
    chosen = line(CAMERA, sku=RED, giftWithPurchaseSelections=[selection])
    for _ in range(3):
        assert items(cart.ok(line(TRAIL_CAMERA), chosen)) == [(TRAIL_CAMERA_SKU, 1, 40), (RED, 1, 0)]
    # Left out by one who echoes no markers, it can be chosen again.
    assert entry(cart.ok(line(TRAIL_CAMERA)))["giftWithPurchaseQuantityAvailableForSelection"] == 1


def test_a_line_of_quantity_zero_removes_a_gift_without_markers(cart: Cart) -> None:
    body = cart.ok(line(POSTER, 2))
    name = body["shoppingCart"]["items"][1]["id"]
    assert items(cart.ok(line(POSTER, 2), line(STICKER, 0, commerceItemId=name))) == [(POSTER_SKU, 2, 25)]
    assert items(cart.ok(line(POSTER, 2))) == [(POSTER_SKU, 2, 25)]


def test_only_the_gifts_of_echoed_markers_are_removed(cart: Cart, load: Load) -> None:
    other = promotion(options=[{"productId": "prodB", "skuId": "skuB"}]) | {"id": "pOther"}
    load(cart.product, "promotions.json", [other])
    body = cart.ok(line(POSTER, 4))
    assert items(body)[1:] == [("skuB", 1, 0), (STICKER_SKU, 1, 0)]
    by_promotion = {shown["value"]: shown for shown in body["giftWithPurchaseOrderMarkers"]}
    body = cart.ok(line(POSTER, 4), giftWithPurchaseOrderMarkers=[by_promotion["pOther"]])
    assert items(body)[1:] == [(STICKER_SKU, 1, 0)]
    assert (marker(body)["removed"], marker(body, "pOther")["removed"]) == (0, 1)


# --- former gifts


def answers_sent_back(body: Any) -> Iterator[dict[str, Any]]:
    """With and without markers, with and without what the server made."""
    lines = body["shoppingCart"]["items"]
    plain = [{name: item[name] for name in ("productId", "catRefId", "quantity", "commerceItemId")} for item in lines]
    bare = [{name: item[name] for name in ("productId", "catRefId", "quantity")} for item in lines]
    for sent in (lines, plain, bare):
        cart = {"items": sent, "coupons": []}
        yield {"shoppingCart": cart}
        yield {"shoppingCart": cart, "giftWithPurchaseOrderMarkers": body["giftWithPurchaseOrderMarkers"]}


@pytest.mark.parametrize("product", [stickers(soldAlone=False), stickers(orderLimit=1), stickers()])
def test_a_gift_that_is_charged_can_be_sent_back(cart: Cart, load: Load, product: Any) -> None:
    load(cart.product, "promotions.json", [promotion(autoRemove=False, quantity=2)])
    load(cart.product, "products.json", [product])
    gift = cart.ok(line(POSTER, 2))
    poster, sticker = gift["shoppingCart"]["items"]
    assert (sticker["quantity"], sticker["price"]) == (2, 0)
    charged = cart.ok(poster | {"quantity": 1}, sticker)
    assert items(charged) == [(POSTER_SKU, 1, 12.5), (STICKER_SKU, 2, 3)]
    for body in answers_sent_back(charged):
        assert items(cart.ok(**body)) == items(charged)
    assert items(cart.shown()) == items(charged)
    # Of what it never was, rules count.
    poster, sticker = charged["shoppingCart"]["items"]
    if not product.get("soldAlone", True):
        assert cart.refused(poster, sticker | {"quantity": 3}) == ("28155", STICKER)
    if "orderLimit" in product:
        assert cart.ok(poster, sticker | {"quantity": 3})["shoppingCart"]["items"][1]["price"] == 4.5
        assert cart.refused(poster, sticker | {"quantity": 4})[0] == "28104"


@pytest.mark.parametrize("auto_remove", [True, False])
def test_a_gift_that_is_sent_back_is_the_same_gift(cart: Cart, load: Load, auto_remove: bool) -> None:
    load(cart.product, "promotions.json", [promotion(autoRemove=auto_remove)])
    load(cart.product, "products.json", [stickers(soldAlone=False)])
    first = cart.ok(line(POSTER, 2))
    for body in answers_sent_back(first):
        again = cart.ok(**body)
        assert again["shoppingCart"] == first["shoppingCart"]
        assert again["giftWithPurchaseOrderMarkers"] == first["giftWithPurchaseOrderMarkers"]


# --- gifts that are not offered


@pytest.mark.parametrize(
    "selection",
    [
        {"promotionId": "promo10002"}, {"promotionId": "pSticker"}, {"promotionId": "pSave"}, {"promotionId": "none"},
        {"giftWithPurchaseIdentifier": "1"}, {}, {"promotionId": None},
        {"promotionId": "promo10002", "productId": CAMERA},
    ],
)  # fmt: skip
@pytest.mark.parametrize("units", [1, 2])
def test_a_line_that_chooses_what_is_not_offered_stays_and_is_paid(cart: Cart, selection: Any, units: int) -> None:
    chosen = selection | {"giftWithPurchaseQuantity": units}
    body = cart.ok(line(TRAIL_CAMERA), line("prodA", 2, giftWithPurchaseSelections=[chosen]))
    assert items(body) == [(TRAIL_CAMERA_SKU, 1, 40), ("skuA", 2, 43.98)]
    assert entry(body)["giftWithPurchaseQuantityAvailableForSelection"] == 1
    assert body["shoppingCart"]["items"][1]["giftWithPurchaseCommerceItemMarkers"] == []


def test_what_is_chosen_beyond_the_gift_is_paid(cart: Cart) -> None:
    selection = {"promotionId": "promo10002", "giftWithPurchaseQuantity": 1}
    chosen = {"giftWithPurchaseSelections": [selection]}
    body = cart.ok(line(TRAIL_CAMERA), line(CAMERA, sku=RED, **chosen), line(CAMERA, 2, sku=BLACK, **chosen))
    assert items(body)[1:] == [(RED, 1, 0), (BLACK, 2, 119.8)]
    cart.delete()
    assert items(cart.ok(line(CAMERA, sku=RED, **chosen))) == [(RED, 1, 59.9)]


def test_what_may_not_be_bought_can_be_chosen_as_a_gift_and_only_so(cart: Cart, load: Load) -> None:
    cameras = {
        "id": CAMERA, "displayName": {"en": "Camera"}, "soldAlone": False, "skus": [{"id": RED}, {"id": BLACK}],
    }  # fmt: skip
    load(cart.product, "products.json", [cameras])
    chosen = {"giftWithPurchaseSelections": [{"promotionId": "promo10002", "giftWithPurchaseQuantity": 1}]}
    assert cart.refused(line(), line(CAMERA, sku=RED, **chosen)) == ("28155", CAMERA)
    assert items(cart.ok(line(TRAIL_CAMERA), line(CAMERA, sku=RED, **chosen)))[1] == (RED, 1, 0)
    assert cart.refused(line(TRAIL_CAMERA), line(CAMERA, 2, sku=RED, **chosen)) == ("28155", CAMERA)
    del cameras["soldAlone"]
    cart.delete()
    load(cart.product, "products.json", [cameras | {"orderLimit": 1}])
    assert items(cart.ok(line(TRAIL_CAMERA), line(CAMERA, sku=RED), line(CAMERA, sku=BLACK, **chosen)))[1:] == [
        (RED, 1, 59.9), (BLACK, 1, 0),
    ]  # fmt: skip
    cart.delete()
    assert cart.refused(line(), line(CAMERA, sku=RED), line(CAMERA, sku=BLACK, **chosen))[0] == "28104"


def test_ordinary_discounts_tell_of_no_gift(cart: Cart) -> None:
    (shirts,) = cart.ok(line("prodB", 5), coupons=["SAVE5"])["shoppingCart"]["items"]
    assert [discount["giftWithPurchaseDiscountInfo"] for discount in shirts["discountInfo"]] == [[], []]


def test_a_gift_that_costs_nothing_anyway_is_known_as_one(cart: Cart, load: Load) -> None:
    load(cart.product, "prices.json", [{"productId": STICKER, "priceListGroup": "defaultPriceGroup", "list": 0}])
    body = cart.ok(line(POSTER, 2))
    (discount,) = body["shoppingCart"]["items"][1]["discountInfo"]
    assert discount["giftWithPurchaseDiscountInfo"][0]["giftWithPurchaseQuantity"] == 1
