"""The worked example of contract pricing.md §11, every number of both steps."""

from __future__ import annotations

from decimal import Decimal as D  # noqa: N817 - a table of numbers is read, not its constructors

import pytest

from commerce.pricing import (
    CartLine,
    GiftCard,
    Level,
    PricedOrder,
    RecurringCharge,
    TaxBreakdown,
    TaxRate,
    TaxTable,
    amount_text,
)
from tests.unit.pricing.builders import (
    AMOUNT,
    C_TIERS,
    PERCENT,
    TEXAS,
    by_id,
    group,
    item,
    line,
    method,
    order,
    priced,
    prices,
)

PRICES = prices({"A": "21.99", "B": "30", "C": C_TIERS, "D": "139", "E": "40"}, {"B": "25"})
PROMOTIONS = [
    item("pB5", PERCENT, "40", targets="B", qualifiers="B", buy=4, get=1),
    order("pSave", PERCENT, "5", priority=1, coupon_only=True),
    order("pTwo", AMOUNT, "5.00", priority=2, coupon_only=True),
    order("pBig", AMOUNT, "100", minimum="1000", priority=3, coupon_only=True),
]
CARDS = [GiftCard("6035710988880101071", D(100)), GiftCard("6035710988880105555", D(1000))]


def lines() -> list[CartLine]:
    return [
        line("A", 2),
        line("B", 5),
        line("C", 15),
        line("D", 2, external=("90", 1)),
        line("E", 1, external_recurring=RecurringCharge(D(10), "Monthly", "12")),
    ]


def example(**more) -> PricedOrder:
    coupons = {"SAVE5": ["pSave"], "TWOFER": ["pTwo", "pBig"]}
    return priced(lines(), PRICES, promotions=PROMOTIONS, coupons=coupons, gift_cards=CARDS, explain=True, **more)


@pytest.fixture(scope="module")
def one() -> PricedOrder:
    return example()


@pytest.fixture(scope="module")
def two() -> PricedOrder:
    shipped = group(method=method(("0", "500", "9.50"), ("500", None, "6.50")), address=TEXAS)
    return example(shipping_groups=[shipped], tax=TaxTable([TaxRate("US", D(8))]))


@pytest.mark.parametrize(
    ("product", "quantity", "listed", "sale", "on_sale", "unit", "raw", "price", "share"),
    [
        ("A", 2, "21.99", "0", False, "21.99", "43.98", "43.98", "2.51"),
        ("B", 5, "30", "25", True, "25", "150", "115", "6.56"),
        ("C", 15, "19", "0", False, "19", "285", "285", "16.25"),
        ("D", 2, "139", "0", False, "139", "278", "229", "13.05"),
        ("E", 1, "40", "0", False, "40", "40", "40", "2.28"),
    ],
)
def test_lines(one, two, product, quantity, listed, sale, on_sale, unit, raw, price, share):
    for result in (one, two):
        found = by_id(result)[f"ci-{product}"]
        assert (found.quantity, found.units, found.on_sale) == (quantity, quantity, on_sale)
        assert (found.list_price, found.sale_price, found.unit_price) == (D(listed), D(sale), D(unit))
        assert (found.raw_total_price, found.amount, found.own_amount) == (D(raw), D(price), D(price))
        assert found.order_discount_share == D(share)
        assert found.discount_amount == (10 if product == "B" else 0)


@pytest.mark.parametrize(
    ("product", "details"),
    [
        ("A", [(2, "21.99", "43.98", False, "2.51", "3.32")]),
        ("B", [(4, "25", "100", False, "5.70", "7.54"), (1, "15", "15", True, "0.86", "1.13")]),
        ("C", [(10, "20", "200", False, "11.40", "15.09"), (5, "17", "85", False, "4.85", "6.41")]),
        ("D", [(1, "90", "90", False, "5.13", "6.79"), (1, "139", "139", False, "7.92", "10.49")]),
        ("E", [(1, "40", "40", False, "2.28", "3.02")]),
    ],
)
def test_details(one, two, product, details):
    for result, taxed in ((one, False), (two, True)):
        assert [
            (d.quantity, d.unit_price, d.amount, d.discounted, d.order_discount_share, d.tax)
            for d in by_id(result)[f"ci-{product}"].details
        ] == [(q, D(u), D(a), f, D(s), D(t) if taxed else 0) for q, u, a, f, s, t in details]


@pytest.mark.parametrize(
    ("product", "save", "two_off"),
    [("A", "2.20", "0.31"), ("B", "5.75", "0.81"), ("C", "14.25", "2.00"), ("D", "11.45", "1.60"), ("E", "2", "0.28")],
)
def test_shares_by_promotion(one, product, save, two_off):
    discounts = by_id(one)[f"ci-{product}"].order_discounts
    assert [(d.promotion_id, d.coupon, d.amount) for d in discounts] == [
        ("pSave", "SAVE5", D(save)),
        ("pTwo", "TWOFER", D(two_off)),
    ]


def test_totals_without_shipping(one):
    info = one.price_info
    assert one.number_of_items == 25
    assert (info.sub_total, info.order_discount) == (D("712.98"), D("40.65"))
    assert info.amount == info.total_without_tax == info.total == D("672.33")
    assert info.shipping == info.tax == 0


def test_discount_info(one):
    info = one.discount_info
    adjustments = {c: [(a.promotion_id, a.total_adjustment) for a in found] for c, found in info.claimed.items()}
    assert adjustments == {"SAVE5": [("pSave", D("-35.65"))], "TWOFER": [("pTwo", D(-5))]}
    assert {c: [a.promotion_id for a in found] for c, found in info.unclaimed.items()} == {"TWOFER": ["pBig"]}
    (implicit,) = info.implicit
    assert (implicit.promotion_id, implicit.level) == ("pB5", Level.ITEM)
    assert amount_text(implicit.total_adjustment) == "-10.0"
    assert info.order_discount == D("40.65")
    assert info.shipping_discount == 0


def test_payments(one, two):
    for result, rest in ((one, "572.33"), (two, "633.14")):
        first, second = result.payments
        assert (first.amount, first.is_amount_remaining, amount_text(first.balance)) == (100, False, "100.0")
        assert (second.amount, second.is_amount_remaining) == (D(rest), True)


def test_recurring(one, two):
    for result, tax, total in ((one, "0", "10"), (two, "0.8", "10.8")):
        recurring = result.recurring
        assert recurring is not None
        assert (recurring.amount, recurring.tax, recurring.total) == (10, D(tax), D(total))
        assert recurring.amount_by_frequency == {"Monthly": 10}
        assert recurring.tax_by_frequency == {"Monthly": D(tax)}
        detail = by_id(result)["ci-E"].recurring
        assert detail is not None
        assert (detail.charge, detail.quantity, detail.amount, detail.tax) == (D(10), 1, D(10), D(tax))
        assert (detail.frequency, detail.duration) == ("Monthly", "12")


def test_totals_with_shipping_and_tax(two):
    info = two.price_info
    assert (info.sub_total, info.order_discount, info.amount) == (D("712.98"), D("40.65"), D("672.33"))
    assert (info.shipping, info.tax) == (D("6.5"), D("54.31"))
    assert (info.total_without_tax, info.total) == (D("678.83"), D("733.14"))
    assert sum(d.tax for one_line in two.lines for d in one_line.details) == D("53.79")


def test_the_one_group_repeats_the_order(two):
    (only,) = two.groups
    assert only.price_info == two.price_info
    assert (only.method_id, only.method_price, only.shipping_tax) == ("ground", D("6.5"), D("0.52"))
    assert only.tax_breakdown == TaxBreakdown(country=D("54.31"))
    assert only.items == two.lines
    assert only.recurring == two.recurring


def test_the_shipping_base_leaves_out_the_recurring_line():
    only_634 = method(("634.61", "634.62", "6.50"))
    assert example(shipping_groups=[group(method=only_634)]).price_info.shipping == D("6.5")
