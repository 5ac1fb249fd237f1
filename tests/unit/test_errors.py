"""Every error that is raised says what it is answered with, in each language and in the contract, and what to do."""

import ast
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import commerce
from commerce import errors
from commerce.errors import CommerceError, LoginRefused, NotAString, NotAuthenticated, PropertyErrors, leaves
from local.workspace import ROOT
from tests.support.refusals import DESCRIPTION, SENTENCE

MESSAGES = sorted(Path(errors.__file__).with_name("http").glob("messages/*.json"))
# auth.md §6 and errors.md, 22024
WORDED_BY_CONTRACT = {NotAuthenticated, NotAString}
# Says what its first member says.
COLLECTION = PropertyErrors
LEAVES = [kind for kind in leaves() if kind is not COLLECTION]
WITH_TEXT = [kind for kind in LEAVES if not issubclass(kind, LoginRefused)]


def groups(root: type[CommerceError] = CommerceError) -> Iterator[type[CommerceError]]:
    if kinds := root.__subclasses__():
        yield root
    for kind in kinds:
        yield from groups(kind)


def blanks(text: str) -> list[str]:
    return sorted(re.findall(r"{(\w+)}", text))


def test_the_whole_tree_stands_in_one_file() -> None:
    for module in pkgutil.walk_packages(commerce.__path__, "commerce."):
        importlib.import_module(module.name)
    assert {kind.__module__ for kind in [*groups(), *leaves()]} == {"commerce.errors"}
    assert len(LEAVES) > 100


@pytest.mark.parametrize("kind", LEAVES)
def test_a_leaf_says_its_status_code_and_text_itself(kind: type[CommerceError]) -> None:
    own = vars(kind)
    assert own["status"] in range(400, 600)
    assert re.fullmatch(r"\d{5,9}|[a-z]+(_[a-z]+)+", own["code"])
    assert ("text" in own) is (kind in WITH_TEXT)
    if kind in WITH_TEXT:
        assert own["text"].strip()


def test_a_class_that_others_stand_below_has_none() -> None:
    for kind in groups():
        assert not {"status", "code", "text"} & vars(kind).keys(), kind


def test_a_leaf_has_a_line_in_the_contract_and_every_line_has_a_leaf() -> None:
    assert {(kind.code, kind.status) for kind in LEAVES} == set(documented())


def documented() -> Iterator[tuple[str, int]]:
    text = (ROOT / "docs/contract/errors.md").read_text(encoding="utf-8")
    for cell, status in re.findall(r"^\| ([^|]+) \| (\d{3}) \|", text, re.MULTILINE):
        for code in re.findall(r"`(\w+)`", cell) or [cell]:
            yield code, int(status)


@pytest.mark.parametrize("file", MESSAGES, ids=lambda file: file.stem)
def test_a_leaf_has_a_text_with_the_same_blanks_in_each_language(file: Path) -> None:
    texts = json.loads(file.read_text(encoding="utf-8"))
    english = {kind.__name__: kind.text for kind in WITH_TEXT if kind not in WORDED_BY_CONTRACT}
    assert texts.keys() == english.keys()
    assert {name: blanks(text) for name, text in texts.items()} == {
        name: blanks(text) for name, text in english.items()
    }


def test_messages_exist_in_the_languages_beside_english() -> None:
    assert [file.stem for file in MESSAGES] == ["de", "es", "fr"]


def test_a_collection_is_answered_as_its_first_member_says() -> None:
    collection = PropertyErrors([errors.EmailRequired(path="email"), errors.WriteDenied("x", property="x")])
    assert (collection.status, collection.code) == (400, "22003")


def raised() -> Iterator[tuple[type[CommerceError], str, set[str]]]:
    """Each refusal as the product makes it: its kind, where, and the keywords it is given.

    Classes are called, or raised as they are; from a variable only where that holds one of several classes.
    """
    kinds = {kind.__name__: kind for kind in LEAVES if kind.status < 500}
    for path in sorted(Path(commerce.__file__).parent.rglob("*.py")):
        if path.name == "errors.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Raise | ast.Call):
                continue
            named = node.exc if isinstance(node, ast.Raise) else node.func
            if isinstance(named, ast.Name) and named.id in kinds:
                given = {keyword.arg or "" for keyword in node.keywords} if isinstance(node, ast.Call) else set[str]()
                yield kinds[named.id], f"{path.name}:{node.lineno}", given


def test_a_refusal_says_what_was_expected_of_what() -> None:
    made = list(raised())
    assert len(made) > 150
    # These build theirs from what they are given.
    by_themselves = {errors.MethodNotAllowed, errors.RateLimited}
    silent = [
        (kind.__name__, place)
        for kind, place, given in made
        if kind not in by_themselves and not (kind.expected or "expected" in given)
    ]
    assert silent == []
    nameless = [(kind.__name__, place) for kind, place, given in made if not (kind.about or {"about", "path"} & given)]
    assert nameless == []


@pytest.mark.parametrize("kind", [kind for kind in LEAVES if kind.expected])
def test_what_a_leaf_expects_is_one_sentence(kind: type[CommerceError]) -> None:
    message = kind(path="member").dev_message
    assert SENTENCE.fullmatch(message)
    assert kind.status < 500
    assert not issubclass(kind, LoginRefused) or DESCRIPTION.fullmatch(message)


def test_a_failure_asks_nothing_of_the_caller() -> None:
    assert {kind for kind in LEAVES if kind.status >= 500 and (kind.expected or kind.about)} == set()
