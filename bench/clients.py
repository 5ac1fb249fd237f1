"""What one call of a DynamoDB client costs in CPU time, without the network."""

from __future__ import annotations

import json
import statistics
import subprocess
from pathlib import Path

from bench.cold import process_environment
from bench.contenders import Field, P
from bench.stage import Stage

CLIENT_CALLS = Path(__file__).with_name("client_calls.py")
KINDS = ("tuned", "boto3", "resource")


def measure(stage: Stage, field: Field, rounds: int, count: int) -> dict[str, dict[str, float]]:
    """Microseconds of a read and a write of 6 KB by kind of client: medians of `rounds`, by turns."""
    found: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind in KINDS:
            contender = field.ours if kind == "tuned" else field.peers[P]
            done = subprocess.run(
                [field.python, "-S", str(CLIENT_CALLS), kind, str(count)],
                env=process_environment(stage, contender),
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            found[kind].append(json.loads(done.stdout))
    return {
        kind: {name: statistics.median(run[name] for run in runs) for name in ("read", "write")}
        for kind, runs in found.items()
    }
