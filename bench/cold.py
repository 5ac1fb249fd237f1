"""Import and first request: instructions under valgrind, CPU time, peak memory."""

from __future__ import annotations

import json
import re
import shutil
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.contenders import REGION_DATA, WORK, Contender, Field
from bench.stage import Stage

ONE_REQUEST = Path(__file__).with_name("one_request.py")
COUNTING = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")


@dataclass
class Cold:
    """What one cold start took; `instructions` in millions, None without valgrind."""

    status: int = 0
    instructions: float | None = None
    import_ms: float = 0.0
    request_ms: float = 0.0
    peak_mb: float = 0.0
    runs: list[Mapping[str, Any]] = field(default_factory=list)


def measure(
    stage: Stage, field_: Field, starts: Sequence[tuple[Contender, Mapping[str, Any]]], rounds: int, *, count: bool
) -> dict[str, Cold]:
    """One start after the other, `rounds` times around, then the medians; instructions repeat and are counted once."""
    results = {contender.name: Cold() for contender, _ in starts}
    for _ in range(rounds):
        for contender, event in starts:
            stage.restore()
            results[contender.name].runs.append(start(stage, field_, contender, [event])[0])
    for contender, event in starts:
        result = results[contender.name]
        if count and shutil.which(COUNTING[0]):
            stage.restore()
            result.instructions = start(stage, field_, contender, [event], COUNTING)[1]
        result.status = result.runs[-1]["answers"][0]["statusCode"]
        result.import_ms = statistics.median(run["importMs"] for run in result.runs)
        result.request_ms = statistics.median(run["requestMs"] for run in result.runs)
        result.peak_mb = statistics.median(run["peakMb"] for run in result.runs)
    return results


def process_environment(stage: Stage, contender: Contender) -> dict[str, str]:
    """Of a process that plays the function."""
    return {**stage.environment, "PYTHONPATH": contender.path, "REGION_DATA": str(REGION_DATA)}


def start(
    stage: Stage, field_: Field, contender: Contender, events: Sequence[Any], under: Sequence[str] = ()
) -> tuple[Mapping[str, Any], float]:
    """A process that answers the events: what it tells of itself, and its instructions in millions under COUNTING."""
    file, result = WORK / "events.json", WORK / "result.json"
    file.write_text(json.dumps(events), encoding="utf-8")
    done = subprocess.run(
        [*under, field_.python, "-S", str(ONE_REQUEST), str(contender.folder), str(file), str(result)],
        env=process_environment(stage, contender),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{contender.name} did not start:\n{done.stderr}")
    counted = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    return json.loads(result.read_text(encoding="utf-8")), int(counted[1].replace(",", "")) / 1e6 if counted else 0.0
