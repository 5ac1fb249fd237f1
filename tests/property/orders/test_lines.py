"""What holds for any cart: ids, merging and splitting of lines, and the stored form of an order."""

from collections import Counter
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from commerce.exact_json import dumps, loads
from commerce.orders.matching import Placement, place_lines
from commerce.orders.model import (
    GroupItem,
    Numbers,
    Order,
    OrderCard,
    OrderGroup,
    OrderLine,
    StoredMarker,
    order_document,
    read_order,
)
from commerce.orders.rules import SentLine
from commerce.orders.shipping import kept_groups
from commerce.pricing import GiftClaim, GiftMarker
from commerce.storage import decode_document, encode_document

ITEMS = st.sampled_from([("p1", "s1"), ("p1", "s2"), ("p2", "s3")])
MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        "assetKey": st.sampled_from(["x", "y"]),
        "externalPrice": st.sampled_from([3, Decimal("2.5")]),
        "externalPriceQuantity": st.integers(-1, 4),
    },
)
WANTED = st.none() | st.sampled_from(["a", "b", "c", "ci11", "ci12", "ci13"])


@cache
@st.composite
def sent_lines(draw: st.DrawFn, *, depth: int = 1) -> SentLine:
    product, sku = draw(ITEMS)
    children = tuple(draw(st.lists(sent_lines(depth=depth - 1), max_size=2))) if depth else ()
    gifts = (GiftClaim("g", 1, chosen=True),) if depth and draw(st.integers(0, 4)) == 0 else ()
    line = OrderLine("", product, sku, draw(st.integers(1, 5)), draw(MEMBERS), gifts=gifts)
    return SentLine(draw(WANTED), line, "", children)


CARTS = st.lists(sent_lines(), min_size=1, max_size=8)


def new_order(lines: tuple[OrderLine, ...] = (), sequence: int = 0) -> Order:
    return Order("o1", 1, "us", "us", None, "", "", "", lines=lines, sequence=sequence)


def placed(sent: list[SentLine], order: Order, *, combine: bool) -> tuple[Placement, Numbers]:
    numbers = Numbers(order)
    return place_lines(sent, order.lines, numbers, combine=combine), numbers


def units(lines: Any) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for line in lines:
        counts[line.product_id, line.sku_id] += line.quantity
    return counts


@given(CARTS, CARTS, st.booleans(), st.booleans())
def test_every_unit_is_kept_and_every_id_is_used_once(
    first: list[SentLine], second: list[SentLine], first_combines: bool, combine: bool
) -> None:
    stored, numbers = placed(first, new_order(), combine=first_combines)
    placement, _ = placed(second, new_order(stored.lines, numbers.last), combine=combine)
    assert units(placement.lines) == units(line.line for line in second)
    ids = [part.id for line in placement.lines for part in line.all()]
    assert all(ids)
    assert len(ids) == len(set(ids))
    known = {line.id for line in placement.lines}
    assert set(placement.sent_ids.values()) <= known
    assert set(placement.successors.values()) <= known
    assert set(placement.successors) <= {line.id for line in stored.lines}
    if not combine:
        assert len(placement.lines) == len(second)


@given(CARTS, st.booleans())
def test_an_echo_changes_nothing(cart: list[SentLine], combine: bool) -> None:
    stored, numbers = placed(cart, new_order(), combine=combine)

    def echoed(line: OrderLine) -> SentLine:
        return SentLine(line.id, replace(line, id="", gifts=(), children=()), "", tuple(map(echoed, line.children)))

    again, _ = placed([echoed(line) for line in stored.lines], new_order(stored.lines, numbers.last), combine=combine)
    assert again.lines == stored.lines


@given(sent_lines(depth=0), st.integers(1, 5))
def test_a_split_line_is_whole_again(line: SentLine, more: int) -> None:
    """Its external units are limited to each part first, so only those may differ."""
    line = replace(line, wanted_id=None)
    other = replace(line, line=replace(line.line, quantity=more))
    (whole,) = placed([line, other], new_order(), combine=True)[0].lines
    assert whole.quantity == line.line.quantity + more
    units_sent = line.line.members.get("externalPriceQuantity", -1)
    expected = units_sent if units_sent == -1 else min(units_sent, line.line.quantity) + min(units_sent, more)
    assert whole.members.get("externalPriceQuantity", -1) == expected
    assert whole.members.get("externalPrice") == line.line.members.get("externalPrice")


@given(CARTS, CARTS, st.integers(0, 6))
def test_kept_groups_hold_no_more_than_their_lines(first: list[SentLine], second: list[SentLine], size: int) -> None:
    stored, numbers = placed(first, new_order(), combine=True)
    items = tuple(GroupItem(line.id, min(size, line.quantity)) for line in stored.lines if size)
    groups = (OrderGroup("sg1", items=items), OrderGroup("sg2", items=items))
    placement, numbers = placed(second, new_order(stored.lines, numbers.last), combine=True)
    kept = kept_groups(groups, placement.lines, placement.successors, numbers)
    assert [draft.group.id for draft in kept] == ["sg1", "sg2"]
    inside: Counter[str] = Counter()
    for draft in kept:
        for item in draft.group.items:
            assert item.quantity > 0
            inside[item.line_id] += item.quantity
    assert all(count <= {line.id: line.quantity for line in placement.lines}[name] for name, count in inside.items())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
TEXTS = st.text(min_size=1, max_size=10)
LINES = st.recursive(
    st.builds(OrderLine, TEXTS, TEXTS, TEXTS, st.integers(1, 999_999_999)),
    lambda inner: st.builds(
        OrderLine, TEXTS, TEXTS, TEXTS, st.integers(1, 9),
        st.dictionaries(TEXTS, JSON.filter(lambda value: value is not None), max_size=3),
        st.dictionaries(TEXTS, TEXTS, max_size=3),
        st.lists(st.dictionaries(TEXTS, JSON, min_size=1), max_size=2).map(tuple),
        st.dictionaries(TEXTS, TEXTS, max_size=2), st.lists(inner, max_size=2).map(tuple),
        st.lists(st.builds(GiftClaim, TEXTS, st.integers(1, 9), st.booleans()), max_size=2).map(tuple),
    ),
    max_leaves=6,
)  # fmt: skip
COUNTS = st.integers(0, 9)
ORDERS = st.builds(
    Order, TEXTS, st.integers(1, 9), TEXTS, TEXTS, st.none() | TEXTS, TEXTS, TEXTS, st.text(max_size=5),
    state=st.just("INCOMPLETE"), cart_name=st.none() | st.text(max_size=5),
    additional_emails=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    properties=st.dictionaries(TEXTS, TEXTS, max_size=3), coupons=st.lists(TEXTS, max_size=3).map(tuple),
    lines=st.lists(LINES, max_size=4).map(tuple),
    groups=st.lists(
        st.builds(
            OrderGroup, TEXTS, TEXTS, st.none() | TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=2),
            st.dictionaries(TEXTS, TEXTS, max_size=2),
            st.lists(st.builds(GroupItem, TEXTS, st.integers(1, 9), st.none() | TEXTS), max_size=3).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    cards=st.lists(st.builds(OrderCard, TEXTS, TEXTS), max_size=2).map(tuple),
    markers=st.lists(
        st.builds(
            StoredMarker, TEXTS,
            st.builds(GiftMarker, TEXTS, TEXTS, TEXTS, st.booleans(), COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS),
        ),
        max_size=2,
    ).map(tuple),
    sequence=COUNTS,
)  # fmt: skip


@settings(max_examples=150)
@given(ORDERS)
def test_an_order_is_read_as_it_was_stored(order: Order) -> None:
    document = decode_document(encode_document(order_document(order)))
    assert read_order(order.id, order.version, order.state, document) == order
    assert loads(dumps(document)) == document
