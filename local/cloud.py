"""Starts and stops MiniStack, the emulator that the local cloud is: one process group, known by its id."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from local.workspace import CLOUD_PYTHON, REGION, STATE, StepFailedError, read_json, say, write_json

HOST = "127.0.0.1"
# What the template uses, and what SAM needs to deploy it.
SERVICES = "apigateway,cloudformation,cloudwatch,dynamodb,iam,lambda,logs,s3,secretsmanager,sts"
START_SECONDS = 60
STOP_SECONDS = 15

PROCESS_FILE = STATE / "ministack.json"
LOG_FILE = STATE / "ministack.log"


def start(port: int) -> str:
    """Starts the cloud, or finds it running; returns its endpoint.

    Raises StepFailedError when the port is taken or the emulator does not come up.
    """
    known = read_json(PROCESS_FILE)
    if known and _is_ours(known["pid"]):
        if known["port"] != port:
            raise StepFailedError(f"The local cloud runs on port {known['port']} already: `make down` ends it.")
        _wait_until_ready(known["pid"], port)
        return endpoint(port)
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise StepFailedError(f"Port {port} is in use by another program. Choose one: `make up PORT={port + 1}`.")
    began = time.monotonic()
    pid = _spawn(port)
    write_json(PROCESS_FILE, {"pid": pid, "port": port})
    _wait_until_ready(pid, port)
    say(f"cloud started on port {port}: {time.monotonic() - began:.1f} s")
    return endpoint(port)


def stop() -> bool:
    """Ends the cloud and its functions' workers; says whether there was one."""
    known = read_json(PROCESS_FILE)
    PROCESS_FILE.unlink(missing_ok=True)
    if not known or not _is_ours(known["pid"]):
        return False
    group = int(known["pid"])
    os.killpg(group, signal.SIGTERM)
    until = time.monotonic() + STOP_SECONDS
    while time.monotonic() < until:
        _reap(group)
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    os.killpg(group, signal.SIGKILL)
    _reap(group)
    return True


def is_running() -> bool:
    """Whether a cloud started by this package is up."""
    known = read_json(PROCESS_FILE)
    return known is not None and _is_ours(known["pid"])


def endpoint(port: int) -> str:
    """The URL that AWS clients are pointed at."""
    return f"http://{HOST}:{port}"


def instance() -> str:
    """Tells one start of the cloud from another: it forgets everything in between."""
    known = read_json(PROCESS_FILE) or {}
    return f"{known.get('pid')}@{PROCESS_FILE.stat().st_mtime_ns}" if known else ""


def _spawn(port: int) -> int:
    scratch = STATE / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    # Functions inherit the emulator's environment: it holds nothing but what it needs.
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(STATE),
        "LANG": "C.UTF-8",
        "TMPDIR": str(scratch),
        "GATEWAY_PORT": str(port),
        "MINISTACK_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "BIND_HOST": HOST,
        "SERVICES": SERVICES,
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
    }
    with LOG_FILE.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [str(CLOUD_PYTHON), "-m", "ministack"],
            cwd=STATE,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return process.pid


def _wait_until_ready(pid: int, port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{endpoint(port)}/_localstack/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        if _has_ended(pid):
            break
        time.sleep(0.1)
    end = "\n".join(LOG_FILE.read_text(encoding="utf-8", errors="replace").splitlines()[-25:])
    stop()
    raise StepFailedError(f"{end}\n\nThe local cloud did not come up; its log: .local/{LOG_FILE.name}")


def _has_ended(pid: int) -> bool:
    _reap(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def _is_ours(pid: int) -> bool:
    """Whether the process still is the one that was started: ids are used again."""
    command = Path(f"/proc/{pid}/cmdline")
    if command.parent.parent.joinpath("self").exists():
        try:
            return b"ministack" in command.read_bytes()
        except OSError:
            return False
    listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "ministack" in listed.stdout


def _reap(pid: int) -> None:
    """Takes note of the end of a child of this process; one of an earlier command is not ours to wait for."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
