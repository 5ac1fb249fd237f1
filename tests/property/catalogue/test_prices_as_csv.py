"""Prices as CSV, in any order and on whatever stands there, make the rows that the same prices as JSON make."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.loading import load_store
from backoffice.price_csv import COLUMNS
from backoffice.repricing import load_price_csv
from backoffice.stored import Source
from commerce.exact_json import JsonObject, dumps, loads
from tests.contract.catalogue.stores import EUR, USD, product, write_store
from tests.support.deployment import Product

# Product, SKU or none, group, member.
Item = tuple[str, str, str, str]

NAMES = {"surcharge": "shippingSurcharge"}
SCHEMES = {"bulk": "bulkPrice", "tiered": "tieredPrice"}
GOODS: dict[str, Any] = {
    "configuration.json": {"sites": {"siteUS": {"priceListGroups": ["usd", "eur"]}}},
    "priceListGroups.json": [USD, EUR],
    "products.json": [product("p,1"), product('p "2"')],
}
ITEMS = st.tuples(
    st.sampled_from(["p,1", 'p "2"']),
    st.booleans(),
    st.sampled_from(["usd", "eur"]),
    st.sampled_from(["list", "sale", "surcharge"]),
).map(lambda item: (item[0], f"{item[0]}-sku" if item[1] else "", item[2], item[3]))
AMOUNTS = st.decimals(0, 1000, places=2).map(lambda amount: loads(str(amount)))


@st.composite
def volumes(draw: st.DrawFn) -> JsonObject:
    starts = [1, *sorted(draw(st.sets(st.integers(2, 99), max_size=3)))]
    ends = [{"levelMaximum": start - 1} for start in starts[1:]]
    brackets = [
        {"levelMinimum": start, **end, "price": draw(AMOUNTS)} for start, end in zip(starts, [*ends, {}], strict=True)
    ]
    return {"scheme": draw(st.sampled_from(["bulk", "tiered"])), "brackets": brackets}


PRICES = st.dictionaries(ITEMS, AMOUNTS, max_size=12).flatmap(
    lambda plain: st.fixed_dictionaries(
        {
            item: st.just(price) if item[3] == "surcharge" else st.just(price) | volumes()
            for item, price in plain.items()
        }
    )
)


def as_json(prices: dict[Item, Any]) -> list[JsonObject]:
    """The records of prices.json."""
    records: dict[tuple[str, str], JsonObject] = {}
    for (product_id, sku_id, group, member), price in prices.items():
        record = records.setdefault((product_id, group), {"productId": product_id, "priceListGroup": group})
        own = record.setdefault("skus", {}).setdefault(sku_id, {}) if sku_id else record
        own[member] = price
    return [*records.values()]


def rows_of(item: Item, price: Any) -> Iterable[JsonObject]:
    """The rows of a price."""
    identity = {
        "productId": item[0],
        "skuId": item[1],
        "priceListGroupId": item[2],
        "type": NAMES.get(item[3], item[3]),
    }
    if not isinstance(price, dict):
        yield {**identity, "listPrice": dumps(price)}
        return
    for number, bracket in enumerate(price["brackets"]):
        levels = {f"complexPrice.levels.{name}": dumps(value) for name, value in bracket.items()}
        # Rows after the first name the price again, or do not.
        named = identity if number % 2 == 0 else {}
        yield {**named, "pricingScheme": SCHEMES[price["scheme"]], "complexPrice.levels.row#": str(number), **levels}


def as_csv(prices: Iterable[tuple[Item, Any]], file: Path) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for item, price in prices:
        writer.writerows(rows_of(item, price))
    file.write_text(text.getvalue(), encoding="utf-8", newline="")
    return file


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=PRICES, after=PRICES, order=st.randoms(use_true_random=False))
def test_both_forms_of_a_file_make_the_same_rows(
    empty: Product, tmp_path: Path, before: dict[Item, Any], after: dict[Item, Any], order: Any
) -> None:
    deployment = empty.deployment

    def stored() -> dict[str, Any]:
        found = Source(deployment).stored("prices")
        return {name: found.record(name) for name in found.rows}

    client, table = deployment.client, deployment.tables.catalogue
    for row in client.scan(TableName=table)["Items"]:
        client.delete_item(TableName=table, Key={"pk": row["pk"], "sk": row["sk"]})
    load_store(write_store(tmp_path / "store", GOODS | {"prices.json": as_json(before | after)}), deployment)
    expected = stored()
    for row in client.scan(TableName=table)["Items"]:
        if row["pk"]["S"].startswith("price#"):
            client.delete_item(TableName=table, Key={"pk": row["pk"], "sk": row["sk"]})
    load_store(write_store(tmp_path / "store", {"prices.json": as_json(before)}), deployment)
    shuffled = [*after.items()]
    order.shuffle(shuffled)
    tally = load_price_csv(as_csv(shuffled, tmp_path / "prices.csv"), deployment)
    differing = sum(before.get(item) != price for item, price in after.items())
    assert (tally.read, tally.changed, tally.written) == (len(after), differing, differing)
    assert stored() == expected
