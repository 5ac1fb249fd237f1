"""`make run`: brings the local cloud up, makes the product's calls one after another, and stays until Ctrl-C."""

import argparse
import http.client
import json
import sys
import threading
import urllib.parse
from typing import Any

from local import stack
from local.calls import CALLS, Call
from local.workspace import ROOT, StepFailedError, say

EXAMPLES = ROOT / "docs" / "contract" / "examples"
LINES_SHOWN = 60
HEADERS_SHOWN = ("set-cookie", "etag")
TIMEOUT_SECONDS = 30


def make_calls(deployed: dict[str, Any]) -> list[str]:
    """Makes every call and prints it; returns the titles of those that were not answered as expected."""
    tokens: dict[str, str] = {}
    failed = []
    for call in CALLS:
        print(f"\n── {call.title} " + "─" * max(2, 100 - len(call.title)))
        status, headers, body = _make(call, deployed, tokens)
        print(f"\n{status} {http.client.responses.get(status, '')}")
        for name, value in headers:
            if name.lower() in HEADERS_SHOWN:
                print(f"{name}: {value}")
        _print_body(body)
        if status != call.expected:
            failed.append(f"{call.title}: {status} instead of {call.expected}")
        elif call.user:
            tokens[call.user] = json.loads(body)["access_token"]
    return failed


def _make(call: Call, deployed: dict[str, Any], tokens: dict[str, str]) -> tuple[int, list[tuple[str, str]], str]:
    address = urllib.parse.urlsplit(deployed["baseUrl"])
    sample = deployed["sample"]
    path = call.path.format_map(sample)
    headers = {name: value.format_map(sample) for name, value in call.headers.items()}
    body = None
    if call.user:
        account = sample[call.user]
        form = {"grant_type": "password", "username": account["username"], "password": account["password"]}
        body = urllib.parse.urlencode(form)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    elif call.example:
        body = (EXAMPLES / call.example).read_text(encoding="utf-8")
        headers["Content-Type"] = "application/json"
    print(f"{call.method} {path}")
    for name, value in headers.items():
        print(f"{name}: {value}")
    if call.token:
        print("Authorization: Bearer <token>")
        headers["Authorization"] = f"Bearer {tokens.get(call.token, '')}"
    if body:
        print()
        _print_body(body)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(call.method, address.path + path, body and body.encode(), headers)
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read().decode(errors="replace")
    finally:
        connection.close()


def _print_body(body: str) -> None:
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        text = body
    lines = text.splitlines()
    print("\n".join(lines[:LINES_SHOWN]))
    if len(lines) > LINES_SHOWN:
        print(f"… {len(lines) - LINES_SHOWN} more lines")


def main() -> int:
    """The program; returns its exit code: 1 when a step failed or a call was not answered as expected."""
    parser = argparse.ArgumentParser(prog="python -m local.run")
    parser.add_argument("--port", type=int, default=stack.DEFAULT_PORT)
    parser.add_argument("--once", action="store_true", help="end after the calls instead of staying up")
    chosen = parser.parse_args()
    failed: list[str] = []
    try:
        deployed = stack.up(chosen.port)
        failed = make_calls(deployed)
        print()
        for line in failed:
            say(f"not as expected: {line}")
        say(f"{len(CALLS) - len(failed)} of {len(CALLS)} calls answered as documented; the API: {deployed['baseUrl']}")
        if not chosen.once:
            say("Ctrl-C stops it")
            threading.Event().wait()
    except StepFailedError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print()
    stack.down()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
