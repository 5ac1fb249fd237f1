"""Reading a store's JSON files: records with the line each begins at, and errors that name file, line and member."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from commerce.exact_json import JsonObject, JsonValue, UnusableJson, loads


class BadData(Exception):  # it is the data that is wrong
    """What is wrong with a store's file, for a person to mend."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file and the line it begins at."""

    file: Path
    line: int
    value: JsonObject

    def bad(self, reason: str) -> BadData:
        name = self.value.get("id") or self.value.get("productId") or self.value.get("code")
        return BadData(f"{self.file.name}, line {self.line}{f' ({name})' if name else ''}: {reason}")

    def check(self, model: Any) -> None:
        """Raises BadData unless the record fits the wire model; members the model does not know are wrong too."""
        try:
            _adapter(model).validate_python(self.value, strict=True, extra="forbid")
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            member = ".".join(map(str, first["loc"])) or "the record"
            raise self.bad(f"{member}: {first['msg']}") from error


def read_records(file: Path) -> Iterator[Record]:
    """The records of a file that holds a JSON array of objects. Raises BadData."""
    text = _text(file)
    skip = json.decoder.WHITESPACE.match  # type: ignore[attr-defined]  # the decoder's own idea of white space
    position = skip(text, 0).end()
    if not text.startswith("[", position):
        raise BadData(f"{file.name}, line 1: a JSON array of records is expected")
    position = skip(text, position + 1).end()
    decoder = json.JSONDecoder()
    line, counted = 1, 0
    while not text.startswith("]", position):
        line, counted = line + text.count("\n", counted, position), position
        try:
            _, end = decoder.raw_decode(text, position)
            value = loads(text[position:end])
        except json.JSONDecodeError as error:
            raise BadData(f"{file.name}, line {error.lineno}: {error.msg}") from error
        except UnusableJson as error:
            raise BadData(f"{file.name}, line {line}: {error}") from error
        if not isinstance(value, dict):
            raise BadData(f"{file.name}, line {line}: a record is a JSON object")
        yield Record(file, line, value)
        position = skip(text, end).end()
        if text.startswith(",", position):
            position = skip(text, position + 1).end()
        elif not text.startswith("]", position):
            raise BadData(f"{file.name}, line {text.count(chr(10), 0, position) + 1}: ',' or ']' is expected")


def read_object(file: Path) -> Record:
    """A file that holds one JSON object. Raises BadData."""
    text = _text(file)
    try:
        json.loads(text)
        value: JsonValue = loads(text)
    except json.JSONDecodeError as error:
        raise BadData(f"{file.name}, line {error.lineno}: {error.msg}") from error
    except UnusableJson as error:
        raise BadData(f"{file.name}: {error}") from error
    if not isinstance(value, dict):
        raise BadData(f"{file.name}, line 1: a JSON object is expected")
    return Record(file, 1, value)


def count_records(file: Path) -> int:
    """How many records a file holds; a file of one object holds one. Raises BadData."""
    if not _text(file).lstrip().startswith("["):
        return 1
    return sum(1 for _ in read_records(file))


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(f"{file}: {error}") from error
