"""Small stores in files, and what an order would read of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from backoffice.loading import load_store
from commerce.catalogue import CatalogueRepository, Selling
from commerce.exact_json import dumps
from commerce.pricing import Cart, CartLine, GiftCard, Occasion, PricedOrder, Prices, ShippingGroup, price_order
from tests.support.deployment import Product

MOMENT = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
USD: dict[str, Any] = {
    "id": "usd",
    "displayName": {"en": "US dollars"},
    "currency": {"currencyCode": "USD", "symbol": "$", "displayName": "US Dollar", "fractionalDigits": 2},
}
EUR = USD | {
    "id": "eur",
    "currency": {"currencyCode": "EUR", "symbol": "€", "displayName": "Euro", "fractionalDigits": 2},
}


def product(id_: str, **more: Any) -> dict[str, Any]:
    """A product with one SKU, ``<id>-sku``."""
    return {"id": id_, "displayName": {"en": id_}, "skus": [{"id": f"{id_}-sku"}]} | more


def price(product_id: str, **more: Any) -> dict[str, Any]:
    return {"productId": product_id, "priceListGroup": "usd", "list": 10} | more


def promotion(id_: str, **more: Any) -> dict[str, Any]:
    reward = {"kind": "order", "adjustment": "percent", "value": 10}
    return {"id": id_, "displayName": {"en": id_}, "reward": reward} | more


def sites(*groups: str) -> dict[str, Any]:
    return {"sites": {"siteUS": {"priceListGroups": list(groups)}, "siteDE": {}}}


# A store in which every file has something to name.
STORE: dict[str, Any] = {
    "configuration.json": sites("usd"),
    "priceListGroups.json": [USD, EUR],
    "products.json": [product("p1"), product("p2"), product("p3")],
    "prices.json": [price("p1"), price("p2"), price("p3")],
    "shippingMethods.json": [{"id": "m1", "displayName": {"en": "m1"}, "ranges": {"usd": [{"low": 0, "amount": 5}]}}],
    "taxRates.json": [{"country": "US", "percent": 8}],
    "locations.json": [{"id": "l1", "name": "l1"}],
    "promotions.json": [promotion("o1"), promotion("o2")],
    "coupons.json": [{"code": "C1", "promotions": ["o1"]}],
    "giftCards.json": [{"number": "1", "balance": 10, "currencyCode": "USD"}],
    "orderProperties.json": [{"id": "note", "appliesTo": "order", "type": "shortText", "label": {"en": "Note"}}],
}


def write_store(folder: Path, files: dict[str, Any]) -> Path:
    """The files as JSON; text is written as it is."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        text = content if isinstance(content, str) else dumps(content)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


Loader = Callable[..., dict[str, int]]


def loader_of(product_: Product, folder: Path) -> Loader:
    """`load(**{"prices.json": […]})`: loads files of that content."""
    deployment = product_.deployment

    def load(**files: Any) -> dict[str, int]:
        return load_store(write_store(folder, files), deployment)

    return load


class Shop:
    """An order's reads of the catalogue, through one repository, as one function keeps it."""

    def __init__(self, product_: Product, site: str = "siteUS", group: str = "usd") -> None:
        deployment = product_.deployment
        self.site, self.group = site, group
        self.store = deployment.store
        self.catalogue = CatalogueRepository(self.store, deployment.tables.catalogue)

    def selling(self) -> Selling:
        return self.catalogue.selling(self.store.get(self.catalogue.selling_keys()))

    def prices(self, *product_ids: str) -> Prices:
        goods = self.catalogue.goods(self.selling())
        rows = self.store.get(goods.keys(product_ids, self.group))
        return goods.prices(rows, product_ids, self.group)

    def price(
        self,
        lines: Sequence[CartLine],
        coupons: Iterable[str] = (),
        cards: Sequence[GiftCard] = (),
        groups: Callable[[Selling], Sequence[ShippingGroup]] = lambda selling: (),
        *,
        taxed: bool = False,
    ) -> PricedOrder:
        """The order, read and priced as the service does it."""
        catalogue, selling = self.catalogue, self.selling()
        occasion = Occasion(MOMENT, self.site, self.group)
        ids = [*_product_ids(lines), *selling.gift_products(occasion)]
        goods = catalogue.goods(selling)
        rows = self.store.get([*goods.keys(ids, self.group), *catalogue.coupon_keys(coupons)])
        products = goods.products(rows, ids)
        group = selling.price_list_group(self.group)
        assert group is not None
        cart = Cart(
            lines,
            goods.prices(rows, ids, self.group),
            occasion,
            digits=group.currency.fractional_digits,
            promotions=selling.promotions_with(products),
            coupons=[coupon.priced for coupon in catalogue.coupons(rows, coupons).values()],
            shipping_groups=groups(selling),
            gift_cards=cards,
            tax_included=group.tax_included,
            calculate_tax=group.calculates_tax,
        )
        return price_order(cart, selling.tax_table if taxed else None)


def _product_ids(lines: Iterable[CartLine]) -> list[str]:
    return [product_id for line in lines for product_id in (line.product_id, *_product_ids(line.children))]


def line(product_id: str, sku_id: str, quantity: int = 1, **more: Any) -> CartLine:
    return CartLine(f"ci-{product_id}", product_id, sku_id, quantity, **more)


def amount(text: str) -> Decimal:
    return Decimal(text)


def pretty(records: list[Any]) -> str:
    """One record a line, the first on line 2."""
    return "[\n" + ",\n".join(dumps(record) for record in records) + "\n]\n"
