"""What documents say of the repository is so: links lead somewhere, what is named exists, decisions have one form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "decisions"
INSTALLED_OR_BUILT = {".venv", ".local", ".aws-sam", ".git", ".build", ".pytest_cache", ".hypothesis"}

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def documents() -> list[Path]:
    found = [path for path in ROOT.rglob("*.md") if not INSTALLED_OR_BUILT & set(path.relative_to(ROOT).parts)]
    return sorted(found)


def anchors(document: Path) -> set[str]:
    """Fragments that a rendered heading answers to."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path):
    for target in LINK.findall(FENCE.sub("", document.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = target.partition("#")
        linked = document.parent / name if name else document
        assert linked.exists(), target
        assert not fragment or fragment in anchors(linked), target


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
