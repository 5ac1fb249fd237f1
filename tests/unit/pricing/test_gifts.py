"""Gift with purchase (contract: pricing.md §6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D  # noqa: N817 - a table of numbers is read, not its constructors
from typing import Any

import pytest

from commerce.pricing import (
    CartLine,
    Gift,
    GiftClaim,
    GiftMarker,
    GiftMessage,
    GiftOption,
    PricedOrder,
    Promotion,
)
from tests.unit.pricing.builders import (
    AMOUNT,
    C_BULK,
    PERCENT,
    bulk,
    gift,
    item,
    line,
    not_applied,
    order,
    priced,
    prices,
    shape,
    shares,
)

LISTED = {"A": "10", "G": "4", "H": "6"}
ONE_FREE = gift("g", "G", qualifiers="A", buy=2)
CHOICE = gift("g", "G", "H", qualifiers="A", buy=2)


def marker(**counts: Any) -> GiftMarker:
    return replace(GiftMarker("g", "product", "", True, 1), **counts)


def as_cart(result: PricedOrder) -> list[CartLine]:
    """The lines as they are stored and sent again."""
    return [CartLine(one.line_id, one.product_id, one.sku_id, one.quantity, gifts=one.gifts) for one in result.lines]


def test_a_single_gift_is_added_by_itself():
    result = priced([line("A", 2)], LISTED, promotions=[ONE_FREE], explain=True)
    added = result.lines[-1]
    assert (added.product_id, added.sku_id, added.quantity, added.added) == ("G", "sku-G", 1, True)
    assert shape(added) == [(1, "0.00", True)]
    assert (added.list_price, added.raw_total_price, added.discount_amount, added.amount) == (4, 4, 4, 0)
    assert added.gifts == (GiftClaim("g", 1),)
    assert result.gift_markers == (marker(automatic=1, targeted=1),)
    assert result.gift_messages == (GiftMessage("GWPQualified", "g"),)
    assert result.price_info.total == 20
    assert result.number_of_items == 3
    assert [adjustment.amount for adjustment in result.discount_info.implicit] == [4]
    assert not_applied(result) == {}


def test_pricing_again_changes_nothing():
    first = priced([line("A", 2)], LISTED, promotions=[ONE_FREE])
    again = priced(as_cart(first), LISTED, promotions=[ONE_FREE], gift_markers=first.gift_markers)
    assert [replace(one, added=False) for one in first.lines] == list(again.lines)
    assert again.gift_markers == first.gift_markers
    assert again.price_info == first.price_info


def test_not_qualified():
    result = priced([line("A")], LISTED, promotions=[ONE_FREE], explain=True)
    assert (len(result.lines), result.gift_markers, result.gift_messages) == (1, (), ())
    assert not_applied(result) == {"g": "notEnoughQualifiers"}


def test_a_choice_waits_in_the_marker():
    result = priced([line("A", 2)], LISTED, promotions=[CHOICE], explain=True)
    assert len(result.lines) == 1
    assert result.gift_markers == (marker(),)
    assert result.gift_messages == (GiftMessage("GWPQualified", "g"),)
    assert not_applied(result) == {"g": "giftNotChosen"}


def test_a_chosen_gift_becomes_free():
    chosen = line("H", 1, gifts=(GiftClaim("g", 1, chosen=True),))
    result = priced([line("A", 2), chosen], LISTED, promotions=[CHOICE])
    assert shape(result.lines[1]) == [(1, "0.00", True)]
    assert result.gift_markers == (marker(selected=1, targeted=1),)


def test_only_what_is_offered_can_be_chosen():
    chosen = line("A", 3, gifts=(GiftClaim("g", 1, chosen=True),))
    result = priced([chosen], LISTED, promotions=[replace_gift(CHOICE, auto_remove=False)])
    assert result.price_info.total == 30


def replace_gift(promotion: Promotion, **changes: Any) -> Promotion:
    assert isinstance(promotion.reward, Gift)
    return replace(promotion, reward=replace(promotion.reward, **changes))


def test_units_beyond_the_gift_are_charged():
    more = line("G", 3, gifts=(GiftClaim("g", 1),))
    result = priced([line("A", 2), more], LISTED, promotions=[ONE_FREE], gift_markers=[marker(automatic=1, targeted=1)])
    assert shape(result.lines[1]) == [(2, "8.00", False), (1, "0.00", True)]
    assert len(result.lines) == 2


def test_no_longer_qualified_is_removed():
    lines = [line("A"), line("G", gifts=(GiftClaim("g", 1),))]
    result = priced(lines, LISTED, promotions=[ONE_FREE], gift_markers=[marker(automatic=1, targeted=1)])
    assert [one.product_id for one in result.lines] == ["A"]
    assert (result.gift_markers, result.gift_messages) == ((), (GiftMessage("GWPInvalidated", "g"),))
    assert result.price_info.total == 10


def test_or_charged_if_it_is_not_to_be_removed():
    lines = [line("A"), line("G", gifts=(GiftClaim("g", 1),))]
    kept = replace_gift(ONE_FREE, auto_remove=False)
    given = [kept, item("i", AMOUNT, "1", targets="G")]
    result = priced(lines, LISTED, promotions=given, gift_markers=[marker(automatic=1, targeted=1)])
    shown = [(line.product_id, line.quantity, line.amount, line.gifts) for line in result.lines]
    assert shown == [("A", 1, 10, ()), ("G", 1, 3, ())]
    assert result.gift_messages == (GiftMessage("GWPInvalidated", "g"),)


@pytest.mark.parametrize(("auto_remove", "left"), [(True, 0), (False, 1)])
def test_a_promotion_that_is_gone_leaves_its_marker_to_decide(auto_remove, left):
    lines = [line("A"), line("G", gifts=(GiftClaim("g", 1),))]
    result = priced(lines, LISTED, gift_markers=[marker(automatic=1, targeted=1, auto_remove=auto_remove)])
    assert len(result.lines) == 1 + left


def test_only_the_gifts_that_are_lost_leave_the_line():
    lines = [line("A", 2), line("G", 5, gifts=(GiftClaim("g", 3),))]
    result = priced(lines, LISTED, promotions=[ONE_FREE], gift_markers=[marker(automatic=3, targeted=3)])
    assert shape(result.lines[1]) == [(2, "8.00", False), (1, "0.00", True)]
    assert result.lines[1].quantity == 3


def test_a_claim_larger_than_its_line_counts_its_units():
    lines = [line("A"), line("G", 1, gifts=(GiftClaim("g", 7),))]
    result = priced(lines, LISTED, promotions=[ONE_FREE])
    assert [line.product_id for line in result.lines] == ["A"]


def test_removed_by_the_shopper_is_not_added_again():
    before = [marker(automatic=1, targeted=1)]
    result = priced([line("A", 2)], LISTED, promotions=[ONE_FREE], gift_markers=before, explain=True)
    assert len(result.lines) == 1
    assert result.gift_markers == (marker(removed=1),)
    assert not_applied(result) == {"g": "giftRemoved"}
    again = priced([line("A", 2)], LISTED, promotions=[ONE_FREE], gift_markers=result.gift_markers)
    assert again.gift_markers == result.gift_markers


@pytest.mark.parametrize(
    "change", [{"options": (GiftOption("Z", "sku-Z"),)}, {"options": (GiftOption("G", "sku-G", available=False),)}]
)
def test_an_unavailable_gift(change):
    result = priced([line("A", 2)], LISTED, promotions=[replace_gift(ONE_FREE, **change)], explain=True)
    assert result.gift_markers == (marker(failed=1),)
    assert result.gift_messages == (GiftMessage("GWPFullFailure", "g"),)
    assert not_applied(result) == {"g": "giftUnavailable"}


def test_a_choice_of_which_nothing_is_available():
    none = tuple(GiftOption(product, f"sku-{product}", available=False) for product in "GH")
    result = priced([line("A", 2)], LISTED, promotions=[replace_gift(CHOICE, options=none)])
    assert result.gift_messages == (GiftMessage("GWPFullFailure", "g"),)


def test_a_product_without_a_sku_is_a_choice():
    open_ = replace_gift(ONE_FREE, options=(GiftOption("G"),))
    assert priced([line("A", 2)], LISTED, promotions=[open_]).gift_markers == (marker(),)
    chosen = line("G", sku="sku-G2", gifts=(GiftClaim("g", 1, chosen=True),))
    assert priced([line("A", 2), chosen], LISTED, promotions=[open_]).price_info.total == 20


def test_a_qualifier_serves_one_promotion():
    given = [ONE_FREE, item("i", AMOUNT, "1", targets="A", priority=2)]
    assert priced([line("A", 3)], LISTED, promotions=given).lines[0].amount == 29
    unchosen = [CHOICE, item("i", AMOUNT, "1", targets="A", priority=2)]
    assert priced([line("A", 3)], LISTED, promotions=unchosen).lines[0].amount == 27


def test_a_gift_takes_no_other_part():
    given = [
        item("first", PERCENT, "50", targets="G", priority=0),
        replace(ONE_FREE, priority=1),
        item("by_g", AMOUNT, "1", targets="A", qualifiers="G", buy=1, priority=2),
        order("o", AMOUNT, "5"),
    ]
    lines = [line("A", 3), line("G", gifts=(GiftClaim("g", 1),))]
    result = priced(lines, LISTED, promotions=given, gift_markers=[marker(automatic=1, targeted=1)], explain=True)
    assert set(not_applied(result)) == {"first", "by_g"}
    assert shares(result) == ["5.00", "0.00"]


@pytest.mark.parametrize(("minimum", "gifts"), [("27", 1), ("27.01", 0)])
def test_a_minimum_subtotal_counts_after_item_promotions_without_gifts(minimum, gifts):
    given = [
        gift("g", "G", minimum_subtotal=D(minimum), priority=0),
        item("i", AMOUNT, "1", targets="A", priority=9),
    ]
    for lines, before in (
        ([line("A", 3)], []),
        ([line("A", 3), line("G", gifts=(GiftClaim("g", 1),))], [marker(automatic=1, targeted=1)]),
    ):
        result = priced(lines, LISTED, promotions=given, gift_markers=before, explain=True)
        assert len(result.lines) == 1 + gifts
        assert not_applied(result) == ({} if gifts else {"g": "minimumSubtotalNotMet"})


def test_a_gift_blocks_what_it_excludes():
    given = [replace(ONE_FREE, exclusive_group="x"), order("o", AMOUNT, "1", exclusive_group="x")]
    assert priced([line("A", 2)], LISTED, promotions=given).price_info.total == 20
    waiting = [replace(CHOICE, exclusive_group="x"), order("o", AMOUNT, "1", exclusive_group="x")]
    assert priced([line("A", 2)], LISTED, promotions=waiting).price_info.total == 19


def test_a_gift_on_sale_and_by_volume_costs_nothing():
    given = [gift("g", "G", quantity=3)]
    listed = prices({"A": "10", "G": C_BULK}, {"G": bulk((1, "5"), (2, "2"))})
    added = priced([line("A")], listed, promotions=given).lines[1]
    assert (added.unit_price, added.amount, added.discount_amount) == (2, 0, 6)


def test_a_gift_behind_a_coupon():
    given = [replace(ONE_FREE, coupon_only=True)]
    assert len(priced([line("A", 2)], LISTED, promotions=given).lines) == 1
    result = priced([line("A", 2)], LISTED, promotions=given, coupons={"FREE": ["g"]})
    assert [a.amount for a in result.discount_info.claimed["FREE"]] == [4]
