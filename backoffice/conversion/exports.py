"""Reading Oracle Commerce Cloud's exports: files of JSON, and CSV with dotted headers.

JSON: an array of records, or an object that holds one such array under any name (a bulk export's envelope, or the
`items` of an answer of the admin API).

CSV of a bulk export: one row of headers. A header is the path to a member, with dots between its parts. ``list.row#``
holds the number of a list's member, ``map.key#`` the key of a map's; rows that repeat a record's identity, or leave it
out, continue the record. CSV of the catalogue's export: a row before the headers names the repository's item type in
its first cell and, where a store has more than one language, the locale.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from backoffice.conversion.report import Remark, Report
from backoffice.findings import BadData
from commerce.exact_json import JsonObject, UnusableJson, loads

IDS: Final = ("id", "repositoryId")
OF_PRICES: Final = ("productId", "skuId", "priceListId", "priceListGroupId", "type")
IDENTITY: Final = (*IDS, *OF_PRICES)
"""The columns whose values tell one record from the next: ids of its own, or, where there are none, those of prices."""
SEPARATORS: Final = (",", ";", "\t")
MOST_PREAMBLE: Final = 4
PRICE_COLUMN: Final = "PLG:"
_LOCALE: Final = re.compile(r"\b([a-z]{2}(?:_[A-Z]{2})?)$")
_ARCHIVE: Final = b"PK\x03\x04"

KINDS_BY_ITEM: Final[Mapping[str, str]] = {"product": "products", "sku": "skus"}
# What a bulk export is called by default begins with the id of its process: Profiles, AccountsV2, ProductsV2 …
KINDS_BY_NAME: Final[Mapping[str, str]] = {
    "profile": "profiles",
    "account": "accounts",
    "organization": "accounts",
    "product": "products",
    "sku": "skus",
    "pricelistgroup": "priceListGroups",
    "price": "prices",
    "promotion": "promotions",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One exported record, and where it stands."""

    file: str
    place: str
    value: JsonObject

    @property
    def name(self) -> str:
        return next((str(self.value[member]) for member in IDENTITY if self.value.get(member)), "")


@dataclass(frozen=True, slots=True)
class Export:
    """One file. `kind`: what its records are. `locale`: of its texts, where the file says it."""

    kind: str
    entries: Sequence[Entry]
    locale: str = ""


def read_export(file: Path, report: Report) -> Export | None:
    """A file of an export; None, and a remark, for one without a place here. Raises BadData when it cannot be read."""
    text = _text(file)
    if text.lstrip()[:1] in {"[", "{"}:
        entries, item, locale = _read_json(file, text, report), "", ""
    else:
        entries, item, locale = _read_csv(file, text, report)
    kind = KINDS_BY_ITEM.get(item, "") if item else _kind(file, entries)
    if not kind:
        what = f"holds items of the type {item}" if item else "is no export of a kind that is known"
        report.add(Remark(file.name, "", "", "", f"{what}: nothing of it has a place here"))
        return None
    return Export(kind, entries, locale)


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadData(f"{file.name}: {error.strerror}") from error
    if data.startswith(_ARCHIVE):
        raise BadData(f"{file.name}: this is an archive or a spreadsheet: unpack it, or save it as CSV")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadData(f"{file.name}: no text in UTF-8: byte {error.start}") from error


def _kind(file: Path, entries: Sequence[Entry]) -> str:
    """By the members, where they tell, else by the file's name."""
    members = {member for entry in entries for member in entry.value}
    if {"currency", "listPriceList"} <= members:
        return "priceListGroups"
    if "productId" in members and members & {"priceListId", "priceListGroupId"}:
        return "prices"
    if members & {"templateValues", "templateName"}:
        return "promotions"
    if "childSKUs" in members:
        return "products"
    if "login" in members or {"email", "lastName"} <= members:
        return "profiles"
    if members & {"dunsNumber", "customerType", "relativeRoles", "members"}:
        return "accounts"
    name = re.sub(r"[^a-z]", "", file.stem.lower())
    return next((kind for start, kind in KINDS_BY_NAME.items() if name.startswith(start)), "")


# --- JSON ---------------------------------------------------------------------------------------------------------


def _read_json(file: Path, text: str, report: Report) -> list[Entry]:
    try:
        value = loads(text)
    except UnusableJson as error:
        raise BadData(f"{file.name}: {error}") from error
    if isinstance(value, dict):
        arrays = [name for name, member in value.items() if isinstance(member, list)]
        if len(arrays) != 1:
            raise BadData(f"{file.name}: one array of records is expected, there are {len(arrays)}")
        for name in value.keys() - set(arrays):
            report.add(Remark(file.name, "", "", name, "says something of the file, not of a record: not read"))
        value = value[arrays[0]]
    entries = []
    for number, record in enumerate(value, start=1):
        if not isinstance(record, dict):
            raise BadData(f"{file.name}, record {number}: a record is a JSON object")
        entries.append(Entry(file.name, f"record {number}", record))
    return entries


# --- CSV ----------------------------------------------------------------------------------------------------------


def _read_csv(file: Path, text: str, report: Report) -> tuple[list[Entry], str, str]:
    """The records, the type of item and the locale that the rows before the headers name."""
    rows = list(_rows(file, text))
    if not rows:
        return [], "", ""
    named = (at for at, (_, row) in enumerate(rows[:MOST_PREAMBLE]) if _is_header(row))
    at = next(named, 0)
    item = locale = ""
    for line, row in rows[:at]:
        if row[0].startswith("/") and ":" in row[0]:
            item = row[0].rpartition(":")[2]
            locale = next((found[1] for cell in row[1:] if (found := _LOCALE.search(cell.strip()))), "")
        else:
            report.add(Remark(file.name, f"line {line}", "", "", f"stands before the headers: {' '.join(row).strip()}"))
    headers = [_member(header) for header in rows[at][1]]
    if len(set(filter(None, headers))) < sum(map(bool, headers)):
        raise BadData(f"{file.name}: a header stands there twice")
    return _records(file, headers, rows[at + 1 :]), item, locale


def _rows(file: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, with the line each begins at."""
    head = "".join(text.splitlines(keepends=True)[:MOST_PREAMBLE])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=head.count), strict=True)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadData(f"{file.name}, line {line}: {error}") from error


def _is_header(row: Sequence[str]) -> bool:
    return bool({_member(cell) for cell in row} & {*IDS, "productId", "skuId"})


def _member(header: str) -> str:
    name = header.strip()
    return "id" if name == "ID" else name


def _records(file: Path, headers: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> list[Entry]:
    counted = {header.rpartition(".")[0] for header in headers if header.endswith((".row#", ".key#"))}
    telling = IDS if set(IDS) & set(headers) else OF_PRICES
    own = [at for at, header in enumerate(headers) if header in telling]
    records: list[tuple[int, _Nested]] = []
    identity: list[str] | None = None
    for line, row in rows:
        if len(row) > len(headers):
            raise BadData(f"{file.name}, line {line}: {len(row)} cells, but {len(headers)} headers")
        cells = [*row, *[""] * (len(headers) - len(row))]
        said = [cells[at] for at in own]
        if not (counted and identity is not None and (said == identity or not any(said))):
            records.append((line, _Nested(counted)))
            identity = said
        try:
            records[-1][1].add(dict(zip(headers, cells, strict=True)))
        except _Misplaced as error:
            raise BadData(f"{file.name}, line {line}: {error}") from error
    return [Entry(file.name, f"line {line}", nested.value) for line, nested in records]


class _Misplaced(Exception):
    """A header or a cell that fits no place of the record."""


class _Nested:
    """One record, put together from cells of one row or more."""

    def __init__(self, counted: set[str]) -> None:
        self._counted = counted
        self._root: dict[str, Any] = {}
        self._at: dict[str, str] = {}

    def add(self, row: Mapping[str, str]) -> None:
        for header, cell in row.items():
            prefix, _, last = header.rpartition(".")
            if last in {"row#", "key#"} and cell:
                self._at[prefix] = cell
        for header, cell in row.items():
            if header and cell and not header.endswith((".row#", ".key#")):
                self._put(header, cell)

    def _put(self, header: str, cell: str) -> None:
        parts = [header] if header.startswith(PRICE_COLUMN) else header.split(".")
        place, path = self._root, ""
        for part in parts[:-1]:
            path = f"{path}.{part}" if path else part
            place = self._inside(place, part, header)
            if path in self._counted:
                if path not in self._at:
                    raise _Misplaced(f"{header}: neither {path}.row# nor {path}.key# says where it belongs")
                place = self._inside(place, self._at[path], header)
        earlier = place.setdefault(parts[-1], cell)
        if earlier != cell:
            raise _Misplaced(f"{header}: {cell!r} contradicts {earlier!r} of an earlier row of the record")

    @staticmethod
    def _inside(place: dict[str, Any], part: str, header: str) -> dict[str, Any]:
        inner = place.setdefault(part, {})
        if not isinstance(inner, dict):
            raise _Misplaced(f"{header}: {part} has a value of its own")
        return inner

    @property
    def value(self) -> JsonObject:
        return self._root
