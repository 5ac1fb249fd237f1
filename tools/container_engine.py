"""A container engine for `make sam-local`, where none is: `python -m tools.container_engine up|down|env [MINOR ...]`.

`up` starts Docker's daemon on a socket of its own and makes a stand-in for each runtime's base image
(tools/lambda_image.py), so that `sam local` needs no registry. It needs Linux, root and `dockerd`; with `--install` it
installs Debian's package docker.io. Where a container engine answers already, nothing is started: SAM fetches Lambda's
own images. `env` prints what a shell needs to use the one that was started.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from local.process import Background
from local.workspace import STATE, StepFailedError, say
from tools import lambda_image

HOME = STATE / "engine"
SOCKET = HOME / "docker.sock"
PACKAGE = "docker.io"
# Away from the addresses that Docker takes by itself, which may be another engine's.
BRIDGE_ADDRESS = "10.231.64.1/24"
BRIDGE = "docker0"
LONGEST_SOCKET_PATH = 107

_daemon = Background("container-engine", "The container engine", "dockerd")


class AbsentError(Exception):
    """There is no container engine; the text says why, and what would bring one."""


def environment() -> dict[str, str]:
    """What `docker` and SAM need beside the environment to reach an engine: the one that answers, or the tool's own.

    Raises AbsentError.
    """
    if not shutil.which("docker"):
        raise AbsentError("No container engine: `docker` is not installed. Install Docker, or: make engine")
    for settings in ({}, {"DOCKER_HOST": f"unix://{SOCKET}"}):
        if _answers(settings):
            return settings
    raise AbsentError("No container engine answers `docker version`. Start Docker, or: make engine")


def up(minors: Sequence[str], *, install: bool = False) -> None:
    """Sees that an engine answers, with base images where it is the tool's own.

    Raises AbsentError, StepFailedError.
    """
    if shutil.which("docker") and _answers({}):
        say("a container engine answers already: it is used, with Lambda's own images")
        return
    _check_machine()
    if not shutil.which("dockerd"):
        _install(really=install)
    settings = {"DOCKER_HOST": f"unix://{SOCKET}"}
    if not _daemon.facts():
        _start(settings)
    for minor in minors:
        lambda_image.make(minor, settings)


def down() -> bool:
    """Ends the tool's own engine and its containers; says whether it was up."""
    settings = {"DOCKER_HOST": f"unix://{SOCKET}"}
    if _daemon.facts() and _answers(settings):
        left = lambda_image.docker(settings, "ps", "--all", "--quiet").split()
        if left:
            lambda_image.docker(settings, "rm", "--force", *left)
    stopped = _daemon.stop()
    if stopped:  # the daemon leaves its network's bridge behind
        subprocess.run(["ip", "link", "delete", BRIDGE], env=_with_system_programs(), capture_output=True, check=False)
    return stopped


def _check_machine() -> None:
    if platform.system() != "Linux" or os.geteuid():
        raise AbsentError(
            "The container engine can be started by root on Linux only. Elsewhere install and start Docker."
        )
    if len(str(SOCKET)) > LONGEST_SOCKET_PATH:
        raise AbsentError(f"The path of the engine's socket is too long for one: {SOCKET}")


def _install(*, really: bool) -> None:
    if not really or not shutil.which("apt-get"):
        raise AbsentError(
            f"`dockerd` is not installed. On Debian and Ubuntu: apt-get install {PACKAGE}, or --install here."
        )
    say(f"installing {PACKAGE}")
    for command in (("update",), ("install", "--yes", "--no-install-recommends", PACKAGE)):
        done = subprocess.run(
            ["apt-get", "--quiet", *command],
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AbsentError(f"{PACKAGE} could not be installed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _start(settings: dict[str, str]) -> None:
    HOME.mkdir(parents=True, exist_ok=True)
    own_configuration = HOME / "daemon.json"
    own_configuration.write_text("{}", encoding="utf-8")
    places = {
        "--config-file": own_configuration,
        "--data-root": HOME / "data",
        "--exec-root": HOME / "run",
        "--pidfile": HOME / "dockerd.pid",
        "--host": f"unix://{SOCKET}",
        "--bip": BRIDGE_ADDRESS,
        "--log-level": "warn",
    }
    command: list[str | Path] = ["dockerd", *(f"{name}={value}" for name, value in places.items())]
    _daemon.start(command, {**_with_system_programs(), "HOME": str(HOME)}, lambda: _answers(settings))
    say("container engine started")


def _with_system_programs() -> dict[str, str]:
    return {"PATH": os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])}


def _answers(settings: dict[str, str]) -> bool:
    """Whether an engine answers where `settings` point."""
    asked = ["docker", "version", "--format", "{{.Server.Version}}"]
    try:
        return (
            subprocess.run(asked, env=os.environ | settings, capture_output=True, timeout=30, check=False).returncode
            == 0
        )
    except subprocess.TimeoutExpired:
        return False


def main() -> int:
    """The program; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.container_engine")
    parser.add_argument("action", choices=("up", "down", "env"))
    parser.add_argument("minors", nargs="*", default=["3.13"], metavar="MINOR", help="of Python, for the base images")
    parser.add_argument("--install", action="store_true", help=f"install {PACKAGE} where there is no dockerd")
    chosen = parser.parse_args()
    try:
        if chosen.action == "up":
            up(chosen.minors, install=chosen.install)
        elif chosen.action == "down":
            say("container engine stopped" if down() else "no container engine was started here")
        else:
            for name, value in environment().items():
                print(f"export {name}={value}")
    except (AbsentError, StepFailedError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
