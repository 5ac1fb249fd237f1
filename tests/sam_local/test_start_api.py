"""The whole API by `sam local start-api`, as events/README.md prints it; its data are the emulator's."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from local.process import LOOPBACK, begin, end_group, free_port
from local.workspace import ROOT, SAM, client_environment
from tests.support.documents import block
from tests.support.events import SETTINGS

SECONDS = 180
# What an account would say of a stack: how its function is called, and that function's environment.
AWS = """#!{python}
import sys
print({{"cloudformation": "a-function", "lambda": {environment!r}}}[sys.argv[1]])
"""
# The reader's port is free, and the reader's containers reach AWS and its registry by themselves.
SAM_HERE = """#!/bin/sh
case "$*" in "local start-api"*) set -- "$@" {more} ;; esac
exec {sam} "$@"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What is built, in a folder of its own: the lines leave files behind."""
    for part in ("functions", "layer_build", "layers", "local", "requirements"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("samconfig.toml", "template.yaml"):
        shutil.copy(ROOT / file, tmp_path)
    (tmp_path / ".local").mkdir()
    for name in (".venv", ".local/venvs"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


@pytest.fixture
def address(folder: Path, container_arguments: list[str], engine: Any, emulator: Any) -> Iterator[str]:
    """Where the API is, started by the lines of the document."""
    port = free_port()
    more = shlex.join([*container_arguments, "--port", str(port)])
    variables = {
        **emulator.variables,
        **SETTINGS,
        "AWS_ENDPOINT_URL_DYNAMODB": emulator.reached_at,
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": emulator.reached_at,
    }
    (folder / "bin").mkdir()
    for name, text in {
        "aws": AWS.format(python=sys.executable, environment=json.dumps({"Parameters": variables})),
        "sam": SAM_HERE.format(sam=shlex.quote(str(SAM)), more=more),
    }.items():
        (folder / "bin" / name).write_text(text, encoding="utf-8")
        (folder / "bin" / name).chmod(0o755)
    printed = block("events/README.md", "The whole API").text
    typed = printed.replace("3.13", os.environ.get("RUNTIME") or "3.13").replace("x86_64", engine.architecture)
    own = client_environment(emulator.endpoint)
    own |= {"PATH": f"{folder / 'bin'}{os.pathsep}{own['PATH']}", "SAM_CLI_TELEMETRY": "0"}
    log = folder / "log"
    with log.open("w") as out:
        streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": subprocess.STDOUT}
        command = begin(["sh", "-ec", typed], cwd=folder, env=own, **streams)
        try:
            until = time.monotonic() + SECONDS
            while "Running on" not in (said := log.read_text(encoding="utf-8")):
                assert command.poll() is None, said
                assert time.monotonic() < until, said
                time.sleep(0.5)
            yield f"http://{LOOPBACK}:{port}"
        finally:
            end_group(command.pid)


def test_a_shopper_signs_in_and_changes_the_profile(address: str, emulator: Any) -> None:
    emulator.restore()
    shopper = json.loads((ROOT / "sample_store" / "sample.json").read_text(encoding="utf-8"))["shopper"]
    form = {"grant_type": "password", "username": shopper["username"], "password": shopper["password"]}
    signed_in = requests.post(f"{address}/ccstore/v1/login", data=form, timeout=SECONDS)
    assert signed_in.status_code == 200, signed_in.text
    headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
    profile = f"{address}/ccstore/v1/profiles/current"
    changed = requests.put(profile, json={"firstName": "Samuel"}, headers=headers, timeout=SECONDS)
    assert (changed.status_code, changed.json()["firstName"]) == (200, "Samuel"), changed.text
    read = requests.get(profile, headers=headers, timeout=SECONDS)
    assert read.status_code == 200, read.text
    assert read.json()["firstName"] == "Samuel"
    other = requests.patch(profile, headers=headers, timeout=SECONDS)
    assert (other.status_code, other.json()["errorCode"]) == (405, "00000405")
