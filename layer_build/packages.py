"""Installs the layer's packages and leaves in them what functions use."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from layer_build import botocore_data, deferred, steps
from layer_build.sources import HERE, PROJECT, REQUIREMENTS

# Made once per set of requirements; builds side by side share it.
CACHE = PROJECT / ".local" / "layer"
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
NATIVE = "native"

# Never imported by a function: what serves other programs, other kinds of function, or the making of packages.
UNUSED = (
    "bin",
    "cffi",
    "pycparser",
    "aws_lambda_powertools/event_handler",
    "aws_lambda_powertools/utilities/auth_alpha",
    "aws_lambda_powertools/utilities/batch",
    "aws_lambda_powertools/utilities/circuit_breaker",
    "aws_lambda_powertools/utilities/data_classes",
    "aws_lambda_powertools/utilities/data_masking",
    "aws_lambda_powertools/utilities/feature_flags",
    "aws_lambda_powertools/utilities/idempotency",
    "aws_lambda_powertools/utilities/kafka",
    "aws_lambda_powertools/utilities/parameters",
    "aws_lambda_powertools/utilities/parser",
    "aws_lambda_powertools/utilities/streaming",
    "aws_lambda_powertools/utilities/validation",
)
UNUSED_PATTERNS = ("**/tests", "**/*.pyi", "**/py.typed")
# Of no use to a function, and different from machine to machine.
LEFTOVERS = ("**/*.dist-info", "**/__pycache__")
LICENCE_NAMES = ("LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*")


def packages(interpreter: str, python: str, architecture: str, chosen: Sequence[str]) -> Path:
    """The folder whose `layer` holds the packages. Made if there is none yet.

    Builds side by side wait for the one that makes it. Raises SystemExit with a sentence for people.
    """
    own_steps = [step for step in chosen if step != steps.PRECOMPILED]  # that one is the project's code alone
    inputs = [REQUIREMENTS, HERE / "packages.py", HERE / "botocore_data.py", HERE / "deferred.py"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in inputs) + repr(own_steps).encode()).hexdigest()[:16]
    ready = CACHE / f"{python}-{architecture}-{digest}"
    ready.parent.mkdir(parents=True, exist_ok=True)
    with (ready.parent / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            _make(ready, interpreter, python, architecture, own_steps)
    return ready


def compile_modules(interpreter: str, folder: Path, root: Path) -> None:
    """Writes the bytecode of every module in `folder`; tracebacks name files as they are below /opt."""
    # Unchecked hashes: deployment packages carry timestamps of their own, which would void bytecode that compares them.
    options = ["-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "-s", str(root), "-p", "/opt"]
    run([interpreter, "-m", "compileall", *options, str(folder)])


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    """Runs a command of the build. Raises SystemExit with its output where it fails."""
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}\nThe layer was not built: the command above failed: {' '.join(command)}")


def _make(ready: Path, interpreter: str, python: str, architecture: str, chosen: Sequence[str]) -> None:
    unfinished = ready.with_name(f"{ready.name}.{os.getpid()}")
    target = unfinished / "layer" / "python"
    target.mkdir(parents=True)
    try:
        run(_install_command(interpreter, python, architecture, target))
        _keep_licences(target, unfinished / "layer" / "licences")
        _remove(target, LEFTOVERS)
        if steps.PRUNE in chosen:
            _remove_unused(target)
        if steps.BOTOCORE_DATA in chosen:
            botocore_data.replace(target / "botocore")
        if steps.DEFERRED in chosen:
            deferred.replace(target)
        if steps.BYTECODE in chosen:
            compile_modules(interpreter, target, unfinished / "layer")
        for old in ready.parent.glob(f"{python}-{architecture}-????????????????"):
            shutil.rmtree(old)
        unfinished.rename(ready)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _install_command(interpreter: str, python: str, architecture: str, target: Path) -> list[str]:
    asked = ["--require-hashes", "--only-binary", ":all:", "--target", str(target), "-r", str(REQUIREMENTS)]
    uv = PROJECT / ".venv" / "bin" / "uv"
    if architecture == NATIVE and uv.exists():  # several times faster
        quick = ["--quiet", "--no-config", "--link-mode", "copy", "--python", interpreter]
        return [str(uv), "pip", "install", *quick, *asked]
    command = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", *asked]
    if architecture != NATIVE:
        command += ["--python-version", python, "--implementation", "cp"]
        # glibc of the runtimes' images: 2.26 up to python3.11, 2.34 from python3.12 on
        for glibc in range(26 if python == "3.11" else 34, 16, -1):
            command += ["--platform", f"manylinux_2_{glibc}_{MACHINES[architecture]}"]
        command += ["--platform", f"manylinux2014_{MACHINES[architecture]}"]
    return command


def _keep_licences(target: Path, licences: Path) -> None:
    for info in sorted(target.glob("*.dist-info")):
        for pattern in LICENCE_NAMES:
            for text in sorted(info.rglob(pattern)):
                if text.is_file():
                    kept = licences / info.name.removesuffix(".dist-info") / text.name
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(text, kept)


def _remove_unused(target: Path) -> None:
    if missing := [name for name in UNUSED if not (target / name).exists()]:
        raise SystemExit(f"UNUSED in packages.py names what the packages no longer hold: {missing}")
    _remove(target, [*UNUSED, *UNUSED_PATTERNS])


def _remove(target: Path, patterns: Sequence[str]) -> None:
    for path in [path for pattern in patterns for path in target.glob(pattern)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
