"""Contract pricing.md §12, row by row."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D  # noqa: N817 - a table of numbers is read, not its constructors

import pytest
from msgspec.structs import replace

from commerce.errors import ProductUnavailable, ShippingMethodUnavailable
from commerce.pricing import (
    ByItem,
    GiftCard,
    GroupedUnits,
    GroupKind,
    Price,
    PricedOrder,
    Prices,
    RecurringCharge,
    TaxAddress,
    TaxBreakdown,
    TaxRate,
    TaxTable,
)
from tests.unit.pricing.builders import (
    AMOUNT,
    C_BULK,
    C_TIERS,
    FIXED,
    MOMENT,
    OCCASION,
    PERCENT,
    TEXAS,
    bulk,
    by_id,
    group,
    item,
    line,
    method,
    not_applied,
    order,
    priced,
    prices,
    recurring_of,
    shape,
    shares,
    shipping,
    tiered,
    told,
)

TEN_PERCENT = TaxTable([TaxRate("US", D(10))])
FREE_BASE = method(("0", None, "10"))


# Row 1: prices


def test_row_01_prices_are_used_unrounded():
    found = by_id(priced([line("A", 3)], {"A": "0.3333"}))["ci-A"]
    assert (found.list_price, found.amount, found.raw_total_price) == (D("0.33"), D("1.00"), D("1.00"))


def test_row_01_each_list_is_looked_up_by_sku_then_product():
    given = Prices(
        ByItem(skus={"sku-A": Price(D(10))}, products={"A": Price(D(1)), "B": Price(D(2))}),
        ByItem(skus={"sku-B": Price(D("1.5"))}, products={"A": Price(D(9))}),
        ByItem(skus={"sku-A": Price(D(3))}, products={"A": Price(D(4)), "B": Price(D(5))}),
    )
    result = priced([line("A"), line("B")], given, shipping_groups=[group(method=FREE_BASE)])
    a, b = result.lines
    assert (a.list_price, a.sale_price, a.shipping_surcharge) == (10, 9, 3)
    assert (b.list_price, b.sale_price, b.shipping_surcharge) == (2, D("1.5"), 5)


@pytest.mark.parametrize("sale", ["0", "99"])
def test_row_01_an_existing_sale_price_is_always_used(sale):
    found = by_id(priced([line("A", 2)], prices({"A": "10"}, {"A": sale})))["ci-A"]
    assert (found.on_sale, found.sale_price, found.unit_price, found.amount) == (True, D(sale), D(sale), 2 * D(sale))
    assert found.raw_total_price == 20


def test_row_01_no_list_price():
    with pytest.raises(ProductUnavailable) as refused:
        priced([line("A"), line("B")], prices({"A": "1"}, {"B": "1"}))
    assert refused.value.more_info == "B"


# Row 2: brackets


def test_row_02_brackets_count_the_units_of_one_line_only():
    result = priced([line("C", 8, id="one"), line("C", 8, id="two")], {"C": C_BULK})
    assert [one.amount for one in result.lines] == [160, 160]


def test_row_02_brackets_count_a_childs_total_quantity():
    result = priced([line("A", 3, children=(line("C", 4),))], {"A": "1", "C": C_BULK})
    assert by_id(result)["ci-C"].amount == 12 * 17


def test_row_02_external_units_count_and_the_others_keep_their_price():
    found = by_id(priced([line("C", 15, external=("1", 8))], {"C": C_TIERS}))["ci-C"]
    assert shape(found) == [(8, "8.00", False), (2, "40.00", False), (5, "85.00", False)]


# Row 3: raw and averages


def test_row_03_raw_is_not_a_product_of_rounded_numbers():
    found = by_id(priced([line("C", 3)], {"C": tiered((1, "1"), (3, "2"))}))["ci-C"]
    assert (found.list_price, found.raw_total_price) == (D("1.33"), D(4))


def test_row_03_a_tiered_sale_is_averaged_too():
    found = by_id(priced([line("C", 3)], prices({"C": "9"}, {"C": tiered((1, "1"), (3, "3"))})))["ci-C"]
    assert (found.sale_price, found.unit_price, found.list_price, found.amount) == (D("1.67"), D("1.67"), 9, 5)


# Row 4: external quantity


@pytest.mark.parametrize(("units", "details"), [(-1, [(3, "3.00")]), (9, [(3, "3.00")]), (0, [(3, "30.00")])])
def test_row_04_absent_above_and_none(units, details):
    found = by_id(priced([line("A", 3, external=("1", units))], {"A": "10"}))["ci-A"]
    assert [(q, a) for q, a, _ in shape(found)] == details


def test_row_04_in_a_child_it_counts_per_unit_of_the_parent():
    child = line("B", 3, external=("1", 2))
    found = by_id(priced([line("A", 4, children=(child,))], {"A": "0", "B": "10"}))["ci-B"]
    assert (found.quantity, found.units) == (3, 12)
    assert shape(found) == [(8, "8.00", False), (4, "40.00", False)]


# Row 5: roles of units


def test_row_05_a_unit_plays_one_role_in_one_promotion():
    promotions = [
        item("first", AMOUNT, "1", buy=1, get=1, limit=1),
        item("second", AMOUNT, "2", priority=2),
    ]
    result = priced([line("A", 3)], {"A": "10"}, promotions=promotions)
    assert shape(result.lines[0]) == [(1, "10.00", False), (1, "9.00", True), (1, "8.00", True)]


def test_row_05_external_units_are_treated_like_any_other():
    result = priced([line("A", 2, external=("4", 1))], {"A": "10"}, promotions=[item("half", PERCENT, "50")])
    assert shape(result.lines[0]) == [(1, "2.00", True), (1, "5.00", True)]


def test_row_05_a_free_unit_is_no_qualifier():
    free = [item("p", AMOUNT, "1", targets="A", qualifiers="F", buy=1)]
    result = priced([line("F", 5), line("A")], {"F": "0", "A": "10"}, promotions=free, explain=True)
    assert result.lines[1].amount == 10
    assert not_applied(result) == {"p": "notEnoughQualifiers"}


@pytest.mark.parametrize(("adjustment", "value"), [(FIXED, "10"), (FIXED, "12"), (PERCENT, "0"), (AMOUNT, "0")])
def test_row_05_a_unit_that_would_not_get_cheaper_is_no_target(adjustment, value):
    result = priced([line("A")], {"A": "10"}, promotions=[item("p", adjustment, value)], explain=True)
    assert shape(result.lines[0]) == [(1, "10.00", False)]
    assert not_applied(result) == {"p": "noTarget"}


# Row 6: applications


def test_row_06_qualifiers_that_cannot_be_targets_go_first():
    given = [item("p", AMOUNT, "1", targets="AB", buy=1, get=1)]
    result = priced([line("A"), line("B"), line("C")], {"A": "9", "B": "8", "C": "1"}, promotions=given)
    assert [one.amount for one in result.lines] == [9, 7, 1]


def test_row_06_then_the_dearest_qualify_and_the_cheapest_are_lowered():
    given = [item("p", AMOUNT, "1", buy=1, get=1)]
    result = priced(
        [line("A"), line("B"), line("C"), line("E")], {"A": "5", "B": "9", "C": "7", "E": "6"}, promotions=given
    )
    assert [one.amount for one in result.lines] == [4, 9, 7, 5]


def test_row_06_ties_stand_in_request_order():
    given = [item("p", AMOUNT, "1", buy=1, get=1, limit=1)]
    result = priced([line("A"), line("B"), line("C")], {"A": "5", "B": "5", "C": "5"}, promotions=given)
    assert [one.amount for one in result.lines] == [5, 4, 5]


def test_row_06_an_application_may_take_fewer_targets():
    given = [item("p", AMOUNT, "1", buy=2, get=3)]
    result = priced([line("A", 9)], {"A": "10"}, promotions=given)
    assert shape(result.lines[0]) == [(4, "40.00", False), (5, "45.00", True)]


def test_row_06_without_get_it_applies_once_to_all_remaining():
    given = [item("p", AMOUNT, "1", buy=2)]
    result = priced([line("A", 9)], {"A": "10"}, promotions=given)
    assert shape(result.lines[0]) == [(2, "20.00", False), (7, "63.00", True)]


@pytest.mark.parametrize(("limit", "lowered"), [(0, 0), (3, 3), (4, 4), (9, 6)])
def test_row_06_a_limit_bounds_the_sum_of_targets(limit, lowered):
    given = [item("p", AMOUNT, "1", buy=1, get=2, limit=limit)]
    assert priced([line("A", 9)], {"A": "10"}, promotions=given).lines[0].discount_amount == lowered


def test_row_06_no_products_named_means_every_product():
    given = [item("p", AMOUNT, "1", targets="B", buy=2)]
    result = priced([line("A", 2), line("B", 2)], {"A": "1", "B": "10"}, promotions=given)
    assert [one.amount for one in result.lines] == [2, 18]


def test_row_06_units_are_never_expanded():
    given = [item("p", AMOUNT, "1", buy=3, get=2), item("q", PERCENT, "10", priority=2, buy=1, get=1)]
    found = priced([line("A", 999_999_999), line("B", 999_999_998)], {"A": "10", "B": "9"}, promotions=given)
    assert found.price_info.sub_total + sum(one.discount_amount for one in found.lines) == 18_999_999_972


# Row 7: percent off an item


def test_row_07_one_rounding_for_the_units_of_a_stretch():
    found = priced([line("A", 3)], {"A": "0.15"}, promotions=[item("p", PERCENT, "10")]).lines[0]
    assert found.discount_amount == D("0.05")  # 0.045, not 3 × 0.02
    assert [(d.amount, d.unit_price) for d in found.details] == [(D("0.40"), D("0.13"))]


# Row 8: amount off, fixed price


def test_row_08_per_target_unit_at_most_its_price():
    given = [item("p", AMOUNT, "7")]
    result = priced([line("A", 2), line("B", 2)], {"A": "5", "B": "9"}, promotions=given)
    assert [one.amount for one in result.lines] == [0, 4]


def test_row_08_fixed_price():
    assert priced([line("A", 2)], {"A": "9"}, promotions=[item("p", FIXED, "8.50")]).lines[0].amount == 17


# Row 9: children


def test_row_09_children_are_priced_like_lines():
    given = [item("p", AMOUNT, "1", targets="B"), order("ten", PERCENT, "10")]
    parent = line("A", 2, children=(line("B", 3, children=(line("C"),)),))
    result = priced([parent], {"A": "10", "B": "5", "C": "2"}, promotions=given)
    found = by_id(result)
    assert [(found[f"ci-{k}"].own_amount, found[f"ci-{k}"].amount) for k in "ABC"] == [(20, 56), (24, 36), (12, 12)]
    assert [found[f"ci-{k}"].discount_amount for k in "ABC"] == [0, 6, 0]
    assert [found[f"ci-{k}"].raw_total_price for k in "ABC"] == [20, 30, 12]
    assert shares(result) == ["2.00", "2.40", "1.20"]
    assert result.price_info.sub_total == 56
    assert result.number_of_items == 2


# Row 10: details


def test_row_10_order_of_details():
    given = [
        item("late", AMOUNT, "2", priority=2, limit=1),
        item("early", AMOUNT, "1", priority=1, limit=1),
    ]
    found = priced([line("C", 15, external=("30", 2))], {"C": C_TIERS}, promotions=given).lines[0]
    assert [(d.quantity, d.unit_price, d.discounted) for d in found.details] == [
        (2, 30, False), (8, 20, False), (3, 17, False), (1, 16, True), (1, 15, True),
    ]  # fmt: skip


def test_row_10_equal_neighbours_are_one():
    found = priced([line("C", 15, external=("20", 2))], {"C": tiered((1, "20"), (5, "20"), (11, "17"))}).lines[0]
    assert shape(found) == [(10, "200.00", False), (5, "85.00", False)]


def test_row_10_equal_discounted_neighbours_are_one():
    given = [item("a", AMOUNT, "1", limit=1), item("b", FIXED, "9", priority=2, limit=1)]
    found = priced([line("A", 3)], {"A": "10"}, promotions=given).lines[0]
    assert shape(found) == [(1, "10.00", False), (2, "18.00", True)]


# Row 11: order percent


def test_row_11_the_base_runs():
    given = [order("a", AMOUNT, "20"), order("b", PERCENT, "50", priority=2), order("c", AMOUNT, "99", priority=3)]
    result = priced([line("A"), line("N")], prices({"A": "100", "N": "7"}, not_discountable="N"), promotions=given)
    taken = [adjustment.amount for adjustment in result.discount_info.implicit]
    assert taken == [20, 40, 40]
    assert result.price_info.amount == 7


# Row 12: minimum subtotal


@pytest.mark.parametrize(("minimum", "amount"), [("57", 56), ("57.01", 57)])
def test_row_12_minimum_is_met_when_equal(minimum, amount):
    given = [item("i", AMOUNT, "3", targets="A"), order("o", AMOUNT, "1", minimum=minimum)]
    recurring = line("R", external_recurring=RecurringCharge(D(1)))
    listed = prices({"A": "30", "N": "20", "R": "10"}, not_discountable="N")
    assert priced([line("A"), line("N"), recurring], listed, promotions=given).price_info.amount == amount


def test_row_12_minimum_looks_at_the_subtotal_before_order_promotions():
    given = [order("a", AMOUNT, "9"), order("b", AMOUNT, "1", minimum="10", priority=2)]
    assert priced([line("A")], {"A": "10"}, promotions=given).price_info.amount == 0


# Row 13: shares


def test_row_13_each_promotion_by_amounts_after_item_promotions():
    given = [order("a", AMOUNT, "6"), order("b", AMOUNT, "3", priority=2)]
    result = priced([line("A"), line("B")], {"A": "10", "B": "20"}, promotions=given)
    assert shares(result) == ["3.00", "6.00"]
    assert [d.amount for d in result.lines[0].order_discounts] == [2, 1]


def test_row_13_a_share_stays_within_what_is_left_and_the_rest_goes_backwards():
    given = [order("a", AMOUNT, "0.02"), order("b", AMOUNT, "0.01", priority=2)]
    result = priced([line(k) for k in "ABC"], {"A": "0.01", "B": "0.01", "C": "0.01"}, promotions=given)
    assert shares(result) == ["0.01", "0.01", "0.01"]


def test_row_13_too_much_rounding_up_is_taken_back_from_the_end():
    listed = dict.fromkeys("ABCE", "0.01")
    result = priced([line(k) for k in "ABCE"], listed, promotions=[order("a", AMOUNT, "0.02")])
    assert shares(result) == ["0.01", "0.01", "0.00", "0.00"]


def test_row_13_zero_priced_details_get_none():
    result = priced([line("A"), line("F")], {"A": "10", "F": "0"}, promotions=[order("a", PERCENT, "33")])
    assert shares(result) == ["3.30", "0.00"]


# Row 14: not discountable


def test_row_14_never_a_target_no_share_may_qualify():
    given = [item("i", AMOUNT, "1", buy=1), order("o", AMOUNT, "4")]
    result = priced([line("N"), line("A")], prices({"N": "50", "A": "10"}, not_discountable="N"), promotions=given)
    assert [one.amount for one in result.lines] == [50, 9]
    assert shares(result) == ["0.00", "4.00"]


# Row 15: applied, blocked


def test_row_15_order_of_trial():
    given = [order("b", AMOUNT, "1"), order("B", AMOUNT, "1"), order("z", AMOUNT, "1", priority=0)]
    given += [item("i", AMOUNT, "1", priority=9)]
    result = priced([line("A")], {"A": "99"}, promotions=given)
    assert [adjustment.promotion_id for adjustment in result.discount_info.implicit] == ["i", "z", "B", "b"]


def test_row_15_only_an_applied_promotion_blocks_its_exclusive_group_on_all_levels():
    given = [
        item("none", AMOUNT, "1", targets="X", exclusive_group="g"),
        item("first", AMOUNT, "1", priority=2, limit=1, exclusive_group="g"),
        item("second", AMOUNT, "1", priority=3, exclusive_group="g"),
        order("third", AMOUNT, "1", exclusive_group="g"),
        shipping("fourth", AMOUNT, "1", exclusive_group="g"),
        order("other", AMOUNT, "1", exclusive_group="h"),
    ]
    groups = [group(method=FREE_BASE)]
    result = priced([line("A", 5)], {"A": "10"}, promotions=given, shipping_groups=groups, explain=True)
    assert [adjustment.promotion_id for adjustment in result.discount_info.implicit] == ["first", "other"]
    assert not_applied(result) == {"none": "noTarget"} | dict.fromkeys(("second", "third", "fourth"), "exclusiveGroup")
    assert {entry.blocked_by for entry in told(result).not_applied} == {None, "first"}


def test_row_15_excluded_levels_stay_untried():
    given = [
        item("none", AMOUNT, "1", targets="X", excludes=["shipping"]),
        item("i", AMOUNT, "1", excludes=["order"]),
        order("o", AMOUNT, "1", excludes=["shipping"]),
        shipping("s", AMOUNT, "1"),
    ]
    groups = [group(method=FREE_BASE)]
    result = priced([line("A")], {"A": "10"}, promotions=given, shipping_groups=groups, explain=True)
    assert [adjustment.promotion_id for adjustment in result.discount_info.implicit] == ["i", "s"]
    assert not_applied(result) == {"none": "noTarget", "o": "levelExcluded"}


def test_row_15_one_that_rounds_to_nothing_frees_its_units():
    given = [item("p", PERCENT, "10", exclusive_group="g"), item("q", AMOUNT, "1", priority=2, exclusive_group="g")]
    result = priced([line("A")], {"A": "3"}, digits=0, promotions=given, explain=True)
    assert shape(result.lines[0]) == [(1, "2", True)]
    assert not_applied(result) == {"p": "nothingToDiscount"}


# Row 16: two coupons for one promotion


def test_row_16_claimed_under_the_first_sent_code():
    given = [order("p", AMOUNT, "1"), order("quiet", AMOUNT, "1", coupon_only=True)]
    coupons = {"B": ["p"], "A": ["p"]}
    info = priced([line("A")], {"A": "9"}, promotions=given, coupons=coupons, explain=True).discount_info
    assert {code: [a.amount for a in found] for code, found in info.claimed.items()} == {"B": [1]}
    assert {code: [a.amount for a in found] for code, found in info.unclaimed.items()} == {"A": [0]}
    assert (info.implicit, info.order_discount) == ((), 1)


# Row 17: dates


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"starts": MOMENT, "ends": MOMENT + timedelta(microseconds=1)}, None),
        ({"starts": MOMENT + timedelta(microseconds=1)}, "notStarted"),
        ({"ends": MOMENT}, "ended"),
        ({"enabled": False}, "disabled"),
        ({"sites": ["siteUS", "siteDE"]}, None),
        ({"sites": ["siteDE"]}, "otherSite"),
        ({"audiences": ["gold"]}, None),
        ({"audiences": ["silver"]}, "otherAudience"),
        ({"price_list_groups": ["plgUS"]}, None),
        ({"price_list_groups": []}, "otherPriceListGroup"),
    ],
)
def test_row_17_who_may_have_it(change, reason):
    result = priced([line("A")], {"A": "9"}, promotions=[order("p", AMOUNT, "1", **change)], explain=True)
    assert not_applied(result) == ({"p": reason} if reason else {})
    assert result.price_info.amount == (9 if reason else 8)


# Row 18: units and groups


def groups_of(result: PricedOrder) -> list[list[tuple[str, int]]]:
    return [[(one.line_id, one.units) for one in found.items] for found in result.groups]


def test_row_18_units_in_unit_order_groups_in_request_order():
    first = group("g1", kind=GroupKind.PICKUP, items=(GroupedUnits("ci-A", 3),))
    second = group("g2", items=(GroupedUnits("ci-A", 1),))
    result = priced([line("A", 5, external=("1", 3))], {"A": "10"}, shipping_groups=[first, second])
    assert groups_of(result) == [[("ci-A", 3)], [("ci-A", 2)]]
    assert [found.price_info.amount for found in result.groups] == [3, 20]


def test_row_18_the_remainder_goes_to_the_first_hardgood_group():
    first = group("g1", items=(GroupedUnits("ci-A", 1),))
    second = group("g2", items=(GroupedUnits("ci-A", 2),))
    result = priced([line("A", 5), line("B")], {"A": "10", "B": "1"}, shipping_groups=[first, second])
    assert groups_of(result) == [[("ci-A", 3), ("ci-B", 1)], [("ci-A", 2)]]


def test_row_18_one_is_added_if_there_is_none():
    pickup = group("g1", kind=GroupKind.PICKUP, items=(GroupedUnits("ci-A", 1),))
    result = priced([line("A", 2)], {"A": "10"}, shipping_groups=[pickup])
    assert [(found.group_id, found.kind) for found in result.groups] == [
        ("g1", GroupKind.PICKUP),
        (None, GroupKind.HARDGOOD),
    ]
    assert groups_of(result) == [[("ci-A", 1)], [("ci-A", 1)]]


def test_row_18_children_follow_their_parents_units():
    first = group("g1", items=(GroupedUnits("ci-A", 1),))
    second = group("g2", items=(GroupedUnits("ci-A", 2),))
    result = priced([line("A", 3, children=(line("B", 2),))], {"A": "10", "B": "1"}, shipping_groups=[first, second])
    parts = [found.items[0] for found in result.groups]
    assert [(part.quantity, part.units, part.amount) for part in parts] == [(1, 1, 12), (2, 2, 24)]
    assert [(part.children[0].quantity, part.children[0].units) for part in parts] == [(2, 2), (2, 4)]


def test_row_18_a_group_without_items_costs_nothing():
    empty = group("g2", method=method(("0", None, "5")), address=TEXAS)
    result = priced([line("A")], {"A": "10"}, shipping_groups=[group("g1"), empty], tax=TEN_PERCENT)
    assert result.groups[1].items == ()
    assert result.groups[1].price_info.total == 0
    assert result.price_info.total == 10


# Row 19: split details


def test_row_19_the_difference_goes_to_the_last_group():
    split = [group(f"g{n}", items=(GroupedUnits("ci-A", 1),), method=FREE_BASE, address=TEXAS) for n in (1, 2, 3)]
    given = [order("o", AMOUNT, "0.05")]
    result = priced([line("A", 3)], {"A": "0.3333"}, shipping_groups=split, promotions=given, tax=TEN_PERCENT)
    parts = [found.items[0] for found in result.groups]
    assert [part.amount for part in parts] == [D("0.33"), D("0.33"), D("0.34")]
    assert [part.order_discount_share for part in parts] == [D("0.02"), D("0.02"), D("0.01")]
    assert [part.tax for part in parts] == [D("0.03"), D("0.03"), D("0.03")]
    assert result.lines[0].details[0].tax == D("0.09")


def test_row_19_and_backwards_where_it_cannot_take_it():
    split = [group(f"g{n}", items=(GroupedUnits("ci-A", 1),)) for n in range(4)]
    result = priced([line("A", 4)], {"A": "0.5"}, digits=0, shipping_groups=split)
    assert [found.price_info.amount for found in result.groups] == [1, 1, 0, 0]


# Row 20: shipping base


def test_row_20_base_counts_what_does_not_recur_by_its_own_charge():
    recurring = RecurringCharge(D(1))
    lines = [
        line("A", children=(line("B", external_recurring=recurring),)),
        line("C", external_recurring=recurring, children=(line("E"),)),
    ]
    exact = method(("27", "27.01", "4"))  # A 20 and E 10, less a tenth
    result = priced(
        lines, {"A": "20", "B": "5", "C": "5", "E": "10"}, promotions=[order("ten", PERCENT, "10")],
        shipping_groups=[group(method=exact)],
    )  # fmt: skip
    assert result.price_info.shipping == 4


def test_row_20_contained_tax_is_in_the_base():
    exact = method(("110", "110.01", "4"))
    shipped = [group(method=exact, address=TEXAS)]
    result = priced([line("A")], {"A": "110"}, shipping_groups=shipped, tax=TEN_PERCENT, tax_included=True)
    assert result.price_info.shipping == 4


@pytest.mark.parametrize(("price", "cost"), [("9.99", 5), ("10", 3), ("49.99", 3)])
def test_ranges_are_closed_below_and_open_above(price, cost):
    ranges = method(("10", "50", "3"), ("0", "10", "5"))
    assert priced([line("A")], {"A": price}, shipping_groups=[group(method=ranges)]).price_info.shipping == cost


def test_no_range_fits():
    with pytest.raises(ShippingMethodUnavailable) as refused:
        priced([line("A")], {"A": "50"}, shipping_groups=[group(method=method(("0", "50", "3")))])
    assert refused.value.more_info == "ground"


def test_a_kept_method_without_a_range_is_dropped():
    kept = group(method=method(("0", "50", "3")), kept=True, address=TEXAS)
    result = priced([line("A")], {"A": "50"}, shipping_groups=[kept], tax=TEN_PERCENT)
    assert (result.groups[0].method_id, result.groups[0].method_dropped) == (None, True)
    assert (result.price_info.shipping, result.price_info.tax) == (0, 0)


def test_each_group_has_its_own_base():
    ranges = method(("0", "20", "5"), ("20", None, "1"))
    split = [group(f"g{n}", items=(GroupedUnits("ci-A", n),), method=ranges) for n in (1, 2)]
    result = priced([line("A", 3)], {"A": "10"}, shipping_groups=split)
    assert [found.price_info.shipping for found in result.groups] == [5, 1]
    assert result.price_info.shipping == 6


@pytest.mark.parametrize(
    "change", [{"method": None}, {"kind": GroupKind.PICKUP}, {"kind": GroupKind.OTHER}, {"method": method()}]
)
def test_no_method_pickup_or_only_recurring_lines_cost_nothing(change):
    recurring = RecurringCharge(D(0)) if change.get("method") else None
    listed = prices({"A": "10"}, surcharge={"A": "2"})
    shipped = group(**({"method": FREE_BASE} | change))
    result = priced([line("A", external_recurring=recurring)], listed, shipping_groups=[shipped])
    assert (result.price_info.shipping, result.lines[0].shipping_surcharge) == (0, 0)


# Row 21: shipping promotions


def test_row_21_on_every_matching_group_on_what_earlier_ones_left():
    split = [
        group("g1", items=(GroupedUnits("ci-A", 1),), method=method(("0", None, "10"))),
        group("g2", items=(GroupedUnits("ci-A", 1),), method=method(("0", None, "4"))),
        group("g3", items=(GroupedUnits("ci-A", 1),), method=method(("0", None, "8"), id_="air")),
    ]
    given = [
        shipping("a", PERCENT, "50", ["ground"]),
        shipping("b", FIXED, "3", ["ground"], priority=2),
        shipping("c", AMOUNT, "9", ["air"], priority=3),
        shipping("d", AMOUNT, "9", ["sea"], priority=4),
        shipping("e", FIXED, "3", ["ground"], priority=5),
    ]
    listed = prices({"A": "10"}, surcharge={"A": "2"})
    result = priced([line("A", 3)], listed, shipping_groups=split, promotions=given, explain=True)
    assert [(a.promotion_id, a.amount) for a in result.discount_info.implicit] == [("a", 7), ("b", 2), ("c", 8)]
    assert not_applied(result) == {"d": "noMatchingShippingMethod", "e": "nothingToDiscount"}
    assert [found.price_info.shipping for found in result.groups] == [5, 4, 2]
    assert result.discount_info.shipping_discount == 17
    assert (result.price_info.shipping, result.price_info.shipping_surcharge) == (11, 6)
    assert [[d.promotion_id for d in found.discounts] for found in result.groups] == [["a", "b"], ["a"], ["c"]]


# Row 22: surcharge


def test_row_22_units_times_surcharge_of_what_does_not_recur():
    listed = prices({"A": "10", "B": "1", "R": "1"}, surcharge={"A": "1.50", "B": "0.25", "R": "9"})
    lines = [line("A", 2, children=(line("B", 3),)), line("R", external_recurring=RecurringCharge(D(1)))]
    result = priced(lines, listed, shipping_groups=[group(method=method(("0", None, "0")))])
    assert (result.price_info.shipping, result.price_info.shipping_surcharge) == (D("4.50"), D("4.50"))
    found = by_id(result)
    assert [found[f"ci-{k}"].shipping_surcharge for k in "ABR"] == [3, D("1.50"), 0]


@pytest.mark.parametrize(("entry", "costs"), [(bulk((1, "2"), (3, "1")), [2, 1]), (tiered((1, "2"), (2, "1")), [3, 1])])
def test_row_22_volume_surcharges_count_the_whole_line(entry, costs):
    split = [group(f"g{n}", items=(GroupedUnits("ci-A", 3 - n),), method=FREE_BASE) for n in (1, 2)]
    result = priced([line("A", 3)], prices({"A": "10"}, surcharge={"A": entry}), shipping_groups=split)
    assert [found.price_info.shipping_surcharge for found in result.groups] == costs


# Row 23: tax rows

ROWS = TaxTable(
    [
        TaxRate("US", D(10)),
        TaxRate("US", D(0), "OR"),
        TaxRate("US", D(5), "NY", shipping_taxed=False),
        TaxRate("DE", D(19), shipping_taxed=False),
    ]
)


@pytest.mark.parametrize(
    ("address", "goods", "on_shipping", "breakdown"),
    [
        (TaxAddress("US", "TX"), "10", "1", TaxBreakdown(country=D(11))),
        (TaxAddress("US", "OR"), "0", "0", TaxBreakdown()),
        (TaxAddress("US", "NY"), "5", "0", TaxBreakdown(state=D(5))),
        (TaxAddress("US", "ny"), "10", "1", TaxBreakdown(country=D(11))),
        (TaxAddress("DE"), "19", "0", TaxBreakdown(country=D(19))),
        (TaxAddress("FR"), "0", "0", TaxBreakdown()),
    ],
)
def test_row_23_exact_match_state_before_country(address, goods, on_shipping, breakdown):
    shipped = [group(method=FREE_BASE, address=address)]
    result = priced([line("A")], {"A": "100"}, shipping_groups=shipped, tax=ROWS)
    assert (result.lines[0].tax, result.groups[0].shipping_tax) == (D(goods), D(on_shipping))
    assert result.groups[0].tax_breakdown == breakdown


@pytest.mark.parametrize(
    "change", [{"method": None}, {"address": None}, {"kind": GroupKind.PICKUP}, {"kind": GroupKind.OTHER}]
)
def test_row_23_no_method_no_address_or_pickup_is_not_taxed(change):
    shipped = group(**({"method": FREE_BASE, "address": TEXAS} | change))
    assert priced([line("A")], {"A": "100"}, shipping_groups=[shipped], tax=TEN_PERCENT).price_info.tax == 0


def test_do_not_calculate_tax():
    shipped = [group(method=FREE_BASE, address=TEXAS)]
    result = priced([line("A")], {"A": "1"}, shipping_groups=shipped, tax=TEN_PERCENT, calculate_tax=False)
    assert result.price_info.tax == 0


def test_row_23_shipping_tax_on_method_surcharge_and_discount_once():
    shipped = [group(method=method(("0", None, "10")), address=TEXAS)]
    listed = prices({"A": "0", "B": "0"}, surcharge={"A": "0.14", "B": "0.15"})
    given = [shipping("s", AMOUNT, "4")]
    result = priced([line("A"), line("B")], listed, shipping_groups=shipped, tax=TEN_PERCENT, promotions=given)
    assert (result.groups[0].shipping_tax, result.price_info.tax) == (D("0.63"), D("0.63"))


def test_contained_tax_is_reported_and_not_added():
    shipped = [group(method=method(("0", None, "5.50")), address=TEXAS)]
    info = priced([line("A")], {"A": "110"}, shipping_groups=shipped, tax=TEN_PERCENT, tax_included=True).price_info
    assert (info.tax, info.total, info.total_without_tax) == (D("10.50"), D("115.50"), D("105.00"))


# Row 24: recurring


def test_row_24_a_charge_of_zero_makes_a_line_recurring():
    result = priced([line("A", external_recurring=RecurringCharge(D(0)))], {"A": "10"})
    assert result.recurring is not None
    assert (result.recurring.amount, result.recurring.amount_by_frequency) == (0, {"Monthly": 0})
    assert priced([line("A")], {"A": "10"}).recurring is None


def test_row_24_external_replaces_the_catalogues_charge_and_frequency():
    listed = prices({"A": "10"}, recurring_charges=ByItem(products={"A": RecurringCharge(D(3), "Yearly", "2")}))
    plain = priced([line("A", 2)], listed).lines[0].recurring
    assert plain is not None
    assert (plain.charge, plain.amount, plain.frequency, plain.duration) == (3, 6, "Yearly", "2")
    external = priced([line("A", 2, external_recurring=RecurringCharge(D(4)))], listed).lines[0].recurring
    assert external is not None
    assert (external.amount, external.frequency, external.duration) == (8, "Monthly", None)


def test_row_24_a_childs_quantity_is_its_total():
    child = line("B", 3, external_recurring=RecurringCharge(D("1.5"), "Weekly"))
    result = priced([line("A", 2, children=(child,))], {"A": "1", "B": "1"})
    assert recurring_of(result).amount == 9
    detail = by_id(result)["ci-B"].recurring
    assert detail is not None
    assert detail.quantity == 6


@pytest.mark.parametrize(("included", "taxes", "total"), [(False, ["0.10", "0.10"], "2.20"), (True, ["0.09"] * 2, "2")])
def test_row_24_tax_per_line_and_group_part(included, taxes, total):
    split = [group(f"g{n}", items=(GroupedUnits("ci-A", 1),), method=FREE_BASE, address=TEXAS) for n in (1, 2)]
    lines = [line("A", 2, external_recurring=RecurringCharge(D(1)))]
    result = priced(lines, {"A": "1"}, shipping_groups=split, tax=TEN_PERCENT, tax_included=included)
    assert [found.recurring.tax for found in result.groups if found.recurring is not None] == [D(t) for t in taxes]
    assert (recurring_of(result).amount, recurring_of(result).total) == (D(2), D(total))


def test_no_promotion_touches_recurring_charges():
    lines = [line("A", external_recurring=RecurringCharge(D(10)))]
    given = [item("i", PERCENT, "50"), order("o", PERCENT, "50")]
    assert recurring_of(priced(lines, {"A": "10"}, promotions=given)).amount == 10


# Row 25: cards


def test_row_25_a_number_counts_once_and_never_pays_recurring_charges():
    cards = [GiftCard("1", D(4)), GiftCard("1", D(4)), GiftCard("2", D("9.999")), GiftCard("3", D(5))]
    lines = [line("A", external_recurring=RecurringCharge(D(100)))]
    result = priced(lines, {"A": "10"}, gift_cards=cards)
    assert [(p.number, p.amount, p.is_amount_remaining) for p in result.payments] == [
        ("1", 4, False), ("2", 6, True), ("3", 0, True),
    ]  # fmt: skip


def test_a_card_never_pays_a_part_of_a_cent():
    result = priced([line("A")], {"A": "10"}, gift_cards=[GiftCard("2", D("9.999"))])
    assert result.payments[0].amount == D("9.99")


# Row 26: adding promotions


def test_row_26_a_promotion_may_raise_a_total_by_design():
    one = [item("b", PERCENT, "50", priority=2)]
    two = [*one, item("a", PERCENT, "10", limit=1, priority=1)]
    assert priced([line("A")], {"A": "10"}, promotions=one).price_info.total == 5
    assert priced([line("A")], {"A": "10"}, promotions=two).price_info.total == 9


# Beyond the rows


def test_exactness():
    price = "12345678901234.123456"
    found = priced([line("A", 999_999_999)], {"A": price}, digits=6)
    assert found.lines[0].list_price == D(price)
    assert str(found.price_info.total) == "12345678888888444554765.876544"


def test_the_largest_number_a_body_can_hold():
    vast = D("9e124")
    found = priced(
        [line("A", 999_999_999, external=(str(vast), -1))], {"A": "1"}, promotions=[order("o", PERCENT, "7")]
    )
    info = found.price_info
    assert info.sub_total == vast * 999_999_999
    assert info.amount + info.order_discount == info.sub_total
    assert shares(found) == [str(info.order_discount)]


# Row 27: shown unit price


def test_row_27_the_unit_price_of_a_detail_is_its_amount_by_its_quantity():
    external = line("B", 3, external=("0.335", 2))
    result = priced(
        [line("A", 2), external], {"A": "0.335", "B": "1"}, promotions=[item("p", FIXED, "0.135", targets="A")]
    )
    assert [(d.quantity, d.amount, d.unit_price) for one in result.lines for d in one.details] == [
        (2, D("0.27"), D("0.14")), (2, D("0.67"), D("0.34")), (1, 1, 1),
    ]  # fmt: skip
    split = [group(f"g{n}", items=(GroupedUnits("ci-A", n),)) for n in (1, 2)]
    parts = [
        found.items[0].details[0] for found in priced([line("A", 3)], {"A": "0.3349"}, shipping_groups=split).groups
    ]
    assert [(d.amount, d.unit_price) for d in parts] == [(D("0.33"), D("0.33")), (D("0.67"), D("0.34"))]


def test_row_27_of_a_recurring_charge_too():
    (found,) = priced([line("A", 2, external_recurring=RecurringCharge(D("0.0148")))], {"A": "1"}).lines
    assert found.recurring is not None
    assert (found.recurring.charge, found.recurring.amount, found.recurring.unit_price) == (
        D("0.01"),
        D("0.03"),
        D("0.02"),
    )


def test_an_invalid_line_stands_outside_every_sum():
    dead = replace(line("X", 3, children=(line("A"),), external_recurring=RecurringCharge(D(9))), valid=False)
    half = line("A", children=(replace(line("Y"), valid=False),), id="half")
    shipped = [group(method=FREE_BASE, address=TEXAS)]
    given = [item("i", AMOUNT, "1", qualifiers="X", buy=1), order("o", PERCENT, "10")]
    result = priced([dead, half], {"A": "10"}, shipping_groups=shipped, promotions=given, tax=TEN_PERCENT)
    assert [(one.valid, one.amount, one.raw_total_price, one.details) for one in by_id(result).values()][:2] == [
        (False, 0, 0, ())
    ] * 2
    assert (result.number_of_items, result.price_info.sub_total, result.recurring) == (1, 10, None)
    assert result.price_info.total == (9 + 10) * D("1.1")
    assert [one.line_id for one in result.groups[0].items] == ["ci-X", "half"]


def test_only_invalid_lines_ship_nothing():
    dead = replace(line("X"), valid=False)
    assert priced([dead], {}, shipping_groups=[group(method=method())]).price_info.total == 0


def test_an_empty_cart_costs_nothing():
    result = priced([], {}, promotions=[order("o", AMOUNT, "5")], gift_cards=[GiftCard("1", D(3))])
    assert (result.price_info.total, result.payments[0].amount) == (0, 0)


def test_the_occasion_is_passed_in():
    later = replace(OCCASION, moment=MOMENT + timedelta(days=1))
    given = [order("o", AMOUNT, "1", starts=later.moment)]
    assert priced([line("A")], {"A": "9"}, promotions=given).price_info.total == 9
    assert priced([line("A")], {"A": "9"}, promotions=given, occasion=later).price_info.total == 8


def test_row_19_no_share_above_its_amount():
    split = [group(f"g{n}", items=(GroupedUnits("ci-A", 1),)) for n in range(3)]
    given = [order("o", AMOUNT, "1")]
    result = priced([line("A", 3)], {"A": "0.6667"}, digits=0, shipping_groups=split, promotions=given)
    parts = [found.items[0] for found in result.groups]
    assert [(part.amount, part.order_discount_share) for part in parts] == [(1, 0), (1, 1), (0, 0)]


def test_a_parts_discounts_add_up_promotion_by_promotion():
    split = [group(f"g{n}", items=(GroupedUnits("ci-A", 1),)) for n in range(3)]
    given = [order(f"o{n}", AMOUNT, f"0.{n}1", priority=n) for n in (1, 2, 3)]
    given += [item(f"i{n}", AMOUNT, f"0.{n}1", priority=n, limit=1) for n in (1, 2)]
    result = priced([line("A", 3)], {"A": "9.999"}, shipping_groups=split, promotions=given)
    parts = [found.items[0] for found in result.groups]
    for part in parts:
        assert sum(d.amount for d in part.order_discounts) == part.order_discount_share
        assert sum(d.amount for d in part.discounts) == part.discount_amount
    for whole in (*result.lines[0].order_discounts, *result.lines[0].discounts):
        found = [d.amount for part in parts for d in (*part.order_discounts, *part.discounts)
                 if d.promotion_id == whole.promotion_id]  # fmt: skip
        assert sum(found) == whole.amount
    assert sum(part.raw_total_price for part in parts) == result.lines[0].raw_total_price


def test_a_table_may_be_made_for_its_type():
    table = ByItem[Price](skus={"s": Price(D(1))}, products={"A": Price(D(2))})
    assert (table.of("A", "s"), table.of("A", None), table.of("B", "t")) == (Price(D(1)), Price(D(2)), None)
    assert table
    assert not ByItem[Price]()
