"""JSON schemas of the bodies, with the texts that stand below their members."""

from __future__ import annotations

import ast
import inspect
import itertools
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

from commerce.bodies import OtherData
from commerce.orders.bodies import OrderUpdate, SentChildLine, SentCoupon, SentLine, ShopperInput
from commerce.organizations.bodies import OrganizationAddress, SentOrganizationAddress
from commerce.profiles.bodies import (
    AdministeredProfileUpdate,
    CurrentOrganization,
    ProfileOrganization,
    ProfileUpdate,
)
from commerce.shopper_types.bodies import SentShopperTypeProperty

REFERENCE: Final = "#/components/schemas/"
# Beside whose members others may stand: what a store declares or loads, and what clients send back of an answer.
OPEN: Final = frozenset(
    {
        AdministeredProfileUpdate,
        CurrentOrganization,
        OrderUpdate,
        OrganizationAddress,
        OtherData,
        ProfileOrganization,
        ProfileUpdate,
        SentChildLine,
        SentCoupon,
        SentLine,
        SentOrganizationAddress,
        SentShopperTypeProperty,
        ShopperInput,
    }
)
_MODE: Final[JsonSchemaMode] = "validation"


class _Describing(GenerateJsonSchema):
    """What pydantic makes of a model, titled by the class alone and described by the texts in it."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        made = super().nullable_schema(schema)
        value, *others = made.get("anyOf", [made])
        if others == [{"type": "null"}] and isinstance(value.get("type"), str) and not value.keys() & {"const", "enum"}:
            return {**value, "type": [value["type"], "null"]}
        return made

    def typed_dict_schema(self, schema: core_schema.TypedDictSchema) -> JsonSchemaValue:
        made = super().typed_dict_schema(schema)
        model: Any = schema["cls"]
        texts = member_texts(model)
        for name, member in made["properties"].items():
            member.pop("title", None)
            if name in texts:
                member["description"] = texts[name]
        if model in OPEN:
            made["additionalProperties"] = True
        return made


def schemas(models: Iterable[type]) -> dict[str, Any]:
    """Name → schema, of the models and all that they are made of. Raises ValueError for two models of one name."""
    inputs = [(model.__name__, _MODE, TypeAdapter[Any](model)) for model in dict.fromkeys(models)]
    references, found = TypeAdapter.json_schemas(
        inputs, schema_generator=_Describing, ref_template=f"{REFERENCE}{{model}}"
    )
    made: Mapping[str, Any] = found["$defs"]
    for (name, _), reference in references.items():
        if reference.get("$ref") != f"{REFERENCE}{name}":
            raise ValueError(f"two models are called {name}")
    return dict(sorted(made.items()))


def reference(model: type) -> dict[str, str]:
    """Where the schema of a model stands."""
    return {"$ref": f"{REFERENCE}{model.__name__}"}


@cache
def member_texts(model: type) -> Mapping[str, str]:
    """Member → the text below it, in the class and in those that it extends."""
    texts: dict[str, str] = {}
    for base in getattr(model, "__orig_bases__", ()):
        if isinstance(base, type) and base is not dict:
            texts |= member_texts(base)
    statement = _class_statements(model.__module__).get(model.__name__)
    body = statement.body if statement else ()  # none where it was made by a call
    for member, following in itertools.pairwise(body):
        if (
            isinstance(member, ast.AnnAssign)
            and isinstance(member.target, ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
            and isinstance(following.value.value, str)
        ):
            texts[member.target.id] = " ".join(following.value.value.split())
    return texts


@cache
def _class_statements(module: str) -> Mapping[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {statement.name: statement for statement in tree.body if isinstance(statement, ast.ClassDef)}
