"""Brings the local cloud up and takes it down: `python -m local.stack up|down [--port N]`."""

import argparse
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local import deploy
from local.cloud import LOCAL_CLOUD
from local.workspace import (
    REGION,
    ROOT,
    STACK_FILE,
    STACK_NAME,
    STATE,
    StepFailedError,
    client_environment,
    read_json,
    run_step,
    say,
    write_json,
)

DEFAULT_PORT = 4566
ANSWER_SECONDS = 30
TABLE_OUTPUT = "TableName"
SAMPLE_STORE = ROOT / "sample_store"
SAMPLE_APPLICATION = "sample-application"


def up(port: int) -> dict[str, Any]:
    """Starts, deploys, loads the sample store, waits until calls answer; returns what it writes to .local/stack.json.

    Raises StepFailedError.
    """
    endpoint = LOCAL_CLOUD.start(port)
    outputs = deploy.deploy(endpoint)
    base_url = deploy.base_url_of(endpoint, outputs)
    load: list[str | Path] = [sys.executable, "-m", "backoffice.load", SAMPLE_STORE, "--stack", STACK_NAME]
    run_step("load sample store", load, client_environment(endpoint))
    _wait_until_it_answers(base_url)
    stack = {
        "baseUrl": base_url,
        "endpointUrl": endpoint,
        "region": REGION,
        "stackName": STACK_NAME,
        "tables": {
            name.removesuffix(TABLE_OUTPUT): value for name, value in outputs.items() if name.endswith(TABLE_OUTPUT)
        },
        "sample": {
            **(read_json(SAMPLE_STORE / "sample.json") or {}),
            "applicationKey": _new_application_key(client_environment(endpoint)),
        },
    }
    write_json(STACK_FILE, stack)
    return stack


def down() -> None:
    """Stops the local cloud; nothing of it is left running, and its files are gone but for builds and logs."""
    say("cloud stopped" if LOCAL_CLOUD.stop() else "no cloud was running")
    STACK_FILE.unlink(missing_ok=True)
    shutil.rmtree(STATE / "tmp", ignore_errors=True)


def _new_application_key(environment: Mapping[str, str]) -> str:
    """A key for the sample application, whose former key ends. It goes to no log."""
    command = [sys.executable, "-m", "backoffice.keys", "create", "--stack", STACK_NAME]
    command += ["--id", SAMPLE_APPLICATION, "--name", "Sample application", "--days", "0"]
    made = subprocess.run(command, cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False)
    if made.returncode:
        raise StepFailedError(f"{made.stderr}\nThe step 'create application key' failed.")
    return made.stdout.strip()


def _wait_until_it_answers(base_url: str) -> None:
    """The registry needs no token and no table: what it waits for is the gateway, the function and the layer."""
    url = f"{base_url}/ccstore/v1/registry"
    until = time.monotonic() + ANSWER_SECONDS
    seen = ""
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as error:
            seen = f"{error.code} {error.read().decode(errors='replace')[:500]}"
        except OSError as error:
            seen = str(error)
        time.sleep(0.5)
    raise StepFailedError(f"The deployed API does not answer. GET {url}: {seen}\nThe cloud's log: .local/ministack.log")


def main() -> int:
    """The program; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m local.stack")
    parser.add_argument("action", choices=("up", "down"))
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    chosen = parser.parse_args()
    if chosen.action == "down":
        down()
        return 0
    try:
        stack = up(chosen.port)
    except StepFailedError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    say(f"the API answers at {stack['baseUrl']}")
    say("`make down` stops it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
