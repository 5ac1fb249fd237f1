"""Where the local cloud keeps its things, and how its steps are run and told."""

import contextlib
import fcntl
import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".local"
SAMPLE_STORE = ROOT / "sample_store"
LOADED_STORE = STATE / "store"
STACK_FILE = STATE / "stack.json"
ENVIRONMENT_FILE = STATE / "env.sh"
STACK_NAME = "commerce-local"
REGION = "us-east-1"
SAM = STATE / "venvs" / "sam" / "bin" / "sam"
CLOUD_PYTHON = STATE / "venvs" / "ministack" / "bin" / "python"

LOG_LINES_SHOWN = 25


class StepFailedError(Exception):
    """A step of the local cloud failed; the text says which and why."""


def client_environment(endpoint: str) -> dict[str, str]:
    """The environment of a program that talks to the local cloud at `endpoint` and to nothing else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "PATH": os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ.get("PATH", os.defpath)]),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.2",
    }


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Changes of the local cloud come one after another; a second command waits for the first, and says so."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another command is changing the local cloud; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run_step(
    title: str, command: Sequence[str | Path], environment: Mapping[str, str], *, logs_answer: bool = True
) -> str:
    """Runs a command to its end, what it says kept in `.local/<title>.log`; returns that.

    logs_answer: False returns what goes to standard output alone, and keeps that nowhere.
    Raises StepFailedError with the end of the output.
    """
    log = STATE / f"{title.replace(' ', '-')}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    say(f"{title} ...")
    began = time.monotonic()
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output if logs_answer else subprocess.PIPE,
            stderr=output,
            check=False,
        )
    text = log.read_text(encoding="utf-8", errors="replace")
    if done.returncode:
        end = "\n".join(text.rstrip().splitlines()[-LOG_LINES_SHOWN:])
        raise StepFailedError(
            f"{end}\n\nThe step '{title}' failed (exit code {done.returncode}). All of it: {_shown(log)}"
        )
    say(f"{title}: {time.monotonic() - began:.1f} s")
    return text if logs_answer else done.stdout.decode()


def say(text: str) -> None:
    """Tells the person at the terminal, at once."""
    print(f"[local] {text}", flush=True)


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a file this package wrote, or None where there is none."""
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return content


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Replaces the file at once, so that no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(path)


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))
