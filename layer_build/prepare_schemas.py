"""Writes pydantic-core's schema of each wire model: `python prepare_schemas.py COMMERCE`, run by the layer build.

COMMERCE is the package `commerce` in the layer; it gets the folder `schemas/` (commerce/shapes.py). A function then
needs pydantic-core alone: neither pydantic nor the time it takes to make schemas from models.
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import SchemaValidator

from commerce.shapes import Shape

# What a schema says about how it was made.
ORIGINS = ("cls", "cls_name", "metadata")
REFERENCES = ("ref", "schema_ref")


def write_schemas(package: Path) -> None:
    """Raises TypeError or SchemaError for a model whose schema is not plain data."""
    folder = package / "schemas"
    folder.mkdir()
    for shape in shapes(package):
        schema = prepared_schema(shape.model)
        SchemaValidator(schema)
        (folder / shape.file_name).write_text(json.dumps(schema, separators=(",", ":")), encoding="utf-8")


def shapes(package: Path) -> Iterator[Shape]:
    """Every shape that a module of the package holds."""
    for found in pkgutil.walk_packages([str(package)], "commerce."):
        module = importlib.import_module(found.name)
        yield from (model for model in vars(module).values() if isinstance(model, Shape))


def prepared_schema(model: Any) -> Any:
    """The model's schema as plain data, the same at every build."""
    return _plain(TypeAdapter(model).core_schema, {})


def _plain(node: Any, numbers: dict[str, str]) -> Any:
    if isinstance(node, list | tuple):
        return [_plain(item, numbers) for item in node]
    if not isinstance(node, dict):
        return node
    # members of a model may have names like these: only schemas have a type that is a text
    if not isinstance(node.get("type"), str):
        return {name: _plain(member, numbers) for name, member in node.items()}
    return {
        name: numbers.setdefault(member, str(len(numbers))) if name in REFERENCES else _plain(member, numbers)
        for name, member in node.items()
        if name not in ORIGINS
    }


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
