"""`python -m bench.answers [--end-to-end] [pytest arguments]`: every answer of the contract tests, before and now.

`--end-to-end`: of the end-to-end tests that call the five operations over HTTP, each commit on a local cloud of its
own (`PORT`).

Runs the tests of `bench.baseline.COMMIT` on its code and today's on today's, and compares their answers test by test,
as far as both sent the same requests: status, headers and each byte of the body. What an error tells to developers came
later, and is left out. Ends with 1 where an answer differs.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from bench import baseline
from local.workspace import ROOT, STATE, say

TESTS: Final = ("tests/contract", "--numprocesses", "2")
END_TO_END: Final = tuple(
    f"tests/end_to_end/test_{name}.py"
    for name in ("orders", "profiles", "shopper_types", "organization_addresses", "visitor_info", "gateway")
)
RECORDER: Final = Path(__file__).with_name("recorder")
RECORDED: Final = STATE / "bench-answers"
# Not the benchmark's own, whose sample store it changes.
TREE: Final = STATE / "bench-answers-baseline" / baseline.COMMIT
FOR_DEVELOPERS: Final = frozenset({"devMessage", "error_description"})
SHOWN: Final = 20


class Recorded(NamedTuple):
    """`request`: a digest of the whole event."""

    request: str
    status: int
    headers: Any
    text: str


Place = tuple[str, int]
"""A test, and the number of its request."""
Answers = dict[Place, Recorded]


def main(arguments: Sequence[str]) -> int:
    """The program; returns its exit code."""
    baseline.check_out(TREE)
    over_http = "--end-to-end" in arguments
    chosen = [argument for argument in arguments if argument != "--end-to-end"] or (END_TO_END if over_http else TESTS)
    before, after = (_recorded(tree, chosen) for tree in (TREE, ROOT))
    alike = sorted(_alike(before, after))
    different = [place for place in alike if _seen(before[place]) != _seen(after[place])]
    for test, number in different[:SHOWN]:
        print(f"{test}, request {number}:")
        for name, answer in (("before", before[test, number]), ("after", after[test, number])):
            print(f"  {name}: {answer.status} {answer.headers} {answer.text[:2000]}")
    print(
        f"{len(alike)} answers compared, {len(different)} differ. Not compared, as their tests are not the same any "
        f"longer: {len(before) - len(alike)} of {baseline.COMMIT}, {len(after) - len(alike)} of today."
    )
    return 1 if different or not alike else 0


def _alike(before: Answers, after: Answers) -> Iterator[Place]:
    """Of each test the requests that both sent, up to the first that differs: what comes after may depend on it."""
    for test in {test for test, _ in before}:
        for number in itertools.count(1):
            first, second = before.get((test, number)), after.get((test, number))
            if first is None or second is None or first.request != second.request:
                break
            yield test, number


def _recorded(tree: Path, arguments: Sequence[str]) -> Answers:
    """By test and number of its request. Tests may fail: what they were answered counts."""
    folder = RECORDED / tree.name
    shutil.rmtree(folder, ignore_errors=True)
    say(f"tests of {tree}")
    path = os.pathsep.join([str(tree / "layers" / "commerce"), str(tree), str(RECORDER)])
    # A string's hash decides the order of sets.
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0", "RECORDED_ANSWERS": str(folder)}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "answers_recorder",
        "--hypothesis-seed=0",
    ]
    subprocess.run([*command, *arguments], cwd=tree, env=environment, stdout=subprocess.DEVNULL, check=False)
    found: Answers = {}
    for file in folder.glob("*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            test, number, *answer = json.loads(line)
            found[test, number] = Recorded(*answer)
    return found


def _seen(answer: Recorded) -> tuple[int, Any, str]:
    """Of an error without what it tells to developers, and without the headers that come of its bytes."""
    if answer.status < 400:
        return answer.status, answer.headers, answer.text
    body = json.loads(answer.text) if answer.text.startswith("{") else answer.text
    return answer.status, answer.headers, json.dumps(_without_developers_part(body))


def _without_developers_part(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_developers_part(member) for member in value]
    if isinstance(value, dict):
        return {name: _without_developers_part(member) for name, member in value.items() if name not in FOR_DEVELOPERS}
    return value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
