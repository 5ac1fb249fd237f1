"""The lines of a cart: what is refused, stored, matched and merged (orders.md §2.2, §5.2)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.orders.conftest import SKUS, Cart, group, line

ADD_ON = {
    "configurablePropertyId": "configPropIDC1P11536825979556",
    "configurationOptionId": "configOptIDC1P11536825979556",
}


def add_on(quantity: Any = 1, **more: Any) -> dict[str, Any]:
    return line("child1P1Prod1536825979556", quantity, **{"addOnItem": True, **ADD_ON, **more})


def named(product_id: str, sku_id: str | None = None) -> str:
    return json.dumps({"productId": product_id, "catRefId": sku_id or SKUS[product_id]}, separators=(",", ":"))


@pytest.mark.parametrize(
    ("sent", "code", "info"),
    [
        (line("nothing", sku="x"), "28102", "nothing"),
        (line("", sku="x"), "28102", ""),
        (line("x" * 5000, sku="x"), "28102", "x" * 5000),
        (line("no/such id", sku="x"), "28102", "no/such id"),
        (line("retired_1"), "28102", "retired_1"),
        (line("unpriced_1"), "28102", "unpriced_1"),
        (line("prodA", sku="skuB"), "28129", named("prodA", "skuB")),
        (line("xprod1047", sku="xsku1244"), "28129", named("xprod1047", "xsku1244")),
        (line("child1P1Prod1536825979556"), "28155", "child1P1Prod1536825979556"),
        (line("poster_1", 6), "28104", named("poster_1")),
        (line("prodA", childItems=[add_on()]), "28410", named("child1P1Prod1536825979556")),
        (
            line("xprod1047", childItems=[add_on(configurationOptionId="other")]),
            "28410",
            named("child1P1Prod1536825979556"),
        ),
        (
            line("xprod1047", childItems=[line("sticker_1", addOnItem=True, configurablePropertyId="stickers")]),
            "51108",
            "sticker_1",
        ),
        (line("prodA", shopperInput={"name": "Kim"}), "28411", named("prodA")),
        (line("nameplate_1"), "28411", named("nameplate_1")),
        (line("nameplate_1", shopperInput={"name": "x" * 31}), "28411", named("nameplate_1")),
        (line("xprod1047", shopperInput={"font": "comic"}), "28411", named("xprod1047")),
    ],
)
def test_refused_lines(cart: Cart, sent: dict[str, Any], code: str, info: str) -> None:
    cart.ok(line())
    assert cart.refused(line("prodB"), sent) == (code, info)
    assert cart.ok(line("prodB"))["shoppingCart"]["numberOfItems"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": -1}, {"quantity": "x"}, {"quantity": 1.5}, {"quantity": None}, {"quantity": True},
        {"quantity": 1_000_000_000}, {"quantity": "1e3"}, {"productId": None}, {"productId": ["prodA"]},
        {"catRefId": None}, {"catRefId": True}, {"externalPrice": -0.01}, {"externalPrice": "nine"},
        {"externalPrice": True}, {"externalPrice": 1, "externalPriceQuantity": -2},
        {"externalPrice": 1, "externalPriceQuantity": 0.5}, {"externalRecurringCharge": -1},
        {"externalRecurringCharge": "x"}, {"externalRecurringChargeFrequency": []}, {"externalPrice": ""},
        {"assetKey": {}}, {"asset": []},
        {"serviceId": "x" * 4001}, {"shopperInput": []}, {"shopperInput": {"color": []}},
        {"shopperInput": {"color": "x" * 4001}}, {"externalData": {}}, {"externalData": [7]},
        {"externalData": [{"values": []}]}, {"childItems": {}}, {"childItems": [7]},
        {"giftWithPurchaseSelections": {}}, {"giftWithPurchaseSelections": [{"giftWithPurchaseQuantity": "x"}]},
        {"giftWithPurchaseCommerceItemMarkers": "x"}, {"dynamicPropertyMode": 7}, {"wantedOn": "tomorrow"},
        {"childItems": [line("wheel_1")]}, {"childItems": [line("wheel_1", externalPrice=1)]},
        {"childItems": [line("wheel_1", quantity=-1, externalPrice=1, externalPriceQuantity=1)]},
        {"childItems": [add_on(addOnItem="yes")]},
    ],
)  # fmt: skip
def test_misshapen_lines(cart: Cart, wrong: dict[str, Any]) -> None:
    assert cart.refused(line("prodA") | wrong) == ("28315", None)


@pytest.mark.parametrize("item", [7, None, "x", [], {}])
def test_entries_that_are_no_lines(cart: Cart, item: Any) -> None:
    assert cart.refused(line(), item) == ("28315", None)


NONE = {"commerceItemId": "x", "quantity": 0}


def chosen(count: int) -> Any:
    """A line with so many chosen gifts."""
    return line(giftWithPurchaseSelections=[{}] * count)


@pytest.mark.parametrize(
    ("shopping_cart", "code"),
    [
        (None, "28081"), ({}, "28081"), ({"items": None}, "28081"), ({"items": []}, "28081"),
        ({"items": [{"quantity": 0}]}, "28081"), ({"items": [line(quantity="0"), {"quantity": 0.0}]}, "28081"),
        ([], "28315"), ("x", "28315"), ({"items": {}}, "28315"), ({"items": [line()], "coupons": {}}, "28315"),
        ({"items": [line()], "coupons": [7]}, "28315"), ({"items": [line()], "coupons": [{"code": 7}]}, "28315"),
        ({"items": [line()], "coupons": [{}]}, "28315"), ({"items": [line()] * 501}, "28315"),
        ({"items": [line(childItems=[add_on()] * 500)]}, "28315"),
        ({"items": [line()], "coupons": [{"code": f"C{at}"} for at in range(51)]}, "28315"),
        ({"items": [chosen(101)]}, "28315"),
        ({"items": [chosen(100)] * 5 + [chosen(1)]}, "28315"),
        ({"items": [line(childItems=[add_on(giftWithPurchaseSelections=[{}] * 101)])]}, "28315"),
    ],
)  # fmt: skip
def test_the_cart_itself(cart: Cart, shopping_cart: Any, code: str) -> None:
    assert cart.send({"shoppingCart": shopping_cart}).code == code
    assert cart.get().status == 204


@pytest.mark.parametrize(
    "body",
    [
        {"op": 7}, {"op": "delete"}, {"id": True}, {"id": []}, {"cartName": 7}, {"cartName": "x" * 255},
        {"additionalEmails": "a@example.com"}, {"additionalEmails": [7]}, {"additionalEmails": ["x"] * 11},
        {"additionalEmails": ["x" * 255]}, {"payments": {}}, {"payments": [7]}, {"shippingGroups": {}},
        {"shippingGroups": [7]}, {"shippingGroups": [{"items": {}}]}, {"shippingGroups": [{"type": 7}]},
        {"shippingGroups": [{"shippingMethod": "x"}]}, {"shippingGroups": [{"shippingMethod": {"value": []}}]},
        {"shippingGroups": [{"shippingAddress": {"city": 7}}]}, {"shippingAddress": []}, {"shippingMethod": "x"},
        {"giftWithPurchaseOrderMarkers": {}}, {"giftWrapped": "yes"}, {"dynamicPropertyShippingInstructions": []},
        {"shippingGroups": [{}] * 501}, {"shippingGroups": [{"items": [NONE] * 1000}] * 2 + [{"items": [NONE]}]},
        {"payments": [{"type": "physicalGiftCard", "giftCardNumber": []}]},
        {"payments": [{"type": "physicalGiftCard", "giftCardNumber": "1", "giftCardPin": {}}]},
        {"payments": [{"type": "physicalGiftCard", "giftCardNumber": str(at)} for at in range(11)]},
    ],
)  # fmt: skip
def test_misshapen_members(cart: Cart, body: dict[str, Any]) -> None:
    assert cart.refused(line(), **body) == ("28315", None)


def test_lists_as_long_as_they_may_be(cart: Cart) -> None:
    """Gift selections, and items of shipping groups; a dropped line is not looked at."""
    groups = [{"items": [NONE] * 1000}, {"items": [NONE] * 1000}]
    dropped = chosen(101) | {"quantity": 0}
    assert cart.ok(*[chosen(100)] * 5, dropped, combineLineItems="no", shippingGroups=groups)["shoppingCart"]


def test_leftovers_of_clients_are_ignored(cart: Cart) -> None:
    body = cart.ok(
        line(price=0.01, unitPrice=[], isPersonalized={}, commerceItemId=["x"]), populateShippingMethods="yes", merge=7,
        clearCoupons=[], checkout={}, combineLineItems=7, links=None,
    )  # fmt: skip
    assert body["priceInfo"]["amount"] == 21.99
    again = cart.ok(
        query="", op="update", **{"shoppingCart": body["shoppingCart"]} | {"discountInfo": body["discountInfo"]}
    )
    assert again["shoppingCart"] == body["shoppingCart"]


def test_quantities_in_every_accepted_form(cart: Cart) -> None:
    body = cart.ok(
        line(quantity="2"), line("prodB", 2.0), line("prodC", 999_999_999), line("retired_1", 0), line("poster_1", "0")
    )
    assert [item["quantity"] for item in body["shoppingCart"]["items"]] == [2, 2, 999_999_999]


def test_numeric_ids_are_text(cart: Cart) -> None:
    assert cart.refused({"productId": 7, "catRefId": 8, "quantity": 1}) == ("28102", "7")


def test_amounts_and_declared_properties_as_forms_send_them(cart: Cart) -> None:
    free = line("prodB", externalPrice="0.00", externalPriceQuantity="-1", wantedOn="")
    sent = line(externalPrice="5.50", externalPriceQuantity="1", externalRecurringCharge="3.0", quantity=2)
    body = cart.ok(sent, free, giftWrapped="true")
    first, second = body["shoppingCart"]["items"]
    members = ("externalPrice", "externalPriceQuantity", "externalRecurringCharge")
    assert [first[name] for name in members] == [5.5, 1, 3]
    assert (second["externalPrice"], second["externalPriceQuantity"], second["amount"]) == (0, -1, 0)
    assert {entry["id"]: entry["value"] for entry in second["dynamicProperties"]}["wantedOn"] is None
    assert {entry["id"]: entry["value"] for entry in body["dynamicProperties"]}["giftWrapped"] is True
    cleared = cart.ok(sent, giftWrapped="")
    assert {entry["id"]: entry["value"] for entry in cleared["dynamicProperties"]}["giftWrapped"] is None


def test_stored_members_come_back(cart: Cart) -> None:
    members: dict[str, Any] = {
        "assetKey": "a", "rootAssetKey": "b", "parentAssetKey": "c", "asset": True, "serviceId": 7,
        "serviceAccountId": "d",
        "customerAccountId": "e", "billingAccountId": "f", "billingProfileId": "g", "actionCode": "Add",
        "activationDate": "2017-06-27T15:30:00Z", "deactivationDate": "x", "transactionDate": "y",
        "configuratorId": "h",
        "originalCommerceItemId": "ci9", "externalPrice": 12.345, "externalPriceQuantity": -1,
        "externalRecurringCharge": 3, "externalRecurringChargeFrequency": "Yearly",
        "externalRecurringChargeDuration": 12,
        "externalData": [{"name": "n", "values": {"deep": [1, {"x": 2.5}]}, "actionCode": None}],
        "shopperInput": {"color": "neon"},
    }  # fmt: skip
    sent = line("xprod1047", 2, **members, dynamicPropertyMode="pickup", wantedOn="2026-05-01")
    (item,) = cart.ok(sent)["shoppingCart"]["items"]
    (read,) = cart.shown()["shoppingCart"]["items"]
    for shown in (item, read):
        assert {name: shown[name] for name in members} == members
        assert {entry["id"]: entry["value"] for entry in shown["dynamicProperties"]} == {
            "dynamicPropertyMode": "pickup",
            "wantedOn": "2026-05-01T00:00:00.000Z",
        }
        assert "dynamicPropertyMode" not in shown
        assert (shown["recurringCharge"], shown["detailedRecurringChargeInfo"][0]["amount"]) == (3, 6)
    (plain,) = cart.ok(line("prodA"))["shoppingCart"]["items"]
    assert all(plain[name] is None for name in members.keys() - {"externalData", "shopperInput"})
    assert (plain["externalData"], plain["shopperInput"], plain["childItems"]) == ([], {}, [])


def test_texts_in_the_callers_language(cart: Cart) -> None:
    cart.ok(line("xprod1047"), coupons=["SAVE5"], shippingGroups=[group()])
    german = cart.shown(headers={"X-CCAsset-Language": "de-AT"})
    (item,) = german["shoppingCart"]["items"]
    assert (item["displayName"], item["variant"][0]["optionValue"]) == ("Wildkamera", "Moosgrün")
    assert german["discountInfo"]["orderCouponsMap"]["SAVE5"]["promotionName"] == "5 % Rabatt"
    assert german["shippingMethod"]["shippingMethodDescription"] == "Standard"
    assert german["dynamicProperties"][0]["label"] == "Lieferhinweise"
    assert cart.shown(headers={"X-CCAsset-Language": "ja"})["dynamicProperties"][0]["label"] == "Shipping Instructions"


# --- children


def test_children_are_priced_and_returned(cart: Cart) -> None:
    wheel = line("wheel_1", 2, externalPrice=100, externalPriceQuantity=1, commerceItemId="left")
    inner = add_on(3)
    body = cart.ok(line("bike_1", 2, childItems=[wheel]), line("xprod1047", 1, childItems=[inner, line("prodA", 0)]))
    bike, camera = body["shoppingCart"]["items"]
    (shown,) = bike["childItems"]
    assert (shown["id"], shown["quantity"], shown["amount"]) == ("left", 2, 500)
    assert (bike["price"], bike["rawTotalPrice"]) == (2900, 2400)
    assert (camera["childItems"][0]["quantity"], camera["childItems"][0]["addOnItem"]) == (3, True)
    assert body["shoppingCart"]["numberOfItems"] == 3
    assert cart.shown()["shoppingCart"] == body["shoppingCart"]
    in_group = body["shippingGroups"][0]["items"][0]["childItems"][0]
    assert (in_group["commerceId"], in_group["quantity"], in_group["amount"]) == ("left", 2, 500)
    assert in_group["configurationOptionId"] is None
    assert not {"route", "childSKUs", "status", "relationshipType"} & in_group.keys()


def test_children_in_groups_are_priced_for_their_part(cart: Cart) -> None:
    wheel = line("wheel_1", 2, externalPrice=100, externalPriceQuantity=-1)
    bike = line("bike_1", 3, commerceItemId="b", childItems=[wheel])
    one, two = ({"commerceItemId": "b", "quantity": units} for units in (1, 2))
    body = cart.ok(bike, shippingGroups=[group(one), group(two)])
    parts = [shown["items"][0] for shown in body["shippingGroups"]]
    assert [part["amount"] for part in parts] == [1400, 2800]
    assert [(part["childItems"][0]["quantity"], part["childItems"][0]["amount"]) for part in parts] == [
        (2, 200),
        (2, 400),
    ]


def test_configurable_products_can_be_switched_off(cart: Cart, load: Callable[..., None]) -> None:
    site = {"priceListGroups": ["defaultPriceGroup"], "configurableProducts": False}
    load(cart.product, "configuration.json", {"sites": {"siteUS": site}})
    assert cart.refused(line("bike_1")) == ("28360", "bike_1")
    assert cart.ok(line("xprod1047", childItems=[add_on()]))["priceInfo"]["amount"] == 40


def test_external_prices_can_be_switched_off(cart: Cart, load: Callable[..., None]) -> None:
    cart.ok(line("prodD", externalPrice=1))
    site = {"priceListGroups": ["defaultPriceGroup"], "externalPrices": False}
    load(cart.product, "configuration.json", {"sites": {"siteUS": site}})
    assert cart.post(line("prodD", externalPrice=1)).code == "28315"
    assert cart.ok(line("prodD"))["priceInfo"]["amount"] == 139


def test_external_prices_are_exact(cart: Cart) -> None:
    price = '"externalPrice":12345678901234.123456'
    sent = f'{{"productId":"prodA","catRefId":"skuA","quantity":3,{price}}}'
    answer = cart.send(f'{{"shoppingCart":{{"items":[{sent}]}}}}')
    assert '"externalPrice":12345678901234.123456' in answer.text
    assert '"amount":37037036703702.37' in answer.text
    assert '"externalPrice":12345678901234.123456' in cart.get().text


# --- ids, matching, merging


def test_ids_of_the_client_are_kept(cart: Cart) -> None:
    body = cart.ok(
        line(commerceItemId="my-line_1:a.b"),
        line("prodB", commerceItemId="x" * 65),
        line("prodC", commerceItemId="a b"),
    )
    ids = [item["id"] for item in body["shoppingCart"]["items"]]
    assert ids[0] == "my-line_1:a.b"
    assert all(name.startswith("ci") for name in ids[1:])
    assert ids == [item["commerceItemId"] for item in body["shoppingCart"]["items"]]


def test_an_id_that_is_used_twice_counts_once(cart: Cart) -> None:
    body = cart.ok(
        line(commerceItemId="a"),
        line("prodB", commerceItemId="a"),
        line("bike_1", childItems=[line("wheel_1", commerceItemId="a", externalPrice=1, externalPriceQuantity=1)]),
    )
    first, second, third = body["shoppingCart"]["items"]
    assert first["id"] == "a"
    assert len({first["id"], second["id"], third["id"], third["childItems"][0]["id"]}) == 4


def test_a_clients_id_is_never_given_to_another_line(cart: Cart) -> None:
    (item,) = cart.ok(line())["shoppingCart"]["items"]
    head, number = item["id"][:-1], int(item["id"][-1])
    taken = [f"{head}{number + at}" for at in range(1, 9)]
    body = cart.ok(*(line(commerceItemId=name) for name in taken), line("prodB"), combineLineItems="no")
    assert len({item["id"] for item in body["shoppingCart"]["items"]}) == 9


def test_equal_lines_are_merged(cart: Cart) -> None:
    body = cart.ok(line(quantity=1, commerceItemId="a"), line("prodB"), line(quantity=2, commerceItemId="b"))
    assert [(item["productId"], item["quantity"]) for item in body["shoppingCart"]["items"]] == [
        ("prodA", 3),
        ("prodB", 1),
    ]
    assert body["shoppingCart"]["items"][0]["id"] == "a"


@pytest.mark.parametrize(
    "other",
    [
        {"assetKey": "x"}, {"shopperInput": {"color": "red"}}, {"dynamicPropertyMode": "x"}, {"externalPrice": 1},
        {"externalData": [{"name": "x"}]}, {"catRefId": "xsku1243"}, {"childItems": [add_on()]},
    ],
)  # fmt: skip
def test_lines_that_differ_are_not_merged(cart: Cart, other: dict[str, Any]) -> None:
    body = cart.ok(line("xprod1047"), line("xprod1047") | other)
    assert len(body["shoppingCart"]["items"]) == 2


def test_no_line_is_merged_when_the_client_says_so(cart: Cart) -> None:
    assert len(cart.ok(line(), line(), combineLineItems="no")["shoppingCart"]["items"]) == 2
    assert len(cart.ok(line(), line(), combineLineItems="other")["shoppingCart"]["items"]) == 1


def test_children_take_part_in_the_comparison(cart: Cart) -> None:
    body = cart.ok(
        line("xprod1047", 1, childItems=[add_on(2)]),
        line("xprod1047", 4, childItems=[add_on(2, commerceItemId="other")]),
        line("xprod1047", 1, childItems=[add_on(1)]),
    )
    assert [item["quantity"] for item in body["shoppingCart"]["items"]] == [5, 1]


def test_merged_external_units_add_up(cart: Cart) -> None:
    part = line("prodD", 2, externalPrice=90, externalPriceQuantity=1)
    (item,) = cart.ok(part, part)["shoppingCart"]["items"]
    assert (item["quantity"], item["externalPriceQuantity"], item["price"]) == (4, 2, 458)
    (whole,) = cart.ok(line("prodD", 1, externalPrice=90), line("prodD", 1, externalPrice=90))["shoppingCart"]["items"]
    assert (whole["externalPriceQuantity"], whole["price"]) == (None, 180)
    more = line("prodD", 2, externalPrice=90, externalPriceQuantity=5)
    (limited,) = cart.ok(more, more)["shoppingCart"]["items"]
    assert (limited["externalPriceQuantity"], limited["price"]) == (4, 360)


def test_too_many_units_in_one_line(cart: Cart) -> None:
    assert cart.refused(line(quantity=999_999_999), line()) == ("28315", None)


def test_lines_match_stored_ones_by_product_and_sku(cart: Cart) -> None:
    first = cart.ok(line(), line("prodB"))["shoppingCart"]["items"]
    second = cart.ok(line("prodB", 4), line("prodC"), line(quantity=2))["shoppingCart"]["items"]
    assert (second[0]["id"], second[2]["id"]) == (first[1]["id"], first[0]["id"])
    assert second[1]["id"] not in {item["id"] for item in first}
    third = cart.ok(line("prodB"), combineLineItems="no")["shoppingCart"]["items"]
    assert third[0]["id"] != first[1]["id"]


def test_an_id_beats_product_and_sku(cart: Cart) -> None:
    one, two = cart.ok(line(assetKey="1"), line(assetKey="2"))["shoppingCart"]["items"]
    body = cart.ok(line(assetKey="3"), line(assetKey="4", commerceItemId=one["id"]))
    assert [item["id"] for item in body["shoppingCart"]["items"]] == [two["id"], one["id"]]


def test_order_limits_count_all_lines_of_a_product(cart: Cart) -> None:
    assert cart.refused(line("poster_1", 3, assetKey="1"), line("poster_1", 3)) == ("28104", named("poster_1"))
    body = cart.ok(line("poster_1", 3, assetKey="1"), line("poster_1", 2))
    # The sticker comes as a gift.
    quantities = [(item["productId"], item["quantity"]) for item in body["shoppingCart"]["items"]]
    assert quantities == [("poster_1", 3), ("poster_1", 2), ("sticker_1", 1)]
