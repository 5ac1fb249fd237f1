"""Describes a store's files, from the loader's models: `python -m local.store_files [--check]`.

Writes a JSON Schema of each file, the tables of docs/store-files.md, and where editors find the schemas. `--check`
changes nothing and fails when one of them is not what would be written.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from backoffice.checking import OBJECTS
from backoffice.configuration import ConfigurationRecord
from backoffice.coupons import CouponRecord
from backoffice.gift_cards import GiftCardRecord
from backoffice.internal_users import InternalUserRecord
from backoffice.orders import OrderRecord
from backoffice.organizations import OrganizationRecord
from backoffice.products import PriceRecord, ProductRecord
from backoffice.promotions import PromotionRecord
from backoffice.selling import (
    LocationRecord,
    OrderPropertyRecord,
    PriceListGroupRecord,
    ShippingMethodRecord,
    TaxRateRecord,
)
from backoffice.shopper_type import ShopperTypeRecord
from backoffice.shoppers import ShopperRecord
from local.openapi.schemas import member_texts
from local.workspace import ROOT

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
SCHEMAS: Final = Path("docs", "store-files")
DOCUMENT: Final = Path("docs", "store-files.md")
EDITOR: Final = Path(".vscode", "settings.json")
# Folders whose files an editor completes: sample_store, my_store.
FOLDERS: Final = "*_store"

# As `checking.CHECKS`, whose functions hold the records against these.
MODELS: Final[Mapping[str, type]] = {
    "configuration": ConfigurationRecord,
    "priceListGroups": PriceListGroupRecord,
    "products": ProductRecord,
    "prices": PriceRecord,
    "shippingMethods": ShippingMethodRecord,
    "taxRates": TaxRateRecord,
    "locations": LocationRecord,
    "promotions": PromotionRecord,
    "coupons": CouponRecord,
    "giftCards": GiftCardRecord,
    "orderProperties": OrderPropertyRecord,
    "users": InternalUserRecord,
    "organizations": OrganizationRecord,
    "shopper_type": ShopperTypeRecord,
    "shoppers": ShopperRecord,
    "orders": OrderRecord,
}

_REFERENCE: Final = "#/$defs/"
_TABLE: Final = re.compile(r"^\| (?:Member|Kind) \|.*\n(?:\|.*\n)+", re.MULTILINE)
_SECTION: Final = re.compile(r"^## (.+)$", re.MULTILINE)
# Between what a member says and the rule of its kind.
_BETWEEN: Final = "\n\n"
_HEAD: Final = "| Member | Kind | What it says |\n|---|---|---|\n"
_KINDS_HEAD: Final = "| Kind | What it holds |\n|---|---|\n"
# JSON Schema's word → how a person calls it, alone and of several.
_WORDS: Final = {
    "string": ("text", "texts"),
    "integer": ("whole number", "whole numbers"),
    "boolean": ("true or false", "true or false"),
    "object": ("object", "objects"),
    "null": ("null", "null"),
}


class _Described(GenerateJsonSchema):
    """Closed records, described by the texts below their members; titles are those of kinds of members alone."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False

    def typed_dict_schema(self, schema: core_schema.TypedDictSchema) -> JsonSchemaValue:
        made = super().typed_dict_schema(schema)
        model: Any = schema["cls"]
        texts = member_texts(model)
        if silent := made["properties"].keys() - texts.keys():
            raise ValueError(f"{model.__name__}: no text stands below {', '.join(sorted(silent))}")
        for name, member in made["properties"].items():
            rule = f"{_BETWEEN}{member['description']}" if "description" in member else ""
            made["properties"][name] = member | {"description": texts[name] + rule}
        made.pop("title", None)
        made.pop("description", None)
        return made | {"additionalProperties": False}

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        made = super().tagged_union_schema(schema)
        made.pop("discriminator", None)  # OpenAPI's
        return made


@cache
def schema_of(kind: str) -> Mapping[str, Any]:
    """The JSON Schema of a file, by its kind: ``products``."""
    record = TypeAdapter[Any](MODELS[kind]).json_schema(schema_generator=_Described)
    definitions = record.pop("$defs", None)
    head = {"$schema": DIALECT, "title": f"{kind}.json"}
    body = record if kind in OBJECTS else {"type": "array", "items": record}
    return head | body | ({"$defs": definitions} if definitions else {})


def rows_of(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Every member of a file: where it stands (``skus[].id``), its kind, what it says; a record's members once."""
    definitions = schema.get("$defs", {})
    shown: dict[str, str] = {}

    def below(part: Mapping[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
        if "$ref" in part:
            name = part["$ref"].removeprefix(_REFERENCE)
            if name not in shown:
                shown[name] = path
                yield from below(definitions[name], path)
        elif "properties" in part:
            needed = part.get("required", ())
            said = part["properties"].get("kind", {}).get("const", "") if path else ""
            for name, member in part["properties"].items():
                at = f"{path}.{name}" if path else name
                kind = kind_of(member, shown) + (", needed" if name in needed else "")
                of_kind = f" of the kind `{said}`" if said and name != "kind" else ""
                yield f"`{at}`{of_kind}", kind, member["description"].partition(_BETWEEN)[0]
                yield from below(member, at)
        else:
            for form in (*part.get("oneOf", ()), *part.get("anyOf", ())):
                yield from below(form, path)
            if isinstance(part.get("items"), dict):
                yield from below(part["items"], f"{path}[]")
            for values in _values(part):
                yield from below(values, f"{path}.*")

    yield from below(schema.get("items", schema), "")


def kind_of(member: Mapping[str, Any], shown: Mapping[str, str], *, several: bool = False) -> str:
    """The kind of a member in words, with its limits. `shown`: records whose members stand above, and where."""
    if "$ref" in member:
        above = shown.get(member["$ref"].removeprefix(_REFERENCE))
        return _WORDS["object"][several] + (f", as `{above}`" if above else "")
    if "title" in member:
        return f"{member['title']}{'s' if several and not member['title'].endswith('s') else ''}"
    if "const" in member:
        return f"`{member['const']}`" if isinstance(member["const"], str) else f"`{json.dumps(member['const'])}`"
    if "enum" in member:
        return " or ".join(f"`{word}`" if word is not None else "null" for word in member["enum"])
    if forms := [*member.get("oneOf", ()), *member.get("anyOf", ())]:
        return " or ".join(dict.fromkeys(kind_of(form, shown, several=several) for form in forms))
    match member.get("type"):
        case None:
            return "any value"
        case "array":
            items = kind_of(member["items"], shown, several=True)
            return f"lists of {items}" if several else f"list of {items}{_limits(member, 'minItems', 'maxItems')}"
        case "object":
            values = "".join(f" of {kind_of(value, shown, several=True)}" for value in _values(member))
            return _WORDS["object"][several] + values + _limits(member, "minProperties", "maxProperties")
        case str(word):
            limits = _limits(member, "minLength", "maxLength", " characters") + _limits(member, "minimum", "maximum")
            return _WORDS[word][several] + limits
    raise ValueError(member)


def kinds() -> dict[str, str]:
    """Kinds of members that have a name, with what they hold."""
    found: dict[str, str] = {}

    def look(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("title"), str) and isinstance(part.get("description"), str):
                found[part["title"]] = part["description"].rpartition(_BETWEEN)[2]
            for value in part.values():
                look(value)
        elif isinstance(part, list):
            for value in part:
                look(value)

    for kind in MODELS:
        look(schema_of(kind))
    return dict(sorted(found.items()))


def document(text: str) -> str:
    """The document with its tables as they are to be. Raises ValueError where a file has no section with one table."""
    heads = [*_SECTION.finditer(text)]
    ends = [head.start() for head in heads[1:]] + [len(text)]
    sections = {head[1]: text[head.start() : end] for head, end in zip(heads, ends, strict=True)}
    wanted = {f"{kind}.json": _table(_HEAD, rows_of(schema_of(kind))) for kind in MODELS}
    wanted["Kinds of members"] = _table(_KINDS_HEAD, kinds().items())
    for name, table in wanted.items():
        section, count = _TABLE.subn(lambda _, table=table: table, sections.get(name, ""))  # type: ignore[misc]
        if count != 1:
            raise ValueError(f"{DOCUMENT}: one table is to stand under ## {name}")
        sections[name] = section
    return text[: heads[0].start()] + "".join(sections.values())


def editor(text: str) -> str:
    """An editor's settings with where the schemas are; what else is set there stays."""
    mapping = [
        {"fileMatch": [f"{FOLDERS}/{kind}.json"], "url": f"./{(SCHEMAS / kind).as_posix()}.schema.json"}
        for kind in MODELS
    ]
    return _json(json.loads(text or "{}") | {"json.schemas": mapping})


def described() -> dict[Path, str]:
    """Every file that describes the store's files, by its path from the root, and what is to stand there."""

    def read(path: Path) -> str:
        return (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).is_file() else ""

    files = {SCHEMAS / f"{kind}.schema.json": _json(schema_of(kind)) for kind in MODELS}
    return files | {DOCUMENT: document(read(DOCUMENT)), EDITOR: editor(read(EDITOR))}


def main(words: Sequence[str]) -> int:
    """Write the files, or compare."""
    files = described()
    stale = [
        path
        for path, text in files.items()
        if not (ROOT / path).is_file() or (ROOT / path).read_text(encoding="utf-8") != text
    ]
    if "--check" not in words:
        for path in stale:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(files[path], encoding="utf-8")
        return 0
    for path in stale:
        print(f"{path} is not up to date: python -m local.store_files writes it", file=sys.stderr)
    return int(bool(stale))


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _values(member: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What the values of an object of any names are like."""
    named = [*member.get("patternProperties", {}).values(), member.get("additionalProperties")]
    return [values for values in named if isinstance(values, dict)]


def _limits(member: Mapping[str, Any], least: str, most: str, unit: str = "") -> str:
    low, high = member.get(least), member.get(most)
    if low is not None and high is not None:
        return f" ({low:,} to {high:,}{unit})"
    if low is not None:
        return f" (at least {low:,}{unit.removesuffix('s') if low == 1 else unit})"
    return f" (at most {high:,}{unit})" if high is not None else ""


def _table(head: str, rows: Iterable[Sequence[str]]) -> str:
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
