"""Pages of a list, and what a caller looks for in it (contract: companions.md §1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from commerce.exact_json import JsonObject

MAX_PAGE: Final = 250
QUERY_PARAMETERS: Final = ("addressType", "q", "sort", "queryFormat")

_WHOLE: Final = re.compile(r"\d{1,9}", re.ASCII)
_TERM: Final = re.compile(r'\s*(\w+)\s+([a-z]+)\s+"((?:[^"\\]|\\["\\])*)"\s*', re.IGNORECASE)
_JOINT: Final = re.compile(r"(or|and)\b", re.IGNORECASE)
_ESCAPED: Final = re.compile(r"\\(.)")
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
    """One comparison of a `q`: a member, an operator in lower case, a text."""

    member: str
    operator: str
    text: str


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


def read_query(query: str) -> list[list[Term]] | None:
    """The alternatives of a `q`, each of terms that hold together; None if it cannot be read.

    `AND` binds its terms before `OR` does.
    """
    alternatives: list[list[Term]] = [[]]
    place = 0
    while True:
        term = _TERM.match(query, place)
        if term is None:
            return None
        alternatives[-1].append(Term(term[1], term[2].lower(), _ESCAPED.sub(r"\1", term[3])))
        joint = _JOINT.match(query, term.end())
        if joint is None:
            break
        if joint[1].lower() == "or":
            alternatives.append([])
        place = joint.end()
    return alternatives if term.end() == len(query) else None


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
    sent = read_query(query) or []
    if any(term.operator not in _OPERATORS for terms in sent for term in terms):
        return lambda _address: False
    alternatives = [[_test(term) for term in terms] for terms in sent]
    return lambda address: any(all(matches(address) for matches in terms) for terms in alternatives)


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
