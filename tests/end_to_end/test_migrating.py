"""docs/migrating.md, followed as printed in one folder and one shell, from exports to the way back."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local import stack
from local.workspace import ROOT, STACK_NAME, client_environment
from tests.support.documents import Block, block

# What a clone's folder is made of; links, so that nothing is written into this one.
LINKED = (".local", ".venv", "Makefile", "backoffice", "examples", "layers", "local")
END = "the end of what it printed"
Type = Callable[[Block], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in LINKED:
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


@pytest.fixture
def type_in(folder: Path, deployed: dict[str, Any]) -> Iterator[Type]:
    """`type_in(block)`: what it prints. Afterwards the cloud is the sample store's again."""
    port = deployed["endpointUrl"].rpartition(":")[2]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "PORT": port}
    with subprocess.Popen(
        ["sh", "-c", "exec 2>&1; exec sh"], cwd=folder, env=environment, stdin=-1, stdout=-1, text=True
    ) as shell:

        def type_in(printed: Block) -> str:
            assert shell.stdin
            assert shell.stdout
            shell.stdin.write(f"{printed.text}\necho\necho '{END}'\n")
            shell.stdin.flush()
            shown = ""
            while not shown.endswith(f"\n{END}\n"):
                line = shell.stdout.readline()
                assert line, f"the shell has ended: {shown}"
                shown += line
            return shown.removesuffix(f"\n{END}\n")

        try:
            yield type_in
        finally:
            shell.kill()
            _put_back(deployed["endpointUrl"])


def _put_back(endpoint: str) -> None:
    stack.up(int(endpoint.rpartition(":")[2]))
    stack.load_store(endpoint, replace=True)


def test_the_walk(type_in: Type, folder: Path) -> None:
    converted = type_in(block("docs/migrating.md", "Convert"))
    assert "0 errors, 0 warnings" in converted
    report = (folder / "my_store" / "conversion.txt").read_text(encoding="utf-8")
    for told in ("dunsNumber", "brand", "buyOneGetOne", "loyalty_tier", "no export holds passwords"):
        assert told in report

    assert "the API" in type_in(block("docs/migrating.md", "Load"))

    password, profile, cart = type_in(block("docs/migrating.md", "Let people in")).replace("}{", "}\n{").split("\n")
    assert password == "done"
    assert json.loads(profile)["email"] == "ada@example.com"
    values = {one["id"]: one["value"] for one in json.loads(profile)["dynamicProperties"]}
    assert values["loyalty_tier"] == "gold"
    assert json.loads(cart)["priceInfo"]["total"] == 44.91  # 49.90 less ten percent

    compared = type_in(block("docs/migrating.md", "Run both side by side"))
    assert compared == block("docs/migrating.md", "What it tells").text

    delta = type_in(block("docs/migrating.md", "Switch over"))
    assert "shoppers.json: 0 new, 0 changed, 2 the same" in delta
    assert delta.endswith("shoppers.json: 2\n")
    assert "changed, " in delta
    assert re.findall(r"^[~+] .*", delta, re.MULTILINE) == []

    back = type_in(block("docs/migrating.md", "Go back"))
    assert (folder / "back_store" / "shoppers.json").exists()
    assert re.search(r"^diff -r my_store/shoppers.json back_store/shoppers.json$", back, re.MULTILINE)


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
