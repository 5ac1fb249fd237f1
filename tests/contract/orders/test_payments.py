"""Gift cards, their guards, and coupons: orders.md §2.2, §2.4, pricing.md §5, §9, auth.md §8."""

from collections.abc import Callable, Sequence
from typing import Any

import boto3
import pytest

from commerce.catalogue import CardAnswer, CardStatus
from tests.contract.orders.conftest import Cart, card, line
from tests.support.deployment import Answer, Product

PLAIN, LARGE, WITH_PIN = "6035710988880101071", "6035710988880105555", "6035710988880107777"
EMPTY, INACTIVE, EURO, UNKNOWN = (
    "6035710988880100000",
    "6035710988880108888",
    "6035710988880109999",
    "6035710988880101234",
)


def pay(cart: Cart, *cards: dict[str, Any]) -> Any:
    return cart.post(line("prodD"), payments=list(cards))


@pytest.mark.parametrize(
    ("number", "pin", "code"),
    [
        (UNKNOWN, "", "28340"), ("", "", "28340"), (None, "", "28340"), ("12 34", "", "28340"), ("1" * 20, "", "28340"),
        (WITH_PIN, "", "28340"), (WITH_PIN, "4712", "28340"), (PLAIN, "1", "28340"), (EMPTY, "", "28344"),
        (INACTIVE, "", "28339"), (EURO, "", "28339"),
    ],
)  # fmt: skip
def test_refused_cards(cart: Cart, number: Any, pin: str, code: str) -> None:
    assert cart.refused(line(), payments=[card(number, pin)]) == (code, None)


def test_cards_pay_in_list_order(cart: Cart) -> None:
    body = pay(cart, card(WITH_PIN, "4711"), card(PLAIN), card(LARGE)).body
    assert [payment["amount"] for payment in body["payments"]] == [25.5, 100, 13.5]
    assert [payment["balance"] for payment in body["payments"]] == ["25.5", "100.0", "1000.0"]
    assert body["payments"][2]["isAmountRemaining"] is True
    once = pay(cart, card(PLAIN), card(PLAIN), {"type": "IIN", "IIN": "41111"}, {}).body
    assert [payment["amount"] for payment in once["payments"]] == [100]
    assert cart.ok(line("prodD"))["payments"] == []


def test_a_number_sent_as_a_number(cart: Cart) -> None:
    assert pay(cart, {"type": "physicalGiftCard", "giftCardNumber": int(WITH_PIN), "giftCardPin": 4711}).status == 200


def test_codes_as_people_type_them(cart: Cart) -> None:
    spaced = f" {WITH_PIN[:4]} {WITH_PIN[4:8]}-{WITH_PIN[8:]}"
    body = cart.ok(line(), payments=[card(spaced, " 4711 ")], coupons=[" SAVE5 ", "SAVE5"])
    assert [payment["giftCardNumber"] for payment in body["payments"]] == [WITH_PIN]
    assert list(body["discountInfo"]["orderCouponsMap"]) == ["SAVE5"]


def test_the_payments_of_an_answer_sent_back_keep_its_cards(cart: Cart) -> None:
    payments = pay(cart, card(WITH_PIN, "4711"), card(PLAIN)).body["payments"]
    assert pay(cart, *payments).body["payments"] == payments
    other = [payment | {"type": "IIN"} for payment in payments]
    assert pay(cart, *other).body["payments"] == []


def test_a_card_on_the_order_needs_no_pin(cart: Cart) -> None:
    assert pay(cart, card(WITH_PIN, "4711")).status == 200
    assert pay(cart, card(WITH_PIN, "")).status == 200
    assert pay(cart, card(WITH_PIN, "wrong")).status == 200
    assert pay(cart).body["payments"] == []
    assert pay(cart, card(WITH_PIN, "")).code == "28340"


def test_the_pin_is_nowhere(cart: Cart, caplog: pytest.LogCaptureFixture, printed: Callable[[], str]) -> None:
    printed()
    answer = cart.post(line(), payments=[card(WITH_PIN, "4711")], headers={"Idempotency-Key": "k"})
    refused = cart.post(line(), payments=[card(UNKNOWN, "846271930562")])
    client, environment = boto3.client("dynamodb"), cart.product.environment
    rows = [client.scan(TableName=environment[f"{name}_TABLE"])["Items"] for name in ("ORDERS", "EXPIRING")]
    logs = printed()
    assert '"message":"request"' in logs
    for text in (answer.text, refused.text, repr(rows), logs, caplog.text):
        assert '"4711"' not in text
        assert "846271930562" not in text
    for text in (refused.text, logs, caplog.text):
        assert WITH_PIN not in text
        assert UNKNOWN not in text


def test_a_card_that_is_refused_later(cart: Cart, load: Callable[..., None]) -> None:
    """It pays nothing when the order is read; it is refused when it is sent again."""
    assert pay(cart, card(PLAIN), card(LARGE)).status == 200
    record = {"number": PLAIN, "balance": 100, "currencyCode": "USD"}
    load(cart.product, "giftCards.json", [record | {"active": False}])
    assert [payment["amount"] for payment in cart.shown()["payments"]] == [0, 139]
    assert pay(cart, card(PLAIN)).code == "28339"
    load(cart.product, "giftCards.json", [record | {"balance": 0}])
    assert [payment["amount"] for payment in cart.shown()["payments"]] == [0, 139]
    emptied = pay(cart, card(PLAIN), card(LARGE)).body["payments"]
    assert [(payment["amount"], payment["balance"]) for payment in emptied] == [(0, "0.0"), (139, "1000.0")]


class Broken:
    """A provider that fails."""

    name = "broken"

    def keys(self, requests: Any) -> list[Any]:
        return []

    def ask(self, requests: Any, currency_code: str, rows: Any, budget: Any) -> Any:
        raise OSError


def broken(settings: Any) -> Broken:
    return Broken()


def test_a_provider_that_fails(make_cart: Callable[..., Cart], monkeypatch: pytest.MonkeyPatch) -> None:
    cart = make_cart()
    assert pay(cart, card(PLAIN)).status == 200
    for name in ("update_current_profile_order", "get_incomplete_order"):
        from commerce.catalogue.plugged import BoundedCards

        monkeypatch.setattr(cart.product.app(name).parts.orders._cards, "_provider", BoundedCards(Broken()))
    answers = (pay(cart, card(PLAIN)), cart.get())
    assert [(answer.status, answer.code) for answer in answers] == [(500, "29000")] * 2
    assert cart.post(line()).status == 200


# --- guards


def test_a_shopper_who_guesses(cart: Cart) -> None:
    assert pay(cart, card(WITH_PIN, "4711")).status == 200
    for at in range(20):
        assert pay(cart, card(str(at))).code == "28340"
    answer = pay(cart, card(PLAIN))
    assert (answer.status, answer.code) == (429, "00000429")
    assert int(answer.headers["retry-after"]) == 33 * 60 + 7
    assert pay(cart, card(WITH_PIN)).status == 200
    assert cart.ok(line())["payments"] == []
    cart.product.clock.move(minutes=34)
    cart.token = cart.product.login()
    assert pay(cart, card(PLAIN)).status == 200


def test_a_card_that_many_guess(make_cart: Callable[..., Cart]) -> None:
    cart = make_cart(GIFT_CARD_GUARD_LIMIT="0")
    other = Cart(cart.product, cart.product.login("account-buyer", "Buyer-2026"))
    assert pay(other, card(WITH_PIN, "4711")).status == 200
    for at in range(10):
        assert pay(cart, card(WITH_PIN, str(at))).code == "28340"
    assert pay(cart, card(WITH_PIN, "4711")).code == "28340"
    assert pay(cart, card(PLAIN)).status == 200
    assert pay(other, card(WITH_PIN, "")).status == 200
    cart.product.clock.move(hours=1)
    cart.token = cart.product.login()
    assert pay(cart, card(WITH_PIN, "4711")).status == 200


def test_guards_come_after_everything_before_cards(cart: Cart) -> None:
    for at in range(20):
        pay(cart, card(str(at)))
    assert cart.post(line("retired_1"), payments=[card(PLAIN)]).code == "28102"


def at_once(cart: Cart, monkeypatch: pytest.MonkeyPatch, guesses: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """The answers to requests each of which comes while the one before it has its cards compared."""
    provider = cart.product.app("update_current_profile_order").parts.gift_cards
    ask, answers, waiting = provider.ask, [], list(guesses)

    def next_one() -> None:
        if waiting:
            guess = waiting.pop(0)
            answers.append(guess())

    def compared(*arguments: Any) -> Any:
        next_one()
        return ask(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(type(provider), "ask", lambda _self, *arguments: compared(*arguments))
        while waiting:
            next_one()
    return answers


def test_no_burst_passes_the_guard_of_a_card(make_cart: Callable[..., Cart], monkeypatch: pytest.MonkeyPatch) -> None:
    cart = make_cart(GIFT_CARD_GUARD_LIMIT="0")
    wrong = [lambda at=at: pay(cart, card(WITH_PIN, str(at))) for at in range(23)]
    answers = at_once(cart, monkeypatch, [*wrong, lambda: pay(cart, card(WITH_PIN, "4711"))])
    assert [answer.code for answer in answers] == ["28340"] * 24
    assert pay(cart, card(WITH_PIN, "4711")).code == "28340"


def test_no_burst_passes_the_guard_of_a_shopper(cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [lambda at=at: pay(cart, card(str(at))) for at in range(30)]
    answers = at_once(cart, monkeypatch, [*wrong, lambda: pay(cart, card(PLAIN))])
    assert sorted(answer.code for answer in answers) == ["00000429"] * 11 + ["28340"] * 20


def test_a_right_guess_gives_its_count_back(cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(25):
        assert pay(cart, card(WITH_PIN, "4711"), card(PLAIN)).status == 200
        assert cart.ok(line())["payments"] == []
    assert pay(cart, card(WITH_PIN, "1")).code == "28340"
    rows = cart.product.stored("EXPIRING_TABLE").values()
    counts = [row["Attributes"]["count"]["N"] for partition in rows for row in partition.values()]
    assert sorted(counts) == ["0", "1", "1"]
    # Neither does a request that is refused for another card's sake count at the first one.
    assert pay(cart, card(PLAIN), card(WITH_PIN, "2")).code == "28340"
    rows = cart.product.stored("EXPIRING_TABLE").values()
    counts = [row["Attributes"]["count"]["N"] for partition in rows for row in partition.values()]
    assert sorted(counts) == ["0", "2", "2"]


def test_a_provider_that_is_down_costs_no_guesses(cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = cart.product.app("update_current_profile_order").parts.gift_cards
    failed = [CardAnswer(CardStatus.PROVIDER_FAILED)]
    with monkeypatch.context() as patch:
        patch.setattr(type(provider), "ask", lambda *_: failed)
        for _ in range(25):
            assert pay(cart, card(PLAIN)).code == "29000"
    assert pay(cart, card(PLAIN)).status == 200


# --- coupons


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("NOSUCH", "28326"), ("save5", "28326"), ("SAVE 5", "28326"), ("ü", "28326"), ("x" * 5000, "28326"),
        ("LASTYEAR", "28326"), ("SOMEDAY", "28326"), ("USEDUP", "28346"),
    ],
)  # fmt: skip
def test_refused_coupons(cart: Cart, code: str, error: str) -> None:
    assert cart.refused(line(), coupons=["SAVE5", code]) == (error, code)


def test_coupons_are_counted_once_and_blank_ones_skipped(cart: Cart) -> None:
    body = cart.ok(line("prodD"), coupons=["", " ", "SAVE5", "SAVE5"])
    assert body["discountInfo"]["orderDiscount"] == 6.95
    empty = cart.ok(line("prodD"))["discountInfo"]
    assert empty == {
        "orderDiscount": 0, "shippingDiscount": 0, "orderCouponsMap": {}, "claimedCouponMultiPromotions": {},
        "unclaimedCouponsMap": {}, "unclaimedCouponMultiPromotions": {}, "orderImplicitDiscountList": [],
    }  # fmt: skip


def test_a_coupon_that_does_not_qualify_is_no_error(cart: Cart) -> None:
    info = cart.ok(line(), coupons=["FREESHIP", "TWOFER"])["discountInfo"]
    assert list(info["unclaimedCouponsMap"]) == ["FREESHIP", "TWOFER"]
    assert list(info["orderCouponsMap"]) == ["TWOFER"]


def test_a_coupon_that_is_no_longer_valid_is_left_out_when_read(
    cart: Cart, load: Callable[..., None], product: Product
) -> None:
    cart.ok(line("prodD"), coupons=["SAVE5", "TWOFER"])
    load(product, "coupons.json", [{"code": "SAVE5", "promotions": ["pSave"], "endDate": "2026-01-01"}])
    shown = cart.shown()
    assert list(shown["discountInfo"]["orderCouponsMap"]) == ["TWOFER"]
    assert cart.post(line("prodD"), coupons=["SAVE5"]).code == "28326"
