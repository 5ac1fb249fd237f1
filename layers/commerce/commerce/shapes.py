"""Wire models checked by pydantic: what is wrong with a body, member by member.

A wire model is a TypedDict whose annotations say kinds and lengths. Meaning (a date, a known country) is for the
operation's rules. Nothing is coerced: a number is no text, a text no boolean.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as File
from typing import Annotated, Any, Final, TypeAlias

from annotated_types import MaxLen
from pydantic_core import SchemaValidator, ValidationError

from commerce.exact_json import JsonValue
from commerce.values import MAX_TEXT

Path: TypeAlias = tuple[str | int, ...]
Text: TypeAlias = Annotated[str, MaxLen(MAX_TEXT)] | None
Id: TypeAlias = str | int | None

_SCHEMAS: Final = File(__file__).with_name("schemas")
STRING: Final = "string_type"
TOO_LONG: Final = "string_too_long"


class _StopAtFirst:
    """Marks a list of which the first item that does not fit is enough: a body can hold half a million."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return handler(source) | {"fail_fast": True}


STOP_AT_FIRST: Final = _StopAtFirst()


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
        self.model = model

    def violations(self, value: JsonValue) -> list[Violation]:
        """What does not fit, in the model's order; at most one for each path."""
        try:
            self._validator.validate_python(value, strict=True)
        except ValidationError as error:
            found: dict[Path, Violation] = {}
            for wrong in error.errors(include_url=False):
                limit = wrong.get("ctx", {}).get("max_length")
                found.setdefault(wrong["loc"], Violation(wrong["loc"], wrong["type"], wrong["input"], limit))
            return list(found.values())
        return []

    @property
    def file_name(self) -> str:
        """Of the schema in `schemas/`, which the layer build writes."""
        return f"{self.model.__module__}.{self.model.__qualname__}.json"

    @cached_property
    def _validator(self) -> Any:
        try:
            prepared = _SCHEMAS.joinpath(self.file_name).read_bytes()
        except FileNotFoundError:
            from pydantic import TypeAdapter  # noqa: PLC0415  it is not in the layer

            return TypeAdapter(self.model).validator
        return SchemaValidator(json.loads(prepared))


def path_text(path: Path) -> str:
    """``("shippingAddresses", 0, "city")`` → ``shippingAddresses[0].city``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
