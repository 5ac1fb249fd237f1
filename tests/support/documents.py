"""What the documents print for people to run: blocks of code, and commands in the text.

A test that runs a block names it by `block("README.md", "Two commands")`, document and heading, and its language where
there are several; tests/infrastructure/test_printed.py looks for a block that no test names.
"""

import os
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local.workspace import ROOT

INSTALLED_OR_BUILT = {
    ".venv",
    ".local",
    ".aws-sam",
    ".git",
    ".build",
    ".pytest_cache",
    ".hypothesis",
    "node_modules",
    "generated",
}


def _documents() -> Iterator[Path]:
    for folder, below, files in os.walk(ROOT):
        below[:] = [name for name in below if name not in INSTALLED_OR_BUILT]
        yield from (Path(folder, name) for name in files if name.endswith(".md"))


DOCUMENTS = sorted(_documents())
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
SETTINGS = r"((?:[A-Z_]+=\S+ )*)"
COMMAND = re.compile(rf"{SETTINGS}((?:make|aws|sam|git|npm|bru|python|\.venv/bin/\w+) .+)", re.DOTALL)
INLINE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Block:
    """`document` from the root, the heading that it stands under, its language ("" for none) and what it says."""

    document: str
    heading: str
    language: str
    text: str


@dataclass(frozen=True)
class Command:
    """A command in a text: variables set before it, and the rest."""

    document: str
    settings: str
    text: str

    @property
    def words(self) -> list[str]:
        return self.text.split()


@cache
def blocks() -> Sequence[Block]:
    """All blocks of all documents."""
    found = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for fence in FENCE.finditer(text):
            # Without blocks: a comment in one looks like a heading.
            above = HEADING.findall(FENCE.sub("", text[: fence.start()]))
            name = document.relative_to(ROOT).as_posix()
            found.append(Block(name, above[-1], fence[1], textwrap.dedent(fence[2])))
    return found


def block(document: str, heading: str, language: str | None = None) -> Block:
    """The one block under that heading; of several the one in that language."""
    under = [one for one in blocks() if (one.document, one.heading) == (document, heading)]
    (found,) = [one for one in under if language in {None, one.language}]
    return found


def commands() -> list[Command]:
    """All commands in the text of all documents, each once."""
    found: dict[tuple[str, str], Command] = {}
    for document in DOCUMENTS:
        for code in INLINE.findall(FENCE.sub("", document.read_text(encoding="utf-8"))):
            if command := COMMAND.fullmatch(" ".join(code.split())):
                own = Command(document.relative_to(ROOT).as_posix(), command[1].strip(), command[2])
                found.setdefault((own.settings, own.text), own)
    return list(found.values())
