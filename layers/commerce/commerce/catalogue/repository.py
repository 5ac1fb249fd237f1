"""The catalogue's rows: products, their prices in each price list group, coupons, and the selling document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from commerce.catalogue.model import Coupon, OrderPrices, PriceLists, Product, read_coupon, read_product
from commerce.catalogue.selling import Selling, read_selling
from commerce.exact_json import JsonObject
from commerce.storage import CachedDocument, Item, Key, Store, decode_document
from commerce.values import possible_catalogue_id

SELLING: Final = "selling"
CONTENT: Final = "content"


class CatalogueRepository:
    """Keys for an operation's own batch, and what the batch's rows say."""

    def __init__(self, store: Store, table: str, default_locale: str = "en") -> None:
        self._store = store
        self._table = table
        self._selling = CachedDocument(
            store, table, SELLING, lambda document, _version: read_selling(document, default_locale)
        )

    def selling_keys(self) -> list[Key]:
        """The version row of the selling document, and its content while it is not known."""
        return self._selling.keys()

    def selling(self, rows: Mapping[Key, Item]) -> Selling:
        """The selling document as of a batch that held `selling_keys`."""
        return self._selling.current(rows)

    def product_key(self, product_id: str) -> Key:
        return Key(self._table, f"product#{product_id}", CONTENT)

    def price_key(self, product_id: str, price_list_group_id: str) -> Key:
        # A product's id may hold the sign between them, a group's may not.
        return Key(self._table, f"price#{price_list_group_id}#{product_id}", CONTENT)

    def coupon_key(self, code: str) -> Key:
        return Key(self._table, f"coupon#{code}", CONTENT)

    def product_keys(self, product_ids: Iterable[str], price_list_group_id: str) -> list[Key]:
        """The rows of products and of their prices; an id that no product can have has none."""
        known = [product_id for product_id in dict.fromkeys(product_ids) if possible_catalogue_id(product_id)]
        return [
            key
            for product_id in known
            for key in (self.product_key(product_id), self.price_key(product_id, price_list_group_id))
        ]

    def products(self, rows: Mapping[Key, Item], product_ids: Iterable[str]) -> dict[str, Product]:
        """The products that exist, by id, of a batch that held `product_keys`."""
        found = {}
        for product_id in dict.fromkeys(product_ids):
            item = rows.get(self.product_key(product_id))
            if item is not None:
                document = decode_document(item["document"])
                found[product_id] = read_product(product_id, document, discountable=item["discountable"])
        return found

    def prices(self, rows: Mapping[Key, Item], product_ids: Iterable[str], price_list_group_id: str) -> OrderPrices:
        """The prices of the products in one price list group, of a batch that held `product_keys`."""
        lists, not_discountable = PriceLists(), []
        for product_id in dict.fromkeys(product_ids):
            item = rows.get(self.price_key(product_id, price_list_group_id))
            if item is not None:
                lists.add(product_id, decode_document(item["document"]))
            product = rows.get(self.product_key(product_id))
            if product is not None and not product["discountable"]:
                not_discountable.append(product_id)
        return lists.prices(not_discountable)

    def coupon_keys(self, codes: Iterable[str]) -> list[Key]:
        """The rows of coupons; a code that no coupon can have has none."""
        return [self.coupon_key(code) for code in dict.fromkeys(codes) if possible_catalogue_id(code)]

    def coupons(self, rows: Mapping[Key, Item], codes: Iterable[str]) -> dict[str, Coupon]:
        """The coupons that exist, by code, in the order of the codes, of a batch that held `coupon_keys`."""
        found = {}
        for code in dict.fromkeys(codes):
            item = rows.get(self.coupon_key(code))
            if item is not None:
                found[code] = read_coupon(code, decode_document(item["document"]), int(item["uses"]))
        return found

    def selling_document(self) -> JsonObject:
        """The stored selling document, empty when there is none."""
        key = Key(self._table, SELLING, CONTENT)
        row = self._store.get([key]).get(key)
        return decode_document(row["document"]) if row is not None else {}

    def change_selling(self, change: Callable[[JsonObject], JsonObject]) -> None:
        """Store what `change` makes of the selling document; calls that start afterwards use it.

        Raises WriteLost against a rival.
        """
        self._selling.revise(change)
