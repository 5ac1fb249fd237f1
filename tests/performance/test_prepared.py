"""What the layer build prepares says the same as what Python and pydantic would make at run time."""

from __future__ import annotations

import json
import marshal
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from pydantic_core import SchemaValidator, ValidationError

from commerce.cold_start import MADE_BY, PATCHED
from commerce.orders.request import _SHAPE as ORDER
from commerce.orders.rules import _SHAPE as LINE
from commerce.organizations.rules import _SHAPE as ORGANIZATION_ADDRESS
from commerce.profiles.rules import _SHAPE as PROFILE
from commerce.shapes import Shape

SHAPES = (ORDER, LINE, ORGANIZATION_ADDRESS, PROFILE)
VALUES: tuple[Any, ...] = (
    None,
    7,
    True,
    Decimal("1.5"),
    "",
    "x" * 255,
    "x" * 5000,
    [],
    [None],
    {},
    {"id": 3},
    [{"id": []}],
)


def _table(layer: Path) -> tuple[Any, dict[tuple[Any, Any], Any]]:
    made_by, table = marshal.loads((layer / "python" / "commerce" / "precompiled.bin").read_bytes())
    return made_by, table


def test_each_text_was_compiled_as_python_does(built_layer: Path) -> None:
    made_by, table = _table(built_layer)
    assert made_by == MADE_BY
    assert len(table) > 300
    engine = re._compiler  # type: ignore[attr-defined]
    for (text, how), compiled in table.items():
        if how in ("exec", "eval"):
            assert marshal.loads(compiled) == compile(text, "<string>", how, dont_inherit=True)
        else:
            flags, code, groups, names, indexes = compiled
            parsed = engine._parser.parse(text, how)
            assert list(memoryview(code).cast("I")) == engine._code(parsed, how)
            pattern = engine.compile(text, how)
            assert (flags, groups, names) == (pattern.flags, parsed.state.groups - 1, dict(pattern.groupindex))
            assert [name for name in indexes if name] == sorted(names, key=names.__getitem__)


def printed(built_layer: Path, program: str) -> str:
    """What a program prints that starts with the layer alone."""
    done = subprocess.run(
        [sys.executable, "-S", "-B", "-c", program],
        env={"PYTHONPATH": str(built_layer / "python")},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_functions_take_texts_from_it(built_layer: Path) -> None:
    program = (
        "import sys, re, builtins, dataclasses; compiled = []\n"
        "genuine = re._compiler._code\n"
        "def counting(*parts):\n"
        "    compiled.append(1)\n"
        "    return genuine(*parts)\n"
        "import commerce\n"
        "re._compiler._code = counting\n"
        "import commerce.profiles.service, commerce.orders.service, botocore.session\n"
        "print(len(compiled))\n"
    )
    said = printed(built_layer, program)
    # One of PyJWT's is joined from a set: its text differs from process to process.
    assert int(said) <= 1


def test_each_name_that_is_set_in_the_standard_library_is_one_that_it_calls(built_layer: Path) -> None:
    program = (
        "from commerce.cold_start import PATCHED\n"
        "called = set()\n"
        "def noting(place, genuine):\n"
        "    def call(*parts):\n"
        "        called.add(place)\n"
        "        return genuine(*parts)\n"
        "    return call\n"
        "for module, name, _ in PATCHED:\n"
        "    setattr(module, name, noting(f'{module.__name__}.{name}', getattr(module, name)))\n"
        "import commerce.profiles.service, commerce.orders.service, botocore.session\n"
        "print(*sorted(called))\n"
    )
    said = printed(built_layer, program)
    assert said.split() == sorted(f"{module.__name__}.{name}" for module, name, _ in PATCHED)


def test_each_shape_has_its_schema(built_layer: Path) -> None:
    files = {path.name for path in (built_layer / "python" / "commerce" / "schemas").iterdir()}
    assert files == {shape.file_name for shape in SHAPES}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.model.__name__)
def test_the_schema_finds_what_pydantic_finds(built_layer: Path, shape: Shape) -> None:
    file = built_layer / "python" / "commerce" / "schemas" / shape.file_name
    prepared = SchemaValidator(json.loads(file.read_text(encoding="utf-8")))
    genuine = TypeAdapter(shape.model).validator
    members = [*shape.model.__annotations__, "unknown"]
    bodies = [{member: value} for member in members for value in VALUES]
    bodies += [
        {member: [{inner: value}]} for member in members for inner in ("id", "types", "items") for value in VALUES
    ]
    for body in [*bodies, *VALUES]:
        assert _errors(prepared, body) == _errors(genuine, body)


def _errors(validator: Any, value: Any) -> list[Any]:
    try:
        validator.validate_python(value, strict=True)
    except ValidationError as error:
        return error.errors(include_url=False)
    return []
