"""Packs one function: `python3 -m layer_build.function UpdateProfile ARTIFACTS_DIR` copies functions/update_profile.

The package holds the modules and their bytecode for LAYER_PYTHON, "3.13" by default.
"""

import compileall
import os
import py_compile
import re
import shutil
import subprocess
import sys
from pathlib import Path

from layer_build import steps
from layer_build.interpreter import find_interpreter
from layer_build.sources import PROJECT

PLACE = "/var/task"


def pack(name: str, artifacts: Path, python: str) -> None:
    """Fills `artifacts`. Raises SystemExit with a sentence for people."""
    interpreter = find_interpreter(python)
    folder = PROJECT / "functions" / re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    for module in sorted(folder.glob("*.py")):
        shutil.copyfile(module, artifacts / module.name)
    if steps.BYTECODE not in steps.chosen_steps():
        return
    if interpreter != sys.executable:
        options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(artifacts), "-p", PLACE]
        subprocess.run([interpreter, "-m", "compileall", *options, str(artifacts)], check=True)
    elif not compileall.compile_dir(
        artifacts,
        quiet=1,
        stripdir=str(artifacts),
        prependdir=PLACE,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    ):
        raise SystemExit(f"{folder} does not compile.")


if __name__ == "__main__":
    pack(sys.argv[1], Path(sys.argv[2]), os.environ.get("LAYER_PYTHON", "3.13"))
