"""Strategies for carts: small, but with every feature of contract pricing.md that a cart can have.

Strategies are made once: making one anew for each cart takes longer than drawing from it.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from commerce.pricing import (
    Adjustment,
    Bracket,
    ByItem,
    Cart,
    CartLine,
    ExternalPrice,
    GiftCard,
    GroupedUnits,
    GroupKind,
    ItemDiscount,
    Level,
    OrderDiscount,
    Price,
    PriceEntry,
    PriceRange,
    Prices,
    PriceScheme,
    Promotion,
    RecurringCharge,
    SentCoupon,
    ShippingDiscount,
    ShippingGroup,
    ShippingMethod,
    TaxAddress,
    TaxRate,
    VolumePrice,
)
from tests.unit.pricing.builders import OCCASION

T = TypeVar("T")
PRODUCTS = "PQRST"
SKUS = st.sampled_from(PRODUCTS).map(str.lower)
PERCENT = st.one_of(
    st.sampled_from((Decimal(100), Decimal(50), Decimal("0.1"), Decimal(2))),
    st.integers(0, 999).map(lambda n: Decimal(n) / 10),
)
DIGITS = st.sampled_from((0, 2, 3))
RATES = [TaxRate("US", Decimal("8.25")), TaxRate("US", Decimal(5), "NY", shipping_taxed=False)]


@cache
def _sampled(values: tuple[Any, ...], _kinds: tuple[type, ...]) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def pick(*values: T) -> st.SearchStrategy[T]:
    """One of the values. Their kinds count: 0 is not Decimal(0)."""
    return _sampled(values, tuple(map(type, values)))


@cache
def money(digits: int, top: int = 40, finer: int = 0) -> st.SearchStrategy[Decimal]:
    """Amounts from 0 in the currency's smallest unit, or `finer` digits below it; a few values, so that ties occur."""
    places = digits + finer
    return st.one_of(
        st.sampled_from((Decimal(5), Decimal(10), Decimal(5), Decimal(0))),
        st.sampled_from((Decimal(5), Decimal(10))),
        st.integers(0, top * 10**places).map(lambda n: Decimal(n).scaleb(-places)),
    )


@cache
@st.composite
def entries(draw: st.DrawFn, digits: int) -> PriceEntry:
    finer = draw(pick(0, 0, 1))
    if draw(st.integers(0, 3)):
        return Price(draw(money(digits, finer=finer)))
    starts = [1, *sorted(draw(st.sets(st.integers(2, 8), min_size=1, max_size=2)))]
    ends: list[int | None] = [start - 1 for start in starts[1:]]
    brackets = [Bracket(a, b, draw(money(digits, finer=finer))) for a, b in zip(starts, [*ends, None], strict=True)]
    return VolumePrice(draw(st.sampled_from(PriceScheme)), tuple(draw(st.permutations(brackets))))


@cache
@st.composite
def price_books(draw: st.DrawFn, digits: int) -> Prices:
    def some() -> ByItem[PriceEntry]:
        products = draw(st.dictionaries(st.sampled_from(PRODUCTS), entries(digits), max_size=2))
        skus = draw(st.dictionaries(SKUS, entries(digits), max_size=1))
        return ByItem(skus=skus, products=products)

    listed = {product: draw(entries(digits)) for product in PRODUCTS}
    charge = st.builds(RecurringCharge, money(digits), st.sampled_from(("Monthly", "Yearly")))
    return Prices(
        ByItem(products=listed),
        some(),
        some(),
        ByItem(products=draw(st.dictionaries(st.sampled_from("T"), charge, max_size=1))),
        draw(st.frozensets(st.sampled_from(PRODUCTS), max_size=1)),
    )


@cache
@st.composite
def cart_lines(draw: st.DrawFn, digits: int, name: str, depth: int = 0) -> CartLine:
    product = draw(st.sampled_from(PRODUCTS))
    external = None
    if not draw(st.integers(0, 4)):
        external = ExternalPrice(draw(money(digits)), draw(st.integers(-1, 4)))
    recurring = None
    if not draw(st.integers(0, 5)):
        recurring = RecurringCharge(draw(money(digits, finer=1)), draw(pick("Monthly", "Weekly")))
    children: tuple[CartLine, ...] = ()
    if depth < 2 and not draw(st.integers(0, 3)):
        count = draw(st.integers(1, 2))
        children = tuple(draw(cart_lines(digits, f"{name}.{n}", depth + 1)) for n in range(count))
    valid = bool(draw(st.integers(0, 12)))
    quantity = draw(st.integers(1, 3 if depth else 6))
    return CartLine(
        name, product, product.lower(), quantity, external, recurring, children, valid=valid
    )  # fmt: skip


@cache
@st.composite
def promotions(draw: st.DrawFn, digits: int, name: str, focus: Level) -> Promotion:
    level = draw(pick(Level.ITEM, Level.ORDER, Level.SHIPPING, focus, focus, focus))
    kinds = (Adjustment.PERCENT, Adjustment.AMOUNT)
    adjustment = draw(st.sampled_from(kinds if level is Level.ORDER else (*kinds, Adjustment.FIXED_PRICE)))
    value = draw(PERCENT if adjustment is Adjustment.PERCENT else money(digits, 15))
    reward: ItemDiscount | OrderDiscount | ShippingDiscount
    if level is Level.ITEM:
        some = st.one_of(st.just(frozenset[str]()), st.frozensets(st.sampled_from(PRODUCTS), min_size=2, max_size=4))
        buy, get = draw(pick(0, 1, 1, 2, 3)), draw(pick(1, 1, 2, 3, None))
        limit = draw(pick(2, 5, None, 1))
        reward = ItemDiscount(adjustment, value, draw(some), draw(some), buy, get, limit)
    elif level is Level.ORDER:
        reward = OrderDiscount(adjustment, value, draw(pick(None, Decimal(20), Decimal(60))))
    else:
        methods = draw(pick(frozenset[str](), frozenset({"ground"}), frozenset({"air"})))
        reward = ShippingDiscount(adjustment, value, methods)
    return Promotion(
        name,
        name,
        reward,
        priority=draw(pick(1, 1, 2)),
        exclusive_group=draw(pick(None, None, None, None, "x")),
        excludes=draw(pick(*[frozenset[Level]()] * 5, frozenset({Level.SHIPPING}))),
        coupon_only=not draw(st.integers(0, 5)),
    )


@st.composite
def shipping_groups(draw: st.DrawFn, digits: int, name: str, lines: list[CartLine]) -> ShippingGroup:
    cut = draw(pick(Decimal(0), Decimal(30)))
    ranges = [PriceRange(cut, None, draw(money(digits, 10)))]
    if cut:
        ranges.append(PriceRange(Decimal(0), cut, draw(money(digits, 10))))
    method = ShippingMethod(draw(pick("ground", "ground", "air")), tuple(ranges))
    items = [GroupedUnits(line.line_id, draw(st.integers(1, 3))) for line in lines if draw(st.booleans())]
    kind = draw(pick(GroupKind.HARDGOOD, GroupKind.HARDGOOD, GroupKind.HARDGOOD, GroupKind.PICKUP))
    texas = TaxAddress("US", "TX")
    address = draw(pick(texas, texas, TaxAddress("US", "NY"), TaxAddress("FR"), None))
    return ShippingGroup(
        name, kind, draw(st.sampled_from((method, method, method, None))), False, address, tuple(items)
    )


@cache
@st.composite
def carts(draw: st.DrawFn, digits: int | None = None) -> Cart:
    digits = draw(DIGITS) if digits is None else digits
    lines = [draw(cart_lines(digits, f"ci{n}")) for n in range(draw(st.integers(1, 4)))]
    focus = draw(st.sampled_from(Level))
    offered = [draw(promotions(digits, f"p{n}", focus)) for n in range(draw(pick(3, 2, 4, 5, 1, 0)))]
    groups = [draw(shipping_groups(digits, f"sg{n}", lines)) for n in range(draw(pick(1, 2, 3, 0)))]
    ids = st.sampled_from(tuple(promotion.promotion_id for promotion in offered) or ("none",))
    coupons = [SentCoupon(code, tuple(draw(st.lists(ids, max_size=2)))) for code in draw(pick("", "A", "BA"))]
    cards = draw(st.lists(st.builds(GiftCard, st.sampled_from("123"), money(digits, 60)), max_size=3))
    return Cart(
        lines,
        draw(price_books(digits)),
        OCCASION,
        digits,
        offered,
        coupons,
        groups,
        cards,
        tax_included=draw(st.booleans()),
        calculate_tax=bool(draw(st.integers(0, 9))),
    )
