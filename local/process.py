"""A program in the background: one process group, known by its id, with its log in `.local`."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.interrupts import postponed
from local.workspace import STATE, StepFailedError, read_json, write_json

LOOPBACK = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 15
LOG_LINES_SHOWN = 25
# In /proc/PID/stat, after the name.
_STATE, _GROUP, _THREADS = 0, 2, 17

_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Background:
    """One program of the project.

    name: what its files are called after.
    title: what people are told it is.
    mark: what its command line holds; process ids are used again.
    """

    name: str
    title: str
    mark: str

    def facts(self) -> dict[str, Any] | None:
        """What `start` was given, with "pid", of one that is up; None when none is."""
        known = read_json(self._file)
        return known if known and _has_mark(known["pid"], self.mark) else None

    def start(
        self,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        answers: Callable[[], bool],
        **facts: Any,
    ) -> None:
        """Starts the program, notes the facts, and returns when `answers` says that it does.

        Raises StepFailedError with the end of its log when it does not come up.
        """
        STATE.mkdir(parents=True, exist_ok=True)
        with self.log.open("w", encoding="utf-8") as log, postponed():
            process = begin(
                [str(part) for part in command],
                cwd=STATE,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            write_json(self._file, {**facts, "pid": process.pid, "mark": self.mark})
        self.wait_until(answers)

    def wait_until(self, answers: Callable[[], bool]) -> None:
        """Returns when `answers` says that the program does. Raises as `start` does."""
        known = read_json(self._file) or {}
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and not _has_ended(known["pid"]):
            if answers():
                return
            time.sleep(0.1)
        end = "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES_SHOWN:])
        self.stop()
        raise StepFailedError(f"{end}\n\n{self.title} did not come up; its log: .local/{self.log.name}")

    def stop(self) -> bool:
        """Ends the program and all that it has started; says whether it was up."""
        known = self.facts()
        self._file.unlink(missing_ok=True)
        if not known:
            return False
        end_group(int(known["pid"]))
        return True

    def instance(self) -> str:
        """Tells one start of the program from another; empty when there was none."""
        known = read_json(self._file)
        return f"{known['pid']}@{self._file.stat().st_mtime_ns}" if known else ""

    @property
    def log(self) -> Path:
        """What the program prints."""
        return STATE / f"{self.name}.log"

    @property
    def _file(self) -> Path:
        return STATE / f"{self.name}.json"


def running() -> list[Background]:
    """All programs that were started in the background from this folder and are up."""
    known = {file.stem: read_json(file) or {} for file in STATE.glob("*.json")}
    started = [Background(name, name, facts["mark"]) for name, facts in known.items() if "mark" in facts]
    return [program for program in started if program.facts()]


def begin(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """Starts a process group of its own, to be ended by `end_group`."""
    process: subprocess.Popen[bytes] = subprocess.Popen(command, start_new_session=True, **options)
    _children[process.pid] = process
    return process


def end_group(group: int) -> None:
    """Ends the processes of a group: asks first."""
    for asked in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + STOP_SECONDS
        sent: int = asked
        while time.monotonic() < until:
            _reap(group)
            try:
                os.killpg(group, sent)
            except ProcessLookupError:
                return
            if not _is_at_work(group):
                _reap(group)
                if group not in _children:  # else threads of it go on, though its first one has ended
                    return
            sent = 0
            time.sleep(0.05)


def _is_at_work(group: int) -> bool:
    """Whether one of its processes goes on, be it without its first thread. An orphan that has ended stays where the
    first of all processes, a container's, takes no note of it, or takes seconds to.
    """
    if not Path("/proc/self").exists():
        return True
    for process in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = process.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it is gone
            continue
        if int(told[_GROUP]) == group and (told[_STATE] not in "ZX" or int(told[_THREADS]) > 1):
            return True
    return False


def free_port(host: str = LOOPBACK) -> int:
    """A port of `host` that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def is_taken(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        return probe.connect_ex((host, port)) == 0


def can_bind(host: str) -> bool:
    """Whether this machine has that address: some have no IPv6."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.bind((host, 0))
    except OSError:
        return False
    return True


def _has_ended(pid: int) -> bool:
    _reap(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def _has_mark(pid: int, mark: str) -> bool:
    if Path("/proc/self").exists():
        try:
            return mark.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
    listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return mark in listed.stdout


def _reap(pid: int) -> None:
    """Takes note of the end of a child of this process; one of an earlier command is not ours to wait for."""
    if pid in _children and _children[pid].poll() is not None:
        del _children[pid]
