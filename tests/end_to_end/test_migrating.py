"""docs/migrating.md, followed as printed in one folder and one shell, from exports to the way back."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import stack
from local.workspace import ROOT, SAMPLE_STORE, STACK_NAME, client_environment
from tests.support.documents import Block, block
from tests.support.local_cloud import operate
from tests.support.terminal import Shell, shell_of_a_clone

# By a shopper, between the switch and the way back.
A_CHANGE = Block(
    "docs/migrating.md",
    "Go back",
    "sh",
    'curl -s -X PUT "$BASE/ccstore/v1/profiles/current" -H "Authorization: Bearer $SHOPPER" '
    """-H 'Content-Type: application/json' -d '{"firstName": "Augusta"}' """,
)


@pytest.fixture
def shell(tmp_path: Path, deployed: dict[str, Any]) -> Iterator[Shell]:
    """Afterwards the cloud is the sample store's again."""
    try:
        with shell_of_a_clone(tmp_path, deployed["endpointUrl"]) as typed:
            yield typed
    finally:
        _put_back(deployed["endpointUrl"], tmp_path / "my_store" / "shoppers.json")


def _put_back(endpoint: str, shoppers: Path) -> None:
    """The converted shoppers go: others want their names."""
    stack.up(int(endpoint.rpartition(":")[2]))
    converted = json.loads(shoppers.read_text(encoding="utf-8")) if shoppers.exists() else []
    erase = [["erase-shopper", shopper["id"], "--yes"] for shopper in converted]
    operate(endpoint, ["load", str(SAMPLE_STORE), "--replace"], *erase)


def test_the_walk(shell: Shell) -> None:
    converted = shell.type(block("docs/migrating.md", "Convert"))
    assert "0 errors, 0 warnings" in converted
    report = (shell.folder / "my_store" / "conversion.txt").read_text(encoding="utf-8")
    for told in ("dunsNumber", "brand", "buyOneGetOne", "loyalty_tier", "no export holds passwords"):
        assert told in report

    assert "the API" in shell.type(block("docs/migrating.md", "Load"))

    password, profile, cart = shell.type(block("docs/migrating.md", "Let people in")).splitlines()
    assert password == "done"
    assert json.loads(profile)["email"] == "ada@example.com"
    values = {one["id"]: one["value"] for one in json.loads(profile)["dynamicProperties"]}
    assert values["loyalty_tier"] == "gold"
    assert json.loads(cart)["priceInfo"]["total"] == 44.91  # 49.90 less ten percent

    compared = shell.type(block("docs/migrating.md", "Run both side by side"))
    assert compared == block("docs/migrating.md", "What it tells").text

    delta = shell.type(block("docs/migrating.md", "Switch over"))
    assert "shoppers.json: 0 new, 0 changed, 2 the same" in delta
    assert "shoppers.json: 2\n" in delta
    assert "changed, " in delta
    assert re.findall(r"^[~+] .*", delta, re.MULTILINE) == []

    shell.type(A_CHANGE)
    back = shell.type(block("docs/migrating.md", "Go back"))
    told, _, before, _, after = back[back.index("diff -r ") :].splitlines()
    assert told == "diff -r before_store/shoppers.json back_store/shoppers.json"
    assert before[0] == "<"
    assert after == before.replace("<", ">", 1).replace('"firstName":"Ada"', '"firstName":"Augusta"')


def test_the_second_way_of_giving_passwords(deployed: dict[str, Any], tmp_path: Path) -> None:
    """A record of the id, the login and the password changes nothing else."""
    account = deployed["sample"]["accountBuyer"]
    record = {"id": account["profileId"], "login": account["username"], "password": account["password"], "sample": True}
    (tmp_path / "shoppers.json").write_text(json.dumps([record]), encoding="utf-8")
    command = [sys.executable, "-m", "backoffice", "diff", str(tmp_path), "--stack", STACK_NAME]
    own = client_environment(deployed["endpointUrl"])
    done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 the same" in done.stdout
