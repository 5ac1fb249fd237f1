"""Small forms of a request: numbers, ids, keys and attributes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commerce.call import FinishedAnswer
from commerce.errors import IdempotencyKeyMalformed, IdempotencyKeyReused, OrderUpdateFailed
from commerce.exact_json import canonical, loads
from commerce.orders.idempotency import read_key
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


class Ring:
    def __init__(self, *keys: bytes) -> None:
        self.keys = keys

    def tag_keys(self) -> tuple[bytes, ...]:
        return self.keys


def key(request: Any, *keys: bytes, header: str = "k") -> Any:
    return read_key(header, "t", "shopper", "site", request, Ring(*(keys or (b"1",))))


def test_what_makes_two_requests_the_same() -> None:
    row = {put.key: {**put.item} for put in key({"a": 1, "b": [2]}).puts(FinishedAnswer({}, ""), NOW)}
    (stored,) = row.values()
    assert key(loads('{"b": [2.0],  "a":1}')).check(stored, NOW)
    assert key({"a": 1, "b": [2]}, b"2", b"1").check(stored, NOW)
    for other in (key({"a": 1}), key({"a": 1, "b": [2]}, b"2")):
        with pytest.raises(IdempotencyKeyReused):
            other.check(stored, NOW)
    assert not key({"a": 1}).check(stored, NOW + timedelta(hours=24))
    assert not key({}).check(None, NOW)
    assert canonical({"pin": "4711"}) not in repr(stored)


def test_keys_of_different_scopes_stand_apart() -> None:
    partitions = {
        read_key(header, "t", shopper, site, {}, Ring(b"1")).partition  # type: ignore[union-attr]
        for header, shopper, site in (("k", "a", "s"), ("k2", "a", "s"), ("k", "b", "s"), ("k", "a", "s2"))
    }
    assert len(partitions) == 4
    assert read_key(None, "t", "a", "s", {}, Ring(b"1")) is None


@pytest.mark.parametrize("header", ["", " ", "a b", "x" * 256, "é", "\x7f"])
def test_malformed_keys(header: str) -> None:
    with pytest.raises(IdempotencyKeyMalformed):
        key({}, header=header)


def test_answers_come_back_exactly() -> None:
    body = {"wide": int("9" * 60), "amount": Decimal("12345678901234.123456"), "text": 'ä\u2028"\\', "none": None}
    kept = key({})
    rows = {put.key: dict(put.item) for put in kept.puts(FinishedAnswer(body, '"tag"'), NOW)}
    assert kept.answer(rows) == FinishedAnswer(body, '"tag"')
