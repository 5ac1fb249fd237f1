"""Pricing of carts by number of lines: `python pricing.py ROUNDS`; prints microseconds of CPU time a cart."""

import json
import statistics
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal

from commerce.pricing import (
    Adjustment,
    ByItem,
    Cart,
    CartLine,
    Occasion,
    OrderDiscount,
    Price,
    Prices,
    Promotion,
    price_order,
)

LINES = (1, 10, 100, 500)


def cart(lines: int) -> Cart:
    """Lines of their own products at list prices, and a tenth off the order."""
    entries = {f"p{number}": Price(Decimal(number % 90 + 10) + Decimal("0.95")) for number in range(lines)}
    return Cart(
        lines=tuple(CartLine(f"l{number}", f"p{number}", f"s{number}", 2) for number in range(lines)),
        prices=Prices(ByItem(products=entries)),
        occasion=Occasion(datetime(2026, 5, 1, 12, tzinfo=UTC), "siteUS", "plgUS", frozenset()),
        promotions=[Promotion("tenth", "A tenth off", OrderDiscount(Adjustment.PERCENT, Decimal(10), None))],
    )


def measure(rounds: int) -> dict[int, float]:
    found: dict[int, list[float]] = {lines: [] for lines in LINES}
    carts = {lines: cart(lines) for lines in LINES}
    for _ in range(rounds):
        for lines, each in carts.items():
            repeats = max(1, 200 // lines)
            began = time.process_time_ns()
            for _ in range(repeats):
                price_order(each)
            found[lines].append((time.process_time_ns() - began) / 1000 / repeats)
    return {lines: statistics.median(times) for lines, times in found.items()}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
