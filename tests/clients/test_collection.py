"""The collection of examples/bruno, run by Bruno's command line."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from local.workspace import ROOT, STATE
from tests.support.collection import COLLECTION, requests
from tests.support.documents import block

BRUNO = STATE / "collection" / "node_modules" / ".bin" / "bru"
USUAL = "http://localhost:4566"


def test_the_readme_s_command(deployed: dict[str, Any]) -> None:
    printed = block("examples/README.md", "bruno").text
    if deployed["baseUrl"] != USUAL:
        printed = printed.replace("--env local", f"--env local --env-var baseUrl={deployed['baseUrl']}")
    path = f"{BRUNO.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-ec", printed], cwd=ROOT, env={"PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(requests())} Passed" in done.stdout


def test_every_request_is_answered_as_it_asserts(deployed: dict[str, Any], tmp_path: Path) -> None:
    # Not in its other sandbox, which may not be there yet when the first answer is.
    command: list[str | Path] = [BRUNO, "run", "-r", "--sandbox", "developer", "--env", "local"]
    command += ["--env-var", f"baseUrl={deployed['baseUrl']}", "--reporter-json", tmp_path / "report.json"]
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(command, cwd=COLLECTION, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (report,) = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    made = {result["test"]["filename"]: result for result in report["results"]}
    assert list(made) == [str(request.file) for request in requests()]
    for request in requests():
        result = made[str(request.file)]
        assert result["response"]["status"] == request.expected[0]
        assert [held["status"] for held in result["assertionResults"]] == ["pass"] * len(request.asserts), request.file
