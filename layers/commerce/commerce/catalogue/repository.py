"""The catalogue's rows: products, their prices in each price list group, coupons, and the selling document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from commerce.catalogue.goods import CONTENT, Goods, GoodsKept, price_key, product_key
from commerce.catalogue.model import Coupon, read_coupon
from commerce.catalogue.selling import Selling, read_selling
from commerce.exact_json import JsonObject
from commerce.storage import CachedDocument, Item, Key, Store, decode_document
from commerce.values import possible_catalogue_id

SELLING: Final = "selling"


class CatalogueRepository:
    """Keys for an operation's own batch, and what the batch's rows say."""

    def __init__(self, store: Store, table: str, default_locale: str = "en") -> None:
        self._store = store
        self._table = table
        self._selling = CachedDocument(
            store, table, SELLING, lambda document, version: read_selling(document, default_locale, version)
        )
        self._goods = GoodsKept(table)

    def selling_keys(self) -> list[Key]:
        """The version row of the selling document, and its content while it is not known."""
        return self._selling.keys()

    def selling(self, rows: Mapping[Key, Item]) -> Selling:
        """The selling document as of a batch that held `selling_keys`."""
        return self._selling.current(rows)

    def goods(self, selling: Selling) -> Goods:
        """Products and prices as of the batch that `selling` was read with."""
        return self._goods.goods(selling)

    def product_key(self, product_id: str) -> Key:
        return product_key(self._table, product_id)

    def price_key(self, product_id: str, price_list_group_id: str) -> Key:
        return price_key(self._table, product_id, price_list_group_id)

    def coupon_key(self, code: str) -> Key:
        return Key(self._table, f"coupon#{code}", CONTENT)

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
