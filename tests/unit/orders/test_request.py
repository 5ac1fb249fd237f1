"""Small forms of a request: numbers, ids, keys and attributes."""

from datetime import UTC, datetime

import pytest

from commerce.errors import OrderUpdateFailed
from commerce.orders.model import Numbers, Order, OrderLine
from commerce.orders.repository import current_scope
from commerce.orders.request import read_request
from commerce.orders.rules import price_claims

NOW = datetime(2026, 3, 14, tzinfo=UTC)


def test_a_body_that_is_no_object() -> None:
    with pytest.raises(OrderUpdateFailed):
        read_request(None)


def test_codes_as_people_type_them() -> None:
    cards = [
        {"type": "physicalGiftCard", "giftCardNumber": number, "giftCardPin": pin}
        for number, pin in (
            (" 6006\u00a01234-5678 9012 ", "\t47 11 "),
            ("6006\u201012345678\u20119012", "1"),
            ("- -", 7),
        )
    ]
    coupons = [{"code": code} for code in (" SAVE5", "SAVE5\u00a0", "save5", " ", "")]
    request = read_request({"payments": cards, "shoppingCart": {"coupons": coupons}})
    assert request.coupons == ("SAVE5", "save5")
    assert [(card.number, card.pin) for card in request.cards] == [("6006123456789012", "47 11"), (None, "7")]


def test_errors_name_the_member() -> None:
    with pytest.raises(OrderUpdateFailed) as caught:
        read_request({"shippingGroups": [{"shippingAddress": {"city": 7}}]})
    assert caught.value.path == "shippingGroups[0].shippingAddress.city"


def test_ids_of_parts_are_used_once() -> None:
    order = Order("o10x20", 0, "", "", None, "", "", "", lines=(OrderLine("ci10201", "p", "s", 1),))
    numbers = Numbers(order)
    numbers.take(iter(["ci10202"]))
    assert [numbers.next("ci"), numbers.next("sg"), numbers.next("")] == ["ci10203", "sg10204", "10205"]
    assert numbers.last == 5


def test_scopes_are_attributes_of_their_own() -> None:
    scopes = [("a", None), ("a", "b"), ("a/b", None), ("a.b", None), ("a", "b.c"), ("a%2Eb", None)]
    names = [current_scope(*scope) for scope in scopes]
    assert len(set(names)) == len(names)
    assert not any("." in name for name in names)


def test_external_prices_are_found_however_wrong_the_rest_is() -> None:
    good = {"productId": 7, "catRefId": "s", "quantity": "2", "externalPrice": 1, "externalPriceQuantity": 9}
    claims = list(
        price_claims([good | {"childItems": [good | {"externalPriceQuantity": -1}]}, 7, {}, {"externalPrice": 1}])
    )
    assert [(claim.product_id, claim.price, claim.quantity) for claim in claims] == [("7", 1, 2), ("7", 1, 2)]
    assert not list(
        price_claims(
            [good | {"quantity": 0}, good | {"externalPrice": True}, good | {"childItems": 7, "externalPrice": -1}]
        )
    )
