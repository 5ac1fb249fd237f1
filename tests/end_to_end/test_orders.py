"""updateCurrentProfileOrder over HTTP: the examples, the main checks of orders.md §10, and updates at the same time on
tables that lock."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from local.workspace import ROOT
from tests.end_to_end.conftest import at_once, warm

ORDER = "/ccstore/v1/orders/current"
EXAMPLE = json.loads((ROOT / "docs/contract/examples/update-current-order.request.json").read_text(encoding="utf-8"))
CALLS = 20


def line(letter: str, quantity: int, **more: Any) -> dict[str, Any]:
    return {"productId": f"prod{letter}", "catRefId": f"sku{letter}", "quantity": quantity, **more}


def post(call: Any, token: str, *lines: Any, query: str = "", headers: Any = None, **body: Any) -> Any:
    cart = {"items": lines, "coupons": [{"code": code} for code in body.pop("coupons", ())]}
    return call("POST", ORDER + query, {"shoppingCart": cart, **body}, token=token, headers=headers)


@pytest.fixture(scope="module")
def warmed(call: Any, login: Callable[[str], str]) -> None:
    """Each function has as many processes as there are calls under way."""
    token = login("shopper")
    for method in ("POST", "DELETE"):
        warm(lambda _, method=method: call(method, ORDER, {"op": "x"}, token=token))  # type: ignore[misc]


@pytest.fixture
def token(login: Callable[[str], str], call: Any) -> str:
    """The sample shopper's, without a current order."""
    token = login("shopper")
    assert call("DELETE", ORDER, token=token).status in (200, 404)
    return token


def test_the_example(call: Any, token: str) -> None:
    answer = call("POST", f"{ORDER}?includeShippingGroups=true", EXAMPLE, token=token)
    if answer.status == 404:  # deleted by another test of this stack
        answer = call("POST", f"{ORDER}?includeShippingGroups=true", {**EXAMPLE, "id": None}, token=token)
    assert answer.status == 200, answer.text
    info = answer.body["priceInfo"]
    assert (info["subTotal"], info["amount"], info["total"]) == (40, 37, 37)
    assert answer.body["discountInfo"]["orderDiscount"] == 3
    assert [(payment["amount"], payment["balance"]) for payment in answer.body["payments"]] == [(37, "100.0")]


def test_the_worked_example(call: Any, token: str) -> None:
    """pricing.md §11, both steps: the local stack has the tax table switched on."""
    cards = [
        {"type": "physicalGiftCard", "giftCardNumber": f"603571098888010{end}", "giftCardPin": "", "amount": "1"}
        for end in ("1071", "5555")
    ]
    lines = (
        line("A", 2),
        line("B", 5),
        line("C", 15),
        line("D", 2, externalPrice=90, externalPriceQuantity=1),
        line("E", 1, externalRecurringCharge=10, externalRecurringChargeFrequency="Monthly"),
    )
    more: dict[str, Any] = {"coupons": ["SAVE5", "TWOFER"], "payments": cards}
    body = post(call, token, *lines, **more).body
    numbers = [
        [item[name] for name in ("listPrice", "salePrice", "unitPrice", "rawTotalPrice", "price", "discountAmount")]
        for item in body["shoppingCart"]["items"]
    ]
    assert numbers == [
        [21.99, 0, 21.99, 43.98, 43.98, 0],
        [30, 25, 25, 150, 115, 10],
        [19, 0, 19, 285, 285, 0],
        [139, 0, 139, 278, 229, 0],
        [40, 0, 40, 40, 40, 0],
    ]
    shares = [
        [(detail["amount"], detail["orderDiscountShare"]) for detail in item["detailedItemPriceInfo"]]
        for item in body["shoppingCart"]["items"]
    ]
    assert shares == [
        [(43.98, 2.51)],
        [(100, 5.7), (15, 0.86)],
        [(200, 11.4), (85, 4.85)],
        [(90, 5.13), (139, 7.92)],
        [(40, 2.28)],
    ]
    info = body["priceInfo"]
    assert (info["subTotal"], info["amount"], info["totalWithoutTax"], info["total"]) == (
        712.98,
        672.33,
        672.33,
        672.33,
    )
    assert [(payment["amount"], payment["isAmountRemaining"]) for payment in body["payments"]] == [
        (100, False),
        (572.33, True),
    ]
    assert body["discountInfo"]["orderImplicitDiscountList"][0]["totalAdjustment"] == "-10.0"

    address = {"address1": "1 Example Road", "city": "Macon", "state": "GA", "country": "US", "postalCode": "31201"}
    shipped = [{"shippingMethod": {"value": "groundShipping"}, "shippingAddress": address}]
    body = post(call, token, *lines, **more, shippingGroups=shipped, query="?includeShippingGroups=true").body
    taxes = [detail["tax"] for item in body["shoppingCart"]["items"] for detail in item["detailedItemPriceInfo"]]
    assert taxes == [3.32, 7.54, 1.13, 15.09, 6.41, 6.79, 10.49, 3.02]
    info = body["priceInfo"]
    assert [info[name] for name in ("shipping", "tax", "totalWithoutTax", "total")] == [6.5, 54.31, 678.83, 733.14]
    assert body["shippingGroups"][0]["shippingMethod"]["shippingTax"] == 0.52
    assert [payment["amount"] for payment in body["payments"]] == [100, 633.14]
    assert (body["recurringChargePriceInfo"]["tax"], body["recurringChargePriceInfo"]["total"]) == (0.8, 10.8)


def test_which_order(call: Any, token: str) -> None:
    assert call("GET", ORDER, token=token).status == 204
    first = post(call, token, line("A", 1)).body["orderId"]
    assert post(call, token, line("A", 2, price=0.01), op="update").body["priceInfo"]["amount"] == 43.98
    second = post(call, token, line("A", 1), op="create").body["orderId"]
    assert call("GET", ORDER, token=token).body["orderId"] == second != first
    assert post(call, token, line("B", 1), id=first).body["orderId"] == first
    assert call("DELETE", ORDER, token=token).status == 200
    assert call("DELETE", ORDER, token=token).body["errorCode"] == "28313"


@pytest.mark.parametrize(
    ("status", "code", "body"),
    [
        (400, "28315", []),
        (400, "28315", {"op": "x"}),
        (404, "28107", {"id": "o1", "shoppingCart": {"items": [line("A", 1)]}}),
        (400, "28081", {"shoppingCart": {"items": []}}),
        (400, "28129", {"shoppingCart": {"items": [line("A", 1, catRefId="x")]}}),
        (400, "28326", {"shoppingCart": {"items": [line("A", 1)], "coupons": [{"code": "NOSUCH"}]}}),
    ],
)
def test_refusals(call: Any, token: str, status: int, code: str, body: Any) -> None:
    answer = call("POST", ORDER, json.dumps(body), token=token)
    assert (answer.status, answer.body["errorCode"], answer.body["status"]) == (status, code, str(status))
    assert call("GET", ORDER, token=token).status == 204


@pytest.mark.usefixtures("warmed")
def test_twenty_updates_at_once(call: Any, token: str) -> None:
    """Each succeeds; the final state equals one of the requests, and no order is made beside it."""
    answers = at_once(
        lambda at: post(call, token, line("A", at + 1), line("D", 1), cartName=f"Cart {at}"), range(CALLS)
    )
    assert {answer.status for answer in answers} == {200}, [answer.text for answer in answers if answer.status != 200]
    assert len({answer.body["orderId"] for answer in answers}) == 1
    final = call("GET", ORDER, token=token).body
    quantities = [item["quantity"] for item in final["shoppingCart"]["items"]]
    assert final["cartName"] == f"Cart {quantities[0] - 1}"
    assert quantities[1:] == [1]
    assert len({tuple(answer.headers["etag"]) for answer in answers}) == CALLS


@pytest.mark.usefixtures("warmed")
def test_the_same_key_twenty_times_at_once(call: Any, token: str) -> None:
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    answers = at_once(lambda _: post(call, token, line("A", 1), op="create", headers=headers), range(CALLS))
    assert {answer.status for answer in answers} <= {200, 409}
    good = [answer for answer in answers if answer.status == 200]
    assert len({(answer.text, tuple(answer.headers["etag"])) for answer in good}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in good) == 1
    changed = post(call, token, line("A", 2), op="create", headers=headers)
    assert (changed.status, changed.body["errorCode"]) == (422, "00000422")


@pytest.mark.usefixtures("warmed")
def test_creates_and_deletes_at_once(call: Any, token: str) -> None:
    """Nobody meets a failure of the service, and the pointer to the current order never leads nowhere."""

    def act(at: int) -> Any:
        if at % 3 == 0:
            return call("DELETE", ORDER, token=token)
        return post(call, token, line("A", at), op="create" if at % 3 == 1 else "update")

    answers = at_once(act, range(CALLS))
    assert {answer.status for answer in answers} <= {200, 404}, [answer.text for answer in answers]
    known = {answer.body["orderId"] for answer in answers if answer.status == 200 and "orderId" in answer.body}
    current = call("GET", ORDER, token=token)
    assert (current.status, current.text) == (204, "") or current.body["orderId"] in known
    assert post(call, token, line("B", 1)).status == 200
