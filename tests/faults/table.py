"""The tables of docs/reliability.md: written by `make faults`, read by the tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from local.workspace import ROOT
from tests.support.faults import Fault
from tests.support.scenarios import Scenario

DOCUMENT = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- written by make faults -->", "<!-- end -->"


class Cell(NamedTuple):
    """What becomes of a call when the fault passes, and when it stays. Blank = not tried."""

    once: str = ""
    stays: str = ""

    def __str__(self) -> str:
        return self.once if self.once == self.stays else f"{self.once} / {self.stays}"


@dataclass(frozen=True)
class Row:
    """The outcomes of every fault at one request of a call."""

    scenario: str
    number: int
    operation: str
    cells: Mapping[Fault, Cell]

    def agrees_with(self, known: Mapping[tuple[str, int], Row]) -> bool:
        row = known.get((self.scenario, self.number))
        return (
            row is not None
            and row.operation == self.operation
            and all(
                tried in ("", there)
                for fault, cell in self.cells.items()
                for tried, there in zip(cell, row.cells[fault], strict=True)
            )
        )


def written() -> dict[tuple[str, int], Row]:
    """The rows of the document."""
    text = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    return {(row.scenario, row.number): row for row in _rows(text)}


def _rows(text: str) -> Iterator[Row]:
    faults = list(Fault)
    scenario = ""
    for line in text.splitlines():
        columns = [column.strip() for column in line.strip("|").split("|")]
        request = re.fullmatch(r"(\d+) (\w+)", columns[1]) if len(columns) == len(faults) + 2 else None
        if request:
            scenario = columns[0] or scenario
            cells = {fault: _cell(text) for fault, text in zip(faults, columns[2:], strict=True) if text != "–"}
            yield Row(scenario, int(request[1]), request[2], cells)


def _cell(text: str) -> Cell:
    once, _, stays = text.partition(" / ")
    return Cell(once, stays or once)


def write(rows: Sequence[Row], scenarios: Sequence[Scenario]) -> None:
    """Puts the tables between their two lines in the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    DOCUMENT.write_text(f"{head}{BEGIN}\n\n{_tables(rows, scenarios)}\n{END}{tail}", encoding="utf-8")


def _tables(rows: Sequence[Row], scenarios: Sequence[Scenario]) -> str:
    faults = list(Fault)
    lines = [f"| Call | Request | {' | '.join(fault.title for fault in faults)} |", "|---" * (len(faults) + 2) + "|"]
    named = ""
    for row in rows:
        cells = [str(row.cells[fault]) if fault in row.cells else "–" for fault in faults]
        name = "" if row.scenario == named else row.scenario
        named = row.scenario
        lines.append(f"| {name} | {row.number} {row.operation} | {' | '.join(cells)} |")
    lines += ["", "The same request again, after one that was carried out though its answer never came:", ""]
    lines += ["| Call | Answer | Then |", "|---|---|---|"]
    for scenario in scenarios:
        if scenario.again is not None:
            status, code = scenario.again
            answer = f"{status} `{code}`" if code else str(status)
            lines.append(f"| {scenario.name} | {answer} | {scenario.harm} |")
    others = "every other" if any(scenario.again for scenario in scenarios) else "every"
    lines += [f"| {others} | the same | what one request leaves, under a later version at most |", ""]
    return "\n".join(lines)
