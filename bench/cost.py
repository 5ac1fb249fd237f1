"""`python -m bench.cost`: what a million calls of each operation cost, from units and times measured here.

Writes the tables of docs/cost.md. Units are those that DynamoDB reports for each function's `ok` event with filled
caches; `--quick` writes to the terminal only.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from unittest.mock import patch

from bench.stage import Stage, stage
from local.template import integrations, resources
from local.workspace import ROOT
from tests.support.deployment import Clock, Product

DOCUMENT: Final = ROOT / "docs" / "cost.md"
BEGIN: Final = "<!-- measured: written by `make bench` -->"
END: Final = "<!-- end of what was measured -->"
ROUNDS: Final = 15
# The functions' log; their logger keeps the stream that it finds first.
LOG: Final = io.StringIO()

# US dollars in us-east-1, on demand: per million units, requests, or gigabyte-seconds; logs per gigabyte.
READ_UNITS: Final = 0.125
WRITE_UNITS: Final = 0.625
GATEWAY: Final = 3.50
LAMBDA_REQUESTS: Final = 0.20
LAMBDA_GB_SECONDS: Final = 13.3334  # arm64
LOG_GB: Final = 0.50
TRACES: Final = 5.00
METRIC: Final = 0.30  # a metric and month
ALARM: Final = 0.10  # a metric that one watches
COMPOSITE_ALARM: Final = 0.50
QUERIED: Final = 7  # of a table, at most: metrics by operation, TransactWriteItems among them
SNAPSHOT_GB_SECONDS: Final = 1.5046  # kept for SnapStart
RESTORED_GB: Final = 139.7998  # a million times
MONTH_SECONDS: Final = 30 * 24 * 3600

TRACED: Final = 0.05  # of all calls by X-Ray's default rule, besides the first of each second
METHOD_METRICS: Final = 5  # Count, Latency, IntegrationLatency, 4XXError, 5XXError
OWN_METRICS: Final = 5  # Duration, Refused, Failed, ReadUnits, WriteUnits of an operation
_TRACING: Final = {
    "spanId": "0123456789abcdef",
    "type": "X-Amzn-Trace-Id",
    "value": "Root=1-01234567-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=0;Lineage=1:01234567:0",
}
_METRICS: Final = {"durationMs": 31.12, "billedDurationMs": 32, "memorySizeMB": 512, "maxMemoryUsedMB": 84}
# What Lambda writes for a call besides, as it documents its JSON lines.
PLATFORM_RECORDS: Final = {
    "platform.start": {"requestId": "0" * 36, "version": "12", "tracing": _TRACING},
    "platform.report": {"requestId": "0" * 36, "metrics": _METRICS, "tracing": _TRACING, "status": "success"},
}
# Of $context's values, characters that they have; of the others a number's.
CONTEXT_LENGTHS: Final = {
    "error.responseType": 0,
    "httpMethod": 4,
    "identity.sourceIp": 14,
    "identity.userAgent": 110,
    "integration.requestId": 36,
    "requestId": 36,
    "requestTimeEpoch": 13,
    "resourcePath": 32,
    "xrayTraceId": 35,
}
NUMBER_LENGTH: Final = 3

PARTS: Final = ("DynamoDB", "Lambda", "logs", "traces", "gateway")
MEMORY_MB: Final = 512  # the template's default
FULL_CORE_MB: Final = 1769  # Lambda gives one core at this size, and its share below
ROUND_TRIP_MS: Final = 5.0  # a call to DynamoDB inside a region, assumed


@dataclass(frozen=True)
class Measured:
    """One operation. `cpu_ms` on this machine's core; `log_bytes` of all lines of a call."""

    function: str
    calls: int
    read_units: float
    write_units: float
    cpu_ms: float
    log_bytes: int

    @property
    def lambda_ms(self) -> float:
        return self.cpu_ms * FULL_CORE_MB / MEMORY_MB + self.calls * ROUND_TRIP_MS

    @property
    def dynamodb_usd(self) -> float:
        return self.read_units * READ_UNITS + self.write_units * WRITE_UNITS

    @property
    def lambda_usd(self) -> float:
        return LAMBDA_REQUESTS + self.lambda_ms / 1000 * MEMORY_MB / 1024 * LAMBDA_GB_SECONDS

    @property
    def log_usd(self) -> float:
        return (self.log_bytes + platform_bytes()) * 1e6 / 1e9 * LOG_GB

    @property
    def usd(self) -> float:
        return self.dynamodb_usd + self.lambda_usd + self.log_usd + TRACED * TRACES + GATEWAY


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.cost", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args(arguments).quick
    with (
        contextlib.redirect_stdout(LOG),
        stage() as place,
        patch.dict(os.environ, place.environment, clear=True),
    ):
        text = "\n".join(written(place, 3 if quick else ROUNDS))
    print(text)
    if not quick:
        before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        DOCUMENT.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def written(place: Stage, rounds: int) -> Iterator[str]:
    yield f"Database: {place.database}. US dollars for a million calls; {MEMORY_MB} MB, arm64, us-east-1, on demand."
    yield ""
    yield from _head("Operation", "calls", "read units", "write units", "Lambda ms", *PARTS, "sum")
    for cost in (measure(place, file.parent.name, rounds) for file in sorted((ROOT / "events").glob("*/ok.json"))):
        yield (
            f"| `{cost.function}` | {cost.calls} | {cost.read_units:g} | {cost.write_units:g} | {cost.lambda_ms:.0f} "
            f"| {cost.dynamodb_usd:.2f} | {cost.lambda_usd:.2f} | {cost.log_usd:.2f} "
            f"| {TRACED * TRACES:.2f} | {GATEWAY:.2f} | {cost.usd:.2f} |"
        )
    yield ""
    yield from by_the_month()
    yield ""
    yield "Rows of the sample store, bytes as DynamoDB counts them:"
    yield ""
    yield from _head("Table", "rows", "median", "largest")
    for table, items in place.items.items():
        sizes = sorted(size(item) for item in items if item["sk"]["S"] != "plain")
        if sizes:
            yield f"| {table.removesuffix('Table')} | {len(sizes)} | {statistics.median(sizes):.0f} | {sizes[-1]} |"


def platform_bytes() -> int:
    """Of a call, what Lambda and the gateway log besides the function's own line."""
    access = str(resources("AWS::Serverless::Api")["Api"]["Properties"]["AccessLogSetting"]["Format"])
    line = re.sub(r"\$context\.([\w.]+)", lambda found: "x" * CONTEXT_LENGTHS.get(found[1], NUMBER_LENGTH), access)
    records = [
        {"time": "2026-01-02T03:04:05.678Z", "type": kind, "record": record}
        for kind, record in PLATFORM_RECORDS.items()
    ]
    return len(line) + sum(len(json.dumps(record, separators=(",", ":"))) for record in records)


def by_the_month() -> Iterator[str]:
    """What is billed whatever the calls."""
    functions = resources("AWS::Serverless::Function")
    methods = len(integrations())
    snapshots = len(functions) * MEMORY_MB / 1024 * MONTH_SECONDS * SNAPSHOT_GB_SECONDS / 1e6
    alarms = resources("AWS::CloudWatch::Alarm").values()
    # Each metric that an expression takes is billed as an alarm.
    watched = sum("MetricStat" in entry for alarm in alarms for entry in alarm["Properties"]["Metrics"])
    queries = sum("MetricStat" not in alarm["Properties"]["Metrics"][0] for alarm in alarms)
    composites = len(resources("AWS::CloudWatch::CompositeAlarm"))
    bytes_besides = f"{platform_bytes():,} bytes"
    yield f"Of a call's log {bytes_besides} are lines of Lambda (start, report) and of the gateway (access log)."
    yield ""
    yield from _head("Whatever the calls", "how many", "USD a month, at most")
    own, detailed = len(functions) * OWN_METRICS, methods * METHOD_METRICS
    yield f"| the functions' own metrics | {len(functions)} operations × {OWN_METRICS} | {own * METRIC:.2f} |"
    yield f"| `Alarms`: metrics that they watch | {watched} | {watched * ALARM:.2f} |"
    read = queries * QUERIED
    yield f"| … by queries | {queries} tables × {QUERIED} operations | {read * ALARM:.2f} |"
    yield f"| … the one over all | {composites} | {composites * COMPOSITE_ALARM:.2f} |"
    yield f"| with `DetailedMetrics` | {methods} methods × {METHOD_METRICS} | {detailed * METRIC:.2f} |"
    yield f"| with `SnapStart`, one version of each function | {len(functions)} | {snapshots:.2f} |"
    yield ""
    yield f"A million starts from a snapshot cost {RESTORED_GB * MEMORY_MB / 1024:.2f} USD."


def _head(*names: str) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield "|---" * len(names) + "|"


def measure(place: Stage, function: str, rounds: int) -> Measured:
    event = json.loads((ROOT / "events" / function / "ok.json").read_text(encoding="utf-8"))
    app = Product(place.environment, Clock()).app(function)
    times = []
    for _ in range(rounds + 1):
        place.restore()
        LOG.seek(0)
        LOG.truncate()
        began = time.process_time()
        answer = app.handler(event, None)
        times.append((time.process_time() - began) * 1000)
        if answer["statusCode"] != 200:
            raise RuntimeError(f"{function}: {answer['body']}")
    meter = app.parts.store.meter if hasattr(app, "parts") and "store" in vars(app.parts) else None
    return Measured(
        function,
        calls=meter.calls if meter else 0,
        read_units=meter.read_units if meter else 0,
        write_units=meter.write_units if meter else 0,
        cpu_ms=statistics.median(times[1:]),
        log_bytes=len(LOG.getvalue().encode()),
    )


def size(item: Mapping[str, Any]) -> int:
    """Names and values of one row."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return len(content) // 2 + 1
        case "BOOL":
            return 1
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_size(member) for name, member in content.items())
        case "S":
            return len(content.encode())
        case _:
            return len(content)


if __name__ == "__main__":
    main()
