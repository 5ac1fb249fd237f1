"""A terminal at which commands are run and Ctrl-C is pressed."""

import os
import pty
import select
import signal
import time
from pathlib import Path

LIMIT_SECONDS = 120


def environment(**own: str) -> dict[str, str]:
    """That of a person's shell, not of the make that runs these tests."""
    installing = ("PIP_", "UV_", "SSL_", "NODE_EXTRA_CA_CERTS", "npm_config_")
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return kept | {name: value for name, value in os.environ.items() if name.startswith(installing)} | own


def pressing(
    moments: list[float], folder: Path, *command: str, after: bytes = b"", **own: str
) -> tuple[int, list[str]]:
    """Runs a command at a terminal where Ctrl-C is pressed so many seconds after its start, or its word; its lines."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        signal.signal(
            signal.SIGINT, signal.SIG_DFL
        )  # a shell's background jobs ignore it, and so would what they start
        os.execvpe(command[0], list(command), environment(**own))  # noqa: S606
    began, shown, left = time.monotonic(), b"", list(moments)
    until = began + LIMIT_SECONDS
    while True:
        assert time.monotonic() < until, shown
        if after not in shown:
            began = time.monotonic()
        if left and after in shown and time.monotonic() - began >= left[0]:
            left.pop(0)
            os.write(terminal, b"\x03")
        if select.select([terminal], [], [], 0.01)[0]:
            try:
                read = os.read(terminal, 65536)
            except OSError:  # the terminal's last program has ended
                break
            if not read:
                break
            shown += read
    os.close(terminal)
    _, status = os.waitpid(process, 0)
    lines = shown.decode().replace("^C", "").split("\r\n")
    return os.waitstatus_to_exitcode(status), [line for line in lines if line]
