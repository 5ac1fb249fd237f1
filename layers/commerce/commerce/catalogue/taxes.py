"""Which tax calculator an order is priced with (contract: pricing.md §8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from commerce.call import TimeBudget
from commerce.catalogue.selling import Selling
from commerce.pricing import GroupTax, TaxableGroup, TaxCalculator


class TaxProvider(Protocol):
    """A remote service's client, to be had from a factory of its own."""

    def calculate(self, groups: Sequence[TaxableGroup], budget: TimeBudget) -> Sequence[GroupTax]:
        """The taxes of each group, within the budget. See `commerce.pricing.TaxCalculator`."""
        ...


class Taxes:
    """Makes the calculator of one call: none, the table of rates, or a provider's."""

    def __init__(self, *, table: bool = False, provider: TaxProvider | None = None) -> None:
        self._table = table
        self._provider = provider

    def calculator(self, selling: Selling, budget: TimeBudget) -> TaxCalculator | None:
        """None: no tax."""
        if self._provider is not None:
            return _ProviderCalculator(self._provider, budget)
        return selling.tax_table if self._table else None


class _ProviderCalculator:
    def __init__(self, provider: TaxProvider, budget: TimeBudget) -> None:
        self._provider = provider
        self._budget = budget

    def calculate(self, groups: Sequence[TaxableGroup]) -> Sequence[GroupTax]:
        return self._provider.calculate(groups, self._budget)
