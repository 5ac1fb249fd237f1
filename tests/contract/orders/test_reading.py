"""GET: an order priced anew, and why it costs what it costs (orders.md §9)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.orders.conftest import Cart, card, group, line


def test_prices_of_now(cart: Cart, load: Callable[..., None]) -> None:
    """Prices change while the service runs; the next call uses them."""
    stored = cart.post(line())
    load(cart.product, "prices.json", [{"productId": "prodA", "priceListGroup": "defaultPriceGroup", "list": 7}])
    read = cart.get()
    assert read.body["priceInfo"]["amount"] == 7
    assert read.headers["etag"] == stored.headers["etag"]
    assert cart.ok(line())["priceInfo"]["amount"] == 7


def test_a_line_that_can_no_longer_be_priced(cart: Cart, load: Callable[..., None]) -> None:
    wheel = line("wheel_1", 1, externalPrice=100, externalPriceQuantity=-1)
    cart.ok(line("prodA", 2), line("prodB", 1), line("bike_1", childItems=[wheel]), shippingGroups=[group()])
    products = [
        {"id": name, "displayName": {"en": name}, "active": False, "skus": [{"id": sku}]}
        for name, sku in (("prodB", "skuB"), ("wheel_1", "wheel_1_sku"))
    ]
    load(cart.product, "products.json", products)
    shown = cart.shown()
    valid, dead, bike = shown["shoppingCart"]["items"]
    assert (valid["isItemValid"], dead["isItemValid"], bike["isItemValid"]) == (True, False, True)
    assert {dead[name] for name in ("price", "amount", "unitPrice", "listPrice", "rawTotalPrice", "salePrice")} == {0}
    assert (dead["detailedItemPriceInfo"], bike["childItems"][0]["isItemValid"]) == ([], False)
    assert (shown["priceInfo"]["amount"], bike["amount"]) == (1243.98, 1200)
    assert shown["shoppingCart"]["numberOfItems"] == 3
    assert cart.post(line("prodB")).code == "28102"
    assert cart.ok(line("prodA", 2))["priceInfo"]["amount"] == 43.98


def test_fields_and_exclude(cart: Cart) -> None:
    cart.ok(line())
    assert cart.shown("?fields=orderId,priceInfo.amount").keys() == {"orderId", "priceInfo"}
    shown = cart.shown("?exclude=shoppingCart.items.listPrice,links")
    assert "links" not in shown
    assert "listPrice" not in shown["shoppingCart"]["items"][0]
    posted = cart.post(line(), query="?fields=orderId").body
    assert posted.keys() == {"orderId"}


@pytest.mark.parametrize("query", ["fields=priceInfo,discountInfo", "exclude=shoppingCart", "exclude=shippingGroups"])
def test_parts_that_are_left_out_change_nothing_in_the_others(cart: Cart, query: str) -> None:
    cart.ok(line(), line("prodB", 2))
    whole, shown = cart.shown(), cart.shown(f"?{query}")
    left_out = query.removeprefix("exclude=") if "exclude" in query else None
    wanted = whole.keys() - {left_out} if left_out else {"priceInfo", "discountInfo"}
    assert shown.keys() == wanted
    assert {name: shown[name] for name in wanted - {"links"}} == {name: whole[name] for name in wanted - {"links"}}


def test_lines_that_nobody_sees_are_not_made(cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    cart.ok(line())
    monkeypatch.setattr("commerce.orders.presentation._lines.LineView._core", None)
    assert cart.shown("?fields=priceInfo,discountInfo").keys() == {"priceInfo", "discountInfo"}
    assert cart.post(line(), query="?fields=priceInfo,discountInfo").status == 200
    assert cart.get("?fields=shoppingCart").status == 500


def test_every_member_of_the_root(cart: Cart) -> None:
    cart.ok(line())
    assert cart.shown().keys() == {
        "orderId", "cartName", "siteId", "creationSiteId", "priceInfo", "recurringChargePriceInfo", "discountInfo",
        "shoppingCart", "shippingGroups", "shippingMethod", "shippingAddress", "payments", "pricingMessages",
        "giftWithPurchaseOrderMarkers", "giftWithPurchaseInfo", "dynamicProperties", "priceListGroup", "creationDate",
        "lastModifiedDate", "lastModifierId", "additionalEmails", "orderAction", "links", "allowAlternateCurrency",
        "sharedWithOrganization", "description", "markers",
    }  # fmt: skip


def test_what_every_answer_of_a_live_store_says(cart: Cart) -> None:
    cart.ok(line())
    shown = cart.shown()
    constants = {"allowAlternateCurrency": False, "sharedWithOrganization": False, "markers": []}
    assert {name: shown[name] for name in constants} == constants
    assert shown["description"] == shown["orderId"]
    assert shown["priceListGroup"] == {
        "repositoryId": "defaultPriceGroup", "id": "defaultPriceGroup", "displayName": "US dollars", "locale": "en_US",
        "active": True, "isTaxIncluded": False, "taxCalculationType": "priceExclusiveSalesTax",
        "listPriceList": {"repositoryId": "listPrices"}, "salePriceList": {"repositoryId": "salePrices"},
        "shippingSurchargePriceList": {"repositoryId": "shippingSurchargePrices"}, "startDate": None, "endDate": None,
        "isPointsBased": False, "deleted": False, "includeAllProducts": False,
        "currency": {
            "repositoryId": "en_US", "currencyCode": "USD", "symbol": "$", "displayName": "US Dollar",
            "fractionalDigits": 2, "numericCode": "840", "currencyType": None, "deleted": False,
        },
    }  # fmt: skip
    (item,) = shown["shoppingCart"]["items"]
    assert (item["itemDiscountInfos"], item["pointOfNoRevision"], item["taxCode"]) == ([], False, None)


def test_price_lists_are_named_after_their_group(cart: Cart) -> None:
    shown = cart.ok(line(), headers={"X-CCPriceListGroup": "euroPriceGroup", "x-ccsite": "siteDE"})["priceListGroup"]
    assert shown["listPriceList"] == {"repositoryId": "euroPriceGroup_listPrices"}
    assert shown["salePriceList"] == {"repositoryId": "euroPriceGroup_salePrices"}
    assert shown["shippingSurchargePriceList"] == {"repositoryId": "euroPriceGroup_shippingSurchargePrices"}
    assert shown["currency"]["repositoryId"] == "de"


def test_reading_shows_shipping_groups_unless_they_are_declined(cart: Cart) -> None:
    posted = cart.ok(line(), shippingGroups=[group()])
    for query in ("", "?includeShippingGroups=", "?includeShippingGroups=TRUE", "?includeShippingGroups=x"):
        assert cart.shown(query)["shippingGroups"] == posted["shippingGroups"]
    for query in ("?includeShippingGroups=false", "?includeShippingGroups=False", "?exclude=shippingGroups"):
        assert "shippingGroups" not in cart.shown(query)
    assert "shippingGroups" not in cart.post(line(), query="?includeShippingGroups=x").body


def test_every_member_of_a_line(cart: Cart) -> None:
    (item,) = cart.ok(line())["shoppingCart"]["items"]
    names = """
        id commerceItemId productId catRefId quantity price amount unitPrice listPrice salePrice onSale rawTotalPrice
        discountAmount shippingSurchargeValue detailedItemPriceInfo recurringCharge detailedRecurringChargeInfo
        discountInfo orderDiscountInfos displayName description route primaryThumbImageURL primaryImageAltText
        primaryImageTitle childSKUs variant skuProperties dynamicProperties giftWithPurchaseCommerceItemMarkers
        originalCommerceItemId siteId stateKey state isItemValid childItems externalData shopperInput
    """
    assert set(names.split()) <= item.keys()
    assert item["detailedItemPriceInfo"] == [
        {
            "discounted": False, "amount": 21.99, "quantity": 1, "tax": 0, "orderDiscountShare": 0,
            "detailedUnitPrice": 21.99, "currencyCode": "USD", "secondaryCurrencyTaxAmount": 0,
            "configurationDiscountShare": 0,
        }
    ]  # fmt: skip


def test_dates_and_modifier(cart: Cart) -> None:
    created = cart.ok(line())
    cart.product.clock.move(minutes=5)
    body = cart.ok(line())
    assert (body["creationDate"], body["lastModifiedDate"]) == ("2026-03-14T09:26:53.589Z", "2026-03-14T09:31:53.589Z")
    assert (created["lastModifierId"], body["lastModifierId"], body["orderAction"]) == (
        "se-570031",
        "se-570031",
        "order",
    )


# --- explain


def stages(trace: Any) -> dict[str, list[Any]]:
    return {stage["stage"]: stage["entries"] for stage in trace["stages"]}


def test_the_trace_is_off_by_default(cart: Cart) -> None:
    cart.ok(line())
    assert "pricingTrace" not in cart.shown()
    assert "pricingTrace" not in cart.shown("?explain=yes")
    assert "pricingTrace" not in cart.post(line(), query="?explain=true").body


def test_the_trace_tells_what_applied_and_what_did_not(cart: Cart) -> None:
    lines = (line("prodB", 5), line("prodD", externalPrice=90), line("sofa_1"))
    cart.ok(*lines, coupons=["SAVE5", "TWOFER"], payments=[card()], shippingGroups=[group()])
    shown = cart.shown("?explain=true&includeShippingGroups=true")
    plain = cart.shown()
    trace = shown.pop("pricingTrace")
    assert {**shown, "links": 0} == {**plain, "links": 0}
    told = stages(trace)
    assert list(told) == [
        "listPrice", "salePrice", "externalPrice", "itemPromotions", "orderPromotions", "shipping",
        "shippingPromotions", "tax", "giftCards", "recurringCharges",
    ]  # fmt: skip
    shirts, headphones, sofa = (item["id"] for item in shown["shoppingCart"]["items"])
    assert told["listPrice"][0] == {"amount": 150, "commerceItemId": shirts, "quantity": 5}
    assert told["salePrice"][0] == {"amount": 125, "commerceItemId": shirts, "quantity": 5}
    assert told["externalPrice"] == [{"amount": 90, "commerceItemId": headphones, "quantity": 1}]
    assert told["itemPromotions"] == [{"amount": -10, "commerceItemId": shirts, "promotionId": "pB5"}]
    assert {
        "amount": 25,
        "commerceItemId": sofa,
        "shippingGroupId": shown["shippingGroups"][0]["shippingGroupId"],
        "quantity": 1,
        "note": "surcharge",
    } in told["shipping"]
    assert told["giftCards"] == [{"amount": -100, "payment": 0}]
    reasons = {promotion["promotionId"]: promotion["reason"] for promotion in trace["notApplied"]}
    assert reasons["pBig"] == "minimumSubtotalNotMet"
    assert not {"promo20001", "pFreeShipping"} & reasons.keys()
    orders = sum(-entry["amount"] for entry in told["orderPromotions"])
    assert round(orders, 2) == shown["discountInfo"]["orderDiscount"]


@pytest.mark.parametrize(
    "change",
    [
        {"enabled": False}, {"startDate": "2026-06-01"}, {"endDate": "2026-01-01"}, {"sites": ["siteDE"]},
        {"audiences": ["nobody"]}, {"priceListGroups": ["euroPriceGroup"]},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_the_trace_tells_nothing_of_what_is_not_for_this_shopper(
    cart: Cart, load: Callable[..., None], change: dict[str, Any]
) -> None:
    """Planned, over, or for others; with a coupon that was sent too."""
    reward = {"kind": "gift", "options": [{"productId": "prodB", "skuId": "skuB"}], "qualifiers": ["prodC"], "buy": 9}
    plain = {"displayName": {"en": "Secret"}, "reward": reward}
    load(cart.product, "promotions.json", [
        {"id": "pOpen", **plain}, {"id": "pHidden", **plain, **change},
        {"id": "pCoupon", **plain, **change, "couponOnly": True},
    ])  # fmt: skip
    load(cart.product, "coupons.json", [{"code": "NEW", "promotions": ["pCoupon"]}])
    cart.ok(line(), coupons=["NEW"])
    trace = cart.shown("?explain=true")["pricingTrace"]
    told = {promotion["promotionId"] for promotion in trace["notApplied"]}
    assert "pOpen" in told
    assert not told & {"pHidden", "pCoupon"}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"STAGE": "dev"}, True), ({"STAGE": "local"}, True), ({"STAGE": "prod"}, False), ({"STAGE": "other"}, False),
        ({"STAGE": "prod", "EXPLAIN": "true"}, True), ({"STAGE": "dev", "EXPLAIN": "false"}, False),
    ],
)  # fmt: skip
def test_a_setting_switches_the_trace(make_cart: Callable[..., Cart], settings: dict[str, str], told: bool) -> None:
    cart = make_cart(**settings)
    cart.ok(line())
    assert ("pricingTrace" in cart.shown("?explain=true")) == told


def test_the_trace_names_added_gifts_by_their_ids(cart: Cart, load: Callable[..., None]) -> None:
    reward = {"kind": "gift", "options": [{"productId": "prodB", "skuId": "skuB"}], "qualifiers": ["prodA"], "buy": 1}
    cart.ok(line())
    load(cart.product, "promotions.json", [{"id": "pNew", "displayName": {"en": "New"}, "reward": reward}])
    shown = cart.shown("?explain=true")
    known = {item["id"] for item in shown["shoppingCart"]["items"]}
    named = {entry["commerceItemId"] for entries in stages(shown["pricingTrace"]).values() for entry in entries}
    assert named <= known
