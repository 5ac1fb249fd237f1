"""Which profiles a list is asked for, and how they are found: by keys, or by what the index says of each (contract:
companions.md §7).

Plain data in, plain data out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import contains, eq, ge, gt, le, lt
from typing import Final, TypeAlias

from msgspec import Struct

from commerce.dates import canonical_date
from commerce.errors import SearchNotAnswered
from commerce.listing import Joined, Negated, Query, Term, read_query, terms_of
from commerce.profiles.custom import DeclaredProperties
from commerce.profiles.model import (
    SEARCHED,
    SEARCHED_CUSTOM,
    SEARCHED_MEMBERS,
    SEARCHED_OTHERS,
    SEARCHED_REST,
    comparable_text,
    without_forms,
)
from commerce.shopper_types.model import Property
from commerce.storage.indexes import AllOf, AnyOf, Compared, Matching, NoneOf, Present
from commerce.values import MAX_TEXT, PropertyKind, number, possible_id, sortable, without_case

ID: Final = "id"
IDENTIFIERS: Final = ("login", "email")
# DynamoDB takes 4 KB of expression and 300 operators.
MAX_TERMS: Final = 20


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


class Filtered(Struct, frozen=True):
    """Those of a range of ids that a query fits."""

    where: ByIds
    query: Query


Sought: TypeAlias = Named | ByIds | ByIdentifiers | Filtered

NOBODY: Final = Named(frozenset(), frozenset())


class _Kind(Struct, frozen=True):
    """What a member is compared as. `operand`: what a text of a query stands for, None = nothing of this kind."""

    operators: frozenset[str]
    operand: Callable[[str], str | None]
    expected: str


class _Member(Struct, frozen=True):
    """One that can be searched. `unset`: what a profile shows that has no value of its own. Of a custom one the row may
    say in another place that there is one.
    """

    name: str
    path: tuple[str, ...]
    kind: _Kind
    readable: bool
    unset: str | None = None
    custom: bool = False


_ORDER: Final = frozenset({"eq", "ne", "gt", "ge", "lt", "le", "pr"})
_TEXT: Final = _Kind(
    _ORDER | {"co", "sw"},
    without_forms,
    "compare texts by eq, ne, co, sw, gt, ge, lt, le and a text in quotes, or by pr",
)
_EXACT: Final = _Kind(_TEXT.operators, lambda text: text, _TEXT.expected)
_DATE: Final = _Kind(
    _ORDER,
    lambda text: comparable_text(canonical_date(text)),
    'compare dates by eq, ne, gt, ge, lt, le and one in quotes, like "2026-03-14" or "2026-03-14T09:26:53Z", or by pr',
)
_NUMBER: Final = _Kind(
    _ORDER,
    lambda text: None if (read := number(text)) is None else sortable(read),
    "compare numbers by eq, ne, gt, ge, lt, le and a number, or by pr",
)
_FLAG: Final = _Kind(
    frozenset({"eq", "ne", "pr"}),
    lambda text: text.lower() if text.lower() in {"true", "false"} else None,
    "compare what is true or false by eq or ne and true or false, or by pr",
)
_KINDS: Final[Mapping[str, _Kind]] = {
    PropertyKind.SHORT_TEXT: _TEXT,
    PropertyKind.NUMBER: _NUMBER,
    PropertyKind.DATE: _DATE,
    PropertyKind.CHECKBOX: _FLAG,
}
_ORGANIZATION: Final = "parentOrganization"
_ACTIVE: Final = "active"
# Members of the document are compared as texts but for these.
_CORE: Final[Mapping[str, _Kind]] = {
    ID: _EXACT,
    "login": _TEXT,
    **dict.fromkeys(SEARCHED_MEMBERS, _TEXT),
    "registrationDate": _DATE,
    _ORGANIZATION: _EXACT,
    _ACTIVE: _FLAG,
}
_BY_LOWER: Final = {name.lower(): name for name in _CORE} | {f"{_ORGANIZATION}.{ID}".lower(): _ORGANIZATION}

# Operator of a query → of a filter, and whether two texts stand to each other like that.
_COMPARISONS: Final[Mapping[str, tuple[str, Callable[[str, str], bool]]]] = {
    "eq": ("=", eq),
    "co": ("contains", contains),
    "sw": ("begins_with", str.startswith),
    "gt": (">", gt),
    "ge": (">=", ge),
    "lt": ("<", lt),
    "le": ("<=", le),
}

_FORM: Final = (
    'be terms like lastName eq "Anderson", email co "@example.com" or firstName pr, joined by and, or, not (…) and '
    "parentheses"
)
_MEMBERS: Final = f"name {', '.join(_CORE)}, or a custom property of the shopper type that is no rich text"
_TOO_MANY: Final = f"have at most {MAX_TERMS} terms"
_LENGTHS: Final = f"compare with texts of 1 to {MAX_TEXT} characters; pr tells whether there is a value"


def sought_profiles(query: str | None, *, unique_emails: bool) -> Sought:
    """What a `q` looks for; without one everybody. Raises SearchNotAnswered: it cannot be read."""
    if not query or not query.strip():
        return ByIds()
    read = read_query(query, grouped=True)
    if read is None:
        raise SearchNotAnswered(expected=_FORM)
    return _by_keys(read, unique_emails=unique_emails) or Filtered(_where(read), read)


def ordered_by(sought: Sought) -> str:
    """The member that says in which order they come."""
    return sought.kind if isinstance(sought, ByIdentifiers) else ID


def unreadable(sought: Sought, declared: DeclaredProperties) -> bool:
    """Whether content that the caller may not read decides what is found.

    Raises SearchNotAnswered, as `matching`.
    """
    if isinstance(sought, Filtered):
        return not all(_member(term, declared).readable for term in terms_of(sought.query))
    if isinstance(sought, ByIdentifiers):
        return not declared.shows(sought.kind)
    return isinstance(sought, Named) and not all(declared.shows(kind) for kind, _ in sought.identifiers)


def matching(sought: Filtered, declared: DeclaredProperties) -> Matching:
    """What rows of the index match. A row of which nothing is known yet does not.

    Raises SearchNotAnswered: too many terms, an unknown member, or what cannot be compared with it like that.
    """
    terms = list(terms_of(sought.query))
    if len(terms) > MAX_TERMS:
        raise SearchNotAnswered(expected=_TOO_MANY)
    return AllOf((Present((SEARCHED,)), _matching(sought.query, declared)))


# --- by keys


def _by_keys(query: Query, *, unique_emails: bool) -> Sought | None:
    """Named profiles, or one range; None where that does not answer it."""
    parts = query.parts if isinstance(query, Joined) and query.word == "or" else (query,)
    terms = [_canonical(part) for part in parts if isinstance(part, Term)]
    keyed = {ID, *IDENTIFIERS} if unique_emails else {ID, "login"}
    if len(terms) < len(parts) or not all(term.member in keyed for term in terms):
        return None
    if all(term.operator == "eq" for term in terms):
        ids = frozenset(term.text for term in terms if term.member == ID and possible_id(term.text))
        return Named(
            ids, frozenset((term.member, without_case(term.text)) for term in terms if _possible_identifier(term))
        )
    return _range(terms[0]) if len(terms) == 1 else None


def _range(term: Term) -> Sought | None:
    if term.operator != "sw" and (term.operator, term.member) != ("gt", ID):
        return None
    if len(term.text) > MAX_TEXT:
        return NOBODY if term.operator == "sw" else ByIds(after=term.text[:MAX_TEXT])
    if term.member != ID:
        return ByIdentifiers(term.member, term.text)
    return ByIds(prefix=term.text) if term.operator == "sw" else ByIds(after=term.text)


def _possible_identifier(term: Term) -> bool:
    return term.member in IDENTIFIERS and 0 < len(term.text) <= MAX_TEXT


def _canonical(term: Term) -> Term:
    """With the member as it is written; one that is none of the core stays as it was sent."""
    return Term(_BY_LOWER.get(term.member.lower(), term.member), term.operator, term.text)


def _where(query: Query) -> ByIds:
    """The range of ids that all profiles lie in which the query fits, so that no other is looked at."""
    parts = query.parts if isinstance(query, Joined) and query.word == "and" else (query,)
    terms = [_canonical(part) for part in parts if isinstance(part, Term)]
    bounds = {term.operator: term.text for term in terms if term.member == ID and 0 < len(term.text) <= MAX_TEXT}
    if "gt" in bounds and "eq" not in bounds:
        return ByIds(after=bounds["gt"])
    return ByIds(prefix=bounds.get("eq", bounds.get("sw", "")))


# --- by what the index says


def _matching(query: Query, declared: DeclaredProperties) -> Matching:
    match query:
        case Term():
            return _term(query, _member(query, declared))
        case Joined():
            parts = tuple(_matching(part, declared) for part in query.parts)
            return AllOf(parts) if query.word == "and" else AnyOf(parts)
        case Negated():
            return _inverted(_matching(query.part, declared))


def _term(term: Term, member: _Member) -> Matching:
    kind, present = member.kind, Present(member.path)
    if term.operator not in kind.operators:
        raise SearchNotAnswered(expected=kind.expected)
    if term.operator == "pr":
        return present if member.unset is None else AnyOf((present, _has_none_of_its_own(member)))
    if not 0 < len(term.text) <= MAX_TEXT:
        raise SearchNotAnswered(expected=_LENGTHS)
    operand = kind.operand(term.text)
    if operand is None:
        raise SearchNotAnswered(expected=kind.expected)
    if term.operator == "ne":
        return _inverted(_compared(member, "eq", operand))
    return _compared(member, term.operator, operand)


def _compared(member: _Member, name: str, operand: str) -> Matching:
    operator, holds = _COMPARISONS[name]
    # Whether a shopper is active is no text in its row.
    value = operand == "true" if member.name == _ACTIVE else operand
    own = Compared(member.path, operator, value)
    if member.unset is not None and holds(member.unset, operand):
        return AnyOf((own, _has_none_of_its_own(member)))
    return own


def _inverted(part: Matching) -> Matching:
    """Not twice, however often a query says it: DynamoDB counts each."""
    return part.part if isinstance(part, NoneOf) else NoneOf(part)


def _has_none_of_its_own(member: _Member) -> Matching:
    present = Present(member.path)
    if member.custom:
        named = Present((SEARCHED, SEARCHED_OTHERS, member.name))
        return NoneOf(AnyOf((present, named, Compared((SEARCHED, SEARCHED_REST), "<=", member.name))))
    return NoneOf(present)


def _member(term: Term, declared: DeclaredProperties) -> _Member:
    """What a term names, in any case; a custom property rather in its own. Raises SearchNotAnswered."""
    name = _BY_LOWER.get(term.member.lower())
    if name is not None:
        readable = declared.shows(name)
        if name == _ACTIVE:
            return _Member(name, (name,), _CORE[name], readable, "true")
        return _Member(name, (SEARCHED, name), _CORE[name], readable)
    custom = declared.custom(term.member) or _in_another_case(term.member, declared)
    kind = _KINDS.get(custom.type) if custom else None
    if custom is None or kind is None:
        raise SearchNotAnswered(expected=_MEMBERS)
    path = (SEARCHED, SEARCHED_CUSTOM, custom.id)
    return _Member(custom.id, path, kind, declared.readable(custom), comparable_text(custom.default), custom=True)


def _in_another_case(name: str, declared: DeclaredProperties) -> Property | None:
    """The one that there is."""
    found: Sequence[Property] = [
        custom for custom in declared.labelled.type.custom if custom.id.lower() == name.lower()
    ]
    return declared.custom(found[0].id) if len(found) == 1 else None
