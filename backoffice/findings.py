"""What a check finds: errors, which keep a store from being loaded, and warnings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

# Beyond that many names a search for a similar one would take seconds.
MOST_COMPARED = 2_000
# Characters of a finding that are shown: a cell or an id in it can have any number.
MOST_OF_NAME = 80
MOST_OF_TEXT = 1_000


class BadData(Exception):  # it is the data that is wrong
    """What is wrong with a store's files, for a person to mend; a line a finding."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`line` 0 = the file as a whole. `name`: the record's id."""

    file: str
    line: int
    name: str
    text: str
    is_error: bool = True

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        name = f" ({_cut(self.name, MOST_OF_NAME)})" if self.name else ""
        return printable(f"{where}{name}: {'' if self.is_error else 'warning: '}{_cut(self.text, MOST_OF_TEXT)}")


@dataclass
class Findings:
    """All of one check. `counts`: how many records each file has, in the order of checking."""

    found: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        self.found.append(finding)

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.ordered() if finding.is_error]

    def ordered(self) -> list[Finding]:
        """By file, in the order of checking, and line."""
        places = {name: place for place, name in enumerate(self.counts)}
        return sorted(self.found, key=lambda finding: (places.get(finding.file, -1), finding.line))

    def summary(self) -> list[str]:
        """A line a file, and one of all."""
        lines = [f"{name}: {counted(count, 'record')}, {self._of(name)}" for name, count in sorted(self.counts.items())]
        errors = len(self.errors)
        total = f"{counted(errors, 'error')}, {counted(len(self.found) - errors, 'warning')}"
        return [*lines, total]

    def _of(self, name: str) -> str:
        errors = sum(finding.is_error for finding in self.found if finding.file == name)
        warnings = sum(not finding.is_error for finding in self.found if finding.file == name)
        return ", ".join([counted(errors, "error"), *([counted(warnings, "warning")] if warnings else [])])


def printable(text: str) -> str:
    """What steers a terminal, begins a line or cannot be seen, as JSON escapes it."""
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in text)


def suggestion(name: str, known: Iterable[str]) -> str:
    """``"; did you mean color?"`` where one of the known names is alike, else nothing."""
    names = [*known][: MOST_COMPARED + 1]
    # Of numbers, one is as alike as the other.
    if len(names) > MOST_COMPARED or name.isdecimal():
        return ""
    # What differs in case alone is the likeliest slip, and is alike in the comparison.
    by_lower = {candidate.lower(): candidate for candidate in names}
    close = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.65)
    return f"; did you mean {by_lower[close[0]]}?" if close else ""


def counted(count: int, noun: str) -> str:
    """``1 row``, ``2,000 rows``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
