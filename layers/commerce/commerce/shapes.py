"""Wire models checked by pydantic: what is wrong with a body, member by member.

A wire model is a TypedDict whose annotations say kinds and lengths. Meaning (a date, a known country) is for the
operation's rules. Nothing is coerced: a number is no text, a text no boolean.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path as File
from typing import Annotated, Any, Final, TypeAlias

from annotated_types import MaxLen
from msgspec import Struct
from msgspec.structs import replace
from pydantic_core import SchemaValidator, ValidationError

from commerce.exact_json import JsonValue, kind_of
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

# How pydantic names the branches of a union at the end of a path.
_BRANCHES: Final = frozenset({"str", "constrained-str", "bool", "int", "decimal"})
# pydantic's error type → what the value must be.
_EXPECTED: Final[Mapping[str, str]] = {
    STRING: "text",
    TOO_LONG: "text of at most {limit:,} characters",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "is_instance_of": "a number",
    "list_type": "a list",
    "dict_type": "an object",
    "too_long": "a list of at most {limit}",
    "missing": "set",
}
_OF_RIGHT_KIND: Final = frozenset({TOO_LONG, "too_long", "missing"})


class Violation(Struct, frozen=True):
    """One value that does not fit. `kind` is pydantic's error type, `limit` the length that was exceeded.

    `others`: the kinds of the further branches, where a union allows several.
    """

    path: Path
    kind: str
    value: JsonValue
    limit: int | None = None
    others: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """What was expected, in words that follow "must", and what was sent, by its kind."""
        kinds = dict.fromkeys((self.kind, *self.others))
        if "is_instance_of" in kinds:
            kinds.pop("int_type", None)
        wanted = ", or ".join(_EXPECTED.get(kind, "of another form") for kind in kinds).format(limit=self.limit)
        if self.kind in _OF_RIGHT_KIND:
            return f"be {wanted}"
        return f"be {wanted}, not {'a fraction' if isinstance(self.value, Decimal) else kind_of(self.value)}"


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
                path, kind = wrong["loc"], wrong["type"]
                path = path[:-1] if path and path[-1] in _BRANCHES else path
                limit = wrong.get("ctx", {}).get("max_length")
                first = found.get(path)
                found[path] = (
                    replace(first, others=(*first.others, kind), limit=limit if first.limit is None else first.limit)
                    if first
                    else Violation(path, kind, wrong["input"], limit)
                )
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
