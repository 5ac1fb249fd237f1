"""Taking the members of an exported record one by one; what nobody takes has no place here, and is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final, TypeVar

from backoffice.conversion.exports import Entry
from backoffice.conversion.report import Remark, Report
from commerce.dates import parse_date
from commerce.exact_json import JsonObject, JsonValue, UnusableJson, plain, read_number
from commerce.locales import ALL_LOCALES
from commerce.values import Number, is_number

Read = TypeVar("Read")

NO_PLACE: Final = "has no place here"
_FLAGS: Final[Mapping[str, bool]] = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Members:
    """The members of a record, or of an object within it, whose path `path` ends with a dot.

    Values of JSON have their types, cells of CSV are texts: both are read. What cannot be read is told, and None.
    """

    def __init__(self, entry: Entry, report: Report, value: JsonObject | None = None, path: str = "") -> None:
        self._entry = entry
        self._report = report
        self._path = path
        self._rest = {
            name: member for name, member in (entry.value if value is None else value).items() if not _is_empty(member)
        }

    def __contains__(self, name: str) -> bool:
        return name in self._rest

    @property
    def rest(self) -> list[str]:
        """The names of what is not taken yet."""
        return list(self._rest)

    def tell(self, member: str, why: str) -> None:
        self._report.add(
            Remark(self._entry.file, self._entry.place, self._entry.name, f"{self._path}{member}".rstrip("."), why)
        )

    def end(self) -> None:
        """Tell what was not taken."""
        for name in self._rest:
            self.tell(name, NO_PLACE)
        self._rest.clear()

    # --- taking; of several names the first that is there, the others only if they say the same

    def take(self, *names: str) -> JsonValue:
        there = [name for name in names if name in self._rest]
        if not there:
            return None
        value = self._rest[there[0]]
        for name in there:
            if self._rest[name] == value:
                del self._rest[name]
        return value

    def text(self, *names: str) -> str | None:
        return self._read(names, _text, "no text")

    def flag(self, *names: str) -> bool | None:
        return self._read(names, _flag, "neither true nor false")

    def number(self, *names: str) -> Number | None:
        found = self._read(names, _amount, "no number")
        return found if is_number(found) else None

    def whole(self, *names: str) -> int | None:
        return self._read(names, _whole, "no whole number")

    def date(self, *names: str) -> str | None:
        return self._read(names, _date, "no date that can be read")

    def reference(self, *names: str) -> str | None:
        """The id of what is named, by itself or as ``{"id": …}``; what else stands there says the other's record."""
        return self._read(names, _reference, "names nothing by its id")

    def texts(self, locale: str, *names: str) -> dict[str, str] | None:
        """A text of one locale, or texts by locale."""

        def texts(value: JsonValue) -> dict[str, str] | None:
            if isinstance(value, dict):
                return dict(value) if value.keys() <= {*ALL_LOCALES} else None
            text = _text(value)
            return None if text is None else {locale: text}

        return self._read(names, texts, "neither a text nor texts by locale")

    def objects(self, *names: str) -> Iterator[tuple[str, Members]]:
        """The objects of a list or of a map; of a map with their keys."""
        for name, key, value in self._parts(names):
            if isinstance(value, dict):
                yield key, Members(self._entry, self._report, value, f"{self._path}{name}.")
            else:
                self.tell(name, "an object is expected")

    def skus(self, name: str) -> Iterator[Members]:
        """Objects, or ids that stand for objects which say no more."""
        for _, _, value in self._parts((name,)):
            sku = value if isinstance(value, dict) else {"id": value}
            yield Members(self._entry, self._report, sku, f"{self._path}{name}.")

    def levels(self, name: str) -> Iterator[Members]:
        """The objects of a list, which may stand in an object's `levels`."""
        value = self._rest.get(name)
        if isinstance(value, dict) and "levels" in value:
            inner = self.object(name)
            if inner:
                yield from (level for _, level in inner.objects("levels"))
                inner.end()
            return
        yield from (level for _, level in self.objects(name))

    def object(self, name: str) -> Members | None:
        """One object."""
        value = self.take(name)
        if value is None or isinstance(value, dict):
            return None if value is None else Members(self._entry, self._report, value, f"{self._path}{name}.")
        self.tell(name, "an object is expected")
        return None

    def references(self, *names: str) -> list[str]:
        """The ids of a list's or map's members, or of one text with commas."""
        found = []
        for name, _, value in self._parts(names):
            named = _reference(value)
            if named is None:
                self.tell(name, "names nothing by its id")
            else:
                found.append(named)
        return list(dict.fromkeys(found))

    def amounts(self, *names: str) -> Iterator[tuple[str, Number]]:
        """The numbers of a map, with their keys. A CSV's map of plain values has them one level deeper."""
        for name, key, value in self._parts(names):
            inner = next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else value
            number = _amount(inner)
            if number is None:
                self.tell(f"{name}.{key}", "no number")
            else:
                yield key, number

    def _parts(self, names: Iterable[str]) -> Iterator[tuple[str, str, JsonValue]]:
        """The name, the key of a map's or the empty one of a list's, the value."""
        name = next((name for name in names if name in self._rest), "")
        value = self.take(name) if name else None
        if isinstance(value, dict):
            parts: Iterable[tuple[str, JsonValue]] = value.items()
        elif isinstance(value, list):
            parts = (("", part) for part in value)
        else:
            parts = (("", part.strip()) for part in str(value or "").split(","))
        for key, part in parts:
            if not _is_empty(part):
                yield name, key, part

    def _read(self, names: tuple[str, ...], read: Callable[[JsonValue], Read | None], wrong: str) -> Read | None:
        name = next((name for name in names if name in self._rest), "")
        value = self.take(*names)
        if value is None:
            return None
        found = read(value)
        if found is None:
            self.tell(name, wrong)
        return found


def given(**members: JsonValue) -> JsonObject:
    """The members that have a value."""
    return {name: value for name, value in members.items() if not _is_empty(value)}


def _is_empty(value: JsonValue) -> bool:
    return value is None or value in ("", [], {})


def _text(value: JsonValue) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    return plain(Decimal(value)) if is_number(value) else None


def _flag(value: JsonValue) -> bool | None:
    text = _text(value)
    return None if text is None else _FLAGS.get(text.strip().lower())


def _amount(value: JsonValue) -> Number | None:
    if isinstance(value, str):
        try:
            return read_number(value.strip())
        except UnusableJson:
            return None
    return value if is_number(value) else None


def _whole(value: JsonValue) -> int | None:
    number = _amount(value)
    return number if isinstance(number, int) else None


def _date(value: JsonValue) -> str | None:
    return value if isinstance(value, str) and parse_date(value) is not None else None


def _reference(value: JsonValue) -> str | None:
    if isinstance(value, dict):
        value = next((value[name] for name in ("id", "repositoryId", "siteId") if not _is_empty(value.get(name))), None)
    return None if value is None else _text(value)
