"""Wire models: what is wrong with a body, member by member.

A wire model is a TypedDict whose annotations say kinds and lengths; its module evaluates them (no
``from __future__ import annotations``), so that nothing is compiled from text at a start. Meaning (a date, a known
country) is for the operation's rules. Nothing is coerced: a number is no text, a text no boolean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeAlias, Union, get_args, get_origin

from msgspec import Struct
from msgspec.structs import replace

from commerce.exact_json import JsonValue, kind_of
from commerce.values import MAX_TEXT

Path: TypeAlias = tuple[str | int, ...]

STRING: Final = "no text"
TOO_LONG: Final = "a text that is too long"
TOO_MANY: Final = "a list that is too long"
MISSING: Final = "not set"
OTHER: Final = "of another kind"


class MaxLength(Struct, frozen=True):
    """Marks a text, or a list, with the most characters, or items, that it may have."""

    limit: int

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return handler(source) | {"max_length": self.limit}


class _StopAtFirst:
    """Marks a list of which the first item that does not fit is enough: a body can hold half a million."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return handler(source) | {"fail_fast": True}


STOP_AT_FIRST: Final = _StopAtFirst()

Text: TypeAlias = Annotated[str, MaxLength(MAX_TEXT)] | None
Id: TypeAlias = str | int | None


class Violation(Struct, frozen=True):
    """One value that does not fit.

    `kind`: STRING where only a text fits; TOO_LONG and TOO_MANY, with the `limit`; MISSING; else OTHER. `wanted`: what
    would fit.
    """

    path: Path
    kind: str
    value: JsonValue
    wanted: str
    limit: int | None = None

    @property
    def expected(self) -> str:
        """What was expected, in words that follow "must", and what was sent, by its kind."""
        if self.kind not in (STRING, OTHER):
            return f"be {self.wanted}"
        return f"be {self.wanted}, not {'a fraction' if isinstance(self.value, Decimal) else kind_of(self.value)}"


Check: TypeAlias = Callable[[JsonValue], Sequence[Violation]]
"""Gives what does not fit in a value, paths from that value on."""


class Shape:
    """Checks values against one wire model; unknown members are let through."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def violations(self, value: JsonValue) -> Sequence[Violation]:
        """What does not fit, in the model's order; at most one for each path."""
        return self._check(value)

    @cached_property
    def _check(self) -> Check:
        return _check_of(self.model)


def path_text(path: Path) -> str:
    """``("shippingAddresses", 0, "city")`` → ``shippingAddresses[0].city``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _check_of(annotation: Any) -> Check:
    """Raises TypeError for an annotation that says nothing about a JSON value."""
    options = get_args(annotation) if isinstance(annotation, UnionType) or get_origin(annotation) is Union else ()
    scalars = [_scalar(option) for option in options or (annotation,)]
    if None not in scalars:
        return _scalars(dict(filter(None, scalars)))
    if options:
        (option,) = (option for option in options if option is not NoneType)
        check = _check_of(option)
        return lambda value: _NOTHING if value is None else check(value)
    if annotation is Any:
        return lambda _value: _NOTHING
    if hasattr(annotation, "__required_keys__"):  # a TypedDict, of `typing` or of `typing_extensions`
        members = {name: _check_of(member) for name, member in annotation.__annotations__.items()}
        return _object(members, annotation.__required_keys__)
    bare, marks = _unmarked(annotation)
    match get_origin(bare), get_args(bare):
        case kind, (item,) if kind is list:
            return _list(_check_of(item), _limit(marks), stop_at_first=STOP_AT_FIRST in marks)
        case kind, (key, value) if kind is dict and (key, value) == (str, Any):
            return _object({}, frozenset())
    raise TypeError(annotation)


def _scalar(annotation: Any) -> tuple[type, int | None] | None:
    """The type of a value without parts and the most characters it may have; None for another annotation."""
    kind, marks = _unmarked(annotation)
    return (kind, _limit(marks)) if kind in _SCALARS else None


def _unmarked(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    return (annotation.__origin__, annotation.__metadata__) if get_origin(annotation) is Annotated else (annotation, ())


def _limit(marks: Sequence[Any]) -> int | None:
    return next((mark.limit for mark in marks if isinstance(mark, MaxLength)), None)


def _scalars(kinds: Mapping[type, int | None]) -> Check:
    """`kinds`: each type that fits, with the most characters it may have."""
    limit = kinds.get(str)
    named = [kind for kind in kinds if kind in _WORDS and not (kind is int and Decimal in kinds)]
    wanted = ", or ".join(_WORDS[kind] for kind in named)
    shorter = wanted.replace(_WORDS[str], f"text of at most {limit:,} characters") if limit else wanted
    wrong = STRING if named == [str] else OTHER

    def check(value: JsonValue) -> Sequence[Violation]:
        if type(value) not in kinds:
            return (Violation((), wrong, value, wanted),)
        if limit is not None and type(value) is str and len(value) > limit:
            return (Violation((), TOO_LONG, value, shorter, limit),)
        return _NOTHING

    return check


def _object(members: Mapping[str, Check], required: frozenset[str]) -> Check:
    wanted = f"an object with {', '.join(sorted(required))}" if required else "an object"
    names = members.keys()

    def check(value: JsonValue) -> Sequence[Violation]:
        if type(value) is not dict:
            return (Violation((), OTHER, value, wanted),)
        wrong = {name: inside for name in names & value.keys() if (inside := members[name](value[name]))}
        if not wrong and required <= value.keys():
            return _NOTHING
        found: list[Violation] = []
        for name in members:
            if name in wrong:
                found += _below(name, wrong[name])
            elif name in required and name not in value:
                found.append(Violation((name,), MISSING, value, "set"))
        return found

    return check


def _list(check_item: Check, limit: int | None, *, stop_at_first: bool) -> Check:
    def check(value: JsonValue) -> Sequence[Violation]:
        if type(value) is not list:
            return (Violation((), OTHER, value, "a list"),)
        found: list[Violation] = []
        for place, item in enumerate(value):
            if place == limit:
                return (Violation((), TOO_MANY, value, f"a list of at most {limit}", limit),)
            inside = check_item(item)
            if inside:
                found += _below(place, inside)
                if stop_at_first:
                    break
        return found

    return check


def _below(part: str | int, violations: Sequence[Violation]) -> list[Violation]:
    return [replace(found, path=(part, *found.path)) for found in violations]


_NOTHING: Final[Sequence[Violation]] = ()
_WORDS: Final = {str: "text", bool: "true or false", int: "a whole number", Decimal: "a number"}
_SCALARS: Final = frozenset({*_WORDS, NoneType})
