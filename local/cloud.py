"""Starts and stops MiniStack, the emulator that the local cloud is: one process group, known by its id."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from local.workspace import CLOUD_PYTHON, REGION, STATE, StepFailedError, read_json, say, write_json

LOOPBACK = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 15
LOG_LINES_SHOWN = 25

_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Cloud:
    """One emulator of the project; its process and log files are called after it.

    host: the address that it listens on, and nothing else.
    services: the parts of AWS that are asked for.
    enforces_roles: whether callers may do only what their roles say, as on AWS.
    """

    name: str
    services: str
    host: str = LOOPBACK
    enforces_roles: bool = True

    def start(self, port: int) -> str:
        """Starts the cloud, or finds it running; returns its endpoint.

        Raises StepFailedError when the port is taken or the emulator does not come up.
        """
        known = read_json(self._process_file)
        if known and _is_ministack(known["pid"]):
            if known["port"] != port:
                raise StepFailedError(f"The local cloud runs on port {known['port']} already: `make down` ends it.")
            self._wait_until_ready(known["pid"], port)
            return self.endpoint(port)
        with socket.socket() as probe:
            if probe.connect_ex((self.host, port)) == 0:
                raise StepFailedError(f"Port {port} is in use by another program. Choose one: PORT={port + 1}.")
        began = time.monotonic()
        pid = self._spawn(port)
        write_json(self._process_file, {"pid": pid, "port": port})
        self._wait_until_ready(pid, port)
        say(f"cloud started on port {port}: {time.monotonic() - began:.1f} s")
        return self.endpoint(port)

    def stop(self) -> bool:
        """Ends the cloud and its functions' workers; says whether there was one."""
        known = read_json(self._process_file)
        self._process_file.unlink(missing_ok=True)
        if not known or not _is_ministack(known["pid"]):
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

    def is_running(self) -> bool:
        """Whether a cloud started here is up."""
        known = read_json(self._process_file)
        return known is not None and _is_ministack(known["pid"])

    def endpoint(self, port: int) -> str:
        """The URL that AWS clients are pointed at."""
        return f"http://{self.host}:{port}"

    def instance(self) -> str:
        """Tells one start of the cloud from another: it forgets everything in between."""
        known = read_json(self._process_file)
        return f"{known['pid']}@{self._process_file.stat().st_mtime_ns}" if known else ""

    @property
    def _process_file(self) -> Path:
        return STATE / f"{self.name}.json"

    @property
    def _log_file(self) -> Path:
        return STATE / f"{self.name}.log"

    def _spawn(self, port: int) -> int:
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
            "BIND_HOST": self.host,
            "SERVICES": self.services,
            "AUTH": str(self.enforces_roles).lower(),
            "IOT_MTLS_ENABLED": "0",
        }
        with self._log_file.open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                [str(CLOUD_PYTHON), "-m", "ministack"],
                cwd=STATE,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _children[process.pid] = process
        return process.pid

    def _wait_until_ready(self, pid: int, port: int) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and not _has_ended(pid):
            try:
                with urllib.request.urlopen(f"{self.endpoint(port)}/_localstack/health", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.1)
        end = "\n".join(self._log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES_SHOWN:])
        self.stop()
        raise StepFailedError(f"{end}\n\nThe local cloud did not come up; its log: .local/{self._log_file.name}")


# What the template uses, and what SAM needs to deploy it.
LOCAL_CLOUD = Cloud("ministack", "apigateway,cloudformation,cloudwatch,dynamodb,iam,lambda,logs,s3,secretsmanager,sts")


def _has_ended(pid: int) -> bool:
    _reap(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def _is_ministack(pid: int) -> bool:
    """Whether the process still is the one that was started: ids are used again."""
    command = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        try:
            return b"ministack" in command.read_bytes()
        except OSError:
            return False
    listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "ministack" in listed.stdout


def _reap(pid: int) -> None:
    """Takes note of the end of a child of this process; one of an earlier command is not ours to wait for."""
    if pid in _children and _children[pid].poll() is not None:
        del _children[pid]
