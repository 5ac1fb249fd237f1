"""Requests to functions that have started: end to end, and the handler's CPU time without I/O."""

from __future__ import annotations

import contextlib
import json
import shutil
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cold import COUNTING, process_environment, start
from bench.contenders import WORK, Contender, Field
from bench.stage import Stage

REQUESTS = Path(__file__).with_name("requests_by_turns.py")
WARMING = 30
COUNTED = (10, 30)


@dataclass(frozen=True)
class Warm:
    """Microseconds: medians over all blocks; of the end-to-end time the lowest and highest block, too.

    `…_ratio`: to the first contender, the median over the rounds: both blocks of a round meet the same machine.
    `instructions`: of one request, in millions; None without valgrind.
    """

    end_to_end: float
    end_to_end_ratio: float
    lowest: float
    highest: float
    handler_cpu: float
    handler_ratio: float
    instructions: float | None


def measure(
    stage: Stage,
    field: Field,
    contenders: Sequence[Contender],
    events: Sequence[Any],
    blocks: int,
    size: int,
    *,
    count: bool,
) -> dict[str, Warm]:
    """Blocks of `size` requests, contender after contender, `blocks` times around."""
    file = WORK / "warm_events.json"
    file.write_text(json.dumps(events), encoding="utf-8")
    stage.restore()
    with contextlib.ExitStack() as stack:
        running = {
            contender.name: stack.enter_context(_started(stage, field, contender, file)) for contender in contenders
        }
        for process in running.values():
            _ask(process, "live", WARMING)
        live: dict[str, list[float]] = {name: [] for name in running}
        cpu: dict[str, list[float]] = {name: [] for name in running}
        for _ in range(blocks):
            for name, process in running.items():
                live[name].append(statistics.median(_ask(process, "live", size)["wall"]))
        for _ in range(blocks):
            for name, process in running.items():
                cpu[name].append(statistics.median(_ask(process, "replay", size)["cpu"]))
    return {
        contender.name: Warm(
            statistics.median(live[contender.name]),
            _ratio(live[contender.name], live[contenders[0].name]),
            min(live[contender.name]),
            max(live[contender.name]),
            statistics.median(cpu[contender.name]),
            _ratio(cpu[contender.name], cpu[contenders[0].name]),
            _counted(stage, field, contender, events) if count and shutil.which(COUNTING[0]) else None,
        )
        for contender in contenders
    }


def _ratio(blocks: Sequence[float], others: Sequence[float]) -> float:
    return statistics.median(one / other for one, other in zip(blocks, others, strict=True))


def _counted(stage: Stage, field: Field, contender: Contender, events: Sequence[Any]) -> float:
    few, many = COUNTED
    counts = [start(stage, field, contender, (list(events) * number)[:number], COUNTING)[1] for number in COUNTED]
    return (counts[1] - counts[0]) / (many - few)


@contextlib.contextmanager
def _started(stage: Stage, field: Field, contender: Contender, events: Path) -> Any:
    process = subprocess.Popen(
        [field.python, "-S", str(REQUESTS), str(contender.folder), str(events)],
        env=process_environment(stage, contender),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        assert process.stdin
        process.stdin.close()


def _ask(process: subprocess.Popen[str], mode: str, count: int) -> Mapping[str, list[float]]:
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{mode} {count}\n")
    process.stdin.flush()
    answer: Mapping[str, list[float]] = json.loads(process.stdout.readline())
    return answer
