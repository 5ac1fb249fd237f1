"""Step 9: gift cards pay, in list order (contract: pricing.md §9, §12 row 25)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext

from commerce.pricing.cart import GiftCard
from commerce.pricing.money import EXACT, quantum, rounded_down
from commerce.pricing.order import Payment


def pay(total: Decimal, cards: Sequence[GiftCard], digits: int) -> tuple[Payment, ...]:
    """Each card pays what is left of `total` up to its balance; a number counts once."""
    unit = quantum(digits)
    payments: dict[str, Payment] = {}
    with localcontext(EXACT):
        for card in cards:
            if card.number not in payments:
                amount = min(rounded_down(card.balance, unit), total)
                payments[card.number] = Payment(card.number, card.balance, amount)
                total -= amount
    return tuple(payments.values())
