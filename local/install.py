"""Installs what the targets need, once per set of requirements: `python local/install.py [NAME ...]`.

dev: `.venv`, where everything of the project runs. cloud, sam: programs that pin releases of their own. pages: files.
audit: what looks up vulnerabilities. mutants: what tries changes of the code. checkov: what scans the template.
collection: Bruno's command line; lint: what reads docs/openapi.json as a critic; for both Node.js must be there.
Without names, what running and testing need.

A program of the plain interpreter that the Makefile is given, before anything else is there; it is to be understood by
an old one too. A virtual environment whose interpreter is gone is made anew; `--chosen` says that this interpreter was
asked for, and no other is taken then.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".local"
PYTHON = ROOT / ".venv" / "bin" / "python"
UV = ROOT / ".venv" / "bin" / "uv"
OLDEST = (3, 11)
INTERRUPTED = 130
INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
IDENTITY = "import sys; print(sys.base_prefix, sys.version)"
# So that the layer's package is found as on Lambda, wherever the folder is moved to.
PATH_FILE = (
    "import os, sysconfig; site = sysconfig.get_path('purelib');"
    " print(os.path.relpath('layers/commerce', site), file=open(os.path.join(site, 'commerce.pth'), 'w'))"
)


@dataclass(frozen=True)
class Environment:
    """A folder, and the requirement files of which it is made.

    kind: "virtual", an environment of Python's with its interpreter; "target", a folder of Python packages; "node", one
    of npm's, from package.json and its lock.
    """

    folder: Path
    requirements: tuple[str, ...]
    kind: str = "virtual"

    def wanted(self, interpreter: str) -> dict[str, str]:
        """What the stamp of a finished one says."""
        digest = hashlib.sha256()
        for name in self.requirements:
            digest.update((ROOT / name).read_bytes())
        return {"interpreter": interpreter, "requirements": digest.hexdigest()}

    @property
    def stamp(self) -> Path:
        return self.folder / ".ready"

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"


DEVELOPMENT = Environment(ROOT / ".venv", ("requirements/tools.txt", "requirements/dev.txt"))
OTHERS = {
    "cloud": Environment(STATE / "venvs" / "ministack", ("requirements/local.txt",)),
    "sam": Environment(STATE / "venvs" / "sam", ("requirements/sam.txt",)),
    "audit": Environment(STATE / "venvs" / "audit", ("requirements/audit.txt",)),
    "mutants": Environment(STATE / "venvs" / "mutants", ("requirements/mutants.txt",)),
    "checkov": Environment(STATE / "venvs" / "checkov", ("requirements/checkov.txt",)),
    "browser": Environment(STATE / "browser", ("requirements/browser.txt",), "target"),
    "pages": Environment(STATE / "pages", ("requirements/pages.txt",), "target"),
    "collection": Environment(
        STATE / "collection",
        ("requirements/collection/package.json", "requirements/collection/package-lock.json"),
        "node",
    ),
    "lint": Environment(
        STATE / "lint", ("requirements/lint/package.json", "requirements/lint/package-lock.json"), "node"
    ),
}


# What running and testing need; the rest is installed where its name is given.
USUAL = ("cloud", "sam", "pages")


class FailedError(Exception):
    """A command failed; the text is what it said."""


def install(names: list[str], *, chosen: bool) -> None:
    """Brings `.venv` and the named ones up to date. Raises FailedError."""
    own = f"{sys.base_prefix} {sys.version}\n"
    interpreter = _identity(PYTHON)
    if not interpreter or (chosen and interpreter != own) or not DEVELOPMENT.stamp.exists():
        _make_development()
        interpreter = own
    elif _stamp(DEVELOPMENT) != DEVELOPMENT.wanted(interpreter):
        _sync_development()
    _note(DEVELOPMENT, interpreter)
    for name in names:
        environment = OTHERS[name]
        known, wanted = _stamp(environment), environment.wanted(interpreter)
        if known == wanted and (environment.kind != "virtual" or environment.python.exists()):
            continue
        say(f"[install] {environment.folder.relative_to(ROOT)}")
        if (known or {}).get("interpreter") != interpreter:
            shutil.rmtree(environment.folder, ignore_errors=True)
        _MAKERS[environment.kind](environment)
        _note(environment, interpreter)


def _make_virtual(environment: Environment) -> None:
    _run(UV, "venv", "--quiet", "--allow-existing", "--python", PYTHON, environment.folder)
    _sync("--python", environment.python, ROOT / environment.requirements[0])


def _make_target(environment: Environment) -> None:
    _sync("--python", PYTHON, "--target", environment.folder, ROOT / environment.requirements[0])


def _sync(*what: str | Path) -> None:
    _run(UV, "pip", "sync", "--quiet", "--require-hashes", *what)


def _make_node(environment: Environment) -> None:
    if not shutil.which("npm"):
        raise FailedError("Node.js with npm is needed, release 20 or newer; there is no npm on the PATH.")
    environment.folder.mkdir(parents=True, exist_ok=True)
    for name in environment.requirements:
        shutil.copy(ROOT / name, environment.folder)
    # Without what packages would run while they are installed: what is used here needs none of it.
    _run("npm", "ci", "--prefix", environment.folder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


_MAKERS = {"virtual": _make_virtual, "target": _make_target, "node": _make_node}


def _make_development() -> None:
    if sys.version_info < OLDEST:
        name = ".".join(map(str, OLDEST))
        raise FailedError(f"Python {name} or newer is needed; {sys.executable} is {sys.version.split()[0]}.")
    shutil.rmtree(DEVELOPMENT.folder, ignore_errors=True)
    # Of the interpreter below: one that runs in a virtual environment, perhaps this one, has just gone.
    _run(getattr(sys, "_base_executable", sys.executable), "-m", "venv", DEVELOPMENT.folder)
    _sync_development()


def _sync_development() -> None:
    say("[install] .venv")
    files = [ROOT / name for name in DEVELOPMENT.requirements]
    _run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", files[0])
    _sync("--python", PYTHON, *files)
    _run(PYTHON, "-c", PATH_FILE)


def _identity(python: Path) -> str:
    """Which interpreter it is: its home and build. Empty for one that does not run."""
    try:
        asked = subprocess.run([str(python), "-I", "-S", "-c", IDENTITY], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return asked.stdout if asked.returncode == 0 else ""


def _stamp(environment: Environment) -> dict[str, str] | None:
    try:
        known: dict[str, str] = json.loads(environment.stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return known


def _note(environment: Environment, interpreter: str) -> None:
    wanted = environment.wanted(interpreter)
    if _stamp(environment) != wanted:
        environment.stamp.write_text(json.dumps(wanted) + "\n", encoding="utf-8")


def _run(*command: str | Path) -> None:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FailedError(f"{(done.stderr + done.stdout).strip()}\n\nInstalling failed: {' '.join(map(str, command))}")


def say(text: str) -> None:
    """Tells the person at the terminal, at once."""
    print(text, flush=True)


def _interrupt(number: int, frame: object) -> None:
    """Once: what is pressed while this ends changes nothing."""
    del number, frame
    for interrupt in INTERRUPTS:
        signal.signal(interrupt, lambda *_: None)
    raise KeyboardInterrupt


def main() -> int:
    """The program; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python local/install.py")
    parser.add_argument("names", nargs="*", help="dev is always part of it")
    parser.add_argument("--chosen", action="store_true", help="`.venv` is to be of this interpreter")
    arguments = parser.parse_args()
    for interrupt in INTERRUPTS:
        signal.signal(interrupt, _interrupt)
    STATE.mkdir(exist_ok=True)
    try:
        with (STATE / "install.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("[install] another command is installing; waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
            install([name for name in arguments.names or USUAL if name != "dev"], chosen=arguments.chosen)
    except FailedError as failed:
        print(failed, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("\n[install] stopped; the next command takes it up again")
        os._exit(INTERRUPTED)  # in its last moments Python hears signals as if nothing was said
    return 0


if __name__ == "__main__":
    sys.exit(main())
