"""`compare` against the deployed stack, as both sides: by two names of this machine."""

import json
import subprocess
import sys
from typing import Any

import pytest

from local.workspace import ROOT
from tests.support.terminal import environment

LOGINS = {"shopper": "shopper", "account": "accountAdministrator", "merchant": "merchant"}


@pytest.fixture
def credentials(deployed: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for login, user in LOGINS.items():
        account = deployed["sample"][user]
        found |= {f"{login.upper()}_USERNAME": account["username"], f"{login.upper()}_PASSWORD": account["password"]}
    return found


def compare(deployed: dict[str, Any], credentials: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    one = deployed["endpointUrl"]
    sides = [one, one.replace("127.0.0.1", "localhost")]
    assert sides[0] != sides[1]
    return subprocess.run(
        [sys.executable, "-m", "backoffice", "compare", *sides, *options],
        cwd=ROOT,
        env=environment(**credentials),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_stack_answers_as_itself(deployed: dict[str, Any], credentials: dict[str, str]) -> None:
    done = compare(deployed, credentials)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "left out" not in done.stdout


def test_calls_that_write(deployed: dict[str, Any], credentials: dict[str, str]) -> None:
    """The cart that one side throws away is gone when the other comes to it; nothing else differs."""
    calls = ROOT / "examples" / "compare.json"
    done = compare(deployed, credentials, "--calls", str(calls), "--writes")
    assert done.returncode == 1, done.stdout + done.stderr
    *_, differing, status, summary = done.stdout.splitlines()
    number = len(json.loads(calls.read_text(encoding="utf-8"))["calls"])
    assert differing.startswith("~ DELETE /ccstore/v1/orders/current")
    assert status == "    status: 200 | 404 (28313)"
    assert summary == f"{number} calls: {number - 1} the same, 1 different"
