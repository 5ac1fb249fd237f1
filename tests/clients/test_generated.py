"""Clients that generators make of docs/openapi.json, as examples/README.md prints it: each makes the five calls.

That they were answered is not enough: what they changed is read back.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from local.workspace import ROOT
from tests.support.documents import block
from tests.support.terminal import environment

MADE = shutil.ignore_patterns(".venv", "built", "generated", "node_modules")
COOKIE = "xd123_SiteUS=1AbC%3A1700000000000; Path=/; Max-Age=31536000; SameSite=Lax"
PRICE = 25
SECONDS = 30

Read = Callable[[str, str, str], Any]
Run = Callable[[str], str]


@pytest.fixture
def run(tmp_path: Path, deployed: dict[str, Any]) -> Run:
    """Runs commands in a folder that has the examples, where nothing is generated yet; returns what they print."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=MADE)
    (tmp_path / "docs").symlink_to(ROOT / "docs")

    def sh(commands: str) -> str:
        own = environment(BASE=deployed["baseUrl"])
        done = subprocess.run(
            ["sh", "-ec", commands], cwd=tmp_path, env=own, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "warning" not in done.stdout.lower()
        return done.stdout

    return sh


@pytest.fixture
def read(deployed: dict[str, Any]) -> Read:
    """`read("ccstore", "shopper", "profiles/current")`: what is stored, as that user is shown it."""

    def ask(api: str, user: str, path: str) -> Any:
        form = {"grant_type": "password"} | {name: deployed["sample"][user][name] for name in ("username", "password")}
        base = f"{deployed['baseUrl']}/{api}/v1"
        token = requests.post(f"{base}/login", data=form, timeout=SECONDS).json()["access_token"]
        context = json.dumps({"shopperProfileId": deployed["sample"]["accountAdministrator"]["profileId"]})
        headers = {"Authorization": f"Bearer {token}", "X-CCAgentContext": context}
        return requests.get(f"{base}/{path}", headers=headers, timeout=SECONDS).json()

    return ask


def made_the_five_calls(printed: str, read: Read, name: str, quantity: int) -> None:
    told = [
        f"cookie {COOKIE}",
        f"profile {name}",
        f"total {PRICE * quantity}",
        f"property Size, says {name}",
        f"address Desk of {name}",
    ]
    assert printed.splitlines()[-len(told) :] == told
    assert read("ccstore", "shopper", "profiles/current")["firstName"] == name
    (line,) = read("ccstore", "shopper", "orders/current")["shoppingCart"]["items"]
    assert (line["productId"], line["quantity"]) == ("prodB", quantity)
    properties = read("ccadmin", "merchant", "shopperTypes/user")["properties"]
    assert properties[f"{name.lower()}_size"]["label"] == f"Size, says {name}"
    address = read("ccagent", "agent", "organizationAddresses/280004")
    assert address["address"]["address2"] == f"Desk of {name}"


def test_typescript(run: Run, read: Read) -> None:
    printed = run(block("examples/README.md", "typescript").text)
    made_the_five_calls(printed, read, "Hedy", 3)
    made_the_five_calls(run("cd examples/typescript && node built/openapi-fetch.js"), read, "Tess", 2)


def test_python(run: Run, read: Read) -> None:
    made_the_five_calls(run(block("examples/README.md", "python").text), read, "Petra", 4)
