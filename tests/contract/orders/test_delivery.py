"""No order is stored whose answer cannot be delivered, and each stored one can be read (common.md §11, §15)."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from commerce.delivery import answer_bytes
from commerce.exact_json import dumps
from commerce.orders.presentation import OrderView
from tests.contract.orders.conftest import ADDRESS, Cart, group, line
from tests.support.deployment import Answer

LAMBDA_BYTES = 6_291_556
GROUPS = "?includeShippingGroups=true"


def lambda_bytes(answer: Answer) -> int:
    """What Lambda's runtime makes of the answer, which it limits."""
    result = {
        "statusCode": answer.status, "headers": dict(answer.headers), "body": answer.text, "isBase64Encoded": False,
        "multiValueHeaders": {},
    }  # fmt: skip
    return len(json.dumps(result, ensure_ascii=sys.version_info < (3, 12)).encode())


def tomes(count: int) -> list[Any]:
    return [line("prodA", sku="skuA", assetKey=str(at)) | {"productId": "tome", "catRefId": "t"} for at in range(count)]


@pytest.fixture
def describe(cart: Cart, load: Callable[..., None]) -> Callable[[int], None]:
    """`describe(20_000)`: the product `tome` gets a description of so many characters."""

    def describe(length: int) -> None:
        tome = {"id": "tome", "displayName": {"en": "Tome"}, "description": {"en": "x" * length}, "skus": [{"id": "t"}]}
        load(cart.product, "products.json", [tome])

    describe(0)
    price = {"productId": "tome", "priceListGroup": "defaultPriceGroup", "list": 1}
    load(cart.product, "prices.json", [price])

    return describe


@pytest.mark.parametrize("query", ["", GROUPS, "?fields=orderId", f"{GROUPS}&exclude=links"])
def test_long_descriptions(cart: Cart, describe: Callable[[int], None], query: str) -> None:
    describe(20_000)
    assert cart.refused(*tomes(160), query=query) == ("28315", None)
    answer = cart.post(*tomes(50), query=query)
    assert answer.status == 200
    assert max(map(lambda_bytes, (answer, cart.get(GROUPS)))) <= LAMBDA_BYTES


def test_the_largest_order_that_is_stored(cart: Cart, describe: Callable[[int], None]) -> None:
    """It fills an answer with groups nearly, and is delivered; one line more is refused, asked for groups or not."""
    describe(20_000)
    most, fewest = 50, 160
    while fewest - most > 1:
        count = (most + fewest) // 2
        if cart.post(*tomes(count), query=GROUPS).status == 200:
            most = count
        else:
            fewest = count
    assert cart.post(*tomes(most)).status == 200
    assert 0.95 * LAMBDA_BYTES < lambda_bytes(cart.get(GROUPS)) <= LAMBDA_BYTES
    for query in ("", GROUPS):
        assert cart.refused(*tomes(fewest), query=query) == ("28315", None)


def test_many_promotions_on_many_lines(cart: Cart, load: Callable[..., None]) -> None:
    names = [f"pMany{at}" for at in range(50)]
    reward = {"kind": "order", "adjustment": "percent", "value": 1}
    promotions = [
        {"id": name, "displayName": {"en": name + "x" * 150}, "couponOnly": True, "reward": reward} for name in names
    ]
    load(cart.product, "promotions.json", promotions)
    load(cart.product, "coupons.json", [{"code": name, "promotions": [name]} for name in names])
    lines = [line(quantity=50, assetKey=str(at)) for at in range(240)]
    for count in (5, 240):
        answer = cart.post(*lines[:count], coupons=names)
        assert (answer.status == 200) is (count == 5), answer.text[:99]
        assert max(map(lambda_bytes, (answer, cart.get(GROUPS)))) <= LAMBDA_BYTES


@pytest.mark.parametrize(
    "members",
    [
        '"externalData":[' + ",".join(["{}"] * 200_000) + "]",
        '"externalData":[{"values":{"x":[' + "1e-125," * 60_000 + "0]}}]",
    ],
    ids=["entries that are shown with all their members", "numbers that are shown with all their digits"],
)
@pytest.mark.parametrize("query", ["", GROUPS])
def test_what_is_longer_in_an_answer_than_in_a_request(cart: Cart, members: str, query: str) -> None:
    groups = ",".join(['{"items":[{"commerceItemId":"a","quantity":1}]}'] * 100)
    sent = '{"productId":"prodA","catRefId":"skuA","quantity":100,"commerceItemId":"a",' + members + "}"
    answer = cart.send('{"shoppingCart":{"items":[' + sent + ']},"shippingGroups":[' + groups + "]}", query)
    assert (answer.status, answer.code) == (400, "28315")
    assert cart.get().status == 204


def test_an_order_that_the_catalogue_has_made_too_large(cart: Cart, describe: Callable[[int], None]) -> None:
    """Without groups and trace, then without descriptions: it can be read, changed and removed."""
    describe(10)
    assert cart.post(*tomes(100), query=GROUPS).status == 200
    whole = cart.get(f"{GROUPS}&explain=true")
    assert whole.body.keys() >= {"shippingGroups", "pricingTrace"}
    for length, description in ((40_000, True), (80_000, False)):
        describe(length)
        for query in (GROUPS, f"{GROUPS}&explain=true", f"{GROUPS}&exclude=priceInfo"):
            answer = cart.get(query)
            assert (answer.status, lambda_bytes(answer) <= LAMBDA_BYTES) == (200, True)
            assert not answer.body.keys() & {"shippingGroups", "pricingTrace"}
            items = answer.body["shoppingCart"]["items"]
            assert (len(items), all(item["description"] for item in items)) == (100, description)
            assert answer.headers["etag"] == whole.headers["etag"]
        shown = cart.get("?fields=shoppingCart.numberOfItems").body
        assert (shown["shoppingCart"], "links" in shown) == ({"numberOfItems": 100}, False)
    assert cart.post(line()).status == 200


def test_when_nothing_can_be_left_out(cart: Cart, printed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cart.ok(line())
    monkeypatch.setattr("commerce.delivery.MAX_ANSWER_BYTES", 2_000)
    printed()
    answer = cart.get()
    assert (answer.status, answer.code) == (500, "00000500")
    assert json.loads(printed().splitlines()[0])["cause"] == "AnswerTooLarge"
    assert cart.get("?fields=orderId").status == 200


WORST = "\u0001\U0001d11e" * 127
FULL = {name: WORST for name in ADDRESS if name not in ("country", "state", "phoneNumber")} | {
    "country": "US", "state": "GA", "jobTitle": WORST, "companyName": WORST, "prefix": WORST, "alias": WORST,
}  # fmt: skip
PICKUP = {"type": "inStorePickupShippingGroup", "locationId": WORST, "firstName": WORST, "lastName": WORST}


def test_what_groups_may_take_is_no_less_than_what_they_take(
    cart: Cart, load: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The estimates that save measuring, and showing."""
    views: list[OrderView] = []
    ask = OrderView.deliverable

    def asked(view: OrderView, *more: Any) -> bool:
        views.append(view)
        return ask(view, *more)

    monkeypatch.setattr(OrderView, "deliverable", asked)
    long = {
        "id": "longName",
        "displayName": {"en": WORST * 20},
        "ranges": {"defaultPriceGroup": [{"low": 0, "amount": 1}]},
    }
    load(cart.product, "shippingMethods.json", [long])

    def items(*quantities: int) -> list[Any]:
        return [{"commerceItemId": "a", "quantity": quantity, "preferredPickupDate": WORST} for quantity in quantities]

    carts: list[tuple[list[Any], dict[str, Any]]] = [
        ([line()], {}),
        ([line(quantity=3, commerceItemId="a")], {"shippingGroups": [group(*items(1)) for _ in range(3)]}),
        ([line("prodD", 7, commerceItemId="a")], {"shippingGroups": [PICKUP | {"items": items(1)}] * 7}),
        ([line(quantity=9, commerceItemId="a")], {"shippingGroups": [{"type": WORST, "items": items(1, 1, 1)}] * 3}),
        ([line(quantity=100, assetKey=str(at)) for at in range(40)], {"shippingMethod": {"value": "longName"}}),
        (
            [line("xprod1047", 3, commerceItemId="a"), line(assetKey=WORST, serviceId="x" * 4_000)],
            {"shippingGroups": [group(*items(1), method="longName", shippingAddress=FULL)] * 3},
        ),
    ]  # fmt: skip
    for lines, body in carts:
        answer = cart.post(*lines, coupons=["coupon1", "SAVE5", "TWOFER"], **body)
        assert answer.status == 200, answer.text
        view = views[-1]
        taken = answer_bytes(dumps(list(view._groups())))
        assert view._most_group_bytes(answer_bytes(answer.text)) >= taken > 0
        assert view._most_bytes >= answer_bytes(answer.text) + taken
