"""Builds the Lambda layer: `python3 -m layer_build.layer ARTIFACTS_DIR`.

Settings in the environment, of which the first two must agree with the template's parameters at deployment:
  LAYER_PYTHON        minor version of the runtime, "3.13" by default
  LAYER_ARCHITECTURE  arm64 (default), x86_64, or native: this machine's own, for functions that run on it
  LAYER_WITHOUT       steps to leave out, separated by commas: steps.py
The packages are installed once per set of requirements; a further build only adds the project's own code, and what is
prepared from it on this machine, with the same packages.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from layer_build import steps
from layer_build.interpreter import find_interpreter
from layer_build.packages import MACHINES, NATIVE, compile_modules, packages, run
from layer_build.sources import HERE, PACKAGE

# What tools and tests alone read of the package.
DESCRIPTIONS = "bodies.py"


def build(artifacts: Path, python: str, architecture: str, chosen: Sequence[str] = steps.ALL) -> None:
    """Fills `artifacts` with `python/` (packages and `commerce`, each module with its bytecode) and `licences/`.

    Raises SystemExit with a sentence for people when something is missing or fails.
    """
    if architecture not in {*MACHINES, NATIVE}:
        raise SystemExit(f"LAYER_ARCHITECTURE is {architecture!r}; it can be arm64, x86_64 or native.")
    interpreter = find_interpreter(python)
    installed = packages(interpreter, python, architecture, chosen)
    own = artifacts / "python" / "commerce"
    shutil.copytree(installed / "layer", artifacts, dirs_exist_ok=True)
    shutil.copytree(PACKAGE, own, ignore=shutil.ignore_patterns("__pycache__", DESCRIPTIONS))
    if steps.PRECOMPILED in chosen:
        _precompile(interpreter, own, packages(interpreter, python, NATIVE, chosen))
    if steps.BYTECODE in chosen:
        compile_modules(interpreter, own, artifacts)


def _precompile(interpreter: str, own: Path, native: Path) -> None:
    """Adds to `own` what is compiled from it on this machine, with packages that run here."""
    path = os.pathsep.join([str(native / "layer" / "python"), str(own.parent)])
    # What is made from a set has one order, so that the same sources make the same layer each time.
    environment = {"PYTHONPATH": path, "PYTHONHASHSEED": "0"}
    run([interpreter, "-S", "-B", str(HERE / "precompile.py"), str(own)], environment)


if __name__ == "__main__":
    build(
        Path(sys.argv[1]),
        os.environ.get("LAYER_PYTHON", "3.13"),
        os.environ.get("LAYER_ARCHITECTURE") or "arm64",
        steps.chosen_steps(),
    )
