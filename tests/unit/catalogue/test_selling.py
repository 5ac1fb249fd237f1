"""The selling document, read."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from commerce.catalogue import DeclaredProperty, Selling
from commerce.catalogue.model import read_product
from commerce.catalogue.selling import read_selling
from commerce.pricing import Adjustment, Gift, Level, Occasion, OrderDiscount, TaxAddress
from commerce.values import Misfit, PropertyKind

NAMES = {"en": "name", "de": "Name"}
OCCASION = Occasion(datetime(2026, 3, 14, tzinfo=UTC), "siteUS", "usd")


def selling(**kinds: Any) -> Selling:
    return read_selling(kinds, "en")


def promotion(id_: str = "p1", **more: Any) -> dict[str, Any]:
    reward = {"kind": "order", "adjustment": "amount", "value": 1}
    return {"promotions": {id_: {"id": id_, "displayName": NAMES, "reward": reward} | more}}


def method(**more: Any) -> Selling:
    record = {"id": "m1", "displayName": NAMES, "ranges": {"usd": [{"low": 0, "amount": Decimal("6.5")}]}} | more
    return selling(shippingMethods={"m1": record})


def test_without_a_stored_document_there_is_nothing():
    nothing = selling()
    assert nothing.promotions == ()
    assert nothing.price_list_group("usd") is None
    assert not nothing.shipping_methods("siteUS", "usd", "US", "GA")
    assert nothing.tax_table.rate(TaxAddress("US", "GA")) is None
    assert not nothing.order_properties
    assert not nothing.line_properties


def test_an_unknown_kind_of_reward_is_no_item_discount():
    with pytest.raises(ValueError, match="no reward of the kind tax"):
        selling(**promotion(reward={"kind": "tax", "adjustment": "percent", "value": 5}))


@pytest.mark.parametrize(
    ("more", "place", "offered"),
    [
        ({}, ("siteUS", "usd", "US", "GA"), True),
        ({}, ("siteUS", "usd", None, None), True),
        ({}, ("siteUS", "eur", "US", "GA"), False),
        ({"sites": ["siteDE"]}, ("siteUS", "usd", "US", "GA"), False),
        ({"sites": ["siteDE", "siteUS"]}, ("siteUS", "usd", "US", "GA"), True),
        ({"destinations": [{"country": "US"}]}, ("siteUS", "usd", "US", "GA"), True),
        ({"destinations": [{"country": "US"}]}, ("siteUS", "usd", "CA", "ON"), False),
        ({"destinations": [{"country": "US"}]}, ("siteUS", "usd", None, None), False),
        ({"destinations": [{"country": "US", "states": ["NY"]}]}, ("siteUS", "usd", "US", "NY"), True),
        ({"destinations": [{"country": "US", "states": ["NY"]}]}, ("siteUS", "usd", "US", "GA"), False),
        ({"destinations": [{"country": "US", "states": ["NY"]}]}, ("siteUS", "usd", "US", None), False),
    ],
)
def test_where_a_method_is_offered(more, place, offered):
    assert ("m1" in method(**more).shipping_methods(*place)) is offered


def test_a_method_has_the_ranges_of_the_price_list_group():
    ranges = {"usd": [{"low": 0, "high": 50, "amount": 9}, {"low": 50, "amount": 6}], "eur": [{"low": 0, "amount": 5}]}
    offered = method(ranges=ranges).shipping_methods("siteUS", "usd", "US", None)["m1"]
    assert (offered.price(Decimal("49.99")), offered.price(Decimal(50))) == (9, 6)


def test_names_in_the_shoppers_language():
    found = selling(**promotion(), shippingMethods={"m1": {"id": "m1", "displayName": NAMES, "ranges": {}}})
    assert found.method_name("m1", "de") == "Name"
    assert found.method_name("m1", "de_AT") == "Name"
    assert found.method_name("m1", "fr_CA") == found.method_name("m1", "fr") == "name"
    assert found.method_name("m2", "de") is None
    assert found.promotion_name("p1", "de") == "Name"
    assert found.promotion_name("p2", "de") is None
    assert found.promotions[0].name == "name"


def test_a_state_row_wins():
    table = selling(
        taxRates={
            "US": {"country": "US", "percent": 8},
            "US-OR": {"country": "US", "state": "OR", "percent": 0, "shippingTaxed": False},
        }
    ).tax_table
    oregon, georgia = table.rate(TaxAddress("US", "OR")), table.rate(TaxAddress("US", "GA"))
    assert oregon is not None
    assert georgia is not None
    assert (oregon.percent, oregon.shipping_taxed) == (0, False)
    assert (georgia.percent, georgia.shipping_taxed) == (8, True)


def test_an_inactive_price_list_group_is_none():
    group = {
        "id": "usd",
        "displayName": NAMES,
        "currency": {"currencyCode": "USD", "symbol": "$", "displayName": "US Dollar", "fractionalDigits": 2},
    }
    assert selling(priceListGroups={"usd": group | {"active": False}}).price_list_group("usd") is None
    active = selling(priceListGroups={"usd": group}).price_list_group("usd")
    assert active is not None
    assert active.calculates_tax
    assert not active.tax_included
    untaxed = selling(priceListGroups={"usd": group | {"taxCalculationType": "doNotCalculateTax"}})
    assert not untaxed.price_list_groups["usd"].calculates_tax


def test_a_promotion_with_everything():
    (found,) = selling(
        **promotion(
            priority=7,
            enabled=False,
            startDate="2026-01-01",
            endDate="2027-01-01",
            sites=["siteUS"],
            audiences=["gold"],
            priceListGroups=["usd"],
            exclusiveGroup="spring",
            excludes=["shipping"],
            reward={"kind": "order", "adjustment": "percent", "value": 5, "minimumSubtotal": 100},
        )
    ).promotions
    assert (found.priority, found.enabled, found.exclusive_group) == (7, False, "spring")
    assert (found.starts, found.ends) == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert (found.sites, found.audiences, found.price_list_groups) == ({"siteUS"}, {"gold"}, {"usd"})
    assert found.excludes == {Level.SHIPPING}
    assert found.reward == OrderDiscount(Adjustment.PERCENT, Decimal(5), Decimal(100))
    assert found.level is Level.ORDER


@pytest.mark.parametrize(
    ("kinds", "coupon_only"),
    [(promotion(), False), (promotion(couponOnly=True), True), (promotion() | {"couponPromotions": ["p1"]}, True)],
)
def test_a_promotion_that_a_coupon_carries_never_applies_by_itself(kinds, coupon_only):
    assert selling(**kinds).promotions[0].coupon_only is coupon_only


def gift(**more: Any) -> dict[str, Any]:
    return promotion(
        reward={"kind": "gift", "options": [{"productId": "g1", "skuId": "g1s"}, {"productId": "g2"}]}, **more
    )


def test_products_that_may_be_given_away_are_known_beforehand():
    assert selling(**gift()).gift_products(OCCASION) == {"g1", "g2"}
    assert selling(**gift(sites=["siteDE"])).gift_products(OCCASION) == set()
    assert selling(**promotion()).gift_products(OCCASION) == set()


def test_a_gift_is_available_while_it_can_be_had():
    found = selling(**gift())
    stocked = {
        "g1": read_product("g1", {"displayName": NAMES, "skus": [{"id": "g1s"}]}),
        "g2": read_product("g2", {"displayName": NAMES, "skus": [{"id": "g2s", "active": False}]}),
    }
    (given,) = found.promotions_with(stocked)
    assert isinstance(given.reward, Gift)
    assert [option.available for option in given.reward.options] == [True, False]
    (nothing,) = found.promotions_with({})
    assert isinstance(nothing.reward, Gift)
    assert not any(option.available for option in nothing.reward.options)


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("shortText", ["", "x" * 254], ["x" * 255, 1, True, {}, []]),
        ("longText", ["x" * 4000], ["x" * 4001, 1]),
        ("number", [0, -1, Decimal("1.5")], [True, "one", []]),
        ("checkbox", [True, False], [0, 1, "yes"]),
        ("date", ["2026-03-14T00:00:00.000Z", "2026-03-14T09:26:53.000Z"], ["14.3.2026", 20260314]),
    ],
)
def test_declared_properties(type_, good, bad):
    declared = DeclaredProperty("id", NAMES, PropertyKind(type_), internal_only=False)
    assert declared.stored(None) is None
    assert [declared.stored(value) for value in good] == good
    for value in bad:
        with pytest.raises(Misfit):
            declared.stored(value)


def test_declared_properties_as_forms_send_them():
    def stored(type_: str, value: str) -> object:
        return DeclaredProperty("id", NAMES, PropertyKind(type_), internal_only=False).stored(value)

    assert (stored("number", "0.50"), stored("checkbox", "false")) == (Decimal("0.5"), False)
    assert stored("date", "2026-03-14") == "2026-03-14T00:00:00.000Z"
    assert [stored(type_, "") for type_ in ("number", "checkbox", "date")] == [None, None, None]
