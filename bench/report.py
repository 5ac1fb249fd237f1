"""The measured figures as Markdown, and as what the picture shows."""

from __future__ import annotations

import platform
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from bench.clients import KINDS
from bench.cold import Cold
from bench.contenders import OURS, WORK, Field, P
from bench.warm import Warm
from local.workspace import ROOT

DOCUMENT: Final = ROOT / "docs" / "performance.md"
MARKS: Final = ("<!-- measured: written by `make bench` -->", "<!-- end of what was measured -->")
PACKAGES: Final = ("aws-lambda-powertools", "botocore", "pydantic", "boto3")
CLIENT_NAMES: Final = {"tuned": "this project's", "boto3": "boto3's low-level client", "resource": "boto3's resource"}


@dataclass
class Results:
    """Everything of one run."""

    field: Field
    database: str
    cold: Mapping[str, Cold]
    outcomes: Mapping[str, str]
    warm: Mapping[str, Warm]
    clients: Mapping[str, Mapping[str, float]]
    pricing: Mapping[int, tuple[float, float]]
    minutes: float = 0.0


def written(results: Results) -> str:
    parts = (_machine, _cold_peers, _cold_functions, _warm, _clients, _pricing)
    return "\n\n".join("\n".join(part(results)) for part in parts)


def put_into_document(marks: tuple[str, str], text: str) -> None:
    """Between the two marks, in place of what stands there."""
    begin, end = marks
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    DOCUMENT.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


def picture_data(results: Results) -> dict[str, Any]:
    """Ratios to P by measure: [contender, ratio] pairs."""
    names = [*results.field.peers, results.field.ours.name]
    plain_cold = results.cold[P]
    measures: dict[str, list[tuple[str, float]]] = {
        "cold start: CPU time": [(_name(n), _cpu(results.cold[n]) / _cpu(plain_cold)) for n in names],
        "warm: end to end": [(_name(n), results.warm[n].end_to_end_ratio) for n in names],
        "warm: handler's CPU time": [(_name(n), results.warm[n].handler_ratio) for n in names],
        "peak memory": [(_name(n), results.cold[n].peak_mb / plain_cold.peak_mb) for n in names],
    }
    if plain_cold.instructions:
        counted = [(_name(n), (results.cold[n].instructions or 0) / plain_cold.instructions) for n in names]
        measures = {"cold start: instructions": counted} | measures
    return {"title": f"Update of a profile, relative to {P}; CPython {results.field.version}", "measures": measures}


def _machine(results: Results) -> Iterator[str]:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    yield f"One run of {results.minutes:.0f} minutes on {platform.machine()}, {_processor()}, {platform.system()};"
    yield f"CPython {results.field.version}; {packages}; database: {results.database} over HTTP on the same machine."
    yield f"The layer: {_zipped(WORK / 'layer') / 1e6:.1f} MB zipped, {_size(WORK / 'layer') / 1e6:.1f} MB unpacked."


def _cold_peers(results: Results) -> Iterator[str]:
    plain = results.cold[P]
    yield "**Cold: import and first request of a profile update**"
    yield ""
    yield "| Handler | instructions, millions | / P | CPU ms: import + request | / P | peak memory, MB | / P |"
    yield "|---|---|---|---|---|---|---|"
    for name in (*results.field.peers, results.field.ours.name):
        row = results.cold[name]
        yield (
            f"| {_name(name)} | {_count(row)} | {ratio(row.instructions, plain.instructions)} "
            f"| {row.import_ms:.0f} + {row.request_ms:.0f} | {ratio(_cpu(row), _cpu(plain))} "
            f"| {row.peak_mb:.1f} | {ratio(row.peak_mb, plain.peak_mb)} |"
        )


def _cold_functions(results: Results) -> Iterator[str]:
    plain = results.cold[P]
    yield "**Cold: every function** (against P's profile update)"
    yield ""
    yield "| Function | answer | instructions, millions | / P | CPU ms: import + request | peak memory, MB | / P |"
    yield "|---|---|---|---|---|---|---|"
    for name in results.field.functions:
        row = results.cold[name]
        yield (
            f"| `{name}` | {row.status} | {_count(row)} | {ratio(row.instructions, plain.instructions)} "
            f"| {row.import_ms:.0f} + {row.request_ms:.0f} | {row.peak_mb:.1f} "
            f"| {ratio(row.peak_mb, plain.peak_mb)} |"
        )


def _warm(results: Results) -> Iterator[str]:
    plain = results.warm[P]
    yield "**Warm: a profile update of 2 KB, answer 10 KB**"
    yield ""
    yield "| Handler | end to end, ms (blocks) | / P | instructions, millions | / P | handler CPU, µs | / P |"
    yield "|---|---|---|---|---|---|---|"
    for name in (*results.field.peers, results.field.ours.name):
        row = results.warm[name]
        yield (
            f"| {_name(name)} | {row.end_to_end / 1000:.2f} ({row.lowest / 1000:.2f} – {row.highest / 1000:.2f}) "
            f"| {row.end_to_end_ratio:.2f} "
            f"| {row.instructions or 0:.2f} | {ratio(row.instructions, plain.instructions)} "
            f"| {row.handler_cpu:.0f} | {row.handler_ratio:.2f} |"
        )


def _clients(results: Results) -> Iterator[str]:
    plain = results.clients["boto3"]
    yield "**DynamoDB client: CPU µs a call of 6 KB, answered at once**"
    yield ""
    yield "| Client | GetItem | / boto3 | UpdateItem | / boto3 |"
    yield "|---|---|---|---|---|"
    for kind in KINDS:
        row = results.clients[kind]
        figures = [f"{row[name]:.0f} | {ratio(row[name], plain[name])}" for name in ("read", "write")]
        yield f"| {CLIENT_NAMES[kind]} | {' | '.join(figures)} |"


def _pricing(results: Results) -> Iterator[str]:
    yield "**Pricing: CPU µs a cart**, item and order promotion, shipping, tax; beside bare sums of integers"
    yield ""
    yield "| Lines | a cart | a line | integers, a line | ratio |"
    yield "|---|---|---|---|---|"
    for lines, (took, plain) in results.pricing.items():
        yield f"| {lines} | {took:.0f} | {took / lines:.1f} | {plain / lines:.2f} | {took / plain:.0f} |"


def _name(name: str) -> str:
    return name if "boto3" in name else OURS


def _cpu(row: Cold) -> float:
    return row.import_ms + row.request_ms


def _count(row: Cold) -> str:
    return f"{row.instructions:.0f}" if row.instructions else "–"


def ratio(value: float | None, plain: float | None) -> str:
    """For a table; a dash where one was not counted."""
    return f"{value / plain:.2f}" if value and plain else "–"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(models)} cores ({models[0]})" if models else "unknown processor"


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _zipped(folder: Path) -> int:
    archive = WORK / "layer.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in sorted(folder.rglob("*")):
            zipped.write(path, path.relative_to(folder))
    return archive.stat().st_size
