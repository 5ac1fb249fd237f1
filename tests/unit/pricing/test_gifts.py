"""Gift with purchase (contract: pricing.md §6)."""

from __future__ import annotations

from decimal import Decimal as D  # noqa: N817 - a table of numbers is read, not its constructors
from typing import Any

import pytest
from msgspec.structs import replace

from commerce.pricing import (
    CartLine,
    Gift,
    GiftClaim,
    GiftMarker,
    GiftMessage,
    GiftOption,
    PricedOrder,
    Promotion,
    Standing,
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


def choice(**counts: Any) -> GiftMarker:
    """The marker of a gift that the shopper chooses from more than one."""
    return marker(of_choice=True, **({"choices_available": True} | counts))


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
    assert result.gift_markers == (choice(),)
    assert result.gift_messages == (GiftMessage("GWPQualified", "g"),)
    assert not_applied(result) == {"g": "giftNotChosen"}


def test_a_chosen_gift_becomes_free():
    chosen = line("H", 1, gifts=(GiftClaim("g", 1, chosen=True),))
    result = priced([line("A", 2), chosen], LISTED, promotions=[CHOICE])
    assert shape(result.lines[1]) == [(1, "0.00", True)]
    assert result.gift_markers == (choice(selected=1, targeted=1),)


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


def claimed(product: str, standing: Standing, quantity: int = 1, **more: Any) -> CartLine:
    return line(product, quantity, gifts=(GiftClaim("g", 1, True, standing),), **more)


def outcome(result: PricedOrder) -> list[tuple[str, int, Any, int]]:
    return [(one.line_id, one.quantity, one.amount, one.lapsed) for one in result.lines]


@pytest.mark.parametrize("auto_remove", [True, False])
@pytest.mark.parametrize("standing", [Standing.CHOSEN, Standing.HOPED_FOR])
def test_units_that_were_never_given_are_ordinary_when_they_are_not(auto_remove, standing):
    offered = replace_gift(CHOICE, auto_remove=auto_remove)
    result = priced([line("A"), claimed("G", standing, 2)], LISTED, promotions=[offered])
    assert outcome(result) == [("ci-A", 1, 10, 0), ("ci-G", 2, 8, 0)]
    assert result.lines[1].gifts == ()


def test_units_that_are_charged_since_they_are_no_gifts_any_more_are_told():
    lines = [line("A"), line("G", 3, gifts=(GiftClaim("g", 2),))]
    kept = replace_gift(ONE_FREE, auto_remove=False, quantity=2)
    assert outcome(priced(lines, LISTED, promotions=[kept])) == [("ci-A", 1, 10, 0), ("ci-G", 3, 12, 2)]


@pytest.mark.parametrize("auto_remove", [True, False])
def test_what_is_chosen_now_takes_the_place_of_what_is_held(auto_remove):
    offered = replace_gift(CHOICE, auto_remove=auto_remove)
    held, chosen = claimed("G", Standing.HELD), claimed("H", Standing.CHOSEN)
    for lines in ([line("A", 2), held, chosen], [line("A", 2), chosen, held]):
        result = priced(lines, LISTED, promotions=[offered])
        assert outcome(result) == [("ci-A", 2, 20, 0), ("ci-H", 1, 0, 0)]
        assert result.lines[1].gifts == (GiftClaim("g", 1, chosen=True),)
        assert result.gift_markers == (choice(selected=1, targeted=1, auto_remove=auto_remove),)


def test_what_is_hoped_for_takes_the_place_of_nothing():
    lines = [line("A", 2), claimed("H", Standing.HOPED_FOR), claimed("G", Standing.HELD)]
    result = priced(lines, LISTED, promotions=[CHOICE])
    assert outcome(result) == [("ci-A", 2, 20, 0), ("ci-H", 1, 6, 0), ("ci-G", 1, 0, 0)]


def test_of_what_is_held_only_so_many_units_are_exchanged_as_were_chosen():
    held = line("G", 3, gifts=(GiftClaim("g", 2, chosen=True),))
    offered = replace_gift(CHOICE, quantity=2, auto_remove=False)
    result = priced([line("A", 2), held, claimed("H", Standing.CHOSEN)], LISTED, promotions=[offered])
    assert outcome(result) == [("ci-A", 2, 20, 0), ("ci-G", 2, 4, 0), ("ci-H", 1, 0, 0)]


def test_two_claims_of_one_line_become_one():
    claims = (GiftClaim("g", 1, True), GiftClaim("g", 1, True, Standing.HOPED_FOR))
    offered = replace_gift(CHOICE, quantity=3)
    found = priced([line("A", 2), line("G", 2, gifts=claims)], LISTED, promotions=[offered]).lines[1]
    assert found.gifts == (GiftClaim("g", 2, chosen=True),)
    assert [(discount.promotion_id, discount.amount) for discount in found.discounts] == [("g", 8)]


def test_a_gift_without_a_price_is_a_discount_of_nothing():
    found = priced([line("A", 2)], LISTED | {"G": "0"}, promotions=[ONE_FREE]).lines[1]
    assert [(discount.promotion_id, discount.amount) for discount in found.discounts] == [("g", 0)]


def test_a_claim_larger_than_its_line_counts_its_units():
    lines = [line("A"), line("G", 1, gifts=(GiftClaim("g", 7),))]
    result = priced(lines, LISTED, promotions=[ONE_FREE])
    assert [line.product_id for line in result.lines] == ["A"]


def test_removed_by_the_shopper_is_not_added_again():
    before = [marker(removed=1)]
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
    assert priced([line("A", 2)], LISTED, promotions=[open_]).gift_markers == (choice(choices_available=False),)
    several = replace_gift(ONE_FREE, options=(GiftOption("G", skus=2),))
    assert priced([line("A", 2)], LISTED, promotions=[several]).gift_markers == (choice(),)
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
