"""A CSV of prices: how it is read, what is wrong with it in words, and that a load writes what differs and no more."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backoffice import repricing
from backoffice.book import Book
from backoffice.commands import run
from backoffice.deleting import delete_record
from backoffice.deployment import no_deployment
from backoffice.findings import BadData, Findings
from backoffice.loading import load_store
from backoffice.price_csv import COLUMNS, check_price_csv
from backoffice.repricing import Tally, compare_price_csv, load_price_csv
from backoffice.stored import Source
from commerce.catalogue.selling import LOADING
from commerce.exact_json import JsonObject
from commerce.pricing import Price
from commerce.storage import encode_document
from tests.contract.catalogue.stores import EUR, STORE, USD, Shop, loader_of, price
from tests.contract.test_loading_again import Carry, Crash, meeting, rows, throttled
from tests.support.deployment import Product
from tests.support.exports import write_exports

HEAD = "productId,skuId,priceListGroupId,type,listPrice"
LEVELS = ",".join(f"complexPrice.levels.{name}" for name in ("row#", "levelMinimum", "levelMaximum", "price"))
WIDE = f"{HEAD},pricingScheme,{LEVELS},frequency,duration,importOperationCode"
MOST_LOADS = 60

Write = Callable[..., Path]


@pytest.fixture
def shop(empty: Product, tmp_path: Path) -> Shop:
    """Three products with a list price of 10 in usd."""
    needed = ("configuration.json", "priceListGroups.json", "products.json", "prices.json")
    loader_of(empty, tmp_path / "store")(**{name: STORE[name] for name in needed})
    return Shop(empty)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write("p1,,usd,list,12", …)`: a file of these rows."""

    def make(*lines: str, head: str = HEAD, end: str = "\n", name: str = "prices.csv") -> Path:
        file = tmp_path / name
        file.write_bytes("".join(f"{line}{end}" for line in (head, *lines)).encode())
        return file

    return make


def stored(product: Product, place: str = "usd p1") -> JsonObject | None:
    """The record of a product's prices, without what names it."""
    record = Source(product.deployment).stored("prices").record(place)
    return record and {name: value for name, value in record.items() if name not in {"productId", "priceListGroup"}}


def told(file: Path, product: Product | None = None) -> list[str]:
    findings = Findings()
    check_price_csv(file, Book(product.deployment if product else no_deployment(), findings))
    return [str(error) for error in findings.errors]


def of_prices(request: Any) -> int:
    """How many rows of prices a request writes."""
    members = [member for one in request.get("TransactItems", [{"Put": request}]) for member in one.values()]
    return sum(member.get("Item", member.get("Key"))["pk"]["S"].startswith("price#") for member in members)


def figures(tally: Tally) -> tuple[int, ...]:
    return tally.read, tally.equal, tally.changed, tally.refused, tally.written, tally.rows


# --- what a file may say


@pytest.mark.usefixtures("shop")
def test_every_member_of_prices_json_can_be_said(empty: Product, write: Write) -> None:
    file = write(
        "p1,,usd,list,,bulkPrice,0,1,9,12.50,,,",
        ",,,,,,1,10,,11,,,",
        "p1,,usd,sale,9.90,,,,,,,,",
        "p1,,usd,shippingSurcharge,0.333,listPrice,,,,,,,merge",
        "p1,,usd,recurring,5,,,,,,Quarterly,24,",
        "p1,p1-sku,usd,list,,tieredPrice,,1,4,13,,,",
        "p1,p1-sku,usd,list,,,,5,,12,,,",
        "p1,,eur,list,11,,,,,,,,",
        head=WIDE,
    )
    assert figures(load_price_csv(file, empty.deployment)) == (6, 0, 6, 0, 6, 2)
    assert stored(empty, "usd p1") == {
        "list": {
            "scheme": "bulk",
            "brackets": [
                {"levelMinimum": 1, "levelMaximum": 9, "price": Decimal("12.5")},
                {"levelMinimum": 10, "price": 11},
            ],
        },
        "sale": Decimal("9.9"),
        "surcharge": Decimal("0.333"),
        "recurring": {"charge": 5, "frequency": "Quarterly", "duration": "24"},
        "skus": {
            "p1-sku": {
                "list": {
                    "scheme": "tiered",
                    "brackets": [
                        {"levelMinimum": 1, "levelMaximum": 4, "price": 13},
                        {"levelMinimum": 5, "price": 12},
                    ],
                }
            }
        },
    }
    assert stored(empty, "eur p1") == {"list": 11}


@pytest.mark.usefixtures("shop")
def test_what_is_loaded_passes_the_check_of_prices_json(empty: Product, write: Write, tmp_path: Path) -> None:
    load_price_csv(write("p1,p1-sku,usd,sale,9", "p1,,usd,list,12"), empty.deployment)
    record = {"productId": "p1", "priceListGroup": "usd", **(stored(empty) or {})}
    before = rows(empty, ("version", "mark"))
    loader_of(empty, tmp_path / "again")(**{"prices.json": [record]})
    assert rows(empty, ("version", "mark")) == before


@pytest.mark.usefixtures("shop")
def test_a_price_list_is_named_by_its_id_too(empty: Product, write: Write, tmp_path: Path) -> None:
    loader_of(empty, tmp_path / "store")(**{"priceListGroups.json": [USD | {"salePriceList": "salePrices"}, EUR]})
    file = write("salePrices,7,p1", "eur_listPrices,8,p1", head="priceListId,listPrice,productId")
    load_price_csv(file, empty.deployment)
    assert (stored(empty), stored(empty, "eur p1")) == ({"list": 10, "sale": 7}, {"list": 8})
    assert told(write("salePrice,7,p1", head="priceListId,listPrice,productId"), empty) == [
        "prices.csv, line 2 (p1): column priceListId: salePrice is no price list; did you mean salePrices?"
    ]
    assert told(write("eur,salePrices,7,p1", head="priceListGroupId,priceListId,listPrice,productId"), empty) == [
        "prices.csv, line 2 (p1): column priceListGroupId: eur, but the price list salePrices is one of usd"
    ]


def test_an_export_of_prices_says_the_same_as_what_convert_makes_of_it(product: Product, tmp_path: Path) -> None:
    exports, folder = write_exports(tmp_path / "exports"), tmp_path / "store"
    assert run(["convert", str(exports), "--to", str(folder), "--site", "siteUS"]) == 0
    load_store(folder, product.deployment)
    converted = stored(product, "defaultPriceGroup lamp1")
    assert figures(load_price_csv(exports / "Prices.csv", product.deployment)) == (2, 2, 0, 0, 0, 0)
    delete_record(product.deployment, "prices", "defaultPriceGroup/lamp1")
    assert figures(load_price_csv(exports / "Prices.csv", product.deployment)) == (2, 0, 2, 0, 2, 1)
    # The list price of the product stands with the product, not in that export.
    assert converted == {"list": Decimal("49.9"), **(stored(product, "defaultPriceGroup lamp1") or {})}


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_of_other_programs_are_read(empty: Product, write: Write, end: str, mark: str) -> None:
    file = write('"p1","",usd,"list","1e1"', "", '"p2 ",,usd,list, 9.5 ', ",,,,", head=f"{mark}{HEAD}", end=end)
    # A blank after the quotes is part of an id.
    assert told(file, empty) == ["prices.csv, line 4 (p2 ): column productId: p2  is no product"]
    assert figures(load_price_csv(file, empty.deployment, skip_refused=True)) == (2, 1, 0, 1, 0, 0)


def test_a_quoted_cell_may_hold_commas_quotes_and_line_ends(write: Write) -> None:
    file = write('"p,1","s""1\n",usd,list,1', "p2,,usd,list,-1")
    assert told(file) == [
        "prices.csv, line 2 (p,1): column skuId: 1 to 250 characters, none of them a control character",
        "prices.csv, line 4 (p2): column listPrice: a number of at least 0 is expected, such as 12.50, not -1",
    ]


# --- what is wrong, in words

AMOUNT = "a number of at least 0 is expected, such as 12.50"
POINT = f"a point stands before the decimals, not a comma; {AMOUNT}"
GROUPED = f"no sign stands between thousands; {AMOUNT}"
TYPES = "list or sale or shippingSurcharge or recurring is expected"
SCHEMES = "bulkPrice or tieredPrice is expected"
OPERATIONS = "merge or delete is expected"
MINIMUM = "complexPrice.levels.levelMinimum"
COMMA = "a cell that holds a comma stands in quotes, and an amount is written 12.50"
CATALOGUE = "this is an export of the catalogue, not of prices; convert reads it"
SEPARATE = "separate them by commas: spreadsheets call that 'CSV UTF-8 (comma delimited)'"


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ('p1,,usd,list,"12,50"', f"column listPrice: 12,50: {POINT}"),
        ('p1,,usd,list,"1.012,5"', f"column listPrice: 1.012,5: {POINT}"),
        ("p1,,usd,list,12,50", f"6 cells, but 5 columns; {COMMA}"),
        ('p1,,usd,list,"1,012.50"', f"column listPrice: 1,012.50: {GROUPED}"),
        ("p1,,usd,list,1 012", f"column listPrice: 1 012: {GROUPED}"),
        ("p1,,usd,list,12.50 $", f"column listPrice: {AMOUNT}, not 12.50 $"),
        ("p1,,usd,list,NaN", f"column listPrice: {AMOUNT}, not NaN"),
        ("p1,,usd,list,1e200", f"column listPrice: {AMOUNT}, not 1e200"),
        ("p1,,usd,list,", f"column listPrice: it is empty; {AMOUNT}"),
        ("p1,,usd,list", f"column listPrice: it is empty; {AMOUNT}"),
        (",,usd,list,1", "column productId: is empty"),
        ("p1,,,list,1", "column priceListGroupId: a price list group is expected here, or a price list in priceListId"),
        ("p1,,usd,,1", f"column type: {TYPES}; it is empty"),
        ("p1,,usd,Sale,1", f"column type: {TYPES}; Sale is none of them; did you mean sale?"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named(write: Write, row: str, error: str) -> None:
    name = row.partition(",")[0]
    where = f"prices.csv, line 3{f' ({name})' if name else ''}"
    assert told(write("p2,,usd,list,1", row, "p3,,usd,list,1")) == [f"{where}: {error}"]


IN_FIRST = "in the price's first row"
BULK = "p1,,usd,list,,bulkPrice,0,1,9,1,,,"


@pytest.mark.parametrize(
    ("lines", "line", "error"),
    [
        (["p1,,usd,list,,bulkPrice,,,,,,,"], 2, f"{MINIMUM}: levels are expected with bulkPrice"),
        (["p1,,usd,list,,bulkPrice,0,2,,1,,,"], 2, f"{MINIMUM}: brackets start at 1"),
        (["p1,,usd,list,,bulkPrice,0,1,9,1,,,"], 2, f"{MINIMUM}: the last bracket is open: without levelMaximum"),
        ([BULK, ",,,,,,1,x,,1,,,"], 3, f"{MINIMUM}: a whole number from 1 is expected; not x"),
        ([BULK, ",,,,,,1,10,,,,,"], 3, f"complexPrice.levels.price: it is empty; {AMOUNT}"),
        ([BULK, "p1,,usd,list,,tieredPrice,1,10,,11,,,"], 3, f"pricingScheme: tieredPrice, but bulkPrice {IN_FIRST}"),
        ([BULK, ",,,,,,1,10,,11,,,delete"], 3, f"importOperationCode: delete, but merge {IN_FIRST}"),
        ([BULK, ",,,,,,1,10,,11,monthly,,"], 3, f"frequency: monthly, but nothing {IN_FIRST}"),
        (["p1,,usd,list,1,,0,1,,1,,,"], 2, f"pricingScheme: {SCHEMES} beside levels"),
        (["p1,,usd,list,1,bulk,,,,,,,"], 2, f"pricingScheme: listPrice or {SCHEMES}; bulk is none of them"),
        (
            ["p1,,usd,shippingSurcharge,,bulkPrice,0,1,,1,,,"],
            2,
            "pricingScheme: a price of the type shippingSurcharge has no levels",
        ),
        (["p1,,usd,list,1,,,,,,Monthly,,"], 2, "frequency: goes with the type recurring alone"),
        (["p1,,usd,list,1,,,,,,,,create"], 2, f"importOperationCode: {OPERATIONS}; create is none of them"),
    ],
)  # fmt: skip
def test_wrong_levels_and_words_are_named(write: Write, lines: list[str], line: int, error: str) -> None:
    assert told(write(*lines, head=WIDE)) == [f"prices.csv, line {line} (p1): column {error}"]


def test_a_price_that_is_there_twice_is_told(write: Write) -> None:
    lines = ["p1,,usd,list,1", "p1,,usd,sale,1", "p1,p1-sku,usd,list,1", "p1,,eur,list,1", "p1,,usd,list,1"]
    assert told(write(*lines)) == ["prices.csv, line 6 (p1): price: list of p1 in usd is in the file twice"]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "line 1: a row of column names is expected: productId,skuId,priceListGroupId,type,listPrice"),
        (b"productId;skuId;listPrice\n", f"line 1: cells are separated by semicolons; {SEPARATE}"),
        (b"productId\tskuId\n", f"line 1: cells are separated by tabs; {SEPARATE}"),
        (b"productId,sku\n", "line 1: there is no column sku; did you mean skuId?"),
        (b"productId,,type\n", "line 1: column 2 has no name"),
        (b"productId,type,type\n", "line 1: the column type is there twice"),
        (b"skuId,priceListId\n", "line 1: the column productId is missing"),
        (b"productId,priceListGroupId,listPrice\n", "line 1: the column type is missing; priceListId would do, too"),
        (b"productId,type,listPrice\n", "line 1: the column priceListGroupId is missing; priceListId would do, too"),
        (b"/atg/commerce/catalog/ProductCatalog:product,,\n", f"line 1: {CATALOGUE}"),
        (f"{HEAD}\np1,,usd,list,1\np\xe41,".encode("latin-1"), "line 3: no text in UTF-8: byte 1 is 0xe4"),
        (f'{HEAD}\np1,,usd,list,1\np2,"'.encode(), "line 3: no row of CSV: unexpected end of data"),
        (b"PK\x03\x04", "this is a spreadsheet or an archive; CSV is expected"),
        ("\ufeffproductId".encode("utf-16-le"), "this is text in UTF-16; CSV in UTF-8 is expected"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_csv_is_told(empty: Product, tmp_path: Path, content: bytes, error: str) -> None:
    file = tmp_path / "prices.csv"
    file.write_bytes(content)
    found = f"prices.csv{',' if error.startswith('line') else ':'} {error}"
    assert told(file) == [found]
    # Of what follows nobody knows: there is nothing to pass over.
    with pytest.raises(BadData) as raised, meeting(lambda *_: pytest.fail("it writes")):
        load_price_csv(file, empty.deployment, skip_refused=True)
    assert found in str(raised.value)


@pytest.mark.usefixtures("shop")
def test_what_prices_name_is_looked_for_in_the_stack(empty: Product, write: Write) -> None:
    lines = ["p9,,usd,list,1", "p1,p1-skuu,usd,list,1", "p1,,us,list,1", "p2,p1-sku,usd,list,1", "p1,,usd,list,1"]
    assert told(write(*lines), empty) == [
        "prices.csv, line 2 (p9): column productId: p9 is no product",
        "prices.csv, line 3 (p1): column skuId: p1-skuu is no SKU of p1; did you mean p1-sku?",
        "prices.csv, line 4 (p1): column priceListGroupId: us is no price list group; did you mean usd?",
        "prices.csv, line 5 (p2): column skuId: p1-sku is no SKU of p2; did you mean p2-sku?",
    ]
    findings = Findings()
    check_price_csv(write(*lines), Book(no_deployment(), findings))
    assert [str(finding) for finding in findings.found] == [
        "prices.csv: warning: products, SKUs and price lists are not looked for: name a stack"
    ]


# --- what a load writes


def test_only_what_differs_is_written_and_what_is_not_named_stays(empty: Product, shop: Shop, write: Write) -> None:
    before = rows(empty)
    file = write("p1,,usd,list,10.00", "p2,,usd,list,12", "p3,,usd,list,10", "p3,p3-sku,usd,sale,9")
    written: list[int] = []

    def happen(_number: int, _name: str, request: Any, carry_out: Carry) -> Any:
        written.append(of_prices(request))
        return carry_out()

    with meeting(happen):
        assert figures(load_price_csv(file, empty.deployment)) == (4, 2, 2, 0, 2, 2)
    # Between the two of the mark.
    assert written == [0, 2, 0]
    assert (stored(empty, "usd p2"), stored(empty, "usd p3")) == (
        {"list": 12},
        {"list": 10, "skus": {"p3-sku": {"sale": 9}}},
    )
    assert rows(empty).keys() == before.keys()
    assert not shop.selling().is_loading


@pytest.mark.usefixtures("shop")
def test_a_load_that_changes_nothing_writes_nothing(empty: Product, shop: Shop, write: Write) -> None:
    version = shop.selling().version
    with meeting(lambda *_: pytest.fail("it writes")):
        assert figures(load_price_csv(write("p1,,usd,list,10"), empty.deployment)) == (1, 1, 0, 0, 0, 0)
    assert shop.selling().version == version


@pytest.mark.usefixtures("shop")
def test_a_price_is_taken_away_where_the_file_says_so(empty: Product, write: Write) -> None:
    head = f"{HEAD},importOperationCode"
    load_price_csv(write("p1,,usd,sale,8", "p1,p1-sku,usd,list,7"), empty.deployment)
    file = write("p1,,usd,sale,,delete", "p1,p1-sku,usd,list,,delete", "p2,,usd,list,,delete", head=head)
    assert figures(load_price_csv(file, empty.deployment)) == (3, 0, 3, 0, 3, 2)
    assert (stored(empty), stored(empty, "usd p2")) == ({"list": 10}, None)
    assert figures(load_price_csv(file, empty.deployment)) == (3, 3, 0, 0, 0, 0)


@pytest.mark.usefixtures("shop")
def test_with_an_error_nothing_is_written_or_all_but_what_is_wrong(empty: Product, write: Write) -> None:
    lines = ["p1,,usd,list,11", 'p2,,usd,list,"11,5"', "p9,,usd,list,11", "p1,,usd,list,13", "p3,,usd,list,11"]
    before = rows(empty)
    with pytest.raises(BadData, match=r"(?s)line 3.*line 4.*line 5"):
        load_price_csv(write(*lines), empty.deployment)
    assert rows(empty) == before
    assert figures(load_price_csv(write(*lines), empty.deployment, skip_refused=True)) == (5, 0, 2, 3, 2, 2)
    assert [stored(empty, f"usd p{at}") for at in (1, 2, 3)] == [{"list": 11}, {"list": 10}, {"list": 11}]


@pytest.mark.usefixtures("shop")
def test_rows_too_large_for_a_transaction_are_written_by_themselves(
    empty: Product, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repricing, "SMALL_BYTES", 0)
    lines = ["p1,,usd,list,11", "p2,,usd,list,,delete", "p3,,eur,list,11"]
    with meeting(lambda _number, _name, _request, carry_out: carry_out()) as writes:
        file = write(*lines, head=f"{HEAD},importOperationCode")
        assert figures(load_price_csv(file, empty.deployment)) == (3, 0, 3, 0, 3, 3)
    # The new row is small.
    assert (writes.count("PutItem"), writes.count("DeleteItem"), writes.count("TransactWriteItems")) == (1, 1, 3)
    assert [stored(empty, name) for name in ("usd p1", "usd p2", "eur p3")] == [{"list": 11}, None, {"list": 11}]


@pytest.mark.usefixtures("shop")
def test_prices_of_a_product_may_stand_anywhere(empty: Product, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repricing, "CHUNK_SIZE", 2)
    lines = ["p1,,usd,list,11", "p2,,usd,list,11", "p3,,usd,list,11", "p1,,usd,sale,9", "p1,p1-sku,usd,list,8"]
    assert figures(load_price_csv(write(*lines), empty.deployment)) == (5, 0, 5, 0, 5, 5)
    assert stored(empty) == {"list": 11, "sale": 9, "skus": {"p1-sku": {"list": 8}}}


def list_price(shop: Shop, product_id: str) -> Decimal:
    entry = shop.prices(product_id).list_prices.of(product_id, None)
    assert isinstance(entry, Price)
    return entry.price


def test_each_price_is_seen_as_soon_as_it_is_written(
    empty: Product, shop: Shop, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repricing, "CHUNK_SIZE", 1)
    seen = [list_price(shop, "p1")]

    def happen(_number: int, _name: str, request: Any, carry_out: Carry) -> Any:
        answer = carry_out()
        if of_prices(request):
            seen.append(list_price(shop, "p1"))
            seen.append(list_price(shop, "p2"))
        return answer

    with meeting(happen):
        load_price_csv(write("p1,,usd,list,11", "p2,,usd,list,12"), empty.deployment)
    assert [int(amount) for amount in seen] == [10, 11, 10, 11, 12]
    assert (list_price(shop, "p1"), list_price(shop, "p2")) == (11, 12)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("theirs", [price("p1", list=12, sale=5), price("p1", list=11), None])
def test_what_another_load_writes_meanwhile_is_not_lost(
    empty: Product, shop: Shop, write: Write, theirs: JsonObject | None
) -> None:
    deployment, table = empty.deployment, empty.deployment.tables.catalogue
    key = shop.catalogue.price_key("p1", "usd").wire()

    def happen(number: int, _name: str, request: Any, carry_out: Carry) -> Any:
        if of_prices(request) and not done:
            done.append(number)
            if theirs is None:
                deployment.client.delete_item(TableName=table, Key=key)
            else:
                document = {name: value for name, value in theirs.items() if name in {"list", "sale"}}
                item = key | {"version": {"N": "1"}, "document": {"B": encode_document(document)}}
                deployment.client.put_item(TableName=table, Item=item)
        return carry_out()

    done: list[int] = []
    with meeting(happen):
        load_price_csv(write("p1,,usd,list,11", "p2,,usd,list,11"), deployment)
    assert stored(empty, "usd p2") == {"list": 11}
    assert stored(empty) == ({"list": 11, "sale": 5} if theirs and "sale" in theirs else {"list": 11})


# --- stopped and repeated

MANY = [
    f"p{at % 3 + 1},{f'p{at % 3 + 1}-sku' if at > 2 else ''},{group},list,{at + 20}"
    for at in range(6)
    for group in ("usd", "eur")
]


@pytest.fixture
def undisturbed(empty: Product, shop: Shop, write: Write, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The rows of one load in small steps; the tables are as before again."""
    monkeypatch.setattr("backoffice.catalogue.WORKERS", 1)
    monkeypatch.setattr(repricing, "CHUNK_SIZE", 2)
    del shop
    client = empty.deployment.client
    table = empty.deployment.tables.catalogue
    before = client.scan(TableName=table)["Items"]
    load_price_csv(write(*MANY), empty.deployment)
    expected = rows(empty, ("version", "mark"))
    for item in client.scan(TableName=table)["Items"]:
        client.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
    for item in before:
        client.put_item(TableName=table, Item=item)
    assert rows(empty, ("version", "mark")) != expected
    return expected


@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("step", [1, 2, 4])
def test_a_load_that_ends_at_any_write_is_repeated_to_the_same_rows(
    undisturbed: dict[str, Any], empty: Product, write: Write, step: int, *, carried_out: bool
) -> None:
    """As `kill -9`: nothing is tidied up. Each repetition comes `step` writes farther, the two of its mark aside."""
    file, crashes = write(*MANY), 0
    for loads in range(1, MOST_LOADS):
        last = step + 1 if step > 1 else loads

        def happen(number: int, _name: str, _request: Any, carry_out: Carry, last: int = last) -> Any:
            answer = carry_out() if number < last or carried_out else None
            if number >= last:
                raise Crash
            return answer

        with meeting(happen):
            try:
                tally = load_price_csv(file, empty.deployment)
                break
            except Crash:
                crashes += 1
    else:
        pytest.fail("the load never came to its end")
    assert crashes
    assert tally.was_stopped
    assert (tally.read, tally.equal + tally.changed, tally.written) == (len(MANY), len(MANY), tally.changed)
    assert rows(empty, ("version", "mark")) == undisturbed
    assert LOADING not in Source(empty.deployment).selling


def test_writes_that_are_put_off_now_and_then_are_all_made(
    undisturbed: dict[str, Any], empty: Product, write: Write
) -> None:
    put_off: list[str] = []

    def happen(number: int, name: str, request: Any, carry_out: Carry) -> Any:
        if number % 2 or not of_prices(request):
            return carry_out()
        put_off.append(name)
        if number % 4 == 0:
            carry_out()  # and yet nobody hears of it
        raise throttled(name, request)

    with meeting(happen):
        load_price_csv(write(*MANY), empty.deployment)
    assert {"PutItem", "TransactWriteItems"} <= set(put_off)
    assert rows(empty, ("version", "mark")) == undisturbed


def test_a_load_that_was_stopped_at_its_end_takes_its_mark_away(
    undisturbed: dict[str, Any], empty: Product, shop: Shop, write: Write
) -> None:
    file = write(*MANY)

    def happen(_number: int, _name: str, request: Any, carry_out: Carry) -> Any:
        if not of_prices(request) and shop.selling().is_loading:
            raise Crash
        return carry_out()

    with meeting(happen), pytest.raises(Crash):
        load_price_csv(file, empty.deployment)
    assert shop.selling().is_loading
    assert figures(load_price_csv(file, empty.deployment)) == (len(MANY), len(MANY), 0, 0, 0, 0)
    assert not shop.selling().is_loading
    assert rows(empty, ("version", "mark")) == undisturbed


# --- the commands


@pytest.fixture
def operate(empty: Product, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """`operate("load", file)`: the exit code, and the lines of both outputs."""
    monkeypatch.setattr("backoffice.commands.running.find_deployment", lambda *_: empty.deployment)

    def command(verb: str, file: Path, *options: str) -> tuple[int, list[str], list[str]]:
        capsys.readouterr()
        code = run([verb, str(file), "--stack", "any", *options])
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err.splitlines()

    return command


@pytest.mark.usefixtures("shop")
def test_the_verbs_take_a_csv(empty: Product, operate: Any, write: Write) -> None:
    file = write("p1,,usd,list,11.50", "p2,,usd,list,10", "p1,,eur,sale,9", name="nightly.CSV")
    assert operate("check", file) == (0, ["nightly.CSV: 3 records, 0 errors", "0 errors, 0 warnings"], [])
    changes = ["~ prices usd p1: list 10 → 11.5", "+ prices eur p1"]
    summary = "nightly.CSV: 3 prices read: 1 equal, 2 changed, 0 refused"
    before = rows(empty)
    assert operate("diff", file) == (1, [*changes, summary], [])
    assert operate("load", file, "--dry-run") == (0, [*changes, summary], [])
    assert rows(empty) == before
    assert operate("load", file) == (0, [f"{summary}; 2 written, in 2 rows"], [])
    equal = "nightly.CSV: 3 prices read: 3 equal, 0 changed, 0 refused"
    assert operate("diff", file) == (0, [equal], [])
    assert operate("load", file) == (0, [f"{equal}; 0 written, in 0 rows"], [])


@pytest.mark.usefixtures("shop")
def test_what_is_refused_is_told(operate: Any, write: Write) -> None:
    file = write("p9,,usd,list,11", "p1,,usd,list,12")
    error = "prices.csv, line 2 (p9): column productId: p9 is no product"
    assert operate("check", file) == (1, [error, "prices.csv: 2 records, 1 error", "1 error, 0 warnings"], [])
    assert operate("load", file) == (1, [], [error])
    assert operate("diff", file) == (1, [], [error])
    summary = "prices.csv: 2 prices read: 0 equal, 1 changed, 1 refused"
    assert operate("diff", file, "--skip-refused") == (1, ["~ prices usd p1: list 10 → 12", summary], [error])
    assert operate("load", file, "--skip-refused") == (1, [f"{summary}; 1 written, in 1 row"], [error])


@pytest.mark.usefixtures("undisturbed")
def test_a_stopped_load_says_what_is_written_and_its_repetition_says_so(operate: Any, write: Write) -> None:
    file = write(*MANY)

    def happen(number: int, _name: str, _request: Any, carry_out: Carry) -> Any:
        if number == 4:
            raise KeyboardInterrupt
        return carry_out()

    with meeting(happen):
        code, _, said = operate("load", file)
    assert (code, said) == (
        3,
        [
            "stopped: KeyboardInterrupt ",
            "Written for certain: prices.csv: 4 prices in 4 rows. Load again: that is safe, and does the rest.",
        ],
    )
    assert operate("load", file) == (
        0,
        [
            "An earlier load of this file was stopped; it is done now, and what it wrote counts as equal.",
            "prices.csv: 12 prices read: 4 equal, 8 changed, 0 refused; 8 written, in 8 rows",
        ],
        [],
    )


def test_options_that_mean_nothing(operate: Any, write: Write, tmp_path: Path) -> None:
    file, folder = write(), tmp_path
    for verb in ("check", "diff", "load"):
        assert operate(verb, file, "--replace")[0] == 2
        other = tmp_path / "prices.json"
        other.write_text("[]", encoding="utf-8")
        assert operate(verb, other)[0] == 2
    for verb in ("diff", "load"):
        assert operate(verb, folder, "--skip-refused")[0] == 2


def test_a_difference_is_told_without_a_load(empty: Product, shop: Shop, write: Write) -> None:
    del shop
    tally = Tally()
    file = write("p1,,usd,sale,,delete", "p2,,usd,list,,delete", head=f"{HEAD},importOperationCode")
    told_of = compare_price_csv(file, empty.deployment, tally, Findings())
    assert list(map(str, told_of)) == ["~ prices usd p2: list 10 → none"]


def test_the_columns_are_all_documented() -> None:
    document = (Path(__file__).parents[2] / "docs" / "store-files.md").read_text(encoding="utf-8")
    section = document.partition("\n## prices.csv\n")[2].partition("\n## ")[0]
    listed = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
    assert sorted(listed) == sorted(COLUMNS)
