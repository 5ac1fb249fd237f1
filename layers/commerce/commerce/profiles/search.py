"""Which profiles a list is asked for, and by which index they are found (contract: companions.md §7).

Plain data in, plain data out.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from msgspec import Struct

from commerce.errors import SearchNotAnswered
from commerce.listing import Term, read_query
from commerce.values import MAX_TEXT, possible_id, without_case

ID: Final = "id"
IDENTIFIERS: Final = ("login", "email")

_FORMS: Final = 'be id, login or email, then eq or sw, then a text in quotes, like email sw "kim"'
_ALTERNATIVES: Final = f"{_FORMS}; several of them may be joined by OR where each has eq"
_SHARED: Final = "name no email: addresses may be shared in this store, so that no index holds them"


class Named(Struct, frozen=True):
    """The profiles with these ids, and the owners of these identifiers: pairs of ``login`` or ``email`` and text."""

    ids: frozenset[str]
    identifiers: frozenset[tuple[str, str]]


class ByIds(Struct, frozen=True):
    """Profiles in the order of their ids: whose id begins with `prefix`, or is greater than `after`; else all."""

    prefix: str = ""
    after: str = ""


class ByIdentifiers(Struct, frozen=True):
    """Profiles in the order of one kind of identifier, ``login`` or ``email``, that begins with `prefix`."""

    kind: str
    prefix: str


Sought: TypeAlias = Named | ByIds | ByIdentifiers

NOBODY: Final = Named(frozenset(), frozenset())


def sought_profiles(query: str | None, *, unique_emails: bool) -> Sought:
    """What a `q` looks for; without one everybody. Raises SearchNotAnswered: no index answers it."""
    if not query or not query.strip():
        return ByIds()
    alternatives = read_query(query)
    if alternatives is None or any(len(terms) > 1 for terms in alternatives):
        raise SearchNotAnswered(expected=_ALTERNATIVES)
    terms = [term for (term,) in alternatives]
    for term in terms:
        _check(term, unique_emails=unique_emails)
    if len(terms) == 1 and terms[0].operator != "eq":
        return _range(terms[0])
    if any(term.operator != "eq" for term in terms):
        raise SearchNotAnswered(expected=_ALTERNATIVES)
    ids = frozenset(term.text for term in terms if term.member == ID and possible_id(term.text))
    identifiers = frozenset((term.member, without_case(term.text)) for term in terms if _possible_identifier(term))
    return Named(ids, identifiers)


def ordered_by(sought: Sought) -> str:
    """The member that says in which order they come."""
    return sought.kind if isinstance(sought, ByIdentifiers) else ID


def searched_members(sought: Sought) -> frozenset[str]:
    """The members beside the id whose content decides what is found."""
    if isinstance(sought, ByIdentifiers):
        return frozenset({sought.kind})
    return frozenset(member for member, _ in sought.identifiers) if isinstance(sought, Named) else frozenset()


def _check(term: Term, *, unique_emails: bool) -> None:
    operators = ("eq", "sw", "gt") if term.member == ID else ("eq", "sw")
    if term.member not in (ID, *IDENTIFIERS) or term.operator not in operators:
        raise SearchNotAnswered(expected=_FORMS)
    if term.member == "email" and not unique_emails:
        raise SearchNotAnswered(expected=_SHARED)


def _range(term: Term) -> Sought:
    if len(term.text) > MAX_TEXT:
        return NOBODY if term.operator == "sw" else ByIds(after=term.text[:MAX_TEXT])
    if term.member != ID:
        return ByIdentifiers(term.member, term.text)
    return ByIds(prefix=term.text) if term.operator == "sw" else ByIds(after=term.text)


def _possible_identifier(term: Term) -> bool:
    return term.member in IDENTIFIERS and 0 < len(term.text) <= MAX_TEXT
