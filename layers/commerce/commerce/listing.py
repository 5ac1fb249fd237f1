"""Pages of a list, and what a caller looks for in it (contract: companions.md §1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from commerce.exact_json import JsonObject

MAX_PAGE: Final = 250
QUERY_PARAMETERS: Final = ("addressType", "q", "sort", "queryFormat")

_WHOLE: Final = re.compile(r"\d{1,9}", re.ASCII)
# Parentheses in parentheses.
MAX_NESTING: Final = 16
_QUOTED: Final = r'"((?:[^"\\]|\\["\\])*)"'
_TERM: Final = re.compile(rf"\s*(\w+)\s+([a-z]+)\s+{_QUOTED}", re.IGNORECASE)
_JOINTS: Final = {word: re.compile(rf"\s*{word}\b", re.IGNORECASE) for word in ("or", "and")}
_END: Final = re.compile(r"\s*\Z")
# What a grouped query has.
_PATH: Final = r"\s*(\w+(?:\.\w+)*)\s+"
_BARE: Final = r"(-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|true|false)(?![\w.])"
_STRING: Final = r'"((?:[^"\\]|\\(?-i:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*)"'
_GROUPED_TERM: Final = re.compile(rf"{_PATH}([a-z]+)\s+(?:{_STRING}|{_BARE})", re.IGNORECASE)
_PRESENT: Final = re.compile(rf"{_PATH}pr\b", re.IGNORECASE)
_OPENING: Final = re.compile(r"\s*(not\s*)?\(", re.IGNORECASE)
_CLOSING: Final = re.compile(r"\s*\)")
_ESCAPED: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)")
_SIGNS: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_SORT: Final = re.compile(r"(\w+)(?::(asc|desc))?", re.IGNORECASE)
_NOT_SEARCHED: Final = "repositoryId"

Test: TypeAlias = Callable[[JsonObject], bool]

_OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "co": lambda value, text: text in value,
    "eq": lambda value, text: text == value,
    "sw": lambda value, text: value.startswith(text),
}


class Window(Struct, frozen=True):
    """The part of a list that `limit` and `offset` ask for."""

    offset: int
    limit: int


class Term(Struct, frozen=True):
    """One comparison of a `q`: a member, an operator in lower case, a text; `pr` has none."""

    member: str
    operator: str
    text: str = ""


class Joined(Struct, frozen=True):
    """All of the parts hold (`word` is ``and``), or one of them does (``or``)."""

    word: str
    parts: tuple[Query, ...]


class Negated(Struct, frozen=True):
    """The part does not hold."""

    part: Query


Query: TypeAlias = "Term | Joined | Negated"


class Order(Struct, frozen=True):
    """What `sort` asks for."""

    member: str
    backwards: bool


def window(parameters: Mapping[str, str]) -> Window:
    """What is no whole number counts as not sent."""
    limit = min(_whole(parameters.get("limit"), MAX_PAGE), MAX_PAGE)
    return Window(_whole(parameters.get("offset"), 0), limit)


def page(items: Sequence[JsonObject], parameters: Mapping[str, str]) -> JsonObject:
    """The items that `limit` and `offset` ask for, and how many there are."""
    asked = window(parameters)
    return page_of(items[asked.offset : asked.offset + asked.limit], len(items), parameters)


def page_of(shown: Sequence[JsonObject], total: int | None, parameters: Mapping[str, str]) -> JsonObject:
    """A page that holds these items. `total`: how many all pages have, None where nobody has counted."""
    asked = window(parameters)
    return {
        "items": list(shown),
        "total": total,
        "totalResults": total,
        "offset": asked.offset,
        "limit": asked.limit,
        "count": len(shown),
        "sort": parameters.get("sort") or None,
    }


def read_query(query: str, *, grouped: bool) -> Query | None:
    """What a `q` says; None if it cannot be read. `and` binds its terms before `or` does.

    `grouped`: it may have parentheses, `not (…)`, `pr`, numbers, true and false without quotes, all escapes of JSON's
    strings, and members below members, as SCIM's filters have.
    """
    reader = _Reader(query, grouped=grouped)
    try:
        read = reader.alternatives(0)
    except _Unreadable:
        return None
    return read if reader.ended else None


class _Unreadable(Exception):  # never leaves this module
    """No query goes on like that."""


class _Reader:
    """Reads from left to right; `alternatives` at the end of the text is the whole of it."""

    def __init__(self, text: str, *, grouped: bool) -> None:
        self._text = text
        self._grouped = grouped
        self._place = 0

    @property
    def ended(self) -> bool:
        return bool(_END.match(self._text, self._place))

    def alternatives(self, depth: int) -> Query:
        """Raises _Unreadable."""
        return self._joined("or", lambda: self._joined("and", lambda: self._part(depth)))

    def _joined(self, word: str, read: Callable[[], Query]) -> Query:
        parts = [read()]
        while self._take(_JOINTS[word]):
            parts.append(read())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _part(self, depth: int) -> Query:
        opening = self._take(_OPENING) if self._grouped else None
        if opening is None:
            return self._term()
        if depth == MAX_NESTING:
            raise _Unreadable
        inside = self.alternatives(depth + 1)
        if self._take(_CLOSING) is None:
            raise _Unreadable
        return Negated(inside) if opening[1] else inside

    def _term(self) -> Term:
        if self._grouped and (present := self._take(_PRESENT)):
            return Term(present[1], "pr")
        term = self._take(_GROUPED_TERM if self._grouped else _TERM)
        if term is None:
            raise _Unreadable
        text = _unescaped(term[3]) if term[3] is not None else term[4]
        return Term(term[1], term[2].lower(), text)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What stands next, if it fits."""
        found = pattern.match(self._text, self._place)
        if found:
            self._place = found.end()
        return found


def _unescaped(text: str) -> str:
    """Raises _Unreadable: half of a surrogate pair is no character, and cannot be sent on."""
    signs = _ESCAPED.sub(lambda escape: _sign(escape[1]), text)
    try:
        return signs.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise _Unreadable from error


def _sign(escape: str) -> str:
    return _SIGNS.get(escape, escape) if len(escape) == 1 else chr(int(escape[1:], 16))


def terms_of(query: Query) -> Iterator[Term]:
    """All terms of a query, from left to right."""
    match query:
        case Term():
            yield query
        case Joined():
            for part in query.parts:
                yield from terms_of(part)
        case Negated():
            yield from terms_of(query.part)


def read_sort(sort: str) -> Order | None:
    """None where it names no order."""
    wanted = _SORT.fullmatch(sort.strip())
    return Order(wanted[1], (wanted[2] or "").lower() == "desc") if wanted else None


def address_page(entries: Sequence[JsonObject], parameters: Mapping[str, str]) -> JsonObject:
    """The same of addresses as they are shown (``{"address", "addressType"}``), with nickname, search and order."""
    nickname, query = parameters.get("addressType"), parameters.get("q")
    found = [entry for entry in entries if not nickname or entry["addressType"] == nickname]
    if query and query.strip():
        matches = _search(query)
        found = [entry for entry in found if matches(entry["address"])]
    return page(_sorted(found, parameters.get("sort", "")), parameters)


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and _WHOLE.fullmatch(text) else default


def _search(query: str) -> Test:
    """What a query matches; nothing if it cannot be read."""
    read = read_query(query, grouped=False)
    if read is None or any(term.operator not in _OPERATORS for term in terms_of(read)):
        return lambda _address: False
    return _matching(read)


def _matching(query: Query) -> Test:
    match query:
        case Term():
            return _test(query)
        case Joined():
            tests, of = [_matching(part) for part in query.parts], all if query.word == "and" else any
            return lambda address: of(holds(address) for holds in tests)
        case Negated():
            holds = _matching(query.part)
            return lambda address: not holds(address)


def _test(term: Term) -> Test:
    holds, text = _OPERATORS[term.operator], term.text.casefold()

    def matches(address: JsonObject) -> bool:
        value = address.get(term.member) if term.member != _NOT_SEARCHED else None
        return isinstance(value, str) and holds(value.casefold(), text)

    return matches


def _sorted(entries: Sequence[JsonObject], order: str) -> Sequence[JsonObject]:
    wanted = read_sort(order)
    if wanted is None:
        return entries
    member = wanted.member
    set_ones = [entry for entry in entries if isinstance(entry["address"].get(member), str)]
    unset = [entry for entry in entries if not isinstance(entry["address"].get(member), str)]
    return [*sorted(set_ones, key=lambda entry: entry["address"][member].casefold(), reverse=wanted.backwards), *unset]
