"""Reading a store's files: records with the line each begins at, and errors that name file, line and member.

A file holds a JSON array of records, or JSON Lines: a record a line, for files too large to hold in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from backoffice.findings import BadData, Finding, Findings
from backoffice.wording import kind_of, told
from commerce.exact_json import JsonObject, JsonValue, UnusableJson, loads

__all__ = [
    "BadData",
    "Record",
    "Unreadable",
    "check_head",
    "count_records",
    "read_object",
    "read_records",
    "records_of",
    "unreadable",
]

LINES: Final = ".jsonl"
# What files of other programs begin with.
_SPREADSHEETS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_WIDE_TEXT: Final = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS: Final = (";", "\t", ",")


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file and the line it begins at. `findings`: where errors go; None = they are raised."""

    file: Path
    line: int
    value: JsonObject
    findings: Findings | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """What a person knows the record by; no card number, which pays."""
        names = (self.value.get(member) for member in ("id", "productId", "code"))
        return next((str(name) for name in names if isinstance(name, str | int) and name), "")

    def bad(self, reason: str) -> BadData:
        return BadData(str(self._finding(reason)))

    def wrong(self, reason: str) -> None:
        """An error of this record. Raises BadData where none are collected."""
        if self.findings is None:
            raise self.bad(reason)
        self.findings.add(self._finding(reason))

    def doubt(self, reason: str) -> None:
        """A warning; where nothing is collected nobody hears it."""
        if self.findings is not None:
            self.findings.add(self._finding(reason, is_error=False))

    def check(self, model: Any) -> bool:
        """Whether the record fits the model; each violation is an error, members the model does not know are too."""
        try:
            _adapter(model).validate_python(self.value, strict=True, extra="forbid")
        except ValidationError as error:
            for text in dict.fromkeys(
                told(violation, model, self.value) for violation in error.errors(include_url=False)
            ):
                self.wrong(text)
            return False
        return True

    def _finding(self, reason: str, *, is_error: bool = True) -> Finding:
        return Finding(self.file.name, self.line, self.name, reason, is_error)


def records_of(file: Path, findings: Findings) -> Iterator[Record]:
    """The records of a file, counted; what cannot be read ends them and is an error."""
    findings.counts.setdefault(file.name, 0)
    try:
        for record in read_records(file, findings):
            findings.counts[file.name] += 1
            yield record
    except Unreadable as error:
        findings.add(error.finding)


def read_records(file: Path, findings: Findings | None = None) -> Iterator[Record]:
    """The records of a file. Raises BadData when it cannot be read; what else is wrong goes to `findings`."""
    if file.suffix == LINES:
        yield from _read_lines(file, findings)
        return
    text = _text(file)
    skip = json.decoder.WHITESPACE.match  # type: ignore[attr-defined]  # the decoder's own idea of white space
    position = skip(text, 0).end()
    if not text.startswith("[", position):
        raise Unreadable(file, 1, f"a JSON array of records is expected{_guess(text[position:])}")
    position = skip(text, position + 1).end()
    decoder = json.JSONDecoder()
    line, counted = 1, 0
    while not text.startswith("]", position):
        line, counted = line + text.count("\n", counted, position), position
        try:
            _, end = decoder.raw_decode(text, position)
            value = loads(text[position:end])
        except json.JSONDecodeError as error:
            raise Unreadable(file, error.lineno, error.msg) from error
        except UnusableJson as error:
            raise Unreadable(file, line, str(error)) from error
        yield _record(file, line, value, findings)
        position = skip(text, end).end()
        if text.startswith(",", position):
            position = skip(text, position + 1).end()
        elif not text.startswith("]", position):
            raise Unreadable(file, text.count("\n", 0, position) + 1, "',' or ']' is expected")
    if skip(text, position + 1).end() < len(text):
        raise Unreadable(file, text.count("\n", 0, position) + 1, "something follows the end of the array")


def read_object(file: Path, findings: Findings | None = None) -> Record:
    """A file that holds one JSON object. Raises BadData."""
    text = _text(file)
    try:
        json.loads(text)
        value: JsonValue = loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(file, error.lineno, f"{error.msg}{_guess(text.lstrip())}") from error
    except UnusableJson as error:
        raise Unreadable(file, 0, str(error)) from error
    if not isinstance(value, dict):
        raise Unreadable(file, 1, f"a JSON object is expected, not {kind_of(value)}")
    return Record(file, 1, value, findings)


def object_of(file: Path, findings: Findings) -> Record | None:
    """The same for a check: None, and an error, when it cannot be read."""
    findings.counts[file.name] = 1
    try:
        return read_object(file, findings)
    except Unreadable as error:
        findings.add(error.finding)
        return None


def count_records(file: Path) -> int:
    """How many records a file holds; a file of one object holds one. Raises BadData."""
    if file.suffix != LINES and not _text(file).lstrip().startswith("["):
        return 1
    return sum(1 for _ in read_records(file))


class Unreadable(BadData):
    """What ends the reading of a file."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        self.finding = Finding(file.name, line, "", reason)
        super().__init__(str(self.finding))


def _read_lines(file: Path, findings: Findings | None) -> Iterator[Record]:
    check_head(file)
    number = 0
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for number, text in enumerate(lines, start=1):
                if not text.strip():
                    continue
                try:
                    value = loads(text)
                except UnusableJson as error:
                    raise Unreadable(file, number, f"a line holds one record: {error}") from error
                yield _record(file, number, value, findings)
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(file, number + 1, unreadable(error)) from error


def _record(file: Path, line: int, value: JsonValue, findings: Findings | None) -> Record:
    if not isinstance(value, dict):
        raise Unreadable(file, line, f"a record is a JSON object, not {kind_of(value)}")
    return Record(file, line, value, findings)


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def _text(file: Path) -> str:
    """Without a mark of the byte order; a line may end in CR and LF."""
    check_head(file)
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(file, 0, unreadable(error)) from error


def check_head(file: Path, expected: str = "JSON") -> None:
    """Raises Unreadable for what is plainly no text in UTF-8."""
    try:
        with file.open("rb") as opened:
            head = opened.read(4)
    except OSError as error:
        raise Unreadable(file, 0, unreadable(error)) from error
    if head.startswith(_SPREADSHEETS):
        raise Unreadable(file, 0, f"this is a spreadsheet or an archive; {expected} is expected")
    if head.startswith(_WIDE_TEXT):
        raise Unreadable(file, 0, f"this is text in UTF-16; {expected} in UTF-8 is expected")


def unreadable(error: OSError | UnicodeDecodeError) -> str:
    """Why a file is no text, in words."""
    if isinstance(error, UnicodeDecodeError):
        return f"no text in UTF-8: byte {error.start} is {error.object[error.start]:#04x}"
    return str(error.strerror)


def _guess(text: str) -> str:
    """What text that is no JSON seems to be."""
    head = text.partition("\n")[0]
    if text.startswith("{"):
        return "; this is one object: put records between [ and ], or one a line into a file that ends in .jsonl"
    if head[:1] not in ('"', "[", "") and any(sign in head for sign in _SEPARATORS):
        return "; this looks like CSV"
    return ""
