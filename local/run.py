"""Makes the product's calls, one after another."""

import http.client
import json
import ssl
import time
import urllib.parse
from dataclasses import dataclass
from typing import Any

from local import certificate
from local.calls import CALLS, Call
from local.workspace import ROOT, say

EXAMPLES = ROOT / "docs" / "contract" / "examples"
HEADERS_SHOWN = ("set-cookie", "etag")
TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many milliseconds."""

    status: int
    headers: list[tuple[str, str]]
    body: str
    milliseconds: float


def make_calls(deployed: dict[str, Any], *, verbose: bool = False) -> list[str]:
    """Makes every call and prints a line of it; returns what was not answered as expected.

    verbose: prints everything that is sent and answered instead.
    """
    tokens: dict[str, str] = {}
    failed = []
    address = urllib.parse.urlsplit(deployed["baseUrl"])
    width = max(len(call.title) for call in CALLS)
    path_width = max(len(call.path.format_map(deployed["sample"])) for call in CALLS)
    print()
    for call in CALLS:
        path = call.path.format_map(deployed["sample"])
        body, headers = _request(call, deployed["sample"])
        if verbose:
            _print_request(call, path, headers, body)
        else:
            print(f"  {call.title:{width}}  {call.method:4} {path:{path_width}}", end="  ", flush=True)
        if call.token:
            headers["Authorization"] = f"Bearer {tokens.get(call.token, '')}"
        answer = _send(address, call.method, path, headers, body)
        if verbose:
            _print_answer(answer)
        else:
            print(f"{answer.status} {http.client.responses.get(answer.status, '')}  {answer.milliseconds:5.0f} ms")
        if answer.status != call.expected:
            failed.append(f"{call.title}: {answer.status} instead of {call.expected}: {answer.body[:500]}")
        elif call.user:
            tokens[call.user] = json.loads(answer.body)["access_token"]
    print()
    for line in failed:
        say(f"not as expected: {line}")
    say(f"{len(CALLS) - len(failed)} of {len(CALLS)} calls answered as documented" + _hint(verbose=verbose))
    return failed


def _hint(*, verbose: bool) -> str:
    return "" if verbose else "; VERBOSE=1 shows what is sent and answered"


def _request(call: Call, sample: dict[str, Any]) -> tuple[str | None, dict[str, str]]:
    headers = {name: value.format_map(sample) for name, value in call.headers.items()}
    if call.user:
        user = sample[call.user]
        form = {"grant_type": "password", "username": user["username"], "password": user["password"]}
        return urllib.parse.urlencode(form), headers | {"Content-Type": "application/x-www-form-urlencoded"}
    if call.example:
        body = (EXAMPLES / call.example).read_text(encoding="utf-8")
        return body, headers | {"Content-Type": "application/json"}
    if call.body:
        return json.dumps(call.body), headers | {"Content-Type": "application/json"}
    return None, headers


def _send(
    address: urllib.parse.SplitResult, method: str, path: str, headers: dict[str, str], body: str | None
) -> Answer:
    connection: http.client.HTTPConnection
    host = address.hostname or ""
    if address.scheme == "https":
        trusted = ssl.create_default_context(cafile=certificate.make().certificate)
        connection = http.client.HTTPSConnection(host, address.port, timeout=TIMEOUT_SECONDS, context=trusted)
    else:
        connection = http.client.HTTPConnection(host, address.port, timeout=TIMEOUT_SECONDS)
    began = time.perf_counter()
    try:
        connection.request(method, address.path + path, body and body.encode(), headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        return Answer(answer.status, answer.getheaders(), text, (time.perf_counter() - began) * 1000)
    finally:
        connection.close()


def _print_request(call: Call, path: str, headers: dict[str, str], body: str | None) -> None:
    print(f"\n── {call.title} " + "─" * max(2, 100 - len(call.title)))
    print(f"{call.method} {path}")
    for name, value in headers.items():
        print(f"{name}: {value}")
    if call.token:
        print("Authorization: Bearer <token>")
    if body:
        print()
        _print_body(body)


def _print_answer(answer: Answer) -> None:
    print(f"\n{answer.status} {http.client.responses.get(answer.status, '')}, {answer.milliseconds:.0f} ms")
    for name, value in answer.headers:
        if name.lower() in HEADERS_SHOWN:
            print(f"{name}: {value}")
    _print_body(answer.body)


def _print_body(body: str) -> None:
    try:
        print(json.dumps(json.loads(body), indent=2, ensure_ascii=False))
    except ValueError:
        print(body)
