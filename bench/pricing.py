"""Pricing of carts by number of lines, beside plain integer arithmetic in the same run: `python pricing.py ROUNDS`.

Prints for each size the microseconds of CPU time of a cart and of the reference. Carts have an item and an order
promotion, one shipping group and a tax rate. The reference does the same sums in cents on bare lists: no Decimal, no
result objects, no features beyond these carts; it checks the totals and shows what the arithmetic alone costs.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

from commerce.pricing import (
    Adjustment,
    ByItem,
    Cart,
    CartLine,
    ItemDiscount,
    Occasion,
    OrderDiscount,
    Price,
    PriceRange,
    Prices,
    Promotion,
    ShippingGroup,
    ShippingMethod,
    TaxAddress,
    TaxRate,
    TaxTable,
    price_order,
)

SIZES = (1, 10, 100, 1000)
PERCENT = Adjustment.PERCENT
ITEM_PERCENT, ORDER_PERCENT, TAX_PERCENT, SHIPPING_CENTS = 10, 5, 8, 650
TAX = TaxTable([TaxRate("US", Decimal(TAX_PERCENT))])
Row = tuple[int, int, bool]
"""Unit price in cents, quantity, whether the item promotion aims at it."""


def rows(size: int) -> list[Row]:
    return [(1099 + at % 90 * 100, 1 + at % 14, at % 4 == 0) for at in range(size)]


def cart(size: int) -> Cart:
    table = rows(size)
    products = {f"p{at}": Price(Decimal(cents) / 100) for at, (cents, _, _) in enumerate(table)}
    aimed = frozenset(f"p{at}" for at, (_, _, target) in enumerate(table) if target)
    method = ShippingMethod("ground", (PriceRange(Decimal(0), None, Decimal(SHIPPING_CENTS) / 100),))
    return Cart(
        lines=[CartLine(f"ci{at}", f"p{at}", f"s{at}", quantity) for at, (_, quantity, _) in enumerate(table)],
        prices=Prices(ByItem(products=products)),
        occasion=Occasion(datetime(2026, 1, 1, tzinfo=UTC), "siteUS", "plgUS"),
        promotions=[
            Promotion("item", "item", ItemDiscount(PERCENT, Decimal(ITEM_PERCENT), aimed)),
            Promotion("order", "order", OrderDiscount(PERCENT, Decimal(ORDER_PERCENT))),
        ],
        shipping_groups=[ShippingGroup("sg", method=method, address=TaxAddress("US", "TX"))],
    )


def integers(table: list[Row]) -> int:
    """The total in cents."""
    amounts = []
    for cents, quantity, target in table:
        amount = cents * quantity
        if target:
            amount -= half_up(amount * ITEM_PERCENT, 100)
        amounts.append(amount)
    whole = sum(amounts)
    discount = half_up(whole * ORDER_PERCENT, 100)
    shares = [half_up(discount * amount, whole) for amount in amounts]
    shares[-1] += discount - sum(shares)
    tax = sum(half_up((amount - share) * TAX_PERCENT, 100) for amount, share in zip(amounts, shares, strict=True))
    return whole - discount + SHIPPING_CENTS + tax + half_up(SHIPPING_CENTS * TAX_PERCENT, 100)


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def microseconds(work: Callable[[], object], repeats: int) -> float:
    """CPU time of one piece of work, of rounds longer than the clock's steps."""
    began = time.process_time_ns()
    for _ in range(repeats):
        work()
    return (time.process_time_ns() - began) / 1000 / repeats


def measure(rounds: int) -> dict[int, tuple[float, float]]:
    """Size → medians of a cart and of the reference, by turns."""
    found = {}
    for size in SIZES:
        given, table = cart(size), rows(size)
        assert price_order(given, TAX).price_info.total == Decimal(integers(table)) / 100
        priced, plain = partial(price_order, given, TAX), partial(integers, table)
        repeats = max(1, 200 // size)
        turns = [(microseconds(priced, repeats), microseconds(plain, repeats * 20)) for _ in range(rounds)]
        found[size] = (statistics.median(turn[0] for turn in turns), statistics.median(turn[1] for turn in turns))
    return found


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
