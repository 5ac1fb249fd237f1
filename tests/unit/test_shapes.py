"""What a wire model finds wrong with a body is what pydantic, an independent reader of the same annotations, finds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from commerce.orders.request import _SHAPE as ORDER
from commerce.orders.rules import _SHAPE as LINE
from commerce.organizations.rules import _SHAPE as ORGANIZATION_ADDRESS
from commerce.profiles.rules import _SHAPE as PROFILE
from commerce.shapes import MISSING, OTHER, STRING, TOO_LONG, TOO_MANY, Shape, Violation

SHAPES = (ORDER, LINE, ORGANIZATION_ADDRESS, PROFILE)
VALUES: tuple[Any, ...] = (
    None,
    7,
    True,
    Decimal("1.5"),
    "",
    "x" * 254,
    "x" * 255,
    "x" * 4000,
    "x" * 4001,
    [],
    [None],
    ["x"] * 10,
    ["x"] * 11,
    {},
    {"id": 3},
    {"code": "x"},
    {"value": 1},
    [{"id": []}],
    [{}],
    [{"code": 1}],
)
KINDS = {"string_type": STRING, "string_too_long": TOO_LONG, "too_long": TOO_MANY, "missing": MISSING}
WORDS = {
    "string_type": "text",
    "string_too_long": "text of at most {limit:,} characters",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "is_instance_of": "a number",
    "list_type": "a list",
    "dict_type": "an object",
    "too_long": "a list of at most {limit}",
    "missing": "set",
}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.model.__name__)
def test_one_wrong_member(shape: Shape) -> None:
    members = [*shape.model.__annotations__, "unknown"]
    inner = ("id", "types", "items", "coupons", "name", "values", "code", "value", "city", "productId", "promotionId")
    bodies: list[Any] = [{member: value} for member in members for value in VALUES]
    bodies += [{member: {name: value}} for member in members for name in inner for value in VALUES]
    bodies += [{member: [{name: value}]} for member in members for name in inner for value in VALUES]
    for body in [*bodies, *VALUES]:
        assert _told(shape.violations(body)) == _expected(shape, body), body


JSON = st.recursive(
    st.sampled_from(VALUES),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from(["id", "x"]), parts, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.model.__name__)
@given(data=st.data())
def test_any_body(shape: Shape, data: st.DataObject) -> None:
    names = st.sampled_from([*shape.model.__annotations__, "unknown"])
    body = data.draw(st.dictionaries(names, JSON, max_size=6))
    assert _told(shape.violations(body)) == _expected(shape, body)


def test_a_model_of_something_else() -> None:
    with pytest.raises(TypeError):
        Shape(set[str]).violations({})


def _told(violations: Sequence[Violation]) -> list[Any]:
    """Without the members that an object needs, which pydantic does not tell of: test_expectations.py."""
    return [(found.path, found.kind, found.value, found.limit, found.wanted.split(" with ")[0]) for found in violations]


def _expected(shape: Shape, body: Any) -> list[Any]:
    """Pydantic reports each branch of a union, below its name; a shape tells of the value once."""
    found: dict[Any, Any] = {}
    kinds: dict[Any, list[str]] = {}
    try:
        _pydantic(shape).validate_python(body, strict=True)
    except ValidationError as error:
        for wrong in error.errors(include_url=False):
            kind = wrong["type"]
            path = _existing(body, wrong["loc"], missing=kind == "missing")
            kinds.setdefault(path, []).append(kind)
            found.setdefault(path, (KINDS.get(kind, OTHER), wrong["input"], wrong.get("ctx", {}).get("max_length")))
    return [
        (path, kind if len(kinds[path]) == 1 or kind is not STRING else OTHER, value, limit, _words(kinds[path], limit))
        for path, (kind, value, limit) in found.items()
    ]


def _words(kinds: Sequence[str], limit: int | None) -> str:
    named = [kind for kind in kinds if kind != "int_type" or "is_instance_of" not in kinds]
    return ", or ".join(WORDS[kind] for kind in named).format(limit=limit)


@cache
def _pydantic(shape: Shape) -> Any:
    return TypeAdapter(shape.model).validator


def _existing(body: Any, path: Sequence[Any], *, missing: bool) -> tuple[Any, ...]:
    """The part of a path that names members and items, without the branches of unions."""
    for at, part in enumerate(path):
        if missing and at == len(path) - 1:
            break
        if not (isinstance(body, list) and isinstance(part, int)) and not (isinstance(body, dict) and part in body):
            return tuple(path[:at])
        body = body[part]
    return tuple(path)
