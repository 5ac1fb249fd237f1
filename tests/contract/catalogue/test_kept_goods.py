"""Products and prices are read once in an execution environment, and every change of them is seen by the next call."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from backoffice import products
from backoffice.catalogue import merge_selling, writing_goods
from backoffice.deleting import delete_record
from commerce.catalogue import goods as goods_module
from commerce.catalogue.selling import LOADING
from commerce.pricing import Price
from commerce.storage import encode_document
from tests.contract.catalogue.stores import STORE, Loader, Shop, loader_of, price
from tests.contract.catalogue.stores import product as product_record
from tests.support.deployment import Product


@pytest.fixture
def load(empty: Product, tmp_path: Path) -> Loader:
    return loader_of(empty, tmp_path / "store")


@pytest.fixture
def shop(load: Loader, empty: Product) -> Shop:
    load(**STORE)
    return Shop(empty)


def keys(shop: Shop, *product_ids: str) -> int:
    """How many rows a call would still read."""
    return len(shop.catalogue.goods(shop.selling()).keys(product_ids, shop.group))


def list_price(shop: Shop) -> Decimal:
    entry = shop.prices("p1").list_prices.of("p1", None)
    assert isinstance(entry, Price)
    return entry.price


def put_price(empty: Product, shop: Shop, amount: Decimal) -> None:
    """A row as a load writes it."""
    document = {"B": encode_document({"list": amount})}
    empty.deployment.client.put_item(
        TableName=empty.deployment.tables.catalogue,
        Item={**shop.catalogue.price_key("p1", shop.group).wire(), "version": {"N": "9"}, "document": document},
    )


def read(shop: Shop, *product_ids: str) -> None:
    goods = shop.catalogue.goods(shop.selling())
    rows = shop.store.get(goods.keys(product_ids, shop.group))
    goods.prices(rows, product_ids, shop.group)


def test_what_was_read_is_not_read_again(shop: Shop) -> None:
    assert keys(shop, "p1", "p2") == 4
    read(shop, "p1")
    assert keys(shop, "p1", "p2") == 2


def test_what_is_not_there_is_known_too(shop: Shop) -> None:
    read(shop, "nothing")
    assert keys(shop, "nothing") == 0


def test_what_was_not_asked_for_is_not_known(shop: Shop) -> None:
    goods = shop.catalogue.goods(shop.selling())
    assert goods.products({}, ["p1"]) == {}
    assert keys(shop, "p1") == 2


@pytest.mark.parametrize("file", ["products.json", "prices.json", "promotions.json"])
def test_after_a_load_all_is_read_anew(load: Loader, shop: Shop, file: str) -> None:
    read(shop, "p1")
    load(**{file: STORE[file]})
    assert keys(shop, "p1") == 2


def test_a_changed_price_is_seen_by_the_next_call(load: Loader, shop: Shop) -> None:
    before = list_price(shop)
    load(**{"prices.json": [price("p1", list=before + 1)]})
    assert list_price(shop) == before + 1


def test_a_product_that_appears_is_seen_by_the_next_call(load: Loader, shop: Shop) -> None:
    read(shop, "new")
    load(**{"products.json": [product_record("new")]})
    goods = shop.catalogue.goods(shop.selling())
    assert list(goods.products(shop.store.get(goods.keys(["new"], shop.group)), ["new"])) == ["new"]


def test_what_was_deleted_is_missed_by_the_next_call(empty: Product, shop: Shop) -> None:
    read(shop, "p1", "p2")
    assert delete_record(empty.deployment, "prices", f"{shop.group}/p1")
    assert list(shop.prices("p1", "p2").list_prices.products) == ["p2"]


def test_while_rows_are_written_each_is_seen_at_once(empty: Product, shop: Shop) -> None:
    list_price(shop)
    with writing_goods(empty.deployment, "prices.json 1"):
        for amount in (Decimal(71), Decimal(72)):
            put_price(empty, shop, amount)
            assert list_price(shop) == amount
    assert list_price(shop) == Decimal(72)


def test_after_a_load_that_was_stopped_nothing_is_kept_until_it_is_repeated(
    load: Loader, empty: Product, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        put_price(empty, shop, Decimal(73))
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(products, "put_rows", stopped)
        with pytest.raises(KeyboardInterrupt):
            load(**{"prices.json": STORE["prices.json"]})
    assert list_price(shop) == Decimal(73)
    put_price(empty, shop, Decimal(74))
    assert list_price(shop) == Decimal(74)
    load(**{"prices.json": STORE["prices.json"]})
    read(shop, "p1")
    assert keys(shop, "p1") == 0


@pytest.mark.parametrize("later_ends_first", [False, True])
def test_of_two_loads_at_once_the_last_to_end_ends_it(empty: Product, shop: Shop, later_ends_first: bool) -> None:
    loads = [writing_goods(empty.deployment, name) for name in ("prices.json 1", "prices.json 2")]
    for load in loads:
        assert load.__enter__() is False
    for amount, load in zip((75, 77), reversed(loads) if later_ends_first else loads, strict=True):
        put_price(empty, shop, Decimal(amount))
        assert list_price(shop) == Decimal(amount)
        put_price(empty, shop, Decimal(amount + 1))
        load.__exit__(None, None, None)
        assert list_price(shop) == Decimal(amount + 1)
    assert not shop.selling().is_loading


def test_the_mark_of_a_load_that_was_stopped_goes_with_its_repetition_or_after_a_day(
    empty: Product, shop: Shop
) -> None:
    writing_goods(empty.deployment, "prices.json 1").__enter__()
    with writing_goods(empty.deployment, "prices.json 2") as was_stopped:
        assert not was_stopped
    assert shop.selling().is_loading
    with writing_goods(empty.deployment, "prices.json 1") as was_stopped:
        assert was_stopped
    assert not shop.selling().is_loading
    writing_goods(empty.deployment, "prices.json 1").__enter__()
    tomorrow = replace(empty.deployment, clock=lambda: empty.deployment.clock() + timedelta(days=1))
    with writing_goods(tomorrow, "prices.json 2"):
        pass
    assert not shop.selling().is_loading


def test_the_mark_of_an_earlier_release_goes_with_the_next_load(empty: Product, shop: Shop) -> None:
    merge_selling(empty.deployment, lambda document: {**document, LOADING: "0f"})
    assert shop.selling().is_loading
    with writing_goods(empty.deployment, "prices.json 1"):
        assert shop.selling().is_loading
    assert not shop.selling().is_loading


def test_the_oldest_go_first_and_never_within_a_call(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goods_module, "MOST_KEPT", 1)
    read(shop, "p1", "p2")
    goods = shop.catalogue.goods(shop.selling())
    assert len(goods.keys(["p1", "p2"], shop.group)) == 2
    read(shop, "p1", "p2")
    assert list(shop.prices("p1", "p2").list_prices.products) == ["p1", "p2"]
