"""Twice the body, twice the work: every list, map, text and number that a body can hold, and the lists of a query.

Steps are lines of the product's own code, counted, so that no example depends on the machine.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

import pytest

from commerce.orders.model import OrderForm
from commerce.orders.rules import LineForm
from commerce.shapes import Shape
from tests.contract.orders.conftest import ADDRESS as SHIPPING
from tests.contract.orders.conftest import ORDER, line
from tests.support.deployment import ROOT, Answer, Product

LAYER = str(ROOT / "layers" / "commerce" / "commerce")
FEW = 10_000  # bytes
# What every request takes, and what grows with the digits of a counter.
ALLOWANCE = 4_000

CALLS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "order": ("POST", ORDER, "shopper", {}),
    "profile": ("PUT", "/ccstore/v1/profiles/current", "shopper", {}),
    "type": ("PUT", "/ccadmin/v1/shopperTypes/user", "merchant", {"X-CCAsset-Language": "en"}),
    "address": (
        "PUT",
        "/ccagent/v1/organizationAddresses/280004",
        "agent",
        {"X-CCAgentContext": '{"shopperProfileId":"110001"}', "X-CCOrganization": "100002"},
    ),
    "visitor": ("PUT", "/ccstore/v1/visitorInfo/current", "", {}),
    "login": ("POST", "/ccstore/v1/login", "", {}),
}
PASSWORDS = {"shopper": "Shopper-2026", "merchant": "Merchant-2026", "agent": "Agent-2026"}
# Made once: the clock stands still, the keys stay, and each test finds the sample store as it was.
TOKENS: dict[str, str] = {}
APIS = {"shopper": "ccstore", "merchant": "ccadmin", "agent": "ccagent"}


@dataclass(frozen=True)
class Grown:
    """A body with as many units as its length allows, but no more than `most`; `#` in a unit is its number.

    `few`: the length to begin with, less where a limit of the contract ends the list early.
    """

    head: str
    unit: str
    tail: str
    between: str = ","
    most: int = 1_000_000
    few: int = FEW

    def text(self, length: int) -> str:
        count = min((length - len(self.head) - len(self.tail)) // (len(self.unit) + len(self.between)), self.most)
        units = (self.unit.replace("#", str(number)) for number in range(max(count, 1)))
        return self.head + self.between.join(units) + self.tail


def text_of(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def of_line(head: str, unit: str, tail: str, between: str = ",", quantity: int = 1) -> Grown:
    """Inside the only line of a cart."""
    start = text_of(line(quantity=quantity))[:-1]
    return Grown('{"shoppingCart":{"items":[' + start + "," + head, unit, tail + "}]}}", between)


def of_order(head: str, unit: str, tail: str, between: str = ",", lines: int = 1, few: int = FEW) -> Grown:
    """Beside a cart."""
    cart = text_of({"items": [line()] * lines})
    return Grown('{"combineLineItems":"no","shoppingCart":' + cart + "," + head, unit, tail + "}", between, few=few)


def of_body(head: str, unit: str, tail: str, between: str = ",", few: int = FEW) -> Grown:
    return Grown("{" + head, unit, tail + "}", between, few=few)


CHILD = text_of(line("poster_1", externalPrice=1, externalPriceQuantity=1))
WRONG_ADDRESS = text_of(dict.fromkeys(("city", "county", "state", "country", "phoneNumber", "alias", "lastName"), 1))
GOOD_ADDRESS = '{"alias":"a","address1":"x","city":"c","country":"US","state":"NC","postalCode":"1"}'
ACCOUNT_ADDRESS = text_of(SHIPPING | {"companyName": "Example"})[:-1]

GROWN: dict[str, Grown] = {
    "order/gift selections": of_line(
        '"giftWithPurchaseSelections":[', '{"promotionId":"p#","giftWithPurchaseQuantity":1}', "]", quantity=99_999
    ),
    "order/gift selections that are none": of_line('"giftWithPurchaseSelections":[', "0", "]"),
    "order/gift markers of a line": of_line('"giftWithPurchaseCommerceItemMarkers":[', "{}", "]"),
    "order/gift selections of equal lines": Grown(
        '{"shoppingCart":{"items":[',
        text_of(line(quantity=99, giftWithPurchaseSelections=[{"promotionId": f"p{at}"} for at in range(9)])),
        "]}}",
        few=12_000,
    ),
    "order/lines": Grown('{"shoppingCart":{"items":[', text_of(line()), "]}}", most=500),
    "order/lines apart": Grown('{"combineLineItems":"no","shoppingCart":{"items":[', text_of(line()), "]}}", most=500),
    "order/lines with ids": Grown('{"shoppingCart":{"items":[', text_of(line(commerceItemId="i#")), "]}}", most=500),
    "order/lines that are none": Grown('{"shoppingCart":{"items":[', "0", "]}}"),
    "order/dropped lines": Grown('{"shoppingCart":{"items":[', '{"quantity":0}', "]}}"),
    "order/children": of_line('"childItems":[', CHILD, "]"),
    "order/children that are none": of_line('"childItems":[', "0", "]"),
    "order/external data": of_line('"externalData":[', '{"name":"n"}', "]"),
    "order/external data that are none": of_line('"externalData":[', "0", "]"),
    "order/values of external data": of_line('"externalData":[{"values":{', '"k#":1', "}}]"),
    "order/lists in external data": of_line('"externalData":[{"values":{"a":[', "[[[[]]]]", "]}}]"),
    "order/shopper input": of_line('"shopperInput":{', '"k#":1.5', "}"),
    "order/shopper input that is none": of_line('"shopperInput":{', '"k#":[]', "}"),
    "order/members of a line": of_line("", '"k#":1', ""),
    "order/items of a group, many lines of it": of_order(
        '"shippingGroups":[{"items":[',
        '{"productId":"prodA","catRefId":"skuA","quantity":0}',
        "]}]",
        lines=100,
        few=30_000,
    ),
    "order/items of a group, unknown": of_order(
        '"shippingGroups":[{"items":[', '{"commerceItemId":"x","quantity":0}', "]}]"
    ),
    "order/items of a group that are none": of_order('"shippingGroups":[{"items":[', "0", "]}]"),
    "order/shipping groups": of_order('"shippingGroups":[', "{}", "]"),
    "order/shipping groups that are none": of_order('"shippingGroups":[', "0", "]"),
    "order/coupons": Grown('{"shoppingCart":{"items":[' + text_of(line()) + '],"coupons":[', '{"code":"c#"}', "]}}"),
    "order/coupons that are none": Grown('{"shoppingCart":{"coupons":[', "0", "]}}"),
    "order/gift cards": of_order('"payments":[', '{"type":"physicalGiftCard","giftCardNumber":"#"}', "]"),
    "order/payments that are none": of_order('"payments":[', "0", "]"),
    "order/additional e-mails": of_order('"additionalEmails":[', '"a"', "]"),
    "order/gift markers": of_order('"giftWithPurchaseOrderMarkers":[', '{"value":"p#","removedQuantity":1}', "]"),
    "order/members": of_order("", '"k#":1', ""),
    "order/numbers": of_order('"x":[', "1.5", "]"),
    "order/digits": of_order('"x":', "1", "", between=""),
    "order/digits of an exponent": of_order('"x":1e', "1", "", between=""),
    "order/depth": of_order('"x":', '{"a":', "1", between=""),
    "order/a quantity's digits": Grown('{"shoppingCart":{"items":[{"productId":"prodA","quantity":"', "1", '"}]}}', ""),
    "profile/addresses": of_body('"shippingAddresses":[', GOOD_ADDRESS, "]", few=8_000),
    "profile/addresses that are wrong": of_body('"shippingAddresses":[', WRONG_ADDRESS, "]", few=4_000),
    "profile/addresses that are none": of_body('"shippingAddresses":[', "0", "]"),
    "profile/members of an address": of_body('"shippingAddresses":[{', '"k#":1', "}]"),
    "profile/types of an address": of_body('"shippingAddresses":[{"types":[', '{"id":"T#"}', "]}]"),
    "profile/members": of_body("", '"k#":1', ""),
    "profile/text": of_body('"email":"', "a@", '"', ""),
    "type/properties": of_body('"properties":{', '"x_#":{"type":"number"}', "}"),
    "type/properties in order": of_body('"properties":{', '"x_#":{"type":"number","order":1}', "}"),
    "type/order": of_body('"properties":{"email":{"label":"E"}},"propertiesOrder":[', '"k#"', "]"),
    "type/attributes": of_body('"properties":{"email":{', '"k#":1', "}}"),
    "address/members": of_body(f'"addressType":"n","address":{ACCOUNT_ADDRESS},', '"k#":1', "}"),
    "address/types": of_body(f'"addressType":"n","address":{ACCOUNT_ADDRESS},"types":[', '"SHIPPING"', "]}"),
    "address/types that are none": of_body(f'"addressType":"n","address":{ACCOUNT_ADDRESS},"types":[', "{}", "]}"),
    "visitor/members": of_body("", '"k#":1', ""),
    "visitor/labels of a domain": of_body('"infoName":"a","infoDomain":"', "a.", 'com"', ""),
    "login/parameters": Grown("grant_type=password&username=a&password=b&", "a=1", "", "&"),
}  # fmt: skip


def steps(send: Callable[..., Answer], *call: Any, **options: Any) -> tuple[int, Answer]:
    """How many lines of the product's own code a call runs through, and its answer."""
    count = 0

    def line_of_ours(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return line_of_ours

    def frame_of_ours(frame: FrameType, _event: str, _argument: Any) -> Any:
        return line_of_ours if frame.f_code.co_filename.startswith(LAYER) else None

    before = sys.gettrace()
    sys.settrace(frame_of_ours)
    try:
        answer = send(*call, **options)
    finally:
        sys.settrace(before)
    return count, answer


@pytest.fixture
def send(product: Product) -> Callable[..., Answer]:
    """`send("order", body)`: one of the five calls, or a login."""
    if not TOKENS:
        TOKENS.update({name: product.login(name, password, APIS[name]) for name, password in PASSWORDS.items()})

    def call(operation: str, body: str, query: str = "", method: str | None = None) -> Answer:
        usual, path, user, headers = CALLS[operation]
        return product.call(method or usual, path + query, body, token=TOKENS.get(user), headers=headers)

    return call


@pytest.mark.parametrize("what", GROWN)
def test_twice_the_body_is_twice_the_work(send: Callable[..., Answer], what: str) -> None:
    operation = what.partition("/")[0]
    counts = []
    for size in (GROWN[what].few, 2 * GROWN[what].few):
        body = GROWN[what].text(size)
        assert send(operation, body).status < 500  # the second time it meets what the first has stored and kept
        counts.append(steps(send, operation, body)[0])
    assert counts[1] <= 2.2 * counts[0] + ALLOWANCE, counts


def test_a_line_with_children_in_many_groups(send: Callable[..., Answer]) -> None:
    def body(size: int) -> str:
        children = [json.loads(CHILD)] * size
        groups = [{"items": [{"commerceItemId": "a", "quantity": 1}]}] * size
        whole = line(quantity=size, commerceItemId="a", childItems=children)
        return text_of({"shoppingCart": {"items": [whole]}, "shippingGroups": groups})

    assert send("order", body(40)).status == 200
    few, answer = steps(send, "order", body(40))
    assert answer.status == 200
    for size in (120, 400):
        many, answer = steps(send, "order", body(size))
        assert (answer.status, answer.code) == (400, "28315")
        assert many < few


@pytest.mark.parametrize("name", ["fields", "exclude"])
def test_a_query_names_members_once_for_all_objects(send: Callable[..., Answer], name: str) -> None:
    """As many as the gateway lets through, of a cart of many lines."""
    assert send("order", text_of({"combineLineItems": "no", "shoppingCart": {"items": [line()] * 100}})).status == 200
    counts = []
    for size in (2_000, 8_000):
        path = "shoppingCart.items.detailedItemPriceInfo.a"
        query = f"?{name}=" + ",".join(f"{path}{number}" for number in range(size // len(path)))
        count, answer = steps(send, "order", "", query, method="GET")
        assert answer.status == 200
        counts.append(count)
    assert counts[1] <= counts[0] + ALLOWANCE, counts


def test_one_misfit_of_a_list_is_enough() -> None:
    """Where one error is answered, a hundred thousand are not looked for."""
    wrong = [0] * 1_000
    order, entry = Shape(OrderForm), Shape(LineForm)
    for name in ("payments", "shippingGroups", "additionalEmails"):
        assert len(order.violations({name: wrong})) == 1
    assert len(order.violations({"shoppingCart": {"coupons": wrong}})) == 1
    assert len(order.violations({"shippingGroups": [{"items": wrong}] * 9})) == 1
    for name in ("externalData", "giftWithPurchaseSelections"):
        assert len(entry.violations({name: wrong})) == 1
