"""What documents say of the repository is so: links lead somewhere, what is named exists, decisions have one form."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.documents import DOCUMENTS, FENCE

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "decisions"
ROOMS = ROOT / "layers" / "commerce" / "commerce"
DOOR = [ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"\.?[\w.-]+(?:/[\w.-]+)*(?:/|\.(?:py|md|yaml|yml|toml|json|txt|tsv|in|sh))")
STEP = re.compile(r"^\|[^|]*\| `([^`]+\.py)` \| (`[^|]+`) \|", re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """Fragments that a rendered heading answers to."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_there(name: str) -> bool:
    """A path from the root or from the rooms of the layer; a lone file name of any room."""
    return (ROOT / name).exists() or (ROOMS / name).exists() or ("/" not in name and any(ROOMS.rglob(name)))


def defined(file: Path) -> Iterator[str]:
    """Names of a module: what it assigns, functions, classes and their methods (`Class.method`)."""
    for statement in ast.parse(file.read_text()).body:
        if isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            yield statement.name
        if isinstance(statement, ast.ClassDef):
            for member in statement.body:
                if isinstance(member, ast.FunctionDef):
                    yield f"{statement.name}.{member.name}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path):
    for target in LINK.findall(FENCE.sub("", document.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = target.partition("#")
        linked = document.parent / name if name else document
        assert linked.exists(), target
        assert not fragment or fragment in anchors(linked), target


def test_each_threat_is_held_by_a_test_that_there_is():
    text = (ROOT / "docs" / "security.md").read_text()
    named = re.findall(r"\[(test_\w+)\]\(\.\./([^)]+)\)", text)
    assert len(named) > 60
    assert [pair for pair in named if pair[0] not in defined(ROOT / pair[1])] == []
    risks = re.findall(r"^## API(\d+): .+\n((?:(?!^## ).*\n)+)", text, re.MULTILINE)
    assert [number for number, section in risks if "(../tests/" in section] == [str(at) for at in range(1, 11)]


@pytest.mark.parametrize("document", DOOR, ids=lambda path: path.name)
def test_files_that_are_named_exist(document: Path):
    named = {name for name in CODE.findall(FENCE.sub("", document.read_text())) if PATH.fullmatch(name)}
    assert len(named) > 10
    assert [name for name in sorted(named) if not is_there(name)] == []


def test_every_step_of_a_walk_is_where_it_is_said_to_be():
    steps = STEP.findall((ROOT / "ARCHITECTURE.md").read_text())
    assert len(steps) > 30
    for file, names in steps:
        known = set(defined(ROOT / file if (ROOT / file).exists() else ROOMS / file))
        assert [name for name in CODE.findall(names) if name not in known] == [], file


def test_decisions_have_one_form():
    sections = ["Context", "Choice", "Cost"]
    for page in DECISIONS.glob("0*.md"):
        text = page.read_text()
        assert re.match(rf"# {page.name[:4]} [A-Za-z]", text), page.name
        assert [name for name in re.findall(r"^## (.+)$", text, re.MULTILINE) if name in sections] == sections, (
            page.name
        )
        assert set(re.findall(r"^## (.+)$", text, re.MULTILINE)) <= {
            *sections,
            "Why",
            "Measured",
            "Tried",
            "Not chosen",
        }


def test_the_index_holds_every_decision():
    titles = {page.name: page.read_text().split("\n", 1)[0][7:] for page in DECISIONS.glob("0*.md")}
    listed = re.findall(r"^\| \[(\d{4})\]\((.+)\) \| (.+) \|$", (DECISIONS / "README.md").read_text(), re.MULTILINE)
    assert {name: title for _, name, title in listed} == titles
    assert [number for number, _, _ in listed] == sorted(name[:4] for name in titles)
    assert all(name.startswith(number) for number, name, _ in listed)


def test_every_section_of_the_contract_with_a_decision_is_in_the_migration_guide():
    """A section that says what is ours (P), inferred (I) or seen of clients (C); checks and worked examples repeat."""
    linked = set(re.findall(r"\(contract/([\w-]+\.md)#([\w-]+)\)", (ROOT / "docs" / "migrating.md").read_text()))
    missing, looked_at = [], 0
    for file in sorted((ROOT / "docs" / "contract").glob("*.md")):
        if file.name in {"README.md", "errors.md"}:
            continue
        for heading, text in re.findall(r"^##+ (.+)\n((?:(?!^##+ ).*\n?)*)", file.read_text(), re.MULTILINE):
            decided = re.search(r"\[[^\]]*\b[PIC]\b[^\]]*\]", f"{heading}\n{text}")
            if not decided or re.search(r"\bChecks$|Worked example", heading):
                continue
            looked_at += 1
            anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            # A part is told of where its whole is.
            whole = heading.partition(".")[0]
            of_whole = [fragment for name, fragment in linked if name == file.name and fragment.startswith(f"{whole}-")]
            if (file.name, anchor) not in linked and not ("." in heading.split()[0][:-1] and of_whole):
                missing.append(f"{file.name}: {heading}")
    assert looked_at > 60
    assert missing == []
