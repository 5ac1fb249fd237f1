"""Every fault at every request of every operation: success, a clean 503, or a documented refusal.

`make faults` goes through all of them and writes the tables of docs/reliability.md; `make test` takes some, and
compares what they say with what is written there.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from commerce.http.routes import ROUTES
from commerce.storage import decode_document
from commerce.storage.items import from_wire
from tests.conftest import with_sample
from tests.faults.table import Cell, Row, write, written
from tests.support.deployment import Answer, Clock, Product
from tests.support.faster_moto import told_of
from tests.support.faults import WRITES, Fault, Faults, faults_between
from tests.support.scenarios import SCENARIOS, SELF_SUFFICIENT, Scenario, Sent

ALL = os.environ.get("FAULTS") == "all"
# 500 is a documented answer to what an operator has to mend; these are its codes.
REFUSALS = {"00000500", "22001", "23001", "28316"}
# Where marks stand, and what no two runs have in common.
_UNLIKE = re.compile(
    r"[0-9a-f]{32}|o\d{22}|'generation', \d{6,}|\b(?:ci|sg|pg|gc|r|hg)\d{15,}"
    r'|eyJ[\w./=-]+|FILE_OAUTH_TOKEN=\w+|"W?/?[A-Za-z0-9+/=]{40,}"'
)
_HASHES = {"passwordHash", "previousHashes", "pinHash", "request", "etag"}

Items = Mapping[str, list[dict[str, Any]]]
State = dict[str, str]


@dataclass
class Bench:
    """A product that starts cold, on the sample store."""

    make: Callable[[], Product]
    device: Faults

    def start(self, scenario: Scenario) -> tuple[Product, Sent]:
        """What was there before the request has been arranged."""
        sent = scenario.request(self.make())
        arranged = self.make_again()
        return arranged, sent

    def make_again(self) -> Product:
        """Another execution environment on the same tables."""
        return Product(self.environment, self.clock)

    environment: Mapping[str, str] = None  # type: ignore[assignment]  # set by the fixture
    clock: Clock = None  # type: ignore[assignment]


@pytest.fixture
def bench(aws: Mapping[str, str], sample_items: Items, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    clock = Clock()
    for name, value in aws.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("commerce.composition.utc_now", clock)
    monkeypatch.setattr("random.random", lambda: 1.0)

    def clear() -> None:
        for table in dynamodb_backends[ACCOUNT_ID]["us-east-1"].tables.values():
            table.items.clear()

    def make() -> Product:
        clear()
        return with_sample(Product(aws, clock), sample_items)

    with faults_between(monkeypatch) as device:
        yield Bench(make, device, aws, clock)
    clear()


def state_of(product: Product, *, versions: bool = True, guesses: bool = True) -> State:
    """All that is stored, without what marks and random ids make different."""
    state: State = {}
    for variable in (name for name in product.environment if name.endswith("_TABLE")):
        for row in product.rows(variable):
            shown = told_of(row, _shown)
            if shown.guess and not guesses:
                continue
            name = f"{variable} {shown.key}"
            state[name] = state.get(name, "") + (shown.text if versions else shown.text_without_version)
    return state


@dataclass(frozen=True)
class Shown:
    """What counts of a stored row. `guess`: it is a count of guesses."""

    key: str
    guess: bool
    text: str
    text_without_version: str


def _shown(row: Any) -> Shown:
    item = _plain(from_wire(row.to_json()["Attributes"]))
    texts = [repr(sorted(item.items())) for item in (item, {n: v for n, v in item.items() if n != "version"})]
    return Shown(alike(f"{item['pk']} {item['sk']}"), item["pk"].startswith("guard#"), *map(alike, texts))


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    marks = {"mark", "attempt", "logout", "operator"}
    kept = {name: value for name, value in item.items() if name not in marks | _HASHES and not name.startswith("guess")}
    if "document" in kept:
        data = kept["document"]
        document = decode_document(base64.b64decode(data) if isinstance(data, str) else data)
        kept["document"] = json.dumps(document, default=str, sort_keys=True)
    if "answer" in kept:
        kept["answer"] = "kept"
    if "usedCodes" in kept:
        kept["usedCodes"] = sorted(kept["usedCodes"])
    return kept


def alike(text: str) -> str:
    return _UNLIKE.sub("<some>", text)


def said(answer: Answer) -> tuple[int, str]:
    """Status and code."""
    if answer.status == 204 or 200 <= answer.status < 300:
        return answer.status, ""
    return answer.status, str(answer.body.get("errorCode") or answer.body.get("error"))


@dataclass
class Reference:
    """A request that nothing happens to: the requests it makes, its answer, and the states around it."""

    calls: list[str]
    text: str
    before: State
    after: State
    after_without_versions: State


def reference_of(bench: Bench, scenario: Scenario) -> Reference:
    product, sent = bench.start(scenario)
    before = state_of(product, guesses=False)
    with bench.device.at(1, None):
        answer = sent.to(product)
    assert said(answer) == scenario.answer, answer.text
    return Reference(
        list(bench.device.tries), alike(answer.text), before, state_of(product),
        state_of(product, versions=False, guesses=False),
    )  # fmt: skip


def outcome(bench: Bench, scenario: Scenario, reference: Reference, number: int, fault: Fault, *, always: bool) -> str:
    """What becomes of a call whose `number`-th request to AWS meets the fault. Fails where that is no outcome."""
    product, sent = bench.start(scenario)
    began = bench.device.time.now
    with bench.device.at(number, fault, always=always):
        answer = sent.to(product)
    assert bench.device.time.now - began <= scenario.budget_seconds, "the time budget"
    if said(answer) == scenario.answer and alike(answer.text) == reference.text:
        return _judged_success(product, reference)
    _judge_failure(answer, fault)
    done = state_of(product, guesses=False)
    without_guesses = {name: text for name, text in reference.after.items() if " guard#" not in name}
    assert done in (reference.before, without_guesses), "half of it is stored"
    _judge_repetition(bench.make_again(), scenario, sent, reference, carried_out=done != reference.before)
    return f"{answer.status}" if answer.status == 503 else f"{answer.status} `{said(answer)[1]}`"


def _judged_success(product: Product, reference: Reference) -> str:
    state = state_of(product)
    if state == reference.after:
        return "ok"
    state, expected = ({n: t for n, t in each.items() if " guard#" not in n} for each in (state, reference.after))
    assert state == expected, "the answer says what is not stored"
    return "ok, counted"


def _judge_failure(answer: Answer, fault: Fault) -> None:
    status, code = said(answer)
    if fault is Fault.DENIED:
        assert (status, code in REFUSALS, "retry-after" in answer.headers) == (500, True, False), answer.text
    else:
        assert (status, code, answer.headers.get("retry-after")) == (503, "00000503", "1"), answer.text


def _judge_repetition(
    product: Product, scenario: Scenario, sent: Sent, reference: Reference, *, carried_out: bool
) -> None:
    """The same request once more, when nothing is wrong any longer."""
    answer = sent.to(product)
    if carried_out and scenario.again is not None:
        assert said(answer) == scenario.again, answer.text
        return
    assert said(answer) == scenario.answer, answer.text
    if not (scenario.again is not None and scenario.again == scenario.answer):
        assert state_of(product, versions=False, guesses=False) == reference.after_without_versions


def chosen(operation: str) -> Iterator[tuple[Fault, bool]]:
    """The faults to try at a request, and whether they stay."""
    for fault in Fault:
        if operation in fault.operations:
            for always in (False, True):
                few = fault is Fault.TIMEOUT_AFTER or (operation not in WRITES and fault is Fault.THROTTLED and always)
                if ALL or few:
                    yield fault, always


def test_each_operation_is_here() -> None:
    assert {scenario.operation for scenario in SCENARIOS} | SELF_SUFFICIENT == {route.operation for route in ROUTES}


ROWS: list[Row] = []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_fault_has_an_outcome(bench: Bench, scenario: Scenario) -> None:
    reference = reference_of(bench, scenario)
    for number, operation in enumerate(reference.calls, 1):
        cells: dict[Fault, Cell] = {}
        for fault, always in chosen(operation):
            try:
                result = outcome(bench, scenario, reference, number, fault, always=always)
            except AssertionError as error:
                raise AssertionError(f"{operation} (request {number}), {fault.title}, always={always}") from error
            once, stays = cells.get(fault, Cell())
            cells[fault] = Cell(once, result) if always else Cell(result, stays)
        row = Row(scenario.name, number, operation, cells)
        if ALL:
            ROWS.append(row)
        else:
            assert row.agrees_with(written()), "`make faults` writes docs/reliability.md anew"


@pytest.mark.skipif(not ALL, reason="`make faults` writes the tables")
def test_the_tables_are_written() -> None:
    assert {row.scenario for row in ROWS} == {scenario.name for scenario in SCENARIOS}
    write(ROWS, SCENARIOS)
