"""Whether prices that a cart brings along are taken (contract: orders.md §2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from commerce.call import TimeBudget
from commerce.configuration import Site


class ExternalPriceClaim(Struct, frozen=True):
    """`price` per unit for `quantity` units of a line, in the currency of the price list group."""

    product_id: str
    sku_id: str
    price: Decimal
    quantity: int


class ExternalPriceValidator(Protocol):
    """Says which claims hold: for instance whether the configurator really named them."""

    def allowed(
        self, claims: Sequence[ExternalPriceClaim], site: Site, price_list_group_id: str, budget: TimeBudget
    ) -> Sequence[bool]:
        """One answer a claim, in their order, within the budget. False is refused with `28315`."""
        ...


class SiteSwitch:
    """The default: every claim holds where the site takes external prices, none elsewhere.

    `taken`: the switch of a site that says nothing itself. `then` is asked on top, where there is one.
    """

    def __init__(self, *, taken: bool, then: ExternalPriceValidator | None = None) -> None:
        self._taken = taken
        self._then = then

    def allowed(
        self, claims: Sequence[ExternalPriceClaim], site: Site, price_list_group_id: str, budget: TimeBudget
    ) -> Sequence[bool]:
        """See `ExternalPriceValidator`."""
        taken = self._taken if site.external_prices is None else site.external_prices
        if not taken or not claims or self._then is None:
            return [taken] * len(claims)
        return self._then.allowed(claims, site, price_list_group_id, budget)
