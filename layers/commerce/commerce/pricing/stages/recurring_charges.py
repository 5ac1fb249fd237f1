"""Step 10: recurring charges, beside the order's own totals (contract: pricing.md §10, §12 row 24)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from commerce.pricing._working_groups import LinePart
from commerce.pricing.order import RecurringPriceInfo


def totals(parts: Iterable[LinePart], tax_included: bool, zero: Decimal) -> RecurringPriceInfo | None:
    """The recurring totals of the parts, None where none recurs."""
    amounts: dict[str, Decimal] = {}
    taxes: dict[str, Decimal] = {}
    for part in parts:
        recurring = part.line.recurring
        if recurring is not None and part.line.valid:
            amounts[recurring.frequency] = amounts.get(recurring.frequency, zero) + part.recurring_amount
            taxes[recurring.frequency] = taxes.get(recurring.frequency, zero) + part.recurring_tax
    if not amounts:
        return None
    amount = sum(amounts.values(), zero)
    tax = sum(taxes.values(), zero)
    return RecurringPriceInfo(
        amount=amount,
        tax=tax,
        total=amount if tax_included else amount + tax,
        amount_by_frequency=amounts,
        tax_by_frequency=taxes,
    )
