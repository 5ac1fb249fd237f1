"""Products and their prices, read once in an execution environment for each version of the catalogue.

Whoever writes their rows raises the version of the selling document before and after, and marks it in between
(`Selling.is_loading`). An operation reads that version in its first batch, so what is kept under it is what stands in
the tables; while rows are being written, nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from msgspec import Struct, field

from commerce.catalogue.model import (
    OrderPrices,
    Product,
    ProductPrices,
    order_prices,
    read_product,
    read_product_prices,
)
from commerce.catalogue.selling import Selling
from commerce.storage import Item, Key, decode_document
from commerce.values import possible_catalogue_id

CONTENT: Final = "content"
# Of products, and of prices by group: some ten megabytes at the sample store's sizes.
MOST_KEPT: Final = 2_000

K = TypeVar("K")
V = TypeVar("V")


class Shelf(Struct):
    """What is known of one version. None: there is no such row. Prices by price list group and product."""

    version: int = 0
    products: dict[str, Product | None] = field(default_factory=dict)
    prices: dict[tuple[str, str], ProductPrices | None] = field(default_factory=dict)

    def shrink(self) -> None:
        """Forgets the oldest of what is too many."""
        _drop_oldest(self.products)
        _drop_oldest(self.prices)


def _drop_oldest(rows: dict[K, V]) -> None:
    for name in list(rows)[: max(0, len(rows) - MOST_KEPT)]:
        del rows[name]


def product_key(table: str, product_id: str) -> Key:
    """Where a product stands."""
    return Key(table, f"product#{product_id}", CONTENT)


def price_key(table: str, product_id: str, price_list_group_id: str) -> Key:
    """Where all prices of a product in one group stand: its id may hold the sign between them, a group's may not."""
    return Key(table, f"price#{price_list_group_id}#{product_id}", CONTENT)


class Goods:
    """Products and prices as of one call's first batch."""

    def __init__(self, table: str, shelf: Shelf) -> None:
        self._table = table
        self._shelf = shelf
        self._asked: set[Key] = set()

    def keys(self, product_ids: Iterable[str], price_list_group_id: str) -> list[Key]:
        """The rows of products and prices that are still to be read; an id that no product can have has none."""
        wanted = []
        for product_id in dict.fromkeys(product_ids):
            known = product_id in self._shelf.products
            priced = (price_list_group_id, product_id) in self._shelf.prices
            if (known and priced) or not possible_catalogue_id(product_id):
                continue
            if not known:
                wanted.append(product_key(self._table, product_id))
            if not priced:
                wanted.append(price_key(self._table, product_id, price_list_group_id))
        self._asked.update(wanted)
        return wanted

    def products(self, rows: Mapping[Key, Item], product_ids: Iterable[str]) -> dict[str, Product]:
        """The products that exist, by id, of a batch that held `keys`."""
        shelf, found = self._shelf.products, {}
        for product_id in dict.fromkeys(product_ids):
            if product_id not in shelf:
                key = product_key(self._table, product_id)
                item = rows.get(key)
                if item is not None:
                    document = decode_document(item["document"])
                    shelf[product_id] = read_product(product_id, document, discountable=item["discountable"])
                elif key in self._asked:
                    shelf[product_id] = None
            product = shelf.get(product_id)
            if product is not None:
                found[product_id] = product
        return found

    def prices(self, rows: Mapping[Key, Item], product_ids: Iterable[str], price_list_group_id: str) -> OrderPrices:
        """The prices of the products in one price list group, of a batch that held `keys`."""
        shelf, found = self._shelf.prices, {}
        for product_id in dict.fromkeys(product_ids):
            place = price_list_group_id, product_id
            if place not in shelf:
                key = price_key(self._table, product_id, price_list_group_id)
                item = rows.get(key)
                if item is not None:
                    shelf[place] = read_product_prices(decode_document(item["document"]))
                elif key in self._asked:
                    shelf[place] = None
            prices = shelf.get(place)
            if prices is not None:
                found[product_id] = prices
        products = self.products(rows, product_ids).values()
        return order_prices(found, [product.id for product in products if not product.discountable])


class GoodsKept:
    """The shelf of an execution environment."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._shelf = Shelf()

    def goods(self, selling: Selling) -> Goods:
        """What is for sale as of a batch that the selling document was read with."""
        if not selling.version or selling.is_loading:
            return Goods(self._table, Shelf())
        if self._shelf.version != selling.version:
            self._shelf = Shelf(selling.version)
        # Never within a call: what it has not asked for because it was here stays to its end.
        self._shelf.shrink()
        return Goods(self._table, self._shelf)
