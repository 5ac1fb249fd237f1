"""Why did it cost that: the trace."""

from __future__ import annotations

from decimal import Decimal as D  # noqa: N817 - a table of numbers is read, not its constructors
from typing import Any

from commerce.pricing import GiftCard, GroupKind, RecurringCharge, Stage, TaxRate, TaxTable
from tests.unit.pricing.builders import (
    AMOUNT,
    TEXAS,
    group,
    item,
    line,
    method,
    order,
    priced,
    prices,
    shipping,
    told,
)

LINES = [
    line("A", 2, external=("9", 1)),
    line("B", external_recurring=RecurringCharge(D(10))),
]
GIVEN: dict[str, Any] = {
    "promotions": [
        item("i", AMOUNT, "1", targets="A"),
        order("o", AMOUNT, "2", coupon_only=True),
        order("never", AMOUNT, "2", minimum="1000"),
        order("secret", AMOUNT, "2", coupon_only=True),
        shipping("s", AMOUNT, "3"),
    ],
    "coupons": {"SAVE": ["o"]},
    "shipping_groups": [group(method=method(("0", None, "5")), address=TEXAS)],
    "gift_cards": [GiftCard("1", D(4)), GiftCard("2", D(0))],
    "tax": TaxTable([TaxRate("US", D(10))]),
}
LISTED = prices({"A": "12", "B": "20"}, {"A": "11"}, {"A": "1"})


def entries() -> dict[str, list[tuple[str | None, str | None, str]]]:
    trace = told(priced(LINES, LISTED, **GIVEN, explain=True))
    return {
        stage.stage: [
            (e.line_id or e.group_id, e.promotion_id or e.method_id or e.note, str(e.amount)) for e in stage.entries
        ]
        for stage in trace.stages
    }


def test_every_stage_in_order():
    assert entries() == {
        Stage.LIST_PRICE: [("ci-A", None, "24.00"), ("ci-B", None, "20.00")],
        Stage.SALE_PRICE: [("ci-A", None, "22.00")],
        Stage.EXTERNAL_PRICE: [("ci-A", None, "9.00")],
        Stage.ITEM_PROMOTIONS: [("ci-A", "i", "-2.00")],
        Stage.ORDER_PROMOTIONS: [("ci-A", "o", "-0.95"), ("ci-B", "o", "-1.05")],
        Stage.SHIPPING: [("sg1", "ground", "5.00"), ("ci-A", "surcharge", "2.00")],
        Stage.SHIPPING_PROMOTIONS: [("sg1", "s", "-3.00")],
        Stage.TAX: [("ci-A", None, "1.71"), ("ci-B", None, "1.90"), ("sg1", "shipping", "0.40")],
        Stage.GIFT_CARDS: [(None, None, "-4.00"), (None, None, "0.00")],
        Stage.RECURRING_CHARGES: [("ci-B", "Monthly", "10.00"), ("ci-B", "tax", "1.00")],
    }
    assert list(entries()) == list(Stage)


def test_what_did_not_apply_and_never_a_promotion_behind_a_code_that_was_not_sent():
    trace = told(priced(LINES, LISTED, **GIVEN, explain=True))
    assert [(e.promotion_id, e.reason, e.level, e.coupons) for e in trace.not_applied] == [
        ("never", "minimumSubtotalNotMet", "order", ())
    ]


def test_asking_changes_no_number():
    plain = priced(LINES, LISTED, **GIVEN)
    explained = priced(LINES, LISTED, **GIVEN, explain=True)
    assert plain.trace is None
    assert (plain.lines, plain.groups, plain.payments) == (explained.lines, explained.groups, explained.payments)


def test_a_dropped_method_and_an_added_group_are_told():
    kept = group(kind=GroupKind.HARDGOOD, method=method(("900", None, "5")), kept=True)
    trace = told(priced(LINES, LISTED, shipping_groups=[kept], explain=True))
    assert [(e.group_id, e.note) for e in trace.stages[5].entries] == [("sg1", "methodDropped")]
    assert told(priced(LINES, LISTED, explain=True)).stages[5].entries == ()
