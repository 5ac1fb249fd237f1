"""Places in a JSON value, and patterns of them.

``shoppingCart.items[0].id`` is a place; an entry of a list that was found by a member of its own is ``[id=ci1]``. In a
pattern ``*`` stands for any text within a step, ``[*]`` for any entry, ``**`` for any number of steps: ``**.links``. A
pattern also covers all that lies below what it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final, TypeAlias

# Steps as they are shown: a member's name, or an entry in brackets.
Path: TypeAlias = tuple[str, ...]

_STEPS: Final = re.compile(r"(?:[^.\[\]]+|\[[^\]]+\])(?:\.(?=[^.\[])|(?=\[)|$)")
_END: Final = "\0"


class BadPattern(ValueError):
    """Text that is no pattern of places."""


def shown(path: Path) -> str:
    """As a person reads it."""
    text = "".join(step if step.startswith("[") else f".{step}" for step in path)
    return text.removeprefix(".") or "the whole body"


class Patterns:
    """Whether a place is named by one of several patterns. Raises BadPattern."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._expressions = [_compiled(pattern) for pattern in patterns]

    def __bool__(self) -> bool:
        return bool(self._expressions)

    def name(self, path: Path) -> bool:
        """This very place."""
        text = _joined(path)
        return any(expression.fullmatch(text) for expression in self._expressions)

    def cover(self, path: Path) -> bool:
        """This place, or one that it lies below."""
        text = _joined(path)
        return any(expression.match(text) for expression in self._expressions)


def steps(text: str) -> Path:
    """A place, or a pattern of places. Raises BadPattern."""
    found, at = [], 0
    while at < len(text):
        step = _STEPS.match(text, at)
        if step is None:
            raise BadPattern(f"{text} names no member: one looks like shoppingCart.items[*].id")
        found.append(step[0].rstrip("."))
        at = step.end()
    if not found or text.endswith("."):
        raise BadPattern("a member's path is expected, such as shoppingCart.items[*].id")
    return tuple(found)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    expression = "".join(
        f"(?:[^{_END}]+{_END})*" if step == "**" else re.escape(step).replace(r"\*", f"[^{_END}]*") + _END
        for step in steps(pattern)
    )
    return re.compile(expression, re.DOTALL)


def _joined(path: Path) -> str:
    return "".join(f"{step}{_END}" for step in path)
