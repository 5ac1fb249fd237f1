"""`make load`: shoppers make the five calls on the local cloud, side by side, for some minutes.

Every call is one that succeeds: it fails for any other answer, for an acknowledged change that is not found afterwards,
and for a function whose memory grows.
"""

import argparse
import http.client
import json
import math
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from local import stack
from local.cloud import LOCAL_CLOUD
from local.stop import down
from local.workspace import STACK_NAME, StepFailedError, client_environment, run_step, say

TIMEOUT_SECONDS: Final = 30
TOKEN_SECONDS: Final = 600
SAMPLE_SECONDS: Final = 5
# A process has imported and cached all it needs by then.
SETTLED_SECONDS: Final = 60
# Of all processes together: one that waits for its first request for a minute still grows by what that imports.
MOST_GROWTH: Final = 0.05
PASSWORD: Final = "Shopper-2026"  # noqa: S105  of shoppers made for this run
ORGANIZATION: Final = "100002"
ADDRESS: Final = {
    "companyName": "Example", "address1": "1 Example Way", "city": "Vaduz", "postalCode": "9490", "country": "LI",
    "phoneNumber": "+423 555 0100",
}  # fmt: skip
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Answer:
    """Status 0: there was none within the time."""

    status: int
    text: str
    cookies: list[str]

    @property
    def body(self) -> Any:
        return json.loads(self.text)


@dataclass
class Ledger:
    """By what was changed: the last value that was acknowledged, and values sent since without an answer."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, set[str]] = field(default_factory=dict)

    def note(self, what: str, value: str, answer: Answer) -> None:
        if answer.status == http.client.OK:
            self.acknowledged[what] = value
            self.unknown[what] = set()
        elif answer.status == 0 or answer.status >= http.client.INTERNAL_SERVER_ERROR:
            self.unknown.setdefault(what, set()).add(value)

    def lost(self, what: str, found: str | None) -> bool:
        """Whether an acknowledged value is gone although nothing that may have come after it stands there."""
        return what in self.acknowledged and found not in {self.acknowledged[what], *self.unknown.get(what, ())}


class Run:
    """One run against a deployed stack. All that threads share are counters, under a lock."""

    def __init__(self, deployed: Mapping[str, Any], shoppers: int, at_once: int) -> None:
        self._address = urllib.parse.urlsplit(deployed["baseUrl"])
        self._merchant = deployed["sample"]["merchant"]
        self.shoppers = [f"load-{number}" for number in range(shoppers)]
        self.at_once = at_once
        self.ledger = Ledger()
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.seconds: dict[str, list[float]] = {}
        self.failures: list[str] = []
        self._lock = threading.Lock()

    def call(
        self,
        name: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | str | None = None,
        token: str = "",
        **headers: str,
    ) -> Answer:
        """One request, counted under its name."""
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        sent = {header.replace("_", "-"): value for header, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        began = time.monotonic()
        connection = http.client.HTTPConnection(
            self._address.hostname or "", self._address.port, timeout=TIMEOUT_SECONDS
        )
        try:
            connection.request(method, self._address.path + path, text and text.encode(), sent)
            received = connection.getresponse()
            cookies = received.headers.get_all("Set-Cookie") or []
            answer = Answer(received.status, received.read().decode(errors="replace"), cookies)
        except (OSError, http.client.HTTPException) as error:
            answer = Answer(0, repr(error), [])
        finally:
            connection.close()
        with self._lock:
            self.statuses[name, answer.status] += 1
            self.seconds.setdefault(name, []).append(time.monotonic() - began)
            if answer.status != http.client.OK:
                self.failures.append(f"{name}: {answer.status} {answer.text[:200]}")
        return answer

    def login(self, username: str, password: str, api: str = "ccstore") -> str:
        """A token. Raises StepFailedError."""
        form = urllib.parse.urlencode({"grant_type": "password", "username": username, "password": password})
        answer = self.call("login", "POST", f"/{api}/v1/login", form, Content_Type=FORM["Content-Type"])
        if answer.status != http.client.OK:
            raise StepFailedError(f"{username} cannot log in: {answer.status} {answer.text}")
        return str(answer.body["access_token"])

    def work(self, worker: int, until: float) -> None:
        """One thread's share: its shoppers in turn, each call with a value that was never sent before."""
        choice, number = random.Random(worker), 0  # noqa: S311  which call comes next is no secret
        own = self.shoppers[worker :: self.at_once]
        tokens: dict[str, tuple[str, float]] = {}
        addresses: dict[str, str] = {}

        def token(name: str, log_in: Callable[[], str]) -> str:
            known, since = tokens.get(name, ("", -math.inf))
            if time.monotonic() - since > TOKEN_SECONDS:
                known = log_in()
                tokens[name] = known, time.monotonic()
            return known

        while time.monotonic() < until:
            shopper, number = own[number % len(own)], number + 1
            value = f"{worker}.{number}"
            held = token(shopper, lambda who=shopper: self.login(who, PASSWORD))  # type: ignore[misc]
            if shopper not in addresses:
                addresses[shopper] = self._new_address(held, shopper)
            match choice.randrange(5):
                case 0:
                    answer = self.call(
                        "updateProfile", "PUT", "/ccstore/v1/profiles/current", {"firstName": value}, held
                    )
                    self.ledger.note(f"{shopper} firstName", value, answer)
                case 1:
                    cart = {"items": [{"productId": "prodA", "catRefId": "skuA", "quantity": 1 + number % 5}]}
                    body = {"cartName": value, "shoppingCart": cart}
                    answer = self.call("POST orders/current", "POST", "/ccstore/v1/orders/current", body, held)
                    self.ledger.note(f"{shopper} cartName", value, answer)
                case 2:
                    path = f"/ccstore/v1/organizationAddresses/{addresses[shopper]}"
                    answer = self.call("updateAddress", "PUT", path, {"address": {"city": value}}, held)
                    self.ledger.note(f"{shopper} city", value, answer)
                case 3:
                    self._visit(value)
                case _:
                    merchant = token("", lambda: self.login(**self._merchant, api="ccadmin"))
                    self._change_type(worker, value, merchant)

    def _new_address(self, token: str, shopper: str) -> str:
        body = {"address": ADDRESS, "addressType": shopper}
        answer = self.call("addAddress", "POST", "/ccstore/v1/organizationAddresses", body, token)
        if answer.status != http.client.OK:
            raise StepFailedError(f"{shopper} gets no address: {answer.status} {answer.text}")
        return str(answer.body["address"]["repositoryId"])

    def _visit(self, value: str) -> None:
        body, cookie = {"infoName": "xdVisitor_load"}, f"xdVisitor_load={value}"
        answer = self.call("updateVisitorInfo", "PUT", "/ccstore/v1/visitorInfo/current", body, Cookie=cookie)
        if answer.status == http.client.OK and not any(cookie in line for line in answer.cookies):
            with self._lock:
                self.failures.append(f"updateVisitorInfo: no {cookie} in {answer.cookies}")

    def _change_type(self, worker: int, value: str, token: str) -> None:
        properties = {f"x_load_{worker}": {"type": "shortText", "default": value}}
        path, body = "/ccadmin/v1/shopperTypes/user", {"properties": properties}
        headers = {"X_CCAsset_Language": "en"}
        answer = self.call("updateShopperType", "PUT", path, body, token, **headers)
        self.ledger.note(f"x_load_{worker} default", value, answer)

    def check(self) -> list[str]:
        """Reads everything back; what was acknowledged and is gone."""
        lost = []

        def expect(what: str, found: str | None) -> None:
            if self.ledger.lost(what, found):
                lost.append(f"{what}: {self.ledger.acknowledged[what]} was acknowledged, {found} is there")

        listing: Mapping[str, str] = {}
        for shopper in self.shoppers:
            token = self.login(shopper, PASSWORD)
            profile = self.call("getCurrentProfile", "GET", "/ccstore/v1/profiles/current", token=token).body
            expect(f"{shopper} firstName", profile["firstName"])
            order = self.call("getIncompleteOrder", "GET", "/ccstore/v1/orders/current", token=token)
            expect(f"{shopper} cartName", order.body["cartName"] if order.text else None)
            if not listing:
                found = self.call("getAddresses", "GET", "/ccstore/v1/organizationAddresses", token=token).body
                listing = {entry["addressType"]: entry["address"]["city"] for entry in found["secondaryAddresses"]}
            expect(f"{shopper} city", listing.get(shopper))
        merchant = self.login(**self._merchant, api="ccadmin")
        shown = self.call("getShopperType", "GET", "/ccadmin/v1/shopperTypes/user", token=merchant).body["properties"]
        for worker in range(self.at_once):
            name = f"x_load_{worker}"
            expect(f"{name} default", shown.get(name, {}).get("default"))
        return lost


@dataclass
class Process:
    """The memory of a process in megabytes: when it had settled, and now."""

    function: str
    first_seen: float
    settled: float | None = None
    now: float = 0.0

    @property
    def grown(self) -> float:
        return self.now - (self.settled or 0)


@contextmanager
def memory() -> Iterator[dict[int, Process]]:
    """The functions' processes by their ids, looked at every few seconds."""
    seen: dict[int, Process] = {}
    done = threading.Event()

    def look() -> None:
        while not done.wait(SAMPLE_SECONDS):
            listed = subprocess.run(["ps", "-axo", "pid=,rss=,command="], capture_output=True, text=True, check=True)
            for line in listed.stdout.splitlines():
                pid, kilobytes, command = line.split(None, 2)
                if "ministack-lambda-" in command:
                    function = command.partition("ministack-lambda-")[2].partition("Function")[0]
                    note(int(pid), function, int(kilobytes) / 1024)

    def note(pid: int, function: str, size: float) -> None:
        process = seen.setdefault(pid, Process(function, time.monotonic()))
        if time.monotonic() - process.first_seen >= SETTLED_SECONDS:
            process.settled = size if process.settled is None else process.settled
            process.now = size

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


def load_shoppers(run: Run, endpoint: str) -> None:
    """The operator's command makes the run's shoppers, each an administrator of the account's addresses."""
    role = {"repositoryId": "r-load", "function": "admin", "relativeTo": {"repositoryId": ORGANIZATION}}
    records = [
        {"id": name, "login": name, "password": PASSWORD, "roles": [role], "parentOrganization": {"id": ORGANIZATION}}
        for name in run.shoppers
    ]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "shoppers.json").write_text(json.dumps(records), encoding="utf-8")
        command: list[str | Path] = [sys.executable, "-m", "backoffice", "load", folder, "--stack", STACK_NAME]
        run_step("load shoppers", command, client_environment(endpoint))


def report(run: Run, seconds: float, settled: Sequence[Process]) -> None:
    """A table of what was measured, as docs/reliability.md has it."""
    print("\n| Call | Requests | Statuses | Median, ms | 99 %, ms |\n|---|---:|---|---:|---:|")
    for name, taken in sorted(run.seconds.items()):
        ordered = sorted(taken)
        statuses = ", ".join(
            f"{count:,} × {status}" for (call, status), count in sorted(run.statuses.items()) if call == name
        )
        median, late = (1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.99))
        print(f"| {name} | {len(taken):,} | {statuses} | {median:.0f} | {late:.0f} |")
    total = sum(run.statuses.values())
    print(f"\n{total:,} requests of {len(run.shoppers)} shoppers, {run.at_once} at a time, in {seconds:.0f} s")
    most = max(settled, key=lambda process: process.grown, default=None)
    told = f", at most {most.grown:+.1f} MB ({most.function})" if most else ""
    counted = f"memory of {len(settled)} processes, each since it was {SETTLED_SECONDS} s old"
    print(f"{counted}: {growth(settled):+.1%}{told}")


def growth(processes: Sequence[Process]) -> float:
    """Of all together, as a share of what they had."""
    return sum(process.grown for process in processes) / (sum(process.settled or 0 for process in processes) or 1)


def main() -> int:
    """The program; returns its exit code: 1 when something failed, was lost, or grew."""
    parser = argparse.ArgumentParser(prog="python -m local.load", description=__doc__)
    parser.add_argument("--port", default="")
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--shoppers", type=int, default=60)
    parser.add_argument("--at-once", type=int, default=6)
    chosen = parser.parse_args()
    was_running = LOCAL_CLOUD.is_running()
    try:
        deployed = stack.up(stack.read_port(chosen.port))
        run = Run(deployed, chosen.shoppers, chosen.at_once)
        load_shoppers(run, deployed["endpointUrl"])
        began = time.monotonic()
        until = began + 60 * chosen.minutes
        with memory() as seen, ThreadPoolExecutor(chosen.at_once) as pool:
            for done in [pool.submit(run.work, worker, until) for worker in range(chosen.at_once)]:
                done.result()
        seconds = time.monotonic() - began
        problems = [*run.failures, *run.check()]
    except StepFailedError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    finally:
        if not was_running:
            down()
    settled = [process for process in seen.values() if process.settled is not None]
    report(run, seconds, settled)
    if not settled or growth(settled) > MOST_GROWTH:
        problems.append(f"memory grew by {growth(settled):.1%} in {len(settled)} processes")
    for problem in problems:
        say(problem)
    say("something failed" if problems else "no 5xx; every acknowledged change is there; memory is flat")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
