"""A store's files are described as the loader reads them: schemas, docs/store-files.md and what editors are told."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema_rs import Draft202012Validator, meta
from typing_extensions import get_type_hints, is_typeddict

from backoffice.book import Book
from backoffice.catalogue import MAX_DOCUMENT_BYTES
from backoffice.checking import ACCOMPANYING, CHECKS, OBJECTS, check_store
from backoffice.configuration import PasswordPolicyRecord
from backoffice.deployment import no_deployment
from backoffice.exporting import LARGE
from backoffice.findings import Findings
from backoffice.records import Record
from commerce.configuration.password_policy import read_password_policy
from commerce.orders.request import MAX_LINES
from commerce.organizations.model import MAX_ADDRESSES as ADDRESSES_OF_AN_ORGANIZATION
from commerce.profiles.addresses import MAX_ADDRESSES as ADDRESSES_OF_A_SHOPPER
from commerce.shopper_types.rules import MAX_CUSTOM_PROPERTIES
from local import store_files
from local.openapi.schemas import member_texts
from local.store_files import DOCUMENT, EDITOR, MODELS, SCHEMAS, described, main
from local.workspace import ROOT
from tests.support.documents import Block, block

SAMPLE = ROOT / "sample_store"
EXAMPLES = [
    block("docs/store-files.md", "configuration.json"),
    block("docs/store-files.md", "priceListGroups.json"),
    block("docs/store-files.md", "products.json"),
    block("docs/store-files.md", "prices.json"),
    block("docs/store-files.md", "shippingMethods.json"),
    block("docs/store-files.md", "taxRates.json"),
    block("docs/store-files.md", "locations.json"),
    block("docs/store-files.md", "promotions.json"),
    block("docs/store-files.md", "coupons.json"),
    block("docs/store-files.md", "giftCards.json"),
    block("docs/store-files.md", "orderProperties.json"),
    block("docs/store-files.md", "users.json"),
    block("docs/store-files.md", "organizations.json"),
    block("docs/store-files.md", "shopper_type.json"),
    block("docs/store-files.md", "shoppers.json"),
    block("docs/store-files.md", "orders.json"),
]
LINES = block("docs/store-files.md", "JSON Lines")
# In place of a value; some of them fit somewhere.
UNLIKELY = [None, True, -1, 0, 1.5, 101, "", " ", "x" * 300, "no such word", [], [None], {}, {"unheard": 1}]


def schema(kind: str) -> dict[str, Any]:
    text = (ROOT / SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def sample(kind: str) -> Any:
    return json.loads((SAMPLE / f"{kind}.json").read_text(encoding="utf-8"))


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def models_of(annotation: Any) -> Iterator[type]:
    """The records that an annotation leads to."""
    if is_typeddict(annotation):
        yield annotation
        for hint in get_type_hints(annotation, include_extras=True).values():
            yield from models_of(hint)
    for part in get_args(annotation):
        yield from models_of(part)


def members_of(model: type) -> set[str]:
    return set(get_type_hints(model))


def errors_of(file: Path) -> Findings:
    """What the check of that one file finds."""
    findings = Findings()
    CHECKS[file.stem](file, Book(no_deployment(), findings))
    return findings


def is_refused(kind: str, content: Any, folder: Path) -> bool:
    file = folder / f"{kind}.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return bool(errors_of(file).errors)


def taken(kind: str, records: Sequence[Any], folder: Path) -> list[Any]:
    """The records that the check finds nothing wrong with; that they are like each other is no matter."""
    file = folder / f"{kind}.jsonl"
    file.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    findings = errors_of(file)
    assert findings.counts == {file.name: len(records)}
    lines = {error.line for error in findings.errors if "in the file twice" not in error.text}
    return [record for line, record in enumerate(records, start=1) if line not in lines]


def mutants(value: Any) -> Iterator[Any]:
    """The value with one thing changed, at each place in turn."""
    yield from UNLIKELY
    if isinstance(value, dict):
        yield value | {"unheard": "of"}
        for name, member in value.items():
            yield {other: kept for other, kept in value.items() if other != name}
            yield from (value | {name: changed} for changed in mutants(member))
    if isinstance(value, list):
        for at, member in enumerate(value[:2]):
            yield from ([*value[:at], changed, *value[at + 1 :]] for changed in mutants(member))


def test_the_files_are_what_the_command_writes():
    assert [path for path, text in described().items() if (ROOT / path).read_text(encoding="utf-8") != text] == []
    assert {path.name for path in (ROOT / SCHEMAS).iterdir()} == {f"{kind}.schema.json" for kind in MODELS}


def test_the_command_tells_what_is_stale_and_mends_it(tmp_path, monkeypatch, capsys):
    for path in described():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    monkeypatch.setattr(store_files, "ROOT", tmp_path)
    assert main(["--check"]) == 0
    (tmp_path / SCHEMAS / "orders.schema.json").unlink()
    document = tmp_path / DOCUMENT
    document.write_text(
        document.read_text(encoding="utf-8").replace("| `lines[].quantity` | whole", "| `lines` | half")
    )
    (tmp_path / EDITOR).write_text('{"editor.tabSize": 2, "json.schemas": []}')
    assert main(["--check"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in told] == [f"{SCHEMAS}/orders.schema.json", str(DOCUMENT), str(EDITOR)]
    assert main([]) == 0
    assert document.read_text(encoding="utf-8") == text_of("docs/store-files.md")
    assert json.loads((tmp_path / EDITOR).read_text(encoding="utf-8"))["editor.tabSize"] == 2
    assert main(["--check"]) == 0


def test_each_schema_is_of_the_model_that_the_check_holds_records_against(monkeypatch):
    used: dict[str, Any] = {}
    check = Record.check

    def spy(record: Record, model: Any) -> bool:
        assert used.setdefault(record.file.stem, model) is model
        return check(record, model)

    monkeypatch.setattr(Record, "check", spy)
    check_store(SAMPLE, no_deployment())
    assert used == MODELS
    assert list(MODELS) == list(CHECKS)


@pytest.mark.parametrize("kind", MODELS)
def test_every_member_stands_in_schema_and_document(kind: str):
    described_as = schema(kind)
    root = described_as if kind in OBJECTS else described_as["items"]
    models = set(models_of(MODELS[kind]))
    definitions = {MODELS[kind].__name__: root} | described_as.get("$defs", {})
    assert {name: set(part["properties"]) for name, part in definitions.items()} == {
        model.__name__: members_of(model) for model in models
    }
    assert all(part["additionalProperties"] is False for part in definitions.values())
    section = re.split(r"^## ", text_of("docs/store-files.md"), flags=re.MULTILINE)
    (table,) = (text for text in section if text.startswith(f"{kind}.json\n"))
    rows = re.findall(r"^\| `(\S+)`(?: of the kind `\w+`)? \| .+ \| (.+) \|$", table, re.MULTILINE)
    assert Counter(path.rpartition(".")[2] for path, _ in rows) == Counter(
        member for model in models for member in members_of(model)
    )
    for model in models:
        texts = member_texts(model)
        assert set(texts.values()) <= {text for _, text in rows}
        assert texts.keys() == members_of(model)


@pytest.mark.parametrize("kind", MODELS)
def test_the_sample_store_fits_the_schemas(kind: str):
    meta.validate(schema(kind))
    assert list(Draft202012Validator(schema(kind)).iter_errors(sample(kind))) == []


@pytest.mark.parametrize("kind", sorted(MODELS.keys() - OBJECTS))
def test_what_a_schema_refuses_the_check_refuses(kind: str, tmp_path):
    of_record = Draft202012Validator(schema(kind) | {"type": "object"} | schema(kind)["items"])
    # The records with the most in them.
    richest = sorted(sample(kind), key=lambda record: len(json.dumps(record)))[-3:]
    changed = [mutant for record in richest for mutant in mutants(record)]
    bad = [record for record in changed if not of_record.is_valid(record)]
    assert 50 < len(bad) < len(changed)
    no_records = [record for record in bad if not isinstance(record, dict)]
    assert [record for record in no_records if not is_refused(kind, [record], tmp_path)] == []
    assert taken(kind, [record for record in bad if isinstance(record, dict)], tmp_path) == []
    assert taken(kind, richest, tmp_path) == richest


@pytest.mark.parametrize("kind", sorted(OBJECTS))
def test_the_same_of_files_that_hold_one_object(kind: str, tmp_path):
    validator, whole = Draft202012Validator(schema(kind)), sample(kind)
    changed = list(mutants(whole))
    bad = [content for content in changed if not validator.is_valid(content)]
    assert 50 < len(bad) < len(changed)
    assert [content for content in bad if not is_refused(kind, content, tmp_path)] == []
    assert not is_refused(kind, whole, tmp_path)


def test_a_schema_refuses_what_is_out_of_its_limits():
    order = sample("orders")[0]
    for changed in (
        order | {"lines": order["lines"] * (MAX_LINES + 1)},
        order | {"lines": [order["lines"][0] | {"quantity": 0}]},
        order | {"id": "a b"},
    ):
        assert not Draft202012Validator(schema("orders")).is_valid([changed])
    shopper = sample("shoppers")[0]
    for changed in (shopper | {"gender": "f"}, shopper | {"login": ""}, shopper | {"firstName": "x" * 255}):
        assert not Draft202012Validator(schema("shoppers")).is_valid([changed])


@pytest.mark.parametrize("printed", EXAMPLES, ids=lambda printed: printed.heading)
def test_an_example_is_of_the_sample_store(printed: Block):
    kind = printed.heading.removesuffix(".json")
    example = json.loads(printed.text)
    assert list(Draft202012Validator(schema(kind)).iter_errors(example)) == []
    if kind in OBJECTS:
        assert example == sample(kind)
    else:
        assert example
        assert [record for record in example if record not in sample(kind)] == []


def test_the_examples_together_are_a_store(tmp_path):
    assert [printed.heading for printed in EXAMPLES] == [f"{kind}.json" for kind in MODELS]
    for printed in EXAMPLES:
        (tmp_path / printed.heading).write_text(printed.text, encoding="utf-8")
    findings = check_store(tmp_path, no_deployment())
    assert findings.errors == []
    assert set(findings.counts) == {f"{kind}.json" for kind in MODELS}


def test_the_lines_are_read(tmp_path):
    (tmp_path / "prices.jsonl").write_text(LINES.text, encoding="utf-8")
    findings = check_store(tmp_path, no_deployment())
    assert (findings.errors, findings.counts) == ([], {"prices.jsonl": 2})
    of_a_line = Draft202012Validator({**schema("prices"), **schema("prices")["items"]} | {"type": "object"})
    for line in LINES.text.splitlines():
        assert of_a_line.is_valid(json.loads(line))


def test_limits_and_defaults_are_those_of_the_code():
    limits = dict(re.findall(r"^\| ([a-z].+) \| ([\d,]+)(?: bytes)? \|$", text_of("docs/store-files.md"), re.MULTILINE))
    document = f"{MAX_DOCUMENT_BYTES:,}"
    together = "promotions, shipping methods, tax rates, locations, groups and order properties together"
    assert limits == {
        "a record of products, prices or coupons, as it is stored, compressed": document,
        f"{together}, compressed": document,
        "addresses of a shopper": f"{ADDRESSES_OF_A_SHOPPER:,}",
        "addresses of an organization": f"{ADDRESSES_OF_AN_ORGANIZATION:,}",
        "lines of an order": f"{MAX_LINES:,}",
        "custom properties of the shopper type": f"{MAX_CUSTOM_PROPERTIES:,}",
    }
    assert f"`export` writes it from {LARGE:,} records on" in text_of("docs/store-files.md")
    defaults: Mapping[str, Any] = {
        name: getattr(read_password_policy({}), re.sub(r"([A-Z])", lambda letter: f"_{letter[0].lower()}", name))
        for name in members_of(PasswordPolicyRecord)
    }
    for name, text in member_texts(PasswordPolicyRecord).items():
        assert text.endswith(f" Default {json.dumps(defaults[name])}."), name


def test_an_editor_finds_the_schema_of_each_file():
    mapping = json.loads(text_of(".vscode/settings.json"))["json.schemas"]
    for file in sorted(path for path in SAMPLE.iterdir() if path.name not in ACCOMPANYING):
        name = file.relative_to(ROOT).as_posix()
        (found,) = (one for one in mapping if any(fnmatch(name, pattern) for pattern in one["fileMatch"]))
        assert (ROOT / found["url"]).resolve() == ROOT / SCHEMAS / f"{file.stem}.schema.json"
