"""Price lists of one price list group (contract: pricing.md §4; §12 rows 1 to 3)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct, field


class PriceScheme(StrEnum):
    """How brackets price a quantity: `bulk` all units at the bracket of the whole, `tiered` each at its own."""

    BULK = "bulk"
    TIERED = "tiered"


class Bracket(Struct, frozen=True):
    """Units from `level_minimum` to `level_maximum` (both inclusive, None: open) cost `price` each."""

    level_minimum: int
    level_maximum: int | None
    price: Decimal


class Price(Struct, frozen=True):
    """One unit price, as stored: never rounded."""

    price: Decimal


class VolumePrice(Struct, frozen=True):
    """Brackets in any order; the first starts at 1, none overlap, the last is open."""

    scheme: PriceScheme
    brackets: tuple[Bracket, ...]


PriceEntry = Price | VolumePrice


class RecurringCharge(Struct, frozen=True):
    """A charge per unit and period; `duration` None is open-ended (contract: orders.md §2.2)."""

    charge: Decimal
    frequency: str = "Monthly"
    duration: str | None = None


Entry = TypeVar("Entry")


# Without slots: `ByItem[X](...)` writes `__orig_class__`, which a frozen and slotted class refuses with the wrong error
# before Python 3.13.
class ByItem(Struct, Generic[Entry], frozen=True):
    """Entries by SKU id and by product id; the SKU's goes first."""

    skus: Mapping[str, Entry] = field(default_factory=dict)
    products: Mapping[str, Entry] = field(default_factory=dict)

    def of(self, product_id: str, sku_id: str | None) -> Entry | None:
        """The entry of the SKU, else of the product, else None."""
        if sku_id is not None:
            entry = self.skus.get(sku_id)
            if entry is not None:
                return entry
        return self.products.get(product_id)

    def __bool__(self) -> bool:
        return bool(self.skus or self.products)


class Prices(Struct, frozen=True):
    """What one price list group says about the products of a cart and of the gifts it may earn."""

    list_prices: ByItem[PriceEntry]
    sale_prices: ByItem[PriceEntry] = field(default_factory=ByItem)
    surcharges: ByItem[PriceEntry] = field(default_factory=ByItem)
    recurring_charges: ByItem[RecurringCharge] = field(default_factory=ByItem)
    not_discountable: frozenset[str] = frozenset()
    """Product ids that no discount may touch."""


Span = tuple[Decimal, int]
"""Unit price, number of units."""


def spans(entry: PriceEntry, units: int) -> list[Span]:
    """The unit prices of `units` units of one line, in bracket order."""
    if isinstance(entry, Price):
        return [(entry.price, units)]
    brackets = sorted(entry.brackets, key=_level_minimum)
    if entry.scheme is PriceScheme.BULK:
        price = brackets[0].price
        for bracket in brackets:
            if bracket.level_minimum > units:
                break
            price = bracket.price
        return [(price, units)]
    tiers: list[Span] = []
    priced = 0
    for at, bracket in enumerate(brackets):
        last = brackets[at + 1].level_minimum - 1 if at + 1 < len(brackets) else units
        count = min(last, units) - priced
        if count > 0:
            tiers.append((bracket.price, count))
            priced += count
    return tiers


def _level_minimum(bracket: Bracket) -> int:
    return bracket.level_minimum
