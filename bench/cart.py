"""`python -m bench.cart [--quick] [--lines 20,200]` (`make bench CART=1 QUICK=1 LINES=20`): the cart, measured alone.

`POST orders/current` on a store of 300 products with item and order promotion, shipping and tax, as the built layer of
the code at hand answers it and as that of `bench.baseline.COMMIT` does, in the same run: carts of 1, 20 and 200 lines
in three forms (`bench/cart_calls.py` says which). Writes its table into docs/performance.md.

`--quick` is for a step on the way: 20 lines unless others are named, few rounds, instructions as exact as ever, since
valgrind counts them whatever else the machine does; writes to the terminal only. Two minutes on a quiet machine.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import re
import shutil
import statistics
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench import baseline, cart_store, cold, contenders
from bench.contenders import WORK, Contender, Field
from bench.report import put_into_document, ratio
from bench.stage import Stage, stage
from local.workspace import say

MARKS: Final = ("<!-- the cart: written by `make bench` -->", "<!-- end of the cart -->")
CALLS: Final = Path(__file__).with_name("cart_calls.py")
FUNCTION: Final = "update_current_profile_order"
LINES: Final = (1, 20, 200)
FORMS: Final = {"first": "first post", "change": "one quantity changed", "echo": "whole answer sent back"}
COUNTING: Final = ("valgrind", "--tool=callgrind", "--dump-before=getloadavg")
# Requests of which the median counts: one may meet the garbage collector, or read the signing keys anew.
COUNTED: Final = 5
COLD_LINES: Final = 20
# Functions know no tax unless they are told of one.
TAXED: Final = {"TAX_PROVIDER": "table"}
OURS, THEIRS = "today", "before"


@dataclass(frozen=True)
class Side:
    """One code: its stage, and the function on its own layer."""

    name: str
    stage: Stage
    contender: Contender


@dataclass
class Case:
    """A form and size on one side. Instructions in millions, None without valgrind; times in ms, medians of blocks."""

    instructions: dict[str, float] = field(default_factory=dict)
    live_ms: list[float] = field(default_factory=list)
    handler_ms: list[float] = field(default_factory=list)
    seen: list[Mapping[str, Any]] = field(default_factory=list)

    def fact(self, member: str) -> float:
        """The median: an item's last bytes depend on how the digits of a new id compress, and its units with them."""
        return float(statistics.median_low([facts[member] for facts in self.seen]))

    @property
    def handler(self) -> float | None:
        return self.instructions.get("replay")

    @property
    def live(self) -> float | None:
        return self.instructions.get("live")


class BrokenProcessError(Exception):
    """A function's process has ended before it answered."""


Cases = dict[tuple[str, int, str], Case]
"""By form, number of lines and side."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.cart", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--lines", default="")
    chosen = parser.parse_args(arguments)
    usual = (20,) if chosen.quick else LINES
    lines = tuple(int(number) for number in chosen.lines.split(",")) if chosen.lines else usual
    baseline.check_out()
    ours = contenders.prepare(peers=False)
    with _sides(ours) as sides:
        cases = measure(ours, sides, lines, blocks=2 if chosen.quick else 15)
        starts = {} if chosen.quick else _cold(ours, sides, rounds=5)
    text = "\n".join(written(cases, starts, lines))
    print(text)
    if not chosen.quick:
        put_into_document(MARKS, text)


@contextlib.contextmanager
def _sides(ours: Field) -> Iterator[list[Side]]:
    layer = WORK / "baseline-layer"
    baseline.build_layer(layer, ours.minor)
    folder = WORK / "baseline-functions" / FUNCTION
    shutil.copytree(baseline.TREE / "functions" / FUNCTION, folder)
    store = cart_store.files()
    with stage(store) as place, baseline.running_stage(store) as environment:
        own = dataclasses.replace(place, environment={**place.environment, **TAXED})
        theirs = dataclasses.replace(place, environment={**environment, **TAXED})
        yield [
            Side(OURS, own, ours.functions[FUNCTION]),
            Side(THEIRS, theirs, Contender(FUNCTION, folder, str(layer / "python"))),
        ]


def measure(ours: Field, sides: Sequence[Side], lines: Sequence[int], *, blocks: int) -> Cases:
    """Every form and size: times by turns of the sides, then instructions."""
    file = _cases_file(lines)
    cases: Cases = {(form, size, side.name): Case() for size in lines for form in FORMS for side in sides}
    say("carts: times")
    with contextlib.ExitStack() as stack:
        running = {side.name: stack.enter_context(_started(ours, side, file)) for side in sides}
        for size in lines:
            for form in FORMS:
                for _ in range(blocks):
                    for name, process in running.items():
                        case = cases[form, size, name]
                        lived = _ask(process, "live", form, size, 5)
                        case.seen.append(lived)
                        case.live_ms.append(statistics.median(lived["wall"]) / 1000)
                        replayed = _ask(process, "replay", form, size, 5)
                        case.handler_ms.append(statistics.median(replayed["cpu"]) / 1000)
    if shutil.which(COUNTING[0]):
        say("carts: instructions")
        for (form, size, mode, name), millions in _counted(ours, sides, file, lines).items():
            cases[form, size, name].instructions[mode] = millions
    return cases


def _cases_file(lines: Sequence[int]) -> Path:
    (event,), _ = contenders.events(FUNCTION)
    file = WORK / "carts.json"
    carts = {str(size): cart_store.lines(size) for size in {*lines, COLD_LINES}}
    file.write_text(json.dumps({"event": event, "lines": carts, "groups": cart_store.groups()}), encoding="utf-8")
    return file


def _counted(
    ours: Field, sides: Sequence[Side], file: Path, lines: Sequence[int]
) -> dict[tuple[str, int, str, str], float]:
    """Millions of instructions of one request, by form, size, mode and side: of one process a side, side by side, whose
    counts are written down before and after each request.
    """
    blocks = [(mode, form, size) for size in lines for form in FORMS for mode in ("replay", "live", "floor")]
    folders = {side.name: WORK / f"callgrind-{side.name}" for side in sides}
    with contextlib.ExitStack() as stack:
        running = []
        for side in sides:
            folders[side.name].mkdir()
            under = (*COUNTING, f"--callgrind-out-file={folders[side.name] / 'out'}")
            running.append(stack.enter_context(_started(ours, side, file, under)))
        for mode, form, size in blocks:
            for process in running:
                _tell(process, mode, form, size, COUNTED)
            for process in running:
                _told(process)
    found = {}
    for name, folder in folders.items():
        for number, (mode, form, size) in enumerate(blocks):
            requests = range(number * COUNTED, (number + 1) * COUNTED)
            counts = [_written_down(folder / f"out.{2 * request + 2}") for request in requests]
            found[form, size, mode, name] = statistics.median(counts) / 1e6
    return found


def _written_down(file: Path) -> int:
    total = re.search(r"^(?:summary|totals): (\d+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert total
    return int(total[1])


def _cold(ours: Field, sides: Sequence[Side], rounds: int) -> dict[str, cold.Cold]:
    """From a fresh process to the first priced cart, by side."""
    say("carts: cold starts")
    cases = json.loads((WORK / "carts.json").read_text(encoding="utf-8"))
    body = {
        "op": "create",
        "shoppingCart": {"items": cases["lines"][str(COLD_LINES)]},
        "shippingGroups": cases["groups"],
    }
    event = {**cases["event"], "body": json.dumps(body)}
    runs: dict[str, list[Mapping[str, Any]]] = {side.name: [] for side in sides}
    for _ in range(rounds):
        for side in sides:
            runs[side.name].append(cold.start(side.stage, ours, side.contender, [event])[0])
    found = {}
    for side in sides:
        found[side.name] = start = cold.Cold(
            **{
                member: statistics.median(run[told] for run in runs[side.name])
                for member, told in (("import_ms", "importMs"), ("request_ms", "requestMs"), ("peak_mb", "peakMb"))
            }
        )
        if shutil.which(COUNTING[0]):
            answered, start.instructions = cold.start(side.stage, ours, side.contender, [event], cold.COUNTING)
            assert answered["answers"][0]["statusCode"] == 200, answered
    return found


@contextlib.contextmanager
def _started(ours: Field, side: Side, file: Path, under: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
    # valgrind speaks there too
    errors = WORK / f"{CALLS.stem}-{side.name}.log"
    with errors.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [*under, ours.python, "-S", str(CALLS), str(side.contender.folder), str(file)],
            env=cold.process_environment(side.stage, side.contender),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    with process:
        try:
            yield process
        except BrokenProcessError as error:
            if error.args[0] is not process:
                raise
            raise RuntimeError(errors.read_text(encoding="utf-8")[-2000:]) from error
        finally:
            assert process.stdin
            process.stdin.close()


def _ask(process: subprocess.Popen[str], mode: str, form: str, size: int, count: int) -> Mapping[str, Any]:
    _tell(process, mode, form, size, count)
    return _told(process)


def _tell(process: subprocess.Popen[str], mode: str, form: str, size: int, count: int) -> None:
    assert process.stdin
    process.stdin.write(f"{mode} {form} {size} {count}\n")
    process.stdin.flush()


def _told(process: subprocess.Popen[str]) -> Mapping[str, Any]:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise BrokenProcessError(process)
    answer: Mapping[str, Any] = json.loads(line)
    return answer


def written(cases: Cases, starts: Mapping[str, cold.Cold], lines: Sequence[int]) -> Iterator[str]:
    yield f"`POST orders/current`; *before*: commit {baseline.COMMIT}, measured in the same run."
    yield "Instructions in millions. *floor*: the request read and the answer written by orjson, nothing else."
    yield ""
    yield (
        "| Lines | form | handler | / before | a line | / floor | with SDK | / before "
        "| handler CPU ms | / before | live ms | / before |"
    )
    yield "|---" * 12 + "|"
    for size in lines:
        for form, name in FORMS.items():
            now, then = cases[form, size, OURS], cases[form, size, THEIRS]
            yield (
                f"| {size} | {name} | {_millions(now.handler)} | {ratio(now.handler, then.handler)} "
                f"| {_millions((now.handler or 0) / size)} | {_times(now.handler, now.instructions.get('floor'))} "
                f"| {_millions(now.live)} | {ratio(now.live, then.live)} "
                f"| {_median(now.handler_ms):.1f} | {_by_turns(now.handler_ms, then.handler_ms)} "
                f"| {_median(now.live_ms):.1f} | {_by_turns(now.live_ms, then.live_ms)} |"
            )
    yield ""
    yield "| Lines | form | calls | read units | write units | request, bytes | answer | to DynamoDB | from it |"
    yield "|---" * 9 + "|"
    for size in lines:
        for form, name in FORMS.items():
            now, then = cases[form, size, OURS], cases[form, size, THEIRS]
            members = ("calls", "readUnits", "writeUnits", "request", "answer", "sent", "received")
            figures = " | ".join(_beside(now.fact(member), then.fact(member)) for member in members)
            yield f"| {size} | {name} | {figures} |"
    yield ""
    yield "A second figure is the one before, where it was another."
    if starts:
        now_start, then_start = starts[OURS], starts[THEIRS]
        yield ""
        yield f"Cold start to the first priced cart, of {COLD_LINES} lines:"
        yield ""
        yield "| | instructions, millions | CPU ms: import + request | peak memory, MB |"
        yield "|---|---|---|---|"
        for name, start in starts.items():
            yield (
                f"| {name} | {start.instructions or 0:.0f} | {start.import_ms:.0f} + {start.request_ms:.0f} "
                f"| {start.peak_mb:.1f} |"
            )
        yield (
            f"| ratio | {ratio(now_start.instructions, then_start.instructions)} "
            f"| {ratio(now_start.import_ms + now_start.request_ms, then_start.import_ms + then_start.request_ms)} "
            f"| {ratio(now_start.peak_mb, then_start.peak_mb)} |"
        )
    largest = max(lines)
    yield ""
    memory = [f"{cases['echo', largest, name].seen[-1]['peakMb']:.1f} MB {name}" for name in (OURS, THEIRS)]
    yield f"Peak memory of a process that has answered all of them, up to {largest} lines: {', '.join(memory)}."


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


def _by_turns(values: Sequence[float], others: Sequence[float]) -> str:
    return f"{statistics.median(one / other for one, other in zip(values, others, strict=True)):.2f}"


def _millions(value: float | None) -> str:
    return f"{value:.2f}" if value else "–"


def _times(value: float | None, floor: float | None) -> str:
    return f"{value / floor:.0f} ×" if value and floor else "–"


def _beside(now: float, then: float) -> str:
    return f"{now:g}" if now == then else f"{now:g} ({then:g})"


if __name__ == "__main__":
    main()
