"""The catalogue's loaders: what they refuse, and that a second load changes what the next call sees."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from hashlib import sha512
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from backoffice.catalogue import MAX_DOCUMENT_BYTES, known_products
from backoffice.records import BadData
from commerce.call import TimeBudget
from commerce.catalogue import CardRequest, CardStatus, TableProvider
from commerce.storage import Store, WriteLost
from tests.contract.catalogue.stores import (
    EUR,
    STORE,
    USD,
    Loader,
    Shop,
    amount,
    line,
    loader_of,
    pretty,
    price,
    product,
    promotion,
    sites,
)
from tests.support.deployment import Product


@pytest.fixture
def load(empty: Product, tmp_path: Path) -> Loader:
    return loader_of(empty, tmp_path / "store")


STORED: list[dict[str, Any]] = []


@pytest.fixture
def stocked(load: Loader, empty: Product) -> Loader:
    """The same, with STORE in the tables: loaded by the first test, put back as it was for the others."""
    deployment = empty.deployment
    if not STORED:
        load(**STORE)
        STORED.extend(items(empty))
    puts: list[Any] = [{"PutRequest": {"Item": item}} for item in STORED]
    deployment.client.batch_write_item(RequestItems={deployment.tables.catalogue: puts})
    return load


def items(product_: Product) -> list[dict[str, Any]]:
    deployment = product_.deployment
    found = deployment.client.scan(TableName=deployment.tables.catalogue)["Items"]
    return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def brackets(*steps: dict[str, Any], scheme: str = "bulk") -> dict[str, Any]:
    return {"scheme": scheme, "brackets": list(steps)}


def bracket(first: Any, last: Any = None, cost: Any = 1) -> dict[str, Any]:
    return {"levelMinimum": first, "levelMaximum": last, "price": cost}


def method(**more: Any) -> dict[str, Any]:
    return {"id": "m1", "displayName": {"en": "m1"}, "ranges": {"usd": [{"low": 0, "amount": 5}]}} | more


def item_reward(**more: Any) -> dict[str, Any]:
    return promotion("i1", reward={"kind": "item", "adjustment": "percent", "value": 10} | more)


def coupon(**more: Any) -> dict[str, Any]:
    return {"code": "C2", "promotions": ["o1"]} | more


def card(**more: Any) -> dict[str, Any]:
    return {"number": "2", "balance": 10, "currencyCode": "USD"} | more


def declared(**more: Any) -> dict[str, Any]:
    return {"id": "n2", "appliesTo": "order", "type": "number", "label": {"en": "N"}} | more


ANY_ID = "letters, digits and -._~ only"
ANY_CATALOGUE_ID = "1 to 250 characters, none of them a control character"

# A good record for each file, other than those that are refused.
SOUND: dict[str, dict[str, Any]] = {
    "priceListGroups.json": USD | {"id": "cad"},
    "products.json": product("p7"),
    "prices.json": price("p3", list=99),
    "shippingMethods.json": method(id="m7"),
    "taxRates.json": {"country": "FR", "percent": 20},
    "locations.json": {"id": "l7", "name": "l7"},
    "promotions.json": promotion("o7"),
    "coupons.json": coupon(code="C7"),
    "giftCards.json": card(number="7"),
    "orderProperties.json": declared(id="n7"),
}

# File, record, what the sentence says after "<file>, line <n> (<id>): ".
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("priceListGroups.json", {"id": "x", "displayName": {"en": "x"}}, "currency: is missing"),
    ("priceListGroups.json", USD | {"colour": "red"}, "colour: there is no such member"),
    ("priceListGroups.json", USD | {"id": "a/b"}, f"id: {ANY_ID}"),
    ("priceListGroups.json", USD | {"displayName": {}}, "displayName: at least 1 entry must be there"),
    ("priceListGroups.json", USD | {"displayName": {"xx": "x"}}, "displayName.xx: no locale"),
    (
        "priceListGroups.json",
        USD | {"currency": USD["currency"] | {"currencyCode": "usd"}},
        "currency.currencyCode: three capital letters are expected, such as USD",
    ),
    (
        "priceListGroups.json",
        USD | {"currency": USD["currency"] | {"fractionalDigits": -1}},
        "currency.fractionalDigits: must be at least 0",
    ),
    ("products.json", product("a\tb"), f"id: {ANY_CATALOGUE_ID}"),
    ("products.json", product("x" * 251), f"id: {ANY_CATALOGUE_ID}"),
    ("products.json", product("p9", skus=[]), "skus: at least 1 entry must be there"),
    ("products.json", product("p9", skus=[{"id": "s\n"}]), f"skus.0.id: {ANY_CATALOGUE_ID}"),
    ("products.json", product("p9", skus=[{"id": "s"}, {"id": "s"}]), "skus: s is in the file twice"),
    ("products.json", product("p9", orderLimit=0), "orderLimit: must be at least 1"),
    ("products.json", product("p9", active="yes"), "active: true or false is expected, not a text"),
    ("products.json", product("p9", slug=""), f"slug: {ANY_CATALOGUE_ID}"),
    ("products.json", product("p9", shopperInputs=[{"id": "i"}, {"id": "i"}]), "shopperInputs: i is in the file twice"),
    (
        "products.json",
        product("p9", addOns=[{"configurablePropertyId": "c", "options": [{"id": "o", "productId": "p0"}]}]),
        "addOns: p0 is no product",
    ),
    (
        "products.json",
        product(
            "p9", addOns=[{"configurablePropertyId": "c", "options": [{"id": "o", "productId": "p1", "skuId": "s"}]}]
        ),
        "addOns: s is no SKU of p1",
    ),
    ("prices.json", price("p9"), "productId: p9 is no product"),
    ("prices.json", price("p1", skus={"s": {"list": 1}}), "skus: s is no SKU of p1"),
    ("prices.json", price("p1", priceListGroup="gbp"), "priceListGroup: gbp is no price list group"),
    ("prices.json", price("p1", list=-1), "list: must not be negative"),
    ("prices.json", price("p1", list="1"), "list: a number is expected"),
    ("prices.json", price("p1", list=True), "list: a number is expected"),
    ("prices.json", price("p1", sale=amount("-0.01")), "sale: must not be negative"),
    ("prices.json", price("p1", surcharge=-1), "surcharge: must not be negative"),
    ("prices.json", price("p1", surcharge=brackets(bracket(1))), "surcharge: a number is expected"),
    ("prices.json", price("p1", recurring={"charge": -1}), "recurring.charge: must not be negative"),
    ("prices.json", price("p1", skus={"p1-sku": {"list": -1}}), "skus.p1-sku.list: must not be negative"),
    ("prices.json", price("p1", list=brackets(bracket(2))), "list: brackets start at 1"),
    (
        "prices.json",
        price("p1", list=brackets(bracket(0))),
        "list.brackets.0.levelMinimum: must be at least 1",
    ),
    ("prices.json", price("p1", list=brackets(bracket(1, 10), bracket(10))), "list: brackets overlap at 10"),
    ("prices.json", price("p1", list=brackets(bracket(1), bracket(10))), "list: brackets overlap at 10"),
    ("prices.json", price("p1", list=brackets(bracket(1), bracket(1))), "list: brackets overlap at 1"),
    ("prices.json", price("p1", list=brackets(bracket(1, 10), bracket(12))), "list: no bracket holds 11"),
    ("prices.json", price("p1", list=brackets(bracket(1, 10), bracket(11, 5))), "list: levelMaximum 5 lies below"),
    ("prices.json", price("p1", sale=brackets(bracket(1, 10))), "sale: the last bracket is open"),
    (
        "prices.json",
        price("p1", list=brackets(bracket(1, None, -1))),
        "list.brackets.0.price: must not be negative",
    ),
    ("prices.json", price("p1", list=brackets()), "list.brackets: at least 1 entry must be there"),
    (
        "prices.json",
        price("p1", list=brackets(bracket(1), scheme="block")),
        "list.scheme: must be 'bulk' or 'tiered'",
    ),
    (
        "prices.json",
        price("p1", skus={"p1-sku": {"sale": brackets(bracket(2))}}),
        "skus.p1-sku.sale: brackets start at 1",
    ),
    ("shippingMethods.json", method(id="hardgoodShippingGroup"), "id: hardgoodShippingGroup says that no method"),
    ("shippingMethods.json", method(sites=["siteFR"]), "sites: siteFR is no site"),
    ("shippingMethods.json", method(ranges={"gbp": [{"low": 0, "amount": 1}]}), "ranges: gbp is no price list group"),
    ("shippingMethods.json", method(ranges={}), "ranges: at least 1 entry must be there"),
    ("shippingMethods.json", method(ranges={"usd": [{"low": 0, "amount": -1}]}), "ranges.usd.0.amount: must not be"),
    ("shippingMethods.json", method(destinations=[{"country": "XX"}]), "destinations: XX is no country code"),
    (
        "shippingMethods.json",
        method(destinations=[{"country": "US", "states": ["ON"]}]),
        "destinations: ON is no region",
    ),
    (
        "shippingMethods.json",
        method(ranges={"usd": [{"low": 0, "high": 50, "amount": 1}, {"low": 49, "amount": 1}]}),
        "ranges.usd: ranges overlap at 49",
    ),
    (
        "shippingMethods.json",
        method(ranges={"usd": [{"low": 0, "amount": 1}, {"low": 49, "amount": 1}]}),
        "ranges.usd: ranges overlap at 49",
    ),
    (
        "shippingMethods.json",
        method(ranges={"usd": [{"low": 5, "high": 5, "amount": 1}]}),
        "ranges.usd: high 5 must lie above low 5",
    ),
    ("locations.json", {"id": "l9"}, "name: is missing"),
    ("locations.json", {"id": "l\x7f9", "name": "l9"}, f"id: {ANY_CATALOGUE_ID}"),
    ("locations.json", {"id": "l9", "name": "l9", "country": "XX"}, "country: XX is no country code"),
    (
        "locations.json",
        {"id": "l9", "name": "l9", "country": "US", "stateAddress": "XX"},
        "stateAddress: XX is no region",
    ),
    ("locations.json", {"id": "l9", "name": "l9", "stateAddress": "TX"}, "stateAddress: needs a country"),
    ("locations.json", {"id": "l9", "name": "l9", "hours": "x" * 255}, "hours: at most 254 characters, it has 255"),
    ("taxRates.json", {"country": "US", "percent": 101}, "percent: a percentage lies between 0 and 100"),
    ("taxRates.json", {"country": "US", "percent": -1}, "percent: must not be negative"),
    ("taxRates.json", {"country": "usa", "percent": 1}, "country: usa is no country code"),
    ("taxRates.json", {"country": "US", "state": "XX", "percent": 1}, "state: XX is no region of US"),
    ("promotions.json", promotion("x\x00y"), f"id: {ANY_CATALOGUE_ID}"),
    (
        "promotions.json",
        promotion("x", reward={"kind": "tax"}),
        "reward: kind must be one of 'item', 'order'",
    ),
    ("promotions.json", item_reward(value=101), "reward.value: a percentage lies between 0 and 100"),
    ("promotions.json", item_reward(value=-1), "reward.value: must not be negative"),
    ("promotions.json", item_reward(targets=["p9"]), "reward.targets: p9 is no product"),
    ("promotions.json", item_reward(qualifiers=["p9"], buy=1), "reward.qualifiers: p9 is no product"),
    ("promotions.json", item_reward(qualifiers=["p1"]), "reward.qualifiers: need buy"),
    ("promotions.json", item_reward(get=0), "reward.get: must be at least 1"),
    ("promotions.json", item_reward(adjustment="amount", value=5), "reward: an amount of money needs priceListGroups"),
    (
        "promotions.json",
        promotion("x", reward={"kind": "order", "adjustment": "percent", "value": 5, "minimumSubtotal": 1}),
        "reward: an amount of money needs priceListGroups",
    ),
    (
        "promotions.json",
        promotion("x", reward={"kind": "order", "adjustment": "fixedPrice", "value": 5}),
        "reward.adjustment: must be 'percent' or 'amount'",
    ),
    (
        "promotions.json",
        promotion("x", reward={"kind": "shipping", "adjustment": "percent", "value": 5, "methods": ["m9"]}),
        "reward.methods: m9 is no shipping method",
    ),
    (
        "promotions.json",
        promotion("x", reward={"kind": "gift", "options": []}),
        "reward.options: at least 1 entry must be there",
    ),
    (
        "promotions.json",
        promotion("x", reward={"kind": "gift", "options": [{"productId": "p9"}]}),
        "reward.options: p9 is no product",
    ),
    (
        "promotions.json",
        promotion("x", reward={"kind": "gift", "options": [{"productId": "p1", "skuId": "s"}]}),
        "reward.options: s is no SKU of p1",
    ),
    ("promotions.json", promotion("x", sites=["siteFR"]), "sites: siteFR is no site"),
    ("promotions.json", promotion("x", priceListGroups=["gbp"]), "priceListGroups: gbp is no price list group"),
    ("promotions.json", promotion("x", excludes=["order"]), "excludes: order is no level after order"),
    ("promotions.json", promotion("x", excludes=["item"]), "excludes.0: must be 'order' or 'shipping'"),
    ("promotions.json", promotion("x", startDate="soon"), "startDate: no date"),
    (
        "promotions.json",
        promotion("x", startDate="2026-02-01", endDate="2026-02-01"),
        "endDate: must lie after startDate",
    ),
    ("coupons.json", coupon(promotions=["o9"]), "promotions: o9 is no promotion"),
    ("coupons.json", coupon(promotions=[]), "promotions: at least 1 entry must be there"),
    ("coupons.json", coupon(code=" a"), "code: no blanks around it"),
    ("coupons.json", coupon(code=""), f"code: {ANY_CATALOGUE_ID}"),
    ("coupons.json", coupon(code="a\tb"), f"code: {ANY_CATALOGUE_ID}"),
    ("coupons.json", coupon(useLimit=0), "useLimit: must be at least 1"),
    ("coupons.json", coupon(endDate="2026-13-01"), "endDate: no date"),
    ("coupons.json", coupon(startDate="2026-02-02", endDate="2026-02-01"), "endDate: must lie after startDate"),
    ("giftCards.json", card(number="12345678901234567890"), "number: digits only, 19 at most"),
    ("giftCards.json", card(balance=-1), "balance: must not be negative"),
    ("giftCards.json", card(pin=""), "pin: at least 1 character is expected"),
    ("giftCards.json", card(currencyCode="dollar"), "currencyCode: three capital letters"),
    ("orderProperties.json", declared(id="op"), "id: op is a member of its own"),
    ("orderProperties.json", declared(id="quantity", appliesTo="line"), "id: quantity is a member of its own"),
    ("orderProperties.json", declared(type="money"), "type: must be 'shortText', 'longText'"),
    ("orderProperties.json", declared(appliesTo="profile"), "appliesTo: must be 'order' or 'line'"),
]


@pytest.mark.parametrize(("file", "record", "sentence"), REFUSED, ids=[f"{file}: {text}" for file, _, text in REFUSED])
def test_what_is_refused_is_named_and_nothing_of_the_file_is_written(stocked, empty, file, record, sentence):
    before = items(empty)
    with pytest.raises(BadData) as caught:
        stocked(**{file: pretty([SOUND[file], record])})
    text = str(caught.value)
    assert text.startswith(f"{file}, line 3")
    assert f": {sentence}" in text
    assert items(empty) == before


@pytest.mark.parametrize("file", [name for name in STORE if name != "configuration.json"])
def test_a_record_may_stand_in_a_file_once(stocked, empty, file):
    before = items(empty)
    with pytest.raises(BadData, match=f"{file}, line 3.*is in the file twice"):
        stocked(**{file: pretty([STORE[file][0]] * 2)})
    assert items(empty) == before


def test_a_refusal_shows_no_card_number(load):
    with pytest.raises(BadData) as caught:
        load(**{"giftCards.json": [card(number="6035710988880101071"), card(number="6035710988880101071")]})
    assert "6035710988880101071" not in str(caught.value)


def test_a_site_needs_its_price_list_groups(load):
    with pytest.raises(BadData, match=r"priceListGroups\.json: the price list group gbp of the site siteUS is missing"):
        load(**STORE | {"configuration.json": sites("usd", "gbp")})


def test_a_product_too_large_to_store_is_refused(load, empty):
    text = "".join(chr(0x4E00 + at * 7919 % 20_000) for at in range(MAX_DOCUMENT_BYTES // 2))
    with pytest.raises(BadData, match=r"products\.json, line 1 \(p1\): too large to store"):
        load(**{"products.json": [product("p1", description={"en": text})]})
    assert items(empty) == []


def test_a_selling_document_too_large_to_store_is_refused(load, empty):
    load(**STORE)
    before = items(empty)
    many = [promotion(f"o{at}", displayName={"en": sha512(b"%d" % at).hexdigest()}) for at in range(8_000)]
    with pytest.raises(BadData, match="too large to store"):
        load(**{"promotions.json": many})
    assert items(empty) == before


def test_loading_again_changes_nothing_but_versions(load, empty):
    def content() -> list[dict[str, Any]]:
        return [
            {name: value for name, value in item.items() if name not in {"version", "mark", "pinHash"}}
            for item in items(empty)
        ]

    load(**STORE)
    before = content()
    assert load(**STORE) == {name: len(records) if isinstance(records, list) else 1 for name, records in STORE.items()}
    assert content() == before


def test_what_a_file_does_not_name_stays(load, empty):
    load(**STORE)
    load(
        **{
            "promotions.json": [promotion("o3")],
            "products.json": [product("p4")],
            "shippingMethods.json": [method(id="m2")],
            "taxRates.json": [{"country": "DE", "percent": 19}],
            "locations.json": [{"id": "l2", "name": "l2"}],
            "orderProperties.json": [declared(id="note", appliesTo="line")],
        }
    )
    selling = Shop(empty).selling()
    assert {promotion.promotion_id for promotion in selling.promotions} == {"o1", "o2", "o3"}
    assert (selling.methods.keys(), selling.locations.keys()) == ({"m1", "m2"}, {"l1", "l2"})
    assert (selling.order_properties.keys(), selling.line_properties.keys()) == ({"note"}, {"note"})
    assert Shop(empty).prices("p1").list_prices


def test_the_next_call_uses_new_prices(load, empty):
    load(**STORE | {"promotions.json": [promotion("o1")]})
    shop = Shop(empty)
    assert shop.price([line("p1", "p1-sku", 3)]).price_info.total == 30
    load(**{"prices.json": [price("p1", list=10, sale=7, skus={"p1-sku": {"list": 9}})]})
    order = shop.price([line("p1", "p1-sku", 3)])
    assert (order.price_info.total, order.lines[0].list_price, order.lines[0].sale_price) == (21, 9, 7)
    load(**{"prices.json": [price("p1", list=11)]})
    assert shop.price([line("p1", "p1-sku", 3)]).price_info.total == 33


def test_the_next_call_uses_new_promotions_and_coupons(load, empty):
    load(**STORE)
    shop = Shop(empty)
    lines = [line("p1", "p1-sku", 10)]
    assert shop.price(lines).price_info.total == 90
    assert shop.price(lines, ["C1"]).price_info.total == 81
    load(**{"promotions.json": [promotion("o2", enabled=False)]})
    assert shop.price(lines).price_info.total == 100
    load(**{"coupons.json": [coupon(promotions=["o1", "o2"])]})
    load(**{"promotions.json": [promotion("o2")]})
    assert shop.price(lines).price_info.total == 100
    assert shop.price(lines, ["C2"]).price_info.total == 81


def test_an_unchanged_selling_document_is_read_once(load, empty):
    load(**STORE)
    shop = Shop(empty)
    assert len(shop.catalogue.selling_keys()) == 2
    first = shop.selling()
    assert len(shop.catalogue.selling_keys()) == 1
    assert shop.selling() is first


def test_a_rival_loader_loses_nothing(load, empty, tmp_path, monkeypatch):
    load(**STORE)
    rivals = [loader_of(empty, tmp_path / "rival")]
    write = Store.write

    def rival_first(store, *writes):
        if rivals:
            rivals.pop()(**{"promotions.json": [promotion("o7")]})
        write(store, *writes)

    monkeypatch.setattr(Store, "write", rival_first)
    load(**{"promotions.json": [promotion("o8")]})
    assert {promotion.promotion_id for promotion in Shop(empty).selling().promotions} == {"o1", "o2", "o7", "o8"}


def test_uses_of_a_coupon_go_on_counting(load, empty):
    def uses(code: str) -> int:
        catalogue, store = Shop(empty).catalogue, empty.deployment.store
        return catalogue.coupons(store.get(catalogue.coupon_keys([code])), [code])[code].uses

    load(**STORE | {"coupons.json": [coupon(code="C1"), coupon(code="C2", useLimit=5, uses=3)]})
    assert (uses("C1"), uses("C2")) == (0, 3)
    boto3.client("dynamodb").update_item(
        TableName=empty.deployment.tables.catalogue,
        Key=Shop(empty).catalogue.coupon_key("C1").wire(),
        UpdateExpression="ADD uses :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    load(**{"coupons.json": [coupon(code="C1"), coupon(code="C2", useLimit=5)]})
    assert (uses("C1"), uses("C2")) == (1, 3)


def test_ids_that_nothing_can_have_are_not_looked_for(load, empty):
    load(**STORE)
    catalogue = Shop(empty).catalogue
    goods = catalogue.goods(Shop(empty).selling())
    odd = ["", "x" * 251, "a\tb", "p1\n"]
    assert goods.keys([*odd, "p1", "p1"], "usd") == [
        catalogue.product_key("p1"),
        catalogue.price_key("p1", "usd"),
    ]
    assert catalogue.coupon_keys([*odd, "C1", "C1"]) == [catalogue.coupon_key("C1")]
    assert goods.products({}, odd) == {}
    assert catalogue.coupons({}, odd) == {}


def test_a_price_keeps_every_digit(load, empty):
    exact = amount("12345678901234.123456")
    six = {"currencyCode": "XTS", "symbol": "¤", "displayName": "Test", "fractionalDigits": 6}
    levels = brackets(bracket(1, 9, exact), bracket(10, None, exact), scheme="tiered")
    load(
        **STORE
        | {
            "priceListGroups.json": [USD, EUR, USD | {"id": "six", "currency": six}],
            "prices.json": [
                price("p1", priceListGroup="six", list=exact, sale=exact),
                price("p2", priceListGroup="six", list=levels),
            ],
            "promotions.json": [promotion("o1"), promotion("o2", enabled=False)],
            "giftCards.json": [card(balance=exact, currencyCode="XTS")],
        }
    )
    shop = Shop(empty, group="six")
    order = shop.price([line("p1", "p1-sku"), line("p2", "p2-sku")])
    assert [(one.list_price, one.amount) for one in order.lines] == [(exact, exact)] * 2
    assert order.price_info.total == Decimal("24691357802468.246912")
    provider = TableProvider(empty.deployment.tables.catalogue)
    rows = shop.store.get(provider.keys([CardRequest("2")]))
    (answer,) = provider.ask([CardRequest("2")], "XTS", rows, TimeBudget())
    assert (answer.status, answer.balance) == (CardStatus.ACCEPTED, exact)


def test_only_a_hash_of_a_pin_is_stored(load, empty):
    load(**{"giftCards.json": [card(pin="4711")]})
    (row,) = items(empty)
    assert row["pinHash"]["S"].startswith("$argon2id$")
    assert "4711" not in repr({name: value for name, value in row.items() if name != "pinHash"})
    provider = TableProvider(empty.deployment.tables.catalogue)
    right, wrong = CardRequest("2", "4711"), CardRequest("2", "4712")
    rows = empty.deployment.store.get(provider.keys([right]))
    answers = provider.ask([right, wrong], "USD", rows, TimeBudget())
    assert [answer.status for answer in answers] == [CardStatus.ACCEPTED, CardStatus.INVALID]


def test_what_cannot_be_discounted_is_known_to_the_prices(load, empty):
    load(**STORE | {"products.json": [product("p1", discountable=False), product("p2"), product("p3")]})
    assert Shop(empty).prices("p1", "p2").not_discountable == {"p1"}


def test_writes_that_the_table_puts_off_are_sent_again(load, empty, monkeypatch):
    load(**{name: STORE[name] for name in ("configuration.json", "priceListGroups.json")})
    _put_off_writes(monkeypatch, times=8)
    load(**{"products.json": [product(f"p{at}") for at in range(30)]})
    assert len(known_products(empty.deployment, [f"p{at}" for at in range(30)])) == 30


def test_a_table_that_takes_no_writes_is_told(load, monkeypatch):
    load(**{name: STORE[name] for name in ("configuration.json", "priceListGroups.json")})
    _put_off_writes(monkeypatch, times=10**6)
    monkeypatch.setattr("backoffice.writing.PATIENCE_SECONDS", 0.1)
    with pytest.raises(BadData, match="takes no more writes"):
        load(**{"products.json": [product("p1")]})


def _put_off_writes(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """DynamoDB puts off half of each of the first batches, and refuses one that it cannot halve."""
    calls = iter(range(times))
    call: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]  # botocore's stubs leave it out

    def put_off(client: Any, name: str, request: Any) -> Any:
        if name != "BatchWriteItem" or next(calls, None) is None:
            return call(client, name, request)
        ((table, requests),) = request["RequestItems"].items()
        half = len(requests) // 2
        if not half:
            throttled: Any = {"Error": {"Code": "ProvisionedThroughputExceededException"}}
            raise ClientError(throttled, name)
        call(client, name, {"RequestItems": {table: requests[:half]}})
        return {"UnprocessedItems": {table: requests[half:]}}

    monkeypatch.setattr(BaseClient, "_make_api_call", put_off)


def test_a_selling_document_that_never_holds_still_is_told(load, monkeypatch):
    def lost(*_: object) -> None:
        raise WriteLost({})

    load(**STORE)
    monkeypatch.setattr("backoffice.writing.PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(Store, "write", lost)
    with pytest.raises(BadData, match="are being changed by others"):
        load(**{"promotions.json": [promotion("o1")]})
