"""The commit that the cart is measured against: its layer, its functions and its own stage, out of the repository."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from layer_build.packages import NATIVE
from local.workspace import ROOT, STATE
from tools import dynamodb_local

# The last commit before the cart was made faster: every later run shows what has been gained since, and what was lost.
COMMIT: Final = "823eb90"

TREE: Final = STATE / "bench-baseline" / COMMIT
# What is the same for both: installed programs, and the packages of layers.
SHARED: Final = (Path(".venv"), *(Path(".local") / name for name in ("venvs", "layer", "dynamodb-local")))
# In the commit's own modules; it ends when its input does.
STAGE: Final = """
import json, sys
from bench.stage import stage
with stage() as place:
    print(json.dumps({"environment": dict(place.environment)}), flush=True)
    sys.stdin.read()
"""


def check_out(tree: Path = TREE) -> None:
    """The commit's files, once. Raises SystemExit with a sentence where the repository does not hold it."""
    if tree.exists():
        return

    command = ["git", "-C", str(ROOT), "archive", COMMIT]
    packed = subprocess.run(command, capture_output=True, check=False)
    if packed.returncode:
        raise SystemExit(f"The cart is measured against commit {COMMIT}, which is not here: fetch the whole history.")
    unfinished = tree.with_name("unfinished")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
        files.extractall(unfinished)  # noqa: S202  of this repository
    for name in SHARED:
        ours, link = ROOT / name, unfinished / name
        ours.mkdir(parents=True, exist_ok=True)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(ours)
    unfinished.rename(tree)


def build_layer(artifacts: Path, minor: str) -> None:
    """As the commit builds it."""
    environment = {**os.environ, "LAYER_PYTHON": minor, "LAYER_ARCHITECTURE": NATIVE, "PYTHONPATH": str(TREE)}
    command = [sys.executable, "-m", "layer_build.layer", str(artifacts)]
    subprocess.run(command, cwd=TREE, env=environment, check=True)


@contextlib.contextmanager
def running_stage(store: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """The environment of a process that plays one of the commit's functions, while its emulators run.

    `store`: file name → records, loaded by the commit's own loader instead of its sample store's files of that name.
    """
    with contextlib.suppress(dynamodb_local.AbsentError):
        dynamodb_local.obtain()
    for name, records in store.items():
        (TREE / "sample_store" / name).write_text(json.dumps(records), encoding="utf-8")
    path = os.pathsep.join([str(TREE / "layers" / "commerce"), str(TREE)])
    process = subprocess.Popen(
        [sys.executable, "-c", STAGE],
        cwd=TREE,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin
        assert process.stdout
        try:
            # before it there may be lines for people
            said = next((line for line in process.stdout if line.startswith("{")), None)
            if said is None:
                raise RuntimeError(f"the stage of {COMMIT} did not start")
            environment: Mapping[str, str] = json.loads(said)["environment"]
            yield environment
        finally:
            process.stdin.close()
