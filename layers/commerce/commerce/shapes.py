"""Wire models checked by pydantic: what is wrong with a body, member by member.

A wire model is a TypedDict whose annotations say kinds and lengths. Meaning (a date, a known country) is for the
operation's rules. Nothing is coerced: a number is no text, a text no boolean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from pydantic import TypeAdapter, ValidationError

from commerce.exact_json import JsonValue

Path: TypeAlias = tuple[str | int, ...]

STRING: Final = "string_type"
TOO_LONG: Final = "string_too_long"


@dataclass(frozen=True, slots=True)
class Violation:
    """One value that does not fit. `kind` is pydantic's error type, `limit` the length that was exceeded."""

    path: Path
    kind: str
    value: JsonValue
    limit: int | None = None


class Shape:
    """Checks values against one wire model; unknown members are let through."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def violations(self, value: JsonValue) -> list[Violation]:
        """What does not fit, in the model's order; at most one for each path."""
        try:
            self._adapter.validate_python(value, strict=True)
        except ValidationError as error:
            found: dict[Path, Violation] = {}
            for each in error.errors(include_url=False):
                limit = each.get("ctx", {}).get("max_length")
                found.setdefault(each["loc"], Violation(each["loc"], each["type"], each["input"], limit))
            return list(found.values())
        return []

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self._model)


def path_text(path: Path) -> str:
    """``("shippingAddresses", 0, "city")`` → ``shippingAddresses[0].city``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
