"""The door to a tax calculator, and the embedded table of rates (contract: pricing.md §8, §12 row 23)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from commerce.pricing.cart import GroupKind, TaxAddress
from commerce.pricing.money import PERCENT, ZERO, quantum, quotient, rounded


class TaxableLine(Struct, frozen=True):
    """Units of one line in one group; `amounts` are net of order discounts, one per detail, money at `digits`.

    `recurring`: the recurring amount of these units, None if the line has no recurring charge.
    """

    line_id: str
    product_id: str
    sku_id: str | None
    quantity: int
    amounts: tuple[Decimal, ...]
    recurring: Decimal | None


class TaxableGroup(Struct, frozen=True):
    """A group with a chosen method and a complete address; `shipping` is what the group's shipping costs."""

    group_id: str | None
    kind: GroupKind
    address: TaxAddress
    digits: int
    tax_included: bool
    lines: tuple[TaxableLine, ...]
    shipping: Decimal


class TaxBreakdown(Struct, frozen=True):
    """Who levies the tax of a group; recurring tax is not in it (contract: orders.md §5.3)."""

    city: Decimal = ZERO
    county: Decimal = ZERO
    state: Decimal = ZERO
    district: Decimal = ZERO
    country: Decimal = ZERO
    miscellaneous: Decimal = ZERO
    value_added: Decimal = ZERO


class GroupTax(Struct, frozen=True):
    """`details`: one tax per amount of every line, in order; `recurring`: one per line that has a recurring amount."""

    details: Sequence[Decimal]
    shipping: Decimal
    recurring: Sequence[Decimal]
    breakdown: TaxBreakdown


class TaxCalculator(Protocol):
    """Taxes all groups of an order in one call; answers in the order of the groups.

    A calculator that cannot answer raises the service's own error for it (contract: errors.md `00000503`).
    """

    def calculate(self, groups: Sequence[TaxableGroup]) -> Sequence[GroupTax]:
        """The taxes of each group, rounded at the group's digits."""
        ...


class TaxRate(Struct, frozen=True):
    """A row of the table: `percent` 0 to 100; `state` None is the row of the whole country."""

    country: str
    percent: Decimal
    state: str | None = None
    shipping_taxed: bool = True


class TaxTable:
    """Rates by exact country and state; a state's row wins over its country's, no row means no tax."""

    __slots__ = ("_rates",)

    def __init__(self, rates: Iterable[TaxRate]) -> None:
        self._rates = {(rate.country, rate.state): rate for rate in rates}

    def rate(self, address: TaxAddress) -> TaxRate | None:
        """The row that counts at this address."""
        state = self._rates.get((address.country, address.state)) if address.state is not None else None
        return state or self._rates.get((address.country, None))

    def calculate(self, groups: Sequence[TaxableGroup]) -> list[GroupTax]:
        """See `TaxCalculator`."""
        return [self._tax(group) for group in groups]

    def _tax(self, group: TaxableGroup) -> GroupTax:
        row = self.rate(group.address) if group.kind is GroupKind.HARDGOOD else None
        percent = row.percent if row is not None else ZERO
        unit = quantum(group.digits)
        share = percent * PERCENT

        def tax(amount: Decimal) -> Decimal:
            if group.tax_included:
                return quotient(amount * percent, 100 + percent, unit)
            return rounded(amount * share, unit)

        details = [tax(amount) for line in group.lines for amount in line.amounts]
        shipping = tax(group.shipping) if row is not None and row.shipping_taxed else tax(ZERO)
        whole = sum(details, shipping)
        by_state = row is not None and row.state is not None
        return GroupTax(
            details=details,
            shipping=shipping,
            recurring=[tax(line.recurring) for line in group.lines if line.recurring is not None],
            breakdown=TaxBreakdown(state=whole) if by_state else TaxBreakdown(country=whole),
        )
