"""What holds for every cart, in currencies with 0, 2 and 3 digits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from commerce.pricing import (
    Adjustment,
    ByItem,
    Cart,
    CartLine,
    Detail,
    ItemDiscount,
    LineDiscount,
    OrderDiscount,
    Price,
    PricedLine,
    PricedOrder,
    PriceEntry,
    Prices,
    Promotion,
    TaxTable,
    VolumePrice,
    price_order,
)
from commerce.pricing.money import EXACT, prorate, quantum, quotient
from tests.property.pricing.carts import RATES, carts
from tests.property.pricing.test_against_the_reference import walk

MANY = settings(max_examples=40)
TAX = TaxTable(RATES)


def amounts(found: Any) -> Iterable[Decimal]:
    """Every decimal anywhere in a priced order."""
    if isinstance(found, Decimal):
        yield found
    elif isinstance(found, tuple | list):
        for one in found:
            yield from amounts(one)
    elif isinstance(found, dict):
        yield from amounts(list(found.values()))
    elif hasattr(found, "__struct_fields__"):
        for name in found.__struct_fields__:
            yield from amounts(getattr(found, name))


@MANY
@given(carts())
def test_nothing_is_negative_and_everything_has_the_currencys_digits(cart: Cart) -> None:
    order = price_order(cart, TAX)
    payments, order = order.payments, replace(order, payments=())
    for amount in amounts(order):
        assert amount >= 0
        assert amount.is_zero() or amount.as_tuple().exponent == -cart.digits
    assert all(0 <= payment.amount <= payment.balance for payment in payments)


@MANY
@given(carts())
def test_parts_equal_totals(cart: Cart) -> None:
    order = price_order(cart, TAX)
    for line in walk(order.lines):
        the_line_adds_up(line)
    for group in order.groups:
        for part in walk(group.items):
            the_line_adds_up(part)
    the_order_adds_up(cart, order)


def the_line_adds_up(line: PricedLine) -> None:
    details = line.details
    assert line.own_amount == total(details, lambda detail: detail.amount)
    assert line.amount == line.own_amount + sum(child.amount for child in line.children)
    assert line.order_discount_share == total(details, lambda detail: detail.order_discount_share)
    assert line.tax == total(details, lambda detail: detail.tax)
    assert sum(discount.amount for discount in line.discounts) == line.discount_amount
    assert sum(discount.amount for discount in line.order_discounts) == line.order_discount_share
    assert sum(detail.quantity for detail in details) == (line.units if line.valid else 0)
    assert all(detail.order_discount_share <= detail.amount for detail in details)


def total(details: tuple[Detail, ...], member: Callable[[Detail], Decimal]) -> Decimal:
    return sum((member(detail) for detail in details), Decimal(0))


def the_order_adds_up(cart: Cart, order: PricedOrder) -> None:
    info = order.price_info
    lines = walk(order.lines)
    infos = [group.price_info for group in order.groups]
    assert info.sub_total == sum(line.amount for line in order.lines) == sum(one.sub_total for one in infos)
    assert info.order_discount == sum(line.order_discount_share for line in lines)
    assert info.order_discount == order.discount_info.order_discount == sum(one.order_discount for one in infos)
    assert info.amount == info.sub_total - info.order_discount == sum(one.amount for one in infos)
    assert info.shipping == sum(one.shipping for one in infos)
    assert info.shipping_discount == order.discount_info.shipping_discount
    assert info.shipping_surcharge == sum(line.shipping_surcharge for line in lines)
    assert info.tax == sum(line.tax for line in lines) + sum(group.shipping_tax for group in order.groups)
    assert info.total == info.amount + info.shipping + (0 if cart.tax_included else info.tax)
    assert info.total_without_tax == info.total - info.tax
    for group in order.groups:
        levies = [getattr(group.tax_breakdown, name) for name in group.tax_breakdown.__struct_fields__]
        assert sum(levies) == group.price_info.tax
        assert sum(part.amount for part in group.items) == group.price_info.sub_total
    promotions = promotion_amounts(order)
    for promotion_id, amount in promotions.items():
        taken = [line.discounts + line.order_discounts for line in lines]
        of_lines = sum(found.amount for one in taken for found in one if found.promotion_id == promotion_id)
        of_groups = sum(
            found.amount
            for group in order.groups
            for found in group.discounts
            if found.promotion_id == promotion_id and found.level == "shipping"
        )
        assert of_lines + of_groups == amount
    assert sum(payment.amount for payment in order.payments) <= info.total
    recurring = [line.recurring for line in lines if line.recurring is not None]
    assert (order.recurring is None) == (not recurring)
    if order.recurring is not None:
        assert order.recurring.amount == sum(one.amount for one in recurring)
        assert order.recurring.tax == sum(one.tax for one in recurring)
        assert order.recurring.amount == sum(order.recurring.amount_by_frequency.values())
        assert order.recurring.tax == sum(order.recurring.tax_by_frequency.values())
        assert order.recurring.amount == sum(g.recurring.amount for g in order.groups if g.recurring is not None)


def promotion_amounts(order: PricedOrder) -> dict[str, Decimal]:
    info = order.discount_info
    return {a.promotion_id: a.amount for found in (*info.claimed.values(), info.implicit) for a in found}


@MANY
@given(carts(), st.randoms(use_true_random=False))
def test_the_order_of_promotions_prices_and_keys_changes_nothing(cart: Cart, random: Any) -> None:
    def shuffled(items: Iterable[Any]) -> list[Any]:
        found = list(items)
        random.shuffle(found)
        return found

    def book(table: Any) -> Any:
        def entry(found: Any) -> Any:
            return replace(found, brackets=tuple(shuffled(found.brackets))) if isinstance(found, VolumePrice) else found

        return replace(
            table,
            skus={key: entry(table.skus[key]) for key in shuffled(table.skus)},
            products={key: entry(table.products[key]) for key in shuffled(table.products)},
        )

    prices = Prices(
        book(cart.prices.list_prices),
        book(cart.prices.sale_prices),
        book(cart.prices.surcharges),
        book(cart.prices.recurring_charges),
        frozenset(shuffled(cart.prices.not_discountable)),
    )
    again = replace(cart, promotions=shuffled(cart.promotions), prices=prices)
    assert repr(price_order(again, TAX, explain=True)) == repr(price_order(cart, TAX, explain=True))


@MANY
@given(carts(), st.data())
def test_equal_lines_may_change_places(cart: Cart, data: st.DataObject) -> None:
    cart = replace(cart, shipping_groups=())
    first = data.draw(st.sampled_from(cart.lines))
    copies = [*cart.lines, renamed(first, "copy")]
    swapped = [renamed(first, "copy") if line is first else line for line in cart.lines] + [first]
    one, two = (price_order(replace(cart, lines=lines), TAX) for lines in (copies, swapped))
    assert one.price_info == two.price_info
    assert [line.details for line in walk(one.lines)] == [line.details for line in walk(two.lines)]


def renamed(line: CartLine, prefix: str) -> CartLine:
    children = tuple(renamed(child, prefix) for child in line.children)
    return replace(line, line_id=f"{prefix}-{line.line_id}", children=children)


@MANY
@given(carts(), st.integers(0, 3), st.integers(0, 1000), st.booleans())
def test_an_order_promotion_that_excludes_nothing_never_raises_the_amount(
    cart: Cart, priority: int, value: int, percent: bool
) -> None:
    worth = Decimal(value) / 10 if percent else Decimal(value)
    reward = OrderDiscount(Adjustment.PERCENT if percent else Adjustment.AMOUNT, worth)
    added = Promotion("added", "added", reward, priority)
    before = price_order(cart, TAX).price_info.amount
    assert price_order(replace(cart, promotions=[*cart.promotions, added]), TAX).price_info.amount <= before


def flat(table: ByItem[PriceEntry], digits: int) -> ByItem[PriceEntry]:
    """The same prices without brackets, at the currency's digits."""

    def one(entry: PriceEntry) -> Price:
        return Price(round(entry.brackets[0].price if isinstance(entry, VolumePrice) else entry.price, digits))

    return ByItem(
        skus={key: one(entry) for key, entry in table.skus.items()},
        products={key: one(entry) for key, entry in table.products.items()},
    )


@MANY
@given(carts(), st.integers(1, 5), st.integers(1, 5))
def test_a_split_line_costs_the_same_without_item_promotions_and_brackets(cart: Cart, kept: int, part: int) -> None:
    """Without them only the rounding of prices finer than the currency could differ, and there are none here."""
    lines = [replace(line, external_price=None, children=(), valid=True) for line in cart.lines]
    prices = replace(
        cart.prices,
        list_prices=flat(cart.prices.list_prices, cart.digits),
        sale_prices=flat(cart.prices.sale_prices, cart.digits),
    )
    cart = replace(
        cart,
        prices=prices,
        promotions=[promotion for promotion in cart.promotions if not isinstance(promotion.reward, ItemDiscount)],
        shipping_groups=(),
    )
    first, others = replace(lines[0], quantity=kept), lines[1:]
    rest = replace(first, line_id="rest", quantity=part)
    whole = price_order(replace(cart, lines=[replace(first, quantity=kept + part), *others]))
    split = price_order(replace(cart, lines=[first, *others, rest]))
    assert split.price_info == whole.price_info
    assert split.number_of_items == whole.number_of_items


@pytest.mark.parametrize("buy", [0, 1])
@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 9999), st.integers(0, 1000))
def test_a_split_line_differs_by_its_roundings_under_an_item_promotion(
    buy: int, first: int, second: int, cents: int, tenths: int
) -> None:
    from tests.unit.pricing.builders import PERCENT, item, line, priced

    given_ = [item("i", PERCENT, str(Decimal(tenths) / 10), buy=buy, get=1 if buy else None)]
    listed = {"A": str(Decimal(cents) / 100)}
    whole = priced([line("A", first + second)], listed, promotions=given_)
    split = priced([line("A", first, id="1"), line("A", second, id="2")], listed, promotions=given_)
    assert abs(whole.price_info.total - split.price_info.total) <= Decimal("0.01")


@given(
    st.integers(0, 10**40),
    st.lists(st.tuples(st.integers(0, 10**38), st.integers(0, 10**41)), min_size=1, max_size=8),
    st.sampled_from([0, 2, 3]),
)
def test_proration_adds_up_within_its_rooms(total_: int, parts: list[tuple[int, int]], digits: int) -> None:
    with localcontext(EXACT):
        unit = quantum(digits)
        rooms = [Decimal(room) * unit for _, room in parts]
        amount = min(Decimal(total_) * unit, sum(rooms, Decimal(0)))
        shares = prorate(amount, [weight for weight, _ in parts], rooms, unit)
        assert sum(shares) == amount
        assert all(0 <= share <= room for share, room in zip(shares, rooms, strict=True))


@given(st.integers(0, 10**90), st.integers(1, 10**40), st.sampled_from([0, 2, 3, 6]))
def test_a_quotient_is_rounded_once(numerator: int, denominator: int, digits: int) -> None:
    with localcontext(EXACT):
        found = quotient(Decimal(numerator), Decimal(denominator), quantum(digits))
    exact = Fraction(numerator, denominator) * 10**digits
    assert found == Fraction((exact + Fraction(1, 2)).__floor__(), 10**digits)


def test_vast_quantities_need_no_counting() -> None:
    from tests.unit.pricing.builders import AMOUNT, item, line, priced

    given_ = [item(f"i{n}", AMOUNT, "0.01", buy=n, get=n + 1, priority=n) for n in range(1, 9)]
    lines = [line("A", 999_999_999, id=f"ci{n}") for n in range(20)]
    found: list[LineDiscount] = [d for one in priced(lines, {"A": "1"}, promotions=given_).lines for d in one.discounts]
    assert found
