"""Pages of a list, and what a caller looks for in a list of addresses (contract: companions.md §1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from commerce.exact_json import JsonObject

MAX_PAGE: Final = 250
QUERY_PARAMETERS: Final = ("addressType", "q", "sort", "queryFormat")

_WHOLE: Final = re.compile(r"\d{1,9}", re.ASCII)
_TERM: Final = re.compile(r'\s*(\w+)\s+(co|eq|sw)\s+"((?:[^"\\]|\\["\\])*)"\s*', re.IGNORECASE)
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


def page(items: Sequence[JsonObject], parameters: Mapping[str, str]) -> JsonObject:
    """The items that `limit` and `offset` ask for, and how many there are."""
    offset = _whole(parameters.get("offset"), 0)
    limit = min(_whole(parameters.get("limit"), MAX_PAGE), MAX_PAGE)
    shown = list(items[offset : offset + limit])
    return {
        "items": shown,
        "total": len(items),
        "totalResults": len(items),
        "offset": offset,
        "limit": limit,
        "count": len(shown),
        "sort": parameters.get("sort") or None,
    }


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
    """What a query matches; nothing if it cannot be read. `AND` binds its terms before `OR` does."""
    alternatives: list[list[Test]] = [[]]
    place = 0
    while True:
        term = _TERM.match(query, place)
        if term is None:
            return lambda _address: False
        alternatives[-1].append(_term(term[1], term[2].lower(), _ESCAPED.sub(r"\1", term[3]).casefold()))
        joint = _JOINT.match(query, term.end())
        if joint is None:
            break
        if joint[1].lower() == "or":
            alternatives.append([])
        place = joint.end()
    if term.end() != len(query):
        return lambda _address: False
    return lambda address: any(all(matches(address) for matches in terms) for terms in alternatives)


def _term(member: str, operator: str, text: str) -> Test:
    def matches(address: JsonObject) -> bool:
        value = address.get(member) if member != _NOT_SEARCHED else None
        return isinstance(value, str) and _OPERATORS[operator](value.casefold(), text)

    return matches


def _sorted(entries: Sequence[JsonObject], order: str) -> Sequence[JsonObject]:
    wanted = _SORT.fullmatch(order.strip())
    if wanted is None:
        return entries
    set_ones = [entry for entry in entries if isinstance(entry["address"].get(wanted[1]), str)]
    unset = [entry for entry in entries if not isinstance(entry["address"].get(wanted[1]), str)]
    backwards = (wanted[2] or "").lower() == "desc"
    return [*sorted(set_ones, key=lambda entry: entry["address"][wanted[1]].casefold(), reverse=backwards), *unset]
