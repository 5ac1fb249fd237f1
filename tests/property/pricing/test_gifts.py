"""Gifts with purchase: what was priced and is priced again costs the same, and no gift costs anything."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from commerce.pricing import (
    Cart,
    CartLine,
    Gift,
    GiftClaim,
    GiftMarker,
    GiftOption,
    PricedLine,
    PricedOrder,
    Promotion,
    Standing,
    TaxTable,
    price_order,
)
from tests.property.pricing.carts import PRODUCTS, RATES, carts, pick

NAMES = ("g0", "g1", "g2")
COUNTS = st.integers(0, 2)
OPTIONS = st.sampled_from(PRODUCTS).map(lambda product: GiftOption(product, product.lower()))
CLAIMS = st.builds(GiftClaim, st.sampled_from(NAMES), st.integers(1, 3), st.booleans(), st.sampled_from(Standing))
MARKERS = st.lists(
    st.builds(GiftMarker, st.just("g0"), st.just("product"), st.just(""), st.booleans(), st.just(1), COUNTS, COUNTS),
    max_size=1,
)
TAX = TaxTable(RATES)


@cache
@st.composite
def gifts(draw: st.DrawFn, name: str) -> Promotion:
    reward = Gift(
        options=tuple(draw(st.lists(OPTIONS, min_size=1, max_size=2, unique=True))),
        quantity=draw(st.integers(1, 3)),
        qualifiers=draw(st.frozensets(st.sampled_from(PRODUCTS), max_size=3)),
        buy=draw(st.integers(0, 3)),
        minimum_subtotal=draw(pick(None, None, Decimal(20), Decimal(50))),
        auto_remove=draw(st.booleans()),
    )
    group = draw(pick(None, None, "x"))
    return Promotion(name, name, reward, draw(st.integers(1, 3)), exclusive_group=group)


@st.composite
def carts_with_gifts(draw: st.DrawFn) -> Cart:
    cart = draw(carts())
    lines = [replace(line, gifts=tuple(draw(st.lists(CLAIMS, max_size=2)))) for line in cart.lines]
    promotions = [draw(gifts(name)) for name in draw(pick(NAMES, NAMES[:2], NAMES[:1]))]
    markers = draw(MARKERS)
    return replace(cart, lines=lines, promotions=[*cart.promotions, *promotions], gift_markers=markers)


def stored(cart: Cart, order: PricedOrder) -> Cart:
    """The cart as the shopper sends it again after seeing the answer."""
    sent = {line.line_id: line for line in cart.lines}

    def line(found: PricedLine) -> CartLine:
        known = sent.get(found.line_id) or CartLine(found.line_id, found.product_id, found.sku_id, found.quantity)
        return replace(known, quantity=found.quantity, gifts=found.gifts)

    return replace(cart, lines=[line(found) for found in order.lines], gift_markers=order.gift_markers)


@settings(max_examples=40)
@given(carts_with_gifts())
def test_pricing_again_changes_nothing(cart: Cart) -> None:
    first = price_order(cart, TAX)
    again = price_order(stored(cart, first), TAX)
    assert [replace(line, added=False, lapsed=0) for line in first.lines] == list(again.lines)
    assert again.price_info == first.price_info
    assert again.discount_info == first.discount_info
    assert again.gift_markers == first.gift_markers


@settings(max_examples=40)
@given(carts_with_gifts())
def test_what_a_marker_says_stands_on_the_lines(cart: Cart) -> None:
    order = price_order(cart, TAX)
    claims = [claim for line in order.lines for claim in line.gifts]
    for marker in order.gift_markers:
        mine = [claim for claim in claims if claim.promotion_id == marker.promotion_id]
        assert sum(claim.quantity for claim in mine) == marker.targeted == marker.selected + marker.automatic
        assert sum(claim.quantity for claim in mine if claim.chosen) == marker.selected
        assert marker.targeted + marker.removed + marker.failed <= marker.quantity
    assert {claim.promotion_id for claim in claims} <= {marker.promotion_id for marker in order.gift_markers}
    for line in order.lines:
        free = sum(detail.quantity for detail in line.details if detail.discounted and not detail.amount)
        assert free >= sum(claim.quantity for claim in line.gifts)


@settings(max_examples=40)
@given(carts_with_gifts())
def test_only_gifts_that_were_held_leave_their_line(cart: Cart) -> None:
    """No unit that the shopper is to pay vanishes, and what was a gift and is charged is told."""
    after = {line.line_id: line for line in price_order(cart, TAX).lines}
    for line in cart.lines:
        held = sum(claim.quantity for claim in line.gifts if claim.standing is Standing.HELD)
        left = after.get(line.line_id)
        gone = line.quantity - (left.quantity if left else 0)
        assert 0 <= gone <= held
        assert (left.lapsed if left else 0) <= held - gone
        if not line.gifts:
            assert gone == 0


@settings(max_examples=40)
@given(carts_with_gifts())
def test_gifts_that_are_added_cost_nothing(cart: Cart) -> None:
    order = price_order(cart)
    assert all(line.amount == 0 and line.order_discount_share == 0 for line in order.lines if line.added)
    assert order.price_info.sub_total == sum(line.amount for line in order.lines if not line.added)
