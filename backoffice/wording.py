"""What a record model's violation says to a person: the member, and what was expected there.

No value is repeated: it may be a password.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, NotRequired, Required, Union, get_args, get_origin

from typing_extensions import get_type_hints, is_typeddict

from backoffice.findings import suggestion

_MEMBER_NAME: Final = "[key]"  # pydantic's last step to what names a member


def told(violation: Mapping[str, Any], model: Any, record: Any) -> str:
    """``"skus.0.id: a text is expected, not a number"`` of one of pydantic's errors."""
    path = _shown_path(violation["loc"], record)
    member = ".".join(map(str, path)) or "the record"
    if violation["type"] == "extra_forbidden":
        return f"{member}: there is no such member{suggestion(str(path[-1]), _members_at(model, violation['loc']))}"
    context = violation.get("ctx") or {}
    word = _WORDS.get(violation["type"])
    if word is None:
        return f"{member}: {violation['msg']}"
    return f"{member}: {word(context, violation['input'])}"


def error_words(error: Exception) -> str:
    """What the service's error of that name says: ``AddressIncomplete`` → ``address incomplete``."""
    return re.sub("(?<!^)(?=[A-Z])", " ", type(error).__name__).lower()


def kind_of(value: object) -> str:
    """What a JSON value is, with its article."""
    if value is None:
        return "null"
    kinds: Sequence[tuple[type, str]] = (
        (bool, "true or false"),
        (str, "a text"),
        (dict, "an object"),
        (list, "a list"),
    )
    return next((word for kind, word in kinds if isinstance(value, kind)), "a number")


def _shown_path(location: Sequence[str | int], record: Any) -> list[str | int]:
    """Without the steps that stand in no file: which of several forms was tried."""
    path: list[str | int] = []
    at = record
    for number, step in enumerate(location):
        is_last = number == len(location) - 1
        if isinstance(at, dict) and step in at:
            at = at[step]
        elif isinstance(at, list) and isinstance(step, int):
            at = at[step] if step < len(at) else None
        elif step == _MEMBER_NAME or not (is_last and isinstance(at, dict)):
            continue
        path.append(step)
    return path


def _expected(what: str) -> Callable[[Mapping[str, Any], Any], str]:
    return lambda _context, value: f"{what} is expected, not {kind_of(value)}"


def _entries(number: int) -> str:
    return f"{number} {'entry' if number == 1 else 'entries'}"


_WORDS: Final[Mapping[str, Callable[[Mapping[str, Any], Any], str]]] = {
    "store_data": lambda context, _: str(context["text"]),
    "missing": lambda *_: "is missing",
    "string_type": _expected("a text"),
    "bool_type": _expected("true or false"),
    "int_type": _expected("a whole number"),
    "int_from_float": _expected("a whole number"),
    "dict_type": _expected("an object"),
    "list_type": _expected("a list"),
    "none_required": _expected("null"),
    "too_short": lambda context, _: f"at least {_entries(context['min_length'])} must be there",
    "too_long": lambda context, _: f"at most {_entries(context['max_length'])} may be there",
    "string_too_short": lambda context, _: (
        "at least 1 character is expected"
        if context["min_length"] == 1
        else f"at least {context['min_length']} characters are expected"
    ),
    "string_too_long": lambda context, value: f"at most {context['max_length']} characters, it has {len(value)}",
    "greater_than_equal": lambda context, _: f"must be at least {context['ge']}",
    "less_than_equal": lambda context, _: f"must be at most {context['le']}",
    "literal_error": lambda context, _: f"must be {context['expected']}",
    "union_tag_not_found": lambda context, _: f"{str(context['discriminator']).strip(chr(39))} is missing",
    "union_tag_invalid": lambda context, _: (
        f"{str(context['discriminator']).strip(chr(39))} must be one of {context['expected_tags']}"
    ),
}


def _members_at(model: Any, location: Sequence[str | int]) -> Collection[str]:
    """The members that the models at a location know; the last step names the unknown one."""
    reached = [model]
    for step in location[:-1]:
        below = [part for form in reached for part in _below(form, step)]
        reached = below or reached  # a step that only says which of several forms was tried
    return {name for form in reached for record in _records(form) for name in _hints(record)}


def _below(annotation: Any, step: str | int) -> Iterator[Any]:
    for form in _forms(annotation):
        if is_typeddict(form):
            if step in _hints(form):
                yield _hints(form)[step]  # type: ignore[index]  # found under this name just now
        elif get_origin(form) in (list, dict) and get_args(form):
            yield get_args(form)[-1]


def _records(annotation: Any) -> Iterator[Any]:
    return (form for form in _forms(annotation) if is_typeddict(form))


def _forms(annotation: Any) -> Iterator[Any]:
    """An annotation without what wraps it; each member of a union."""
    origin = get_origin(annotation)
    if origin in (Annotated, Required, NotRequired):
        yield from _forms(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for part in get_args(annotation):
            yield from _forms(part)
    else:
        yield annotation


@cache
def _hints(record: Any) -> Mapping[str, Any]:
    return get_type_hints(record, include_extras=True)
