"""Builds the Lambda layer: `python3 build_layer.py ARTIFACTS_DIR`.

Settings in the environment, which must agree with the template's parameters at deployment:
  LAYER_PYTHON        minor version of the runtime, "3.13" by default
  LAYER_ARCHITECTURE  arm64 (default), x86_64, or native: this machine's own, for functions that run on it
The packages are installed once per set of requirements, into .build/; a further build only adds the project's own code,
and what is prepared from it on this machine, with the same packages.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import botocore_data
from interpreter import find_interpreter

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
STAND_INS = HERE / "stand_ins"
REQUIREMENTS = PROJECT / "requirements" / "layer.txt"
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}

# Never imported by a function: what serves other programs, other kinds of function, or the making of packages.
UNUSED = (
    "bin",
    "cffi",
    "pycparser",
    "pydantic",
    "typing_inspection",
    # stand_ins/ takes the place of these
    "annotated_types",
    "botocore/docs",
    "pydantic_core/core_schema.py",
    "urllib3/http2/connection.py",
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
UNUSED_PATTERNS = ("**/tests", "**/*.pyi", "**/py.typed", "**/*.dist-info", "**/__pycache__")
# Make schemas from models while the layer is built: prepare_schemas.py.
MAKERS = ("annotated_types", "pydantic", "pydantic_core", "typing_inspection")
LICENCE_NAMES = ("LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*")


def build(artifacts: Path, python: str, architecture: str) -> None:
    """Fills `artifacts` with `python/` (packages and `commerce`, each module with its bytecode) and `licences/`.

    Raises SystemExit with a sentence for people when something is missing or fails.
    """
    if architecture not in {*MACHINES, "native"}:
        raise SystemExit(f"LAYER_ARCHITECTURE is {architecture!r}; it can be arm64, x86_64 or native.")
    interpreter = find_interpreter(python)
    packages = _packages(interpreter, python, architecture)
    own = artifacts / "python" / "commerce"
    shutil.copytree(packages / "layer", artifacts, dirs_exist_ok=True)
    shutil.copytree(HERE / "commerce", own, ignore=shutil.ignore_patterns("__pycache__"))
    _prepare(interpreter, own, packages if architecture == "native" else _packages(interpreter, python, "native"))
    _compile(interpreter, own, artifacts)


def _packages(interpreter: str, python: str, architecture: str) -> Path:
    """The folder with the packages: pruned in `layer`, what makes schemas in `makers`. Made when there is none yet.

    Builds side by side wait for the one that makes it.
    """
    inputs = [REQUIREMENTS, HERE / "build_layer.py", HERE / "botocore_data.py", *sorted(STAND_INS.rglob("*.py"))]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()[:16]
    ready = HERE / ".build" / f"{python}-{architecture}-{digest}"
    ready.parent.mkdir(exist_ok=True)
    with (ready.parent / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            _make_packages(ready, interpreter, python, architecture)
    return ready


def _make_packages(ready: Path, interpreter: str, python: str, architecture: str) -> None:
    unfinished = ready.with_name(f"{ready.name}.{os.getpid()}")
    target = unfinished / "layer" / "python"
    target.mkdir(parents=True)
    try:
        _run(_install_command(interpreter, python, architecture, target))
        _keep_licences(target, unfinished / "layer" / "licences")
        for name in MAKERS:
            shutil.copytree(target / name, unfinished / "makers" / name)
        _prune(target)
        shutil.copytree(STAND_INS, target, dirs_exist_ok=True)
        botocore_data.replace(target / "botocore")
        _compile(interpreter, target, unfinished / "layer")
        for old in ready.parent.glob(f"{python}-{architecture}-????????????????"):
            shutil.rmtree(old)
        unfinished.rename(ready)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _install_command(interpreter: str, python: str, architecture: str, target: Path) -> list[str]:
    asked = ["--require-hashes", "--only-binary", ":all:", "--target", str(target), "-r", str(REQUIREMENTS)]
    uv = PROJECT / ".venv" / "bin" / "uv"
    if architecture == "native" and uv.exists():  # several times faster
        return [
            str(uv),
            "pip",
            "install",
            "--quiet",
            "--no-config",
            "--link-mode",
            "copy",
            "--python",
            interpreter,
            *asked,
        ]
    command = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", *asked]
    if architecture != "native":
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


def _prune(target: Path) -> None:
    unused = [target / name for name in UNUSED]
    if missing := [str(path) for path in unused if not path.exists()]:
        raise SystemExit(f"UNUSED in build_layer.py names what the packages no longer hold: {missing}")
    for path in [*unused, *(path for pattern in UNUSED_PATTERNS for path in target.glob(pattern))]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _prepare(interpreter: str, own: Path, native: Path) -> None:
    """Adds to `own` what is made from it on this machine, with packages that run here."""
    path = [str(native / "layer" / "python"), str(own.parent)]
    for script, before in (("prepare_schemas.py", [str(native / "makers")]), ("precompile.py", [])):
        # What is made from a set has one order, so that the same sources make the same layer each time.
        environment = {"PYTHONPATH": os.pathsep.join([*before, *path]), "PYTHONHASHSEED": "0"}
        _run([interpreter, "-S", "-B", str(HERE / script), str(own)], environment)


def _compile(interpreter: str, folder: Path, root: Path) -> None:
    # Unchecked hashes: deployment packages carry timestamps of their own, which would void bytecode that compares them.
    options = ["-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "-s", str(root), "-p", "/opt"]
    _run([interpreter, "-m", "compileall", *options, str(folder)])


def _run(command: list[str], environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}\nThe layer was not built: the command above failed: {' '.join(command)}")


if __name__ == "__main__":
    build(Path(sys.argv[1]), os.environ.get("LAYER_PYTHON", "3.13"), os.environ.get("LAYER_ARCHITECTURE") or "arm64")
