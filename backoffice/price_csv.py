"""Prices as CSV, a price a row: the columns of Oracle Commerce Cloud's bulk import and export of prices.

A file is read a row at a time, so that memory does not grow with it. What a row leaves unsaid stays as it is stored.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Final, NoReturn

from tqdm import tqdm

from backoffice.book import Book
from backoffice.catalogue import Unique, chunks
from backoffice.findings import Finding, Findings, suggestion
from backoffice.products import fault_of
from backoffice.records import Record, Unreadable, check_head, unreadable
from commerce.catalogue.selling import PriceListGroup, read_selling
from commerce.exact_json import JsonObject, JsonValue
from commerce.values import amount, possible_catalogue_id, whole_number

SUFFIX: Final = ".csv"
CHUNK_SIZE: Final = 1_000

PRODUCT: Final = "productId"
SKU: Final = "skuId"
GROUP: Final = "priceListGroupId"
TYPE: Final = "type"
PRICE_LIST: Final = "priceListId"
PRICE: Final = "listPrice"
SCHEME: Final = "pricingScheme"
LEVEL: Final = "complexPrice.levels.row#"
MINIMUM: Final = "complexPrice.levels.levelMinimum"
MAXIMUM: Final = "complexPrice.levels.levelMaximum"
LEVEL_PRICE: Final = "complexPrice.levels.price"
FREQUENCY: Final = "frequency"
DURATION: Final = "duration"
OPERATION: Final = "importOperationCode"

IDENTITY: Final = (PRODUCT, SKU, GROUP, TYPE, PRICE_LIST)
# What a price's further rows may repeat beside what names it → what the first means where it says nothing.
COMMON: Final[Mapping[str, str]] = {SCHEME: "", FREQUENCY: "", DURATION: "", OPERATION: "merge"}
LEVELS: Final = (LEVEL, MINIMUM, MAXIMUM, LEVEL_PRICE)
COLUMNS: Final = (*IDENTITY, PRICE, SCHEME, *LEVELS, FREQUENCY, DURATION, OPERATION)
"""All that a file may have, in any order. The first is needed, and those that name a price list."""

# A type as the cell says it → the member of a record of prices.json.
TYPES: Final[Mapping[str, str]] = {
    "list": "list",
    "sale": "sale",
    "shippingSurcharge": "surcharge",
    "recurring": "recurring",
}
# A scheme as the cell says it → as prices.json does; the empty one is a plain price.
SCHEMES: Final[Mapping[str, str]] = {"listPrice": "", "bulkPrice": "bulk", "tieredPrice": "tiered"}
OPERATIONS: Final = ("merge", "delete")

_OTHER_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_COMMA: Final = re.compile(r"-?[0-9][0-9. ']*,[0-9]{1,2}|-?[0-9]+,[0-9]+", re.ASCII)
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}([ ,'][0-9]{3})+(\.[0-9]+)?", re.ASCII)
_AMOUNT: Final = "a number of at least 0 is expected, such as 12.50"


@dataclass(frozen=True, slots=True)
class TablePrice:
    """One price of a file. `record`: where it stands. `sku_id`: empty for the product's own. `member`: of a record of
    prices.json. `value`: as it stands there; None = it is taken away.
    """

    record: Record
    product_id: str
    sku_id: str
    group: str
    member: str
    value: JsonValue

    @property
    def path(self) -> str:
        """The member of a record of prices.json: ``skus.skuA.list``."""
        return f"skus.{self.sku_id}.{self.member}" if self.sku_id else self.member

    @property
    def identity(self) -> bytes:
        """Short, since a file may hold millions; no control character is part of an id."""
        said = f"{self.product_id}\0{self.sku_id}\0{self.group}\0{self.member}"
        return blake2b(said.encode(), digest_size=12).digest()


class PriceLists:
    """Ids of price lists with their groups and what they hold. `is_known`: whether these are all that there are."""

    def __init__(self, groups: Iterable[PriceListGroup], *, is_known: bool = True) -> None:
        self.is_known = is_known
        self._lists = {
            name: (group.id, member)
            for group in groups
            for name, member in (
                (group.list_price_list, "list"),
                (group.sale_price_list, "sale"),
                (group.surcharge_price_list, "surcharge"),
            )
        }

    def find(self, name: str) -> tuple[str, str] | None:
        """The group, and the member of its records."""
        return self._lists.get(name)

    def like(self, name: str) -> str:
        return suggestion(name, self._lists)


def price_lists(book: Book) -> PriceLists:
    """Those of the stack that a check looks into."""
    groups = read_selling(book.selling, book.deployment.settings.default_locale).price_list_groups
    return PriceLists(groups.values(), is_known=book.deployment.is_there)


def check_price_csv(file: Path, book: Book, *, progress: bool = False) -> bool:
    """Each price by itself; its product, SKU and group, where a stack is named. Whether it was read to its end."""
    unique, groups = Unique(), book.currencies
    is_there = book.deployment.is_there
    skus_of: dict[str, Collection[str] | None] = {}
    try:
        with tqdm(desc="check", unit=" prices", disable=not progress, leave=False) as bar:
            for prices in chunks(prices_of(file, price_lists(book), book.findings), CHUNK_SIZE):
                # A product comes again with each of its groups.
                new = {price.product_id for price in prices} - skus_of.keys()
                skus_of |= dict.fromkeys(new) | book.skus_of(new)
                for price in prices:
                    said = f"{price.path} of {price.product_id} in {price.group}"
                    unique.check(price.record, "price", price.identity, said)
                    if is_there:
                        _check_names(price, groups, skus_of[price.product_id], book)
                bar.update(len(prices))
    except Unreadable as error:
        book.findings.add(error.finding)
        return False
    if not is_there:
        text = "products, SKUs and price lists are not looked for: name a stack"
        book.findings.add(Finding(file.name, 0, "", text, is_error=False))
    return True


def _check_names(price: TablePrice, groups: Collection[str], skus: Collection[str] | None, book: Book) -> None:
    """`skus`: of the product; None = there is no such product."""
    record, product_id = price.record, price.product_id
    book.check_known(record, f"column {GROUP}", [price.group], groups, "price list group")
    if skus is None:
        record.wrong(f"column {PRODUCT}: {product_id} is no product")
    elif price.sku_id:
        book.check_known(record, f"column {SKU}", [price.sku_id], skus, f"SKU of {product_id}")


def prices_of(file: Path, lists: PriceLists, findings: Findings) -> Iterator[TablePrice]:
    """The prices of a file, counted; one with an error is told and left out. Raises Unreadable."""
    findings.counts.setdefault(file.name, 0)
    for rows in _grouped(file, findings):
        findings.counts[file.name] += 1
        price = _Cells(rows, lists).price()
        if price is not None:
            yield price


# --- rows ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: its cells by column, those that are empty left out."""

    record: Record
    cells: Mapping[str, str]


def _grouped(file: Path, findings: Findings) -> Iterator[list[_Row]]:
    """The rows of one price: its first, and those that go on with its levels."""
    rows: list[_Row] = []
    for row in _rows(file, findings):
        if rows and _goes_on(rows[0].cells, row.cells):
            named = replace(row.record, value=rows[0].record.value)
            rows.append(_Row(named, row.cells))
            continue
        if rows:
            yield rows
        rows = [row]
    if rows:
        yield rows


def _goes_on(first: Mapping[str, str], cells: Mapping[str, str]) -> bool:
    """Whether a row brings a further level: of what names the price it says the same, or nothing."""
    if not (cells.keys() & set(LEVELS) and first.keys() & set(LEVELS)):
        return False
    own = {name: cells[name] for name in IDENTITY if name in cells}
    return not own or own == {name: first[name] for name in IDENTITY if name in first}


def _rows(file: Path, findings: Findings) -> Iterator[_Row]:
    check_head(file, "CSV")
    columns: Sequence[str] = ()
    for line, cells in _table(file):
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = _columns(file, line, cells)
            continue
        named = {name: cell for name, cell in zip(columns, cells, strict=False) if cell.strip()}
        record = Record(file, line, {PRODUCT: named.get(PRODUCT, "")}, findings)
        if len(cells) > len(columns):
            hint = "; a cell that holds a comma stands in quotes, and an amount is written 12.50"
            record.wrong(f"{len(cells)} cells, but {len(columns)} columns{hint}")
            findings.counts[file.name] += 1
            continue
        yield _Row(record, named)
    if not columns:
        raise Unreadable(file, 1, f"a row of column names is expected: {PRODUCT},{SKU},{GROUP},{TYPE},{PRICE}")


def _table(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins at."""
    reader = csv.reader(_lines(file), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(file, line, f"no row of CSV: {error}") from error


def _lines(file: Path) -> Iterator[str]:
    number = 0
    try:
        with file.open("rb") as opened:
            for number, data in enumerate(opened, start=1):
                yield data.decode("utf-8-sig" if number == 1 else "utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(file, number, unreadable(error)) from error


def _columns(file: Path, line: int, cells: Sequence[str]) -> list[str]:
    """The names of the columns. Raises Unreadable."""
    names = [cell.strip() for cell in cells]
    for separator, word in _OTHER_SEPARATORS.items():
        if any(separator in name for name in names):
            hint = "separate them by commas: spreadsheets call that 'CSV UTF-8 (comma delimited)'"
            raise Unreadable(file, line, f"cells are separated by {word}; {hint}")
    if names[0].startswith("/") and ":" in names[0]:
        raise Unreadable(file, line, "this is an export of the catalogue, not of prices; convert reads it")
    for at, name in enumerate(names, start=1):
        if name not in COLUMNS:
            what = f"there is no column {name}{suggestion(name, COLUMNS)}" if name else f"column {at} has no name"
            raise Unreadable(file, line, what)
        if name in names[: at - 1]:
            raise Unreadable(file, line, f"the column {name} is there twice")
    if PRODUCT not in names:
        raise Unreadable(file, line, f"the column {PRODUCT} is missing")
    if PRICE_LIST not in names and not {GROUP, TYPE} <= set(names):
        missing = GROUP if GROUP not in names else TYPE
        raise Unreadable(file, line, f"the column {missing} is missing; {PRICE_LIST} would do, too")
    return names


# --- cells --------------------------------------------------------------------------------------------------------


class _Wrong(Exception):
    """What is wrong with a cell is told."""


class _Cells:
    """The rows of one price, read."""

    def __init__(self, rows: Sequence[_Row], lists: PriceLists) -> None:
        self._rows = rows
        self._record = rows[0].record
        self._cells = rows[0].cells
        self._lists = lists

    def price(self) -> TablePrice | None:
        """None where something is wrong, an error of the row that it stands in."""
        try:
            self._check_further_rows()
            product_id = self._id(PRODUCT)
            sku_id = self._id(SKU) if SKU in self._cells else ""
            group, member = self._place()
            taken = self._word(OPERATION, OPERATIONS, default="merge") == "delete"
            value = None if taken else self._value(member)
        except _Wrong:
            return None
        return TablePrice(self._record, product_id, sku_id, group, member, value)

    def _check_further_rows(self) -> None:
        for row in self._rows[1:]:
            for name, unsaid in COMMON.items():
                said, first = row.cells.get(name, "").strip(), self._cells.get(name, unsaid).strip()
                if said and said != first:
                    self._wrong(row.record, name, f"{said}, but {first or 'nothing'} in the price's first row")

    def _place(self) -> tuple[str, str]:
        """The price list group, and the member of its records."""
        price_list, group = self._cells.get(PRICE_LIST), self._cells.get(GROUP)
        if price_list is None:
            if group is None:
                self._wrong(
                    self._record, GROUP, f"a price list group is expected here, or a price list in {PRICE_LIST}"
                )
            return group, TYPES[self._word(TYPE, TYPES)]
        found = self._lists.find(price_list)
        if found is None:
            if self._lists.is_known:
                self._wrong(self._record, PRICE_LIST, f"{price_list} is no price list{self._lists.like(price_list)}")
            found = price_list, "list"
        elif group is not None and group != found[0]:
            self._wrong(self._record, GROUP, f"{group}, but the price list {price_list} is one of {found[0]}")
        return found

    def _value(self, member: str) -> JsonValue:
        for name in (FREQUENCY, DURATION):
            if name in self._cells and member != "recurring":
                self._wrong(self._record, name, "goes with the type recurring alone")
        scheme = SCHEMES[self._word(SCHEME, SCHEMES, default="listPrice")]
        levels = [row for row in self._rows if row.cells.keys() & set(LEVELS)]
        if scheme and member in {"surcharge", "recurring"}:
            self._wrong(self._record, SCHEME, f"a price of the type {self._cells.get(TYPE, member)} has no levels")
        if not scheme:
            if levels:
                self._wrong(self._record, SCHEME, "bulkPrice or tieredPrice is expected beside levels")
            price = self._amount(self._rows[0], PRICE)
            return price if member != "recurring" else self._recurring(price)
        if not levels:
            self._wrong(self._record, MINIMUM, f"levels are expected with {self._cells[SCHEME]}")
        for row in self._rows:
            if PRICE in row.cells:
                row.record.doubt(f"column {PRICE}: does not count beside levels")
        brackets = [self._bracket(row) for row in levels]
        if fault := fault_of(brackets):
            self._wrong(self._record, MINIMUM, fault)
        return {"scheme": scheme, "brackets": brackets}

    def _recurring(self, charge: JsonValue) -> JsonObject:
        said = {name: self._cells[name] for name in (FREQUENCY, DURATION) if name in self._cells}
        return {"charge": charge, **said}

    def _bracket(self, row: _Row) -> JsonObject:
        bracket: JsonObject = {"levelMinimum": self._whole(row, MINIMUM)}
        if MAXIMUM in row.cells:
            bracket["levelMaximum"] = self._whole(row, MAXIMUM)
        return {**bracket, "price": self._amount(row, LEVEL_PRICE)}

    def _id(self, column: str) -> str:
        found = self._cells.get(column, "")
        if not possible_catalogue_id(found):
            what = "1 to 250 characters, none of them a control character" if found else "is empty"
            self._wrong(self._record, column, what)
        return found

    def _word(self, column: str, words: Collection[str], default: str = "") -> str:
        found = self._cells.get(column, default).strip()
        if found not in words:
            expected = " or ".join(words)
            what = f"{found} is none of them{suggestion(found, words)}" if found else "it is empty"
            self._wrong(self._record, column, f"{expected} is expected; {what}")
        return found

    def _amount(self, row: _Row, column: str) -> JsonValue:
        text = row.cells.get(column, "").strip()
        found = amount(text)
        if found is None:
            self._wrong(row.record, column, _no_amount(text))
        return found

    def _whole(self, row: _Row, column: str) -> int:
        text = row.cells.get(column, "").strip()
        found = whole_number(text)
        if not found:
            what = f"not {text}" if text else "it is empty"
            self._wrong(row.record, column, f"a whole number from 1 is expected; {what}")
        return found

    @staticmethod
    def _wrong(record: Record, column: str, text: str) -> NoReturn:
        record.wrong(f"column {column}: {text}")
        raise _Wrong


def _no_amount(text: str) -> str:
    """What is wrong with an amount, in plain words."""
    if not text:
        return f"it is empty; {_AMOUNT}"
    if _GROUPED.fullmatch(text) and not _COMMA.fullmatch(text):
        return f"{text}: no sign stands between thousands; {_AMOUNT}"
    if _COMMA.fullmatch(text):
        return f"{text}: a point stands before the decimals, not a comma; {_AMOUNT}"
    return f"{_AMOUNT}, not {text}"
