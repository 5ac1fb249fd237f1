"""The small checks of contract pricing.md §11."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal as D  # noqa: N817 - a table of numbers is read, not its constructors

import pytest

from commerce.pricing import (
    GiftCard,
    GroupTax,
    PricedOrder,
    SentCoupon,
    TaxableGroup,
    TaxBreakdown,
    TaxCalculator,
    TaxRate,
    TaxTable,
    amount_text,
)
from tests.unit.pricing.builders import (
    AMOUNT,
    C_BULK,
    C_TIERS,
    PERCENT,
    TEXAS,
    by_id,
    cart,
    group,
    line,
    method,
    order,
    priced,
    prices,
    shape,
    shares,
)


class GivenTax:
    """A calculator plugged in from outside: 11.62 in all, 0.24 + 7.47 + 1.11 on the lines and 2.80 on shipping."""

    def calculate(self, groups: Sequence[TaxableGroup]) -> list[GroupTax]:
        (only,) = groups
        assert [amount for one in only.lines for amount in one.amounts] == [D("2.80"), D("93.39"), D("14.01")]
        assert only.shipping == 35
        return [GroupTax([D("0.23"), D("7.47"), D("1.12")], D("2.80"), [], TaxBreakdown(state=D("11.62")))]


def proration(tax: TaxCalculator) -> PricedOrder:
    return priced(
        [line("A"), line("B"), line("C")],
        {"A": "3", "B": "100", "C": "15"},
        promotions=[order("off", AMOUNT, "7.80")],
        shipping_groups=[group(method=method(("0", None, "35")), address=TEXAS)],
        tax=tax,
    )


def test_proration_with_a_tax_from_outside():
    result = proration(GivenTax())
    assert shares(result) == ["0.20", "6.61", "0.99"]
    assert result.price_info.amount == D("110.20")
    assert result.price_info.total_without_tax == D("145.20")
    assert (result.price_info.tax, result.price_info.total) == (D("11.62"), D("156.82"))
    assert result.groups[0].tax_breakdown.state == D("11.62")


def test_proration_with_the_embedded_table():
    assert proration(TaxTable([TaxRate("US", D(8))])).price_info.tax == D("11.61")


def test_ten_percent_of_52():
    result = priced(
        [line("A")],
        {"A": "52.00"},
        promotions=[order("ten", PERCENT, "10")],
        shipping_groups=[group(method=method(("0", None, "5.95")), address=TEXAS)],
        tax=TaxTable([TaxRate("US", D(10))]),
    )
    info = result.price_info
    assert (info.order_discount, info.amount, info.total_without_tax) == (D("5.20"), D("46.80"), D("52.75"))
    assert by_id(result)["ci-A"].tax == D("4.68")
    assert result.groups[0].shipping_tax == D("0.60")
    assert info.total == D("58.03")


def test_residue_goes_to_the_last():
    result = priced(
        [line("A"), line("B"), line("C")],
        {"A": "10", "B": "10", "C": "10"},
        promotions=[order("ten", AMOUNT, "10")],
    )
    assert shares(result) == ["3.33", "3.33", "3.34"]


def test_clamp():
    result = priced([line("A")], {"A": "30"}, promotions=[order("fifty", AMOUNT, "50")])
    assert (result.price_info.order_discount, result.price_info.amount) == (30, 0)
    assert result.discount_info.implicit[0].total_adjustment == -30


def test_external_price():
    result = priced([line("A", 9, external=("139", 4))], prices({"A": "699.99"}, {"A": "597"}))
    found = by_id(result)["ci-A"]
    assert shape(found) == [(4, "556.00", False), (5, "2985.00", False)]
    assert found.amount == 3541
    assert (found.list_price, found.unit_price, found.raw_total_price) == (D("699.99"), D(597), D("6299.91"))


def test_sale_and_raw():
    found = by_id(priced([line("A", 3)], prices({"A": "99.99"}, {"A": "25"})))["ci-A"]
    assert (found.raw_total_price, found.amount) == (D("299.97"), D(75))


@pytest.mark.parametrize(
    ("entry", "quantity", "price"), [(C_BULK, 14, 238), (C_BULK, 23, 345), (C_TIERS, 15, 285), (C_TIERS, 23, 415)]
)
def test_volume(entry, quantity, price):
    assert by_id(priced([line("C", quantity)], {"C": entry}))["ci-C"].amount == price


def test_seed_sample():
    promotions = [order(f"promo2000{n}", AMOUNT, "1", priority=n, coupon_only=True) for n in (1, 2, 3)]
    promotions.append(order("promo20004", AMOUNT, "1", minimum="1000", priority=4, coupon_only=True))
    sent = {"coupon1": ["promo20001", "promo20003"], "coupon2": ["promo20002", "promo20004"]}
    result = priced(
        [line("A")],
        {"A": "40"},
        promotions=promotions,
        coupons=sent,
        gift_cards=[GiftCard("6035710988880101071", D("100.0"))],
    )
    info = result.price_info
    assert (info.sub_total, info.order_discount, info.amount, info.total) == (40, 3, 37, 37)
    (payment,) = result.payments
    assert (payment.amount, payment.is_amount_remaining, amount_text(payment.balance)) == (37, True, "100.0")
    claimed = {code: [a.promotion_id for a in found] for code, found in result.discount_info.claimed.items()}
    assert claimed == {"coupon1": ["promo20001", "promo20003"], "coupon2": ["promo20002"]}
    assert [a.promotion_id for a in result.discount_info.unclaimed["coupon2"]] == ["promo20004"]


def test_a_coupon_names_promotions_that_do_not_exist():
    given = cart([line("A")], {"A": "1"}, coupons={"X": ["gone"]})
    assert given.coupons == [SentCoupon("X", ("gone",))]
    assert priced([line("A")], {"A": "1"}, coupons={"X": ["gone"]}).discount_info.unclaimed == {}


@pytest.mark.parametrize(
    ("amount", "text"),
    [("100", "100.0"), ("-35.65", "-35.65"), ("-10.00", "-10.0"), ("0.00", "0.0"), ("1E+3", "1000.0"), ("0.10", "0.1")],
)
def test_amount_texts(amount, text):
    assert amount_text(D(amount)) == text
