"""A terminal at which commands are run and Ctrl-C is pressed; a shell in which what documents print is typed."""

import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from local.workspace import ROOT
from tests.support.documents import Block

LIMIT_SECONDS = 120
# What a clone's folder is made of.
LINKED = (".local", ".venv", "Makefile", "backoffice", "examples", "layers", "local")
END = "the end of what it printed"


@dataclass(frozen=True)
class Shell:
    """A shell in a folder."""

    folder: Path
    process: subprocess.Popen[str]

    def type(self, printed: Block) -> str:
        """What it prints."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{printed.text}\necho\necho '{END}'\n")
        self.process.stdin.flush()
        shown = ""
        while not shown.endswith(f"\n{END}\n"):
            line = self.process.stdout.readline()
            assert line, f"the shell has ended: {shown}"
            shown += line
        return shown.removesuffix(f"\n{END}\n")

    def edit(self, printed: Block) -> None:
        """Lines of files in place of others, each of which is there once."""
        for part in printed.text.split("--- ")[1:]:
            name, old, new = part.splitlines()
            assert (old[0], new[0]) == ("-", "+")
            text = (self.folder / name).read_text(encoding="utf-8")
            assert text.count(f"\n{old[1:]}\n") == 1
            (self.folder / name).write_text(text.replace(f"\n{old[1:]}\n", f"\n{new[1:]}\n"), encoding="utf-8")


@contextmanager
def shell_of_a_clone(folder: Path, endpoint: str) -> Iterator[Shell]:
    """One in `folder`, which has what a clone has; by links, so that nothing is written into this one.

    `endpoint`: of the local cloud, whose port `make` is to take.
    """
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    port = endpoint.rpartition(":")[2]
    own = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "PORT": port}
    command = ["sh", "-c", "exec 2>&1; exec sh"]
    with subprocess.Popen(command, cwd=folder, env=own, stdin=-1, stdout=-1, text=True) as process:
        try:
            yield Shell(folder, process)
        finally:
            process.kill()


def environment(**own: str) -> dict[str, str]:
    """That of a person's shell, not of the make that runs these tests."""
    installing = ("PIP_", "UV_", "SSL_", "NODE_EXTRA_CA_CERTS", "npm_config_")
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return kept | {name: value for name, value in os.environ.items() if name.startswith(installing)} | own


def pressing(
    moments: Sequence[float], folder: Path, *command: str, after: bytes = b"", **own: str
) -> tuple[int, list[str]]:
    """Runs a command at a terminal where Ctrl-C is pressed so many seconds after its start, or its word; its lines."""
    (ended,) = side_by_side([Terminal(moments, folder, command, after, own)])
    return ended


class Terminal:
    """A command at a terminal of its own, as `pressing` has it."""

    def __init__(
        self,
        moments: Sequence[float],
        folder: Path,
        command: Sequence[str],
        after: bytes = b"",
        own: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._left, self._after, self._shown = list(moments), after, b""
        self._process, self.file = pty.fork()
        if self._process == 0:
            os.chdir(folder)
            signal.signal(
                signal.SIGINT, signal.SIG_DFL
            )  # a shell's background jobs ignore it, and so would what they start
            os.execvpe(command[0], list(command), environment(**own))  # noqa: S606
        self._began = time.monotonic()
        self._until = self._began + LIMIT_SECONDS

    def press(self) -> None:
        """Presses Ctrl-C if it is time."""
        now = time.monotonic()
        assert now < self._until, self._shown
        if self._after not in self._shown:
            self._began = now
        elif self._left and now - self._began >= self._left[0]:
            self._left.pop(0)
            os.write(self.file, b"\x03")

    def read(self) -> bool:
        """Takes up what the command prints, which there must be; says whether more may come."""
        try:
            read = os.read(self.file, 65536)
        except OSError:  # the terminal's last program has ended
            return False
        self._shown += read
        return bool(read)

    def ended(self) -> tuple[int, list[str]]:
        """The command's status and lines, once there is no more to read."""
        os.close(self.file)
        _, status = os.waitpid(self._process, 0)
        lines = self._shown.decode().replace("^C", "").split("\r\n")
        return os.waitstatus_to_exitcode(status), [line for line in lines if line]


def side_by_side(terminals: Sequence[Terminal]) -> list[tuple[int, list[str]]]:
    """The status and the lines of each, when all have ended."""
    left = {terminal.file: terminal for terminal in terminals}
    while left:
        for terminal in left.values():
            terminal.press()
        for file in select.select(left, [], [], 0.01)[0]:
            if not left[file].read():
                del left[file]
    return [terminal.ended() for terminal in terminals]
