"""Finds the CPython whose bytecode a Lambda runtime can load.

`python3 -m layer_build.interpreter 3.13` prints the path of a CPython 3.13, or says what to install.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PROBE = "import sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])"


def find_interpreter(minor: str) -> str:
    """Path of a CPython of `minor` ("3.13"): this one, one on PATH, of pyenv, or of uv.

    Raises SystemExit with a sentence for people when there is none.
    """
    for candidate in _candidates(minor):
        try:
            probe = subprocess.run([candidate, "-c", PROBE], capture_output=True, text=True, timeout=30, check=False)
        except OSError:
            continue
        if probe.stdout.split() == ["cpython", minor]:
            return candidate
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    raise SystemExit(
        f"No CPython {minor} found, which has to compile the layer for the runtime python{minor}. Install it (for "
        f"example `pyenv install {minor}` or `uv python install {minor}`), or build for this one: LAYER_PYTHON={here}, "
        f"and the parameter Runtime=python{here} at deployment."
    )


def _candidates(minor: str) -> Iterator[str]:
    yield sys.executable
    if on_path := shutil.which(f"python{minor}"):
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in sorted(pyenv.glob(f"{minor}.*"), key=_release, reverse=True):
        yield str(version / "bin" / "python3")
    if uv := shutil.which("uv"):
        found = subprocess.run(
            [uv, "python", "find", "--offline", "--no-project", minor], capture_output=True, text=True, check=False
        )
        if found.returncode == 0:
            yield found.stdout.strip()


def _release(version: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in version.name.split(".") if part.isdigit())


if __name__ == "__main__":
    print(find_interpreter(sys.argv[1]))
