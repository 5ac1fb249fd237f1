"""What a request means for gifts, row by row of the table in `commerce.orders.gifts`."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from commerce.errors import OrderUpdateFailed
from commerce.orders.gifts import OfferedGifts, claims_after, gift_data, gift_line_ids, markers_after
from commerce.orders.model import Numbers, Order, OrderLine, StoredMarker
from commerce.pricing import Gift, GiftClaim, GiftMarker, GiftOption, Occasion, Promotion, Standing

CHOSEN, HELD, HOPED_FOR = Standing.CHOSEN, Standing.HELD, Standing.HOPED_FOR
NOW = datetime(2026, 5, 1, tzinfo=UTC)
MARKER = StoredMarker("77", GiftMarker("g", "product", "p1", True, 2, selected=0, automatic=2, targeted=2))


def gift(name: str, *products: str, auto_remove: bool = True, **more: Any) -> Promotion:
    return Promotion(name, name, Gift(tuple(map(GiftOption, products)), auto_remove=auto_remove), **more)


PROMOTIONS = (gift("g", "p1", "p2"), gift("stays", "p1", auto_remove=False), gift("off", "p1", enabled=False))
OFFERED = OfferedGifts(PROMOTIONS, Occasion(NOW, "us", "usd"), (MARKER,), lambda name: name == "ci1")


def claims(product: str = "p1", quantity: int = 3, **item: Any) -> tuple[GiftClaim, ...]:
    return OFFERED.claims(item, product, "s1", quantity)


def selected(*selections: Any, **more: Any) -> tuple[GiftClaim, ...]:
    return claims(giftWithPurchaseSelections=list(selections), **more)


def marked(*markers: Any, **more: Any) -> tuple[GiftClaim, ...]:
    return claims(giftWithPurchaseCommerceItemMarkers=list(markers), **more)


@pytest.mark.parametrize(
    "selection",
    [
        {"promotionId": "g"},
        {"promotionId": "g", "giftWithPurchaseIdentifier": "nonsense"},
        {"giftWithPurchaseIdentifier": gift_data("g")},
        {"giftWithPurchaseIdentifier": int(gift_data("g"))},
        {"giftWithPurchaseIdentifier": "77", "promotionId": None},
        {"giftWithPurchaseIdentifier": 77, "promotionId": ""},
    ],
)
@pytest.mark.parametrize(("units", "counted"), [(1, 1), ("2", 2), (9, 3), (None, 3)])
def test_a_chosen_gift_by_each_of_its_names(selection: Any, units: Any, counted: int) -> None:
    (claim,) = selected(selection | {"giftWithPurchaseQuantity": units})
    assert claim == GiftClaim("g", counted, True, CHOSEN)


@pytest.mark.parametrize("name", ["off", "other", "", None])
def test_a_promotion_that_does_not_count_makes_no_gift(name: str | None) -> None:
    assert selected({"promotionId": name}) == ()
    assert marked({"value": name, "targetedQuantity": 1}) == ()


def test_what_a_promotion_does_not_offer_is_no_gift() -> None:
    assert selected({"promotionId": "g"}, product="p3") == ()
    assert selected({"promotionId": "stays"}, product="p2") == ()


def test_no_unit_is_the_gift_of_two_promotions() -> None:
    one, more = {"promotionId": "g", "giftWithPurchaseQuantity": 2}, {"promotionId": "stays"}
    assert [(claim.promotion_id, claim.quantity) for claim in selected(one, one, more)] == [("g", 2), ("stays", 1)]


@pytest.mark.parametrize("units", [-1, "x", 1.5, True, []])
def test_units_that_are_no_number(units: Any) -> None:
    with pytest.raises(OrderUpdateFailed):
        selected({"promotionId": "g", "giftWithPurchaseQuantity": units})


def test_markers_of_a_line_are_hopes() -> None:
    assert marked({"value": "g", "targetedQuantity": 1, "selectedQuantity": 0}) == (
        GiftClaim("g", 1, False, HOPED_FOR),
    )
    assert marked({"data": gift_data("g"), "targetedQuantity": 1, "selectedQuantity": 1}) == (
        GiftClaim("g", 1, True, HOPED_FOR),
    )
    many = [{"value": "other", "targetedQuantity": 1}] * 100
    assert marked(*many[1:], {"value": "g", "targetedQuantity": 1}) != ()
    assert marked(*many, {"value": "g", "targetedQuantity": 1}) == ()
    others: list[Any] = [None, 7, [], {}, {"value": "g"}, {"value": "g", "targetedQuantity": "x"}, {"value": []}]
    assert marked(*others) == ()


def test_the_line_of_a_gift_that_was_removed_holds_it_still() -> None:
    gone = {"commerceItemId": "ci1"}
    assert marked({"value": "g", "targetedQuantity": 1}, **gone) == (GiftClaim("g", 1, False, HELD),)
    assert marked({"value": "stays", "targetedQuantity": 1}, **gone) == (GiftClaim("stays", 1, False, HOPED_FOR),)
    assert selected({"promotionId": "g"}, **gone) == (GiftClaim("g", 3, True, CHOSEN),)


def test_ids_that_the_order_gave() -> None:
    numbers = Numbers(order(sequence=12))
    assert [numbers.gave_line(name) for name in ("ci11", "ci112", "ci113", "ci1", "ci2", "", "mine", "sg11")] == [
        True, True, False, False, False, False, False, False,
    ]  # fmt: skip
    assert not numbers.gave_line("ci1" + "0" * 5000)


def order(*lines: OrderLine, sequence: int = 0) -> Order:
    return Order("o1", 1, "us", "us", None, "", "", "", lines=lines, markers=(MARKER,), sequence=sequence)


def line(quantity: int, *gifts: GiftClaim, name: str = "ci11") -> OrderLine:
    return OrderLine(name, "p1", "s1", quantity, gifts=gifts)


ONE = GiftClaim("g", 1)
MORE = GiftClaim("g", 2, True, CHOSEN)


@pytest.mark.parametrize(
    ("sent", "quantity", "stored", "expected"),
    [
        ((), 1, None, ()),
        ((MORE,), 2, None, (MORE,)),
        ((), 1, line(1, ONE), (ONE,)),
        ((), 5, line(1, ONE), (ONE,)),
        ((), 1, line(3, GiftClaim("g", 3)), (ONE,)),
        # The same gift, as long as there are no more units.
        ((MORE,), 2, line(2, ONE), (ONE,)),
        ((MORE,), 2, line(1, ONE), (ONE, replace(MORE, quantity=1, standing=HOPED_FOR))),
        ((MORE,), 9, line(1, ONE), (ONE, replace(MORE, standing=HOPED_FOR))),
        ((replace(ONE, standing=HOPED_FOR),), 2, line(1, ONE), (ONE,)),
        ((GiftClaim("h", 2, True, CHOSEN),), 2, line(2, ONE), (ONE, GiftClaim("h", 1, True, CHOSEN))),
    ],
)
def test_gifts_after_a_request(sent: Any, quantity: int, stored: Any, expected: Any) -> None:
    assert claims_after(sent, quantity, stored) == expected


ECHO = {"value": "g", "removedQuantity": 0}


@pytest.mark.parametrize(
    ("echoed", "dropped", "left", "removed"),
    [
        ([ECHO], (), 2, 0),
        ([ECHO], (), 1, 1),
        ([ECHO], (), 0, 2),
        ([], (), 0, 0),
        ([{"value": "other"}], (), 0, 0),
        ([{"repositoryId": "77"}], (), 0, 2),
        ([{"repositoryId": 77}], (), 1, 1),
        # What the client says it removed is what is missing.
        ([ECHO | {"removedQuantity": 1}], (), 1, 1),
        ([ECHO | {"removedQuantity": 1}], (), 2, 1),
        ([ECHO | {"removedQuantity": "2"}], (), 1, 2),
        ([ECHO | {"removedQuantity": 99}], (), 2, 2),
        ([ECHO | {"removedQuantity": -1}, None, 7, {"value": []}], (), 2, 0),
        ([], ("ci11",), 0, 2),
        ([], ("ci12",), 0, 0),
    ],
)
def test_gifts_that_the_shopper_removed(echoed: Any, dropped: Any, left: int, removed: int) -> None:
    stored = order(line(2, GiftClaim("g", 2)))
    lines = [line(left, GiftClaim("g", left))] if left else []
    (marker,) = markers_after(stored, echoed, dropped, lines)
    assert marker == replace(MARKER.marker, removed=removed)


def test_ids_of_gifts_that_are_not_sent_back() -> None:
    whole, part, plain = line(1, ONE, name="a"), line(2, ONE, name="b"), line(1, name="c")
    assert gift_line_ids([whole, part, plain], []) == {"g": "a"}
    assert gift_line_ids([whole, part, plain], ["a"]) == {}
