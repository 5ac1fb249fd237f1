"""The seed document's example, verbatim, and the worked example of pricing.md §11 through the whole product."""

import json
from collections.abc import Callable
from typing import Any

from tests.contract.orders.conftest import EXAMPLES, ORDER, Cart, card, group, line
from tests.support.deployment import Product


def test_the_contracts_example_works_verbatim(product: Product) -> None:
    request = json.loads((EXAMPLES / "update-current-order.request.json").read_text(encoding="utf-8"))
    sample = json.loads((EXAMPLES / "update-current-order.response.json").read_text(encoding="utf-8"))
    answer = product.call("POST", f"{ORDER}?includeShippingGroups=true", request, token=product.login())

    assert answer.status == 200, answer.text
    body = answer.body
    assert body["orderId"] == "o10001"
    assert body["priceInfo"] == sample["priceInfo"] | {"totalWithoutTax": 37}
    discounts, expected = body["discountInfo"], sample["discountInfo"]
    assert (discounts["orderDiscount"], discounts["shippingDiscount"]) == (3, 0)
    for name in ("orderCouponsMap", "unclaimedCouponsMap"):
        assert {
            code: _known(promotion, expected[name][code]) for code, promotion in discounts[name].items()
        } == expected[name]
    for name in ("claimedCouponMultiPromotions", "unclaimedCouponMultiPromotions"):
        shown = {
            code: [_known(promotion, expected[name][code][at]) for at, promotion in enumerate(promotions)]
            for code, promotions in discounts[name].items()
        }
        assert shown == expected[name]
    (payment,) = body["payments"]
    ignored = {"paymentGroupId": payment["paymentGroupId"], "gatewayName": payment["gatewayName"]}
    assert payment == sample["payments"][0] | ignored
    assert body["dynamicProperties"][0] == sample["dynamicProperties"][0]
    (item,) = body["shoppingCart"]["items"]
    (like,) = sample["shoppingCart"]["items"]
    artefacts = {
        "route", "commerceItemId", "primaryThumbImageURL", "primaryImageAltText", "primaryImageTitle",
        "dynamicProperties",
    }  # fmt: skip
    assert {name: item[name] for name in like.keys() - artefacts} == {
        name: like[name] for name in like.keys() - artefacts
    }
    assert like["dynamicProperties"][0] in item["dynamicProperties"]
    assert item["route"] == "/trail-camera/product/xprod1047"
    assert [child["productId"] for child in item["childItems"]] == ["child1P1Prod1536825979556"]
    assert item["childItems"][0]["quantity"] == 5
    assert body["recurringChargePriceInfo"] == {
        "amount": 10, "total": 10, "subTotal": 10, "tax": 0, "shipping": 0, "totalWithoutTax": 10,
        "currencyCode": "USD", "subTotalByFrequency": [{"amount": 10, "frequency": "Monthly"}],
        "taxByFrequency": [{"amount": 0, "frequency": "Monthly"}],
        "frequencyAmountTotals": [{"amount": 10, "frequency": "Monthly"}],
        "frequencyTaxTotals": [{"amount": 0, "frequency": "Monthly"}],
    }  # fmt: skip
    (shown_group,) = body["shippingGroups"]
    like_group = sample["shippingGroups"][0]
    assert shown_group["shippingMethod"] == like_group["shippingMethod"]
    assert shown_group["shippingAddress"] == like_group["shippingAddress"]
    assert shown_group["priceInfo"] == like_group["priceInfo"] | {"subTotal": 40}
    assert like_group["items"][0].keys() <= shown_group["items"][0].keys()
    assert sample.keys() - {"quoteInfo"} <= body.keys()
    marker, like_marker = body["giftWithPurchaseOrderMarkers"][0], sample["giftWithPurchaseOrderMarkers"][0]
    own = {"data": marker["data"], "repositoryId": marker["repositoryId"]}
    assert marker == like_marker | own
    (message,) = body["pricingMessages"]["giftWithPurchaseMessages"]
    assert message == {
        "summary": "The cart has qualified for a free gift promotion.", "identifier": "GWPQualified",
        "params": ["promo10002"], "type": "information", "priority": -10,
    }  # fmt: skip


def _known(shown: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    return {name: shown[name] for name in like}


LINES = (
    line("prodA", 2),
    line("prodB", 5),
    line("prodC", 15),
    line("prodD", 2, externalPrice=90, externalPriceQuantity=1),
    line(
        "prodE", 1, externalRecurringCharge=10, externalRecurringChargeFrequency="Monthly",
        externalRecurringChargeDuration="12",
    ),
)  # fmt: skip
CARDS = [card("6035710988880101071"), card("6035710988880105555")]


def test_the_worked_example_step_1(cart: Cart) -> None:
    body = cart.ok(*LINES, coupons=["SAVE5", "TWOFER"], payments=CARDS)

    numbers = [
        [item[name] for name in ("quantity", "listPrice", "salePrice", "onSale", "unitPrice", "rawTotalPrice", "price")]
        for item in body["shoppingCart"]["items"]
    ]
    assert numbers == [
        [2, 21.99, 0, False, 21.99, 43.98, 43.98],
        [5, 30, 25, True, 25, 150, 115],
        [15, 19, 0, False, 19, 285, 285],
        [2, 139, 0, False, 139, 278, 229],
        [1, 40, 0, False, 40, 40, 40],
    ]
    names = ("quantity", "detailedUnitPrice", "amount", "discounted", "orderDiscountShare")
    details = [
        [[detail[name] for name in names] for detail in item["detailedItemPriceInfo"]]
        for item in body["shoppingCart"]["items"]
    ]
    assert details == [
        [[2, 21.99, 43.98, False, 2.51]],
        [[4, 25, 100, False, 5.7], [1, 15, 15, True, 0.86]],
        [[10, 20, 200, False, 11.4], [5, 17, 85, False, 4.85]],
        [[1, 90, 90, False, 5.13], [1, 139, 139, False, 7.92]],
        [[1, 40, 40, False, 2.28]],
    ]
    assert body["shoppingCart"]["numberOfItems"] == 25
    assert body["shoppingCart"]["items"][1]["discountAmount"] == 10
    assert body["shoppingCart"]["items"][0]["orderDiscountInfos"] == [
        {"promotionId": "pSave", "couponCodes": ["SAVE5"], "amount": 2.2},
        {"promotionId": "pTwo", "couponCodes": ["TWOFER"], "amount": 0.31},
    ]
    info = {"amount": 672.33, "total": 672.33, "shipping": 0, "tax": 0, "subTotal": 712.98, "totalWithoutTax": 672.33}
    assert body["priceInfo"] == info | {"shippingSurchargeValue": 0, "currencyCode": "USD"}
    discounts = body["discountInfo"]
    adjustments = {
        code: (promotion["promotionId"], promotion["totalAdjustment"])
        for code, promotion in discounts["orderCouponsMap"].items()
    }
    assert adjustments == {"SAVE5": ("pSave", -35.65), "TWOFER": ("pTwo", -5)}
    assert {
        code: [promotion["promotionId"] for promotion in many]
        for code, many in discounts["unclaimedCouponMultiPromotions"].items()
    } == {"TWOFER": ["pBig"]}
    assert "totalAdjustment" not in discounts["unclaimedCouponsMap"]["TWOFER"]
    (implicit,) = discounts["orderImplicitDiscountList"]
    assert (implicit["promotionId"], implicit["promotionLevel"], implicit["totalAdjustment"]) == (
        "pB5",
        "item",
        "-10.0",
    )
    paid = [
        [payment[name] for name in ("amount", "isAmountRemaining", "maskedCardNumber", "balance")]
        for payment in body["payments"]
    ]
    assert paid == [[100, False, "xxxxxxxxxxxxxxx1071", "100.0"], [572.33, True, "xxxxxxxxxxxxxxx5555", "1000.0"]]
    recurring = body["recurringChargePriceInfo"]
    assert (recurring["subTotal"], recurring["tax"], recurring["total"]) == (10, 0, 10)


def test_the_worked_example_step_2(make_cart: Callable[..., Cart]) -> None:
    cart = make_cart(TAX_PROVIDER="table")
    body = cart.ok(*LINES, coupons=["SAVE5", "TWOFER"], payments=CARDS, shippingGroups=[group()])

    taxes = [detail["tax"] for item in body["shoppingCart"]["items"] for detail in item["detailedItemPriceInfo"]]
    assert taxes == [3.32, 7.54, 1.13, 15.09, 6.41, 6.79, 10.49, 3.02]
    info = {
        "amount": 672.33,
        "total": 733.14,
        "shipping": 6.5,
        "tax": 54.31,
        "subTotal": 712.98,
        "totalWithoutTax": 678.83,
    }
    assert body["priceInfo"] == info | {"shippingSurchargeValue": 0, "currencyCode": "USD"}
    (shown,) = body["shippingGroups"]
    method = {"value": "groundShipping", "cost": 6.5, "shippingTax": 0.52, "shippingMethodDescription": "Ground"}
    assert shown["shippingMethod"] == body["shippingMethod"] == method
    assert (shown["taxPriceInfo"]["amount"], shown["taxPriceInfo"]["countryTax"]) == (54.31, 54.31)
    assert [payment["amount"] for payment in body["payments"]] == [100, 633.14]
    assert (body["recurringChargePriceInfo"]["tax"], body["recurringChargePriceInfo"]["total"]) == (0.8, 10.8)
    assert cart.shown() == body | {"links": cart.shown()["links"]}
