"""Every error that is raised says what it is answered with, in each language and in the contract."""

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
