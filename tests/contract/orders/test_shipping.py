"""Shipping groups: orders.md §2.3, §3, §5.3."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.orders.conftest import ADDRESS, Cart, group, line

NONE = {"value": "hardgoodShippingGroup", "cost": 0, "shippingTax": 0}


def units(body: Any) -> list[dict[str, int]]:
    """Per shown group: product → units."""
    return [{item["productId"]: item["quantity"] for item in group["items"]} for group in body["shippingGroups"]]


def test_groups_are_shown_on_request_only(cart: Cart) -> None:
    plain = cart.post(line()).body
    assert "shippingGroups" not in plain
    for query in ("?includeShippingGroups=true", "?includeShippingGroups=TRUE"):
        (shown,) = cart.ok(line(), query=query)["shippingGroups"]
        assert (shown["type"], shown["shippingMethod"], shown["store"]) == ("hardgoodShippingGroup", NONE, None)
    assert "shippingGroups" not in cart.ok(line(), query="?includeShippingGroups=1")


def test_the_members_of_a_group_and_its_items(cart: Cart) -> None:
    (shown,) = cart.ok(line(quantity=2), shippingGroups=[group()])["shippingGroups"]
    assert shown["priceInfo"] == {
        "amount": 43.98, "total": 53.48, "shipping": 9.5, "shippingSurchargeValue": 0, "tax": 0, "subTotal": 43.98,
        "totalWithoutTax": 53.48, "currencyCode": "USD",
    }  # fmt: skip
    unset = dict.fromkeys(
        (
            "middleName",
            "prefix",
            "suffix",
            "companyName",
            "jobTitle",
            "address2",
            "address3",
            "county",
            "email",
            "faxNumber",
            "alias",
        )
    )
    assert shown["shippingAddress"] == ADDRESS | unset
    assert shown["discountInfo"] == {"orderDiscount": 0, "shippingDiscount": 0, "discountDescList": []}
    assert shown["taxPriceInfo"].keys() == {
        "amount", "cityTax", "countyTax", "stateTax", "districtTax", "countryTax", "miscTax", "valueAddedTax",
        "isTaxIncluded",
    }  # fmt: skip
    (item,) = shown["items"]
    hidden = {
        "giftWithPurchaseCommerceItemMarkers", "originalCommerceItemId", "route", "childSKUs", "primaryThumbImageURL",
        "primaryImageAltText", "primaryImageTitle",
    }  # fmt: skip
    assert not hidden & item.keys()
    expected = {
        "status": "INITIAL", "stateDetailsAsUser": "The item has been initialized within the shipping group",
        "returnedQuantity": 0, "relationshipType": "SHIPPINGQUANTITYREMAINING", "backOrderQuantity": 0,
        "preOrderQuantity": 0, "availabilityDate": None, "commerceId": item["commerceItemId"], "childItems": [],
        "shopperInput": {}, "itemDiscountInfos": [], "pointOfNoRevision": False, "taxCode": None,
    }  # fmt: skip
    assert {name: item[name] for name in expected} == expected


def test_lines_are_split_over_groups_and_the_rest_goes_to_the_first(cart: Cart) -> None:
    pickup = {"type": "inStorePickupShippingGroup", "locationId": "store-1", "firstName": "Jo", "phoneNumber": "1"}
    body = cart.ok(
        line(quantity=5, commerceItemId="a"), line("prodB", 2),
        shippingGroups=[
            pickup | {"items": [line(quantity=1, commerceItemId="a", preferredPickupDate="2026-04-01")]},
            group(),
            group(line(quantity=2), line("prodB", 1), method="expressShipping"),
        ],
    )  # fmt: skip
    assert units(body) == [{"prodA": 1}, {"prodA": 2, "prodB": 1}, {"prodA": 2, "prodB": 1}]
    first, second, third = body["shippingGroups"]
    assert (first["locationId"], first["firstName"], first["lastName"]) == ("store-1", "Jo", None)
    assert first["items"][0]["preferredPickupDate"] == "2026-04-01"
    assert (first["items"][0]["relationshipType"], second["items"][0]["relationshipType"]) == (
        "SHIPPINGQUANTITY",
        "SHIPPINGQUANTITYREMAINING",
    )
    assert [group["priceInfo"]["shipping"] for group in (first, second, third)] == [0, 9.5, 25]
    assert set(first["shippingAddress"].values()) == {None}
    assert body["priceInfo"]["shipping"] == 34.5
    ids = [group["shippingGroupId"] for group in body["shippingGroups"]]
    echoed = cart.ok(*body["shoppingCart"]["items"], shippingGroups=body["shippingGroups"])
    assert [group["shippingGroupId"] for group in echoed["shippingGroups"]] == ids
    assert units(echoed) == units(body)
    assert echoed["priceInfo"] == body["priceInfo"]


def test_temporary_group_ids_are_replaced(cart: Cart) -> None:
    (shown,) = cart.ok(line(), shippingGroups=[group(shippingGroupId="new-1")])["shippingGroups"]
    assert shown["shippingGroupId"].startswith("sg")
    one, two = cart.ok(
        line(quantity=2),
        shippingGroups=[
            group(line(), shippingGroupId=shown["shippingGroupId"]),
            group(line(), shippingGroupId=shown["shippingGroupId"]),
        ],
    )["shippingGroups"]
    assert one["shippingGroupId"] == shown["shippingGroupId"] != two["shippingGroupId"]


def test_items_that_are_more_than_their_line(cart: Cart) -> None:
    for wrong in (
        [group(line(quantity=3))],
        [group(line(quantity=1)), group(line(quantity=2))],
        [group(line("prodB"))],
        [group(line(quantity="x"))],
        [group({"commerceItemId": "unknown", "quantity": 1})],
    ):
        assert cart.refused(line(quantity=2), shippingGroups=wrong) == ("28315", None)


def test_items_of_a_line_that_the_request_drops(cart: Cart) -> None:
    items = [line(commerceItemId="a"), line("prodB", commerceItemId="b")]
    cart.ok(*items)
    body = cart.ok(items[0], items[1] | {"quantity": 0}, shippingGroups=[group(*items)])
    assert units(body) == [{"prodA": 1}]


def test_items_follow_merged_lines(cart: Cart) -> None:
    items = [line(commerceItemId="a"), line(commerceItemId="b", quantity=2)]
    body = cart.ok(*items, shippingGroups=[group(items[0]), group(items[1])])
    assert units(body) == [{"prodA": 1}, {"prodA": 2}]


@pytest.mark.parametrize("missing", ["address1", "city", "postalCode", "country", "state"])
def test_a_method_needs_a_complete_address(cart: Cart, missing: str) -> None:
    for address in ({**ADDRESS, missing: ""}, {name: text for name, text in ADDRESS.items() if name != missing}):
        assert cart.refused(line(), shippingGroups=[group(shippingAddress=address)]) == ("28128", None)
        assert cart.ok(line(), shippingGroups=[group(method=None, shippingAddress=address)])["shippingMethod"] == NONE


@pytest.mark.parametrize(
    "wrong", [{"country": "ZZ"}, {"state": "XX"}, {"selectedCountry": "XX"}, {"selectedState": "ZZ"}]
)
def test_a_method_needs_an_address_that_exists(cart: Cart, wrong: dict[str, str]) -> None:
    assert cart.refused(line(), shippingGroups=[group(shippingAddress=ADDRESS | wrong)]) == ("28128", None)


@pytest.mark.parametrize(
    "form",
    [
        {"country": "us", "state": "ga"}, {"country": "United States", "state": "Georgia"},
        {"country": "x", "selectedCountry": "US", "selectedState": "GA"}, {"state": "x", "state_ISOCode": "US-GA"},
    ],
)  # fmt: skip
def test_addresses_are_resolved(cart: Cart, form: dict[str, str]) -> None:
    address = cart.ok(line(), shippingGroups=[group(shippingAddress=ADDRESS | form)])["shippingAddress"]
    assert (address["country"], address["state"]) == ("US", "GA")
    assert not {"selectedCountry", "selectedState", "state_ISOCode"} & address.keys()


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("teleport", {}), ("paketversand", {}), ("expressShipping", {"state": "AL"}), ("freightShipping", {}),
        ("groundShipping", {"country": "DE", "state": None}),
    ],
)  # fmt: skip
def test_methods_that_are_not_offered(cart: Cart, method: str, address: dict[str, Any]) -> None:
    assert cart.refused(line(), shippingGroups=[group(method=method, shippingAddress=ADDRESS | address)]) == (
        "28088",
        method,
    )


def test_the_single_group_form(cart: Cart) -> None:
    body = cart.ok(line(), shippingAddress=ADDRESS, shippingMethod={"value": "groundShipping"})
    assert (body["shippingMethod"]["value"], body["shippingAddress"]["city"]) == ("groundShipping", "Alpharetta")
    assert cart.ok(line())["shippingMethod"]["cost"] == 9.5
    assert cart.ok(line(), shippingMethod={"value": "expressShipping"})["priceInfo"]["shipping"] == 25
    moved = cart.ok(line(), shippingAddress=ADDRESS | {"state": "AL", "city": "Montgomery"})
    assert (moved["shippingMethod"], moved["shippingAddress"]["city"]) == (NONE, "Montgomery")
    assert cart.refused(line(), shippingMethod={"value": "expressShipping"}) == ("28088", "expressShipping")
    assert cart.refused(line(), shippingMethod={"value": "groundShipping"}, shippingAddress={}) == ("28128", None)
    ignored = cart.ok(line(), shippingGroups=[group()], shippingMethod={"value": "expressShipping"}, shippingAddress={})
    assert ignored["shippingMethod"]["value"] == "groundShipping"


def test_kept_parts_never_wedge(cart: Cart, load: Callable[..., None]) -> None:
    """A method out of range, a method that is gone, items of removed lines: dropped silently."""
    items = [line("sofa_1", 2, commerceItemId="sofa"), line(commerceItemId="a")]
    cart.ok(*items, shippingGroups=[group(items[1], method="groundShipping"), group(method="freightShipping")])
    small = cart.ok(items[1])
    assert units(small) == [{"prodA": 1}]
    assert cart.ok(items[1] | {"quantity": 3})["shippingMethod"]["value"] == "groundShipping"
    cart.ok(items[0], shippingGroups=[group(method="freightShipping")])
    assert cart.ok(items[1])["shippingMethod"] == NONE
    assert cart.ok(items[0])["shippingMethod"] == NONE
    cart.ok(items[0], shippingGroups=[group(method="freightShipping")])
    methods = [
        {
            "id": "groundShipping",
            "displayName": {"en": "Ground"},
            "ranges": {"defaultPriceGroup": [{"low": 0, "amount": 1}]},
        }
    ]
    load(cart.product, "shippingMethods.json", methods)
    load(
        cart.product,
        "shippingMethods.json",
        [method | {"id": "freightShipping", "sites": ["siteDE"]} for method in methods],
    )
    assert cart.shown()["shippingMethod"] == NONE
    assert cart.ok(items[0])["shippingMethod"] == NONE


def test_reading_drops_a_method_for_the_moment_only(cart: Cart, load: Callable[..., None]) -> None:
    cart.ok(line("sofa_1", 2), shippingGroups=[group(method="freightShipping")])
    prices = [{"productId": "sofa_1", "priceListGroup": "defaultPriceGroup", "list": 1}]
    load(cart.product, "prices.json", prices)
    assert cart.shown()["shippingMethod"] == NONE
    load(cart.product, "prices.json", [prices[0] | {"list": 1000}])
    assert cart.shown()["shippingMethod"]["value"] == "freightShipping"


def test_a_pickup_group_tells_of_its_location_if_it_is_loaded(cart: Cart) -> None:
    pickup = {"type": "inStorePickupShippingGroup", "items": [line()]}
    body = cart.ok(line("prodA", 2), shippingGroups=[pickup | {"locationId": "austin"}, pickup | {"locationId": "x"}])
    loaded, unknown = body["shippingGroups"]
    assert loaded["store"] == {
        "locationId": "austin", "name": "Outdoor Austin", "address1": "1100 Congress Avenue", "address2": None,
        "address3": None, "city": "Austin", "county": None, "stateAddress": "TX", "postalCode": "78701",
        "country": "US", "phoneNumber": "512-555-0117", "faxNumber": None, "email": None, "hours": "Mon-Sat 9-20",
    }  # fmt: skip
    assert (unknown["locationId"], unknown["store"]) == ("x", None)
    assert cart.shown()["shippingGroups"] == body["shippingGroups"]
    kept = cart.ok(line("prodA", 2))
    assert [shown["store"] for shown in kept["shippingGroups"]] == [loaded["store"], None]


def test_groups_of_other_types(cart: Cart) -> None:
    body = cart.ok(line(), shippingGroups=[group(line(), type="electronicShippingGroup")])
    (shown,) = body["shippingGroups"]
    assert (shown["type"], shown["priceInfo"]["shipping"]) == ("electronicShippingGroup", 0)
    assert cart.shown()["shippingGroups"] == body["shippingGroups"]


def test_a_hardgood_group_is_added_for_what_no_group_takes(cart: Cart) -> None:
    pickup = {"type": "inStorePickupShippingGroup", "locationId": 7, "items": [line(quantity=1)]}
    body = cart.ok(line(quantity=3), shippingGroups=[pickup])
    assert units(body) == [{"prodA": 1}, {"prodA": 2}]
    assert [group["type"] for group in body["shippingGroups"]] == [
        "inStorePickupShippingGroup",
        "hardgoodShippingGroup",
    ]
    assert body["shippingGroups"][0]["locationId"] == "7"
    assert cart.shown()["shippingGroups"] == body["shippingGroups"]
