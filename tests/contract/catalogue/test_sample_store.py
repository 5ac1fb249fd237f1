"""The sample store gives the numbers of the contract's two examples (pricing.md §11, orders.md §8)."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from commerce.call import TimeBudget
from commerce.catalogue import CardRequest, CardStatus, TableProvider
from commerce.pricing import (
    CartLine,
    ExternalPrice,
    GiftCard,
    PricedOrder,
    RecurringCharge,
    ShippingGroup,
    TaxAddress,
)
from tests.contract.catalogue.stores import Shop, line
from tests.support.deployment import Product

EXAMPLE = Path(__file__).parents[3] / "docs" / "contract" / "examples" / "update-current-order.request.json"
CARDS = ["6035710988880101071", "6035710988880105555"]


@pytest.fixture
def shop(product: Product) -> Shop:
    return Shop(product, group="defaultPriceGroup")


def cards(shop: Shop, product: Product, numbers: list[str]) -> list[GiftCard]:
    provider = TableProvider(product.deployment.tables.catalogue)
    requests = [CardRequest(number, "") for number in numbers]
    rows = shop.store.get(provider.keys(requests))
    answers = provider.ask(requests, "USD", rows, TimeBudget())
    assert {answer.status for answer in answers} == {CardStatus.ACCEPTED}
    return [GiftCard(number, answer.balance) for number, answer in zip(numbers, answers, strict=True)]


def example_line(item: dict[str, Any]) -> CartLine:
    children = tuple(example_line(child) for child in item["childItems"])
    recurring = None
    if "externalRecurringCharge" in item:
        recurring = RecurringCharge(Decimal(item["externalRecurringCharge"]), "Monthly", "12")
    return line(item["productId"], item["catRefId"], item["quantity"], children=children, external_recurring=recurring)


def test_the_seed_documents_request(shop, product):
    request = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    cart = request["shoppingCart"]
    order = shop.price(
        [example_line(item) for item in cart["items"]],
        [coupon["code"] for coupon in cart["coupons"]],
        cards(shop, product, [payment["giftCardNumber"] for payment in request["payments"]]),
    )
    (only,) = order.lines
    assert (only.amount, only.list_price, only.sale_price, only.on_sale, only.raw_total_price) == (40, 40, 40, True, 40)
    assert [(child.units, child.amount) for child in only.children] == [(5, 0)]
    info, discounts = order.price_info, order.discount_info
    assert (info.sub_total, info.order_discount, info.amount, info.total) == (40, 3, 37, 37)
    claimed = {code: [(a.promotion_id, a.name, a.amount) for a in found] for code, found in discounts.claimed.items()}
    assert claimed == {
        "coupon1": [("promo20001", "promo1", 1), ("promo20003", "promo3", 1)],
        "coupon2": [("promo20002", "promo2", 1)],
    }
    unclaimed = {code: [a.promotion_id for a in found] for code, found in discounts.unclaimed.items()}
    assert unclaimed == {"coupon2": ["promo20004"]}
    assert discounts.implicit == ()
    (payment,) = order.payments
    assert (payment.balance, payment.amount, payment.is_amount_remaining) == (100, 37, True)
    (marker,) = order.gift_markers
    assert (marker.promotion_id, marker.gift_detail, marker.quantity, marker.targeted) == (
        "promo10002",
        "camera_1",
        1,
        0,
    )


def test_what_the_seed_documents_request_names(shop, product):
    request = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    (item,) = request["shoppingCart"]["items"]
    (child,) = item["childItems"]
    ids = [item["productId"], child["productId"]]
    goods = shop.catalogue.goods(shop.selling())
    found = goods.products(shop.store.get(goods.keys(ids, shop.group)), ids)
    main, add_on = (found[product_id] for product_id in ids)
    assert main.active
    assert main.sku(item["catRefId"]) is not None
    assert add_on.sku(child["catRefId"]) is not None
    assert main.links_add_on(
        child["productId"], child["catRefId"], child["configurablePropertyId"], child["configurationOptionId"]
    )
    assert main.accepts_shopper_input(item["shopperInput"])
    assert add_on.accepts_shopper_input(child["shopperInput"])
    selling = shop.selling()
    mode = selling.line_properties["dynamicPropertyMode"]
    instructions = selling.order_properties["dynamicPropertyShippingInstructions"]
    assert mode.stored(item["dynamicPropertyMode"]) == item["dynamicPropertyMode"]
    sent = request["dynamicPropertyShippingInstructions"]
    assert instructions.stored(sent) == sent
    assert (mode.label["en"], instructions.label["en"]) == ("Mode", "Shipping Instructions")


def worked_example(shop: Shop, product: Product, **more: Any) -> PricedOrder:
    lines = [
        line("prodA", "skuA", 2),
        line("prodB", "skuB", 5),
        line("prodC", "skuC", 15),
        line("prodD", "skuD", 2, external_price=ExternalPrice(Decimal(90), 1)),
        line("prodE", "skuE", 1, external_recurring=RecurringCharge(Decimal(10), "Monthly", "12")),
    ]
    return shop.price(lines, ["SAVE5", "TWOFER"], cards(shop, product, CARDS), **more)


def test_the_worked_example(shop, product):
    order = worked_example(shop, product)
    info = order.price_info
    assert (info.sub_total, info.order_discount, info.total) == (Decimal("712.98"), Decimal("40.65"), Decimal("672.33"))
    assert [one.amount for one in order.lines] == [Decimal("43.98"), 115, 285, 229, 40]
    (implicit,) = order.discount_info.implicit
    assert (implicit.promotion_id, implicit.amount) == ("pB5", 10)
    assert [payment.amount for payment in order.payments] == [100, Decimal("572.33")]
    assert order.gift_markers == ()


def test_the_worked_example_shipped_and_taxed(shop, product):
    def groups(selling):
        method = selling.shipping_methods("siteUS", "defaultPriceGroup", "US", "GA")["groundShipping"]
        return [ShippingGroup("sg1", method=method, address=TaxAddress("US", "GA", "Alpharetta", "30005"))]

    info = worked_example(shop, product, groups=groups, taxed=True).price_info
    assert (info.shipping, info.tax, info.total) == (Decimal("6.5"), Decimal("54.31"), Decimal("733.14"))


def test_the_other_site_prices_in_euros(product):
    shop = Shop(product, "siteDE", "euroPriceGroup")
    order = shop.price([line("prodB", "skuB", 2)])
    assert order.price_info.total == 45
    group = shop.selling().price_list_group("euroPriceGroup")
    assert group is not None
    assert (group.currency.code, group.tax_included) == ("EUR", True)
