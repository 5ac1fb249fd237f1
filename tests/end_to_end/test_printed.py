"""What the README prints for a cloud that has just come up, run as printed."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from local.calls import CALLS
from local.stack import load_store
from local.workspace import ENVIRONMENT_FILE, ROOT, STACK_NAME
from tests.support.documents import block
from tests.support.terminal import environment, pressing

STATUS = re.compile(r"HTTP/1\.1 (\d{3}) ")


@pytest.fixture(scope="module", autouse=True)
def _has_just_come_up(deployed: dict[str, Any]) -> None:
    load_store(deployed["endpointUrl"], replace=True)


def test_the_calls_with_curl() -> None:
    printed = block("README.md", "The calls with curl").text
    bare = {"PATH": os.environ["PATH"]}
    done = subprocess.run(["sh", "-ec", printed], cwd=ROOT, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert STATUS.findall(done.stdout) == ["200"] * printed.count("curl -i")
    assert '"pricingTrace":' in done.stdout


def test_make_run(deployed: dict[str, Any]) -> None:
    """It stays until Ctrl-C, and leaves the cloud that ran before."""
    first = block("README.md", "Two commands").text.splitlines()[0]
    port = deployed["endpointUrl"].rpartition(":")[2]
    _, lines = pressing([1.0], ROOT, "sh", "-c", first, after=b"answered as documented", PORT=port)
    assert f"[local] {len(CALLS)} of {len(CALLS)} calls answered as documented" in "\n".join(lines)
    assert "Traceback" not in "\n".join(lines)


def test_the_operator_s_commands(tmp_path: Path) -> None:
    """Those of a deployment, on this one: NAME and the folder are the reader's to choose, and so is who is new."""
    store = shutil.copytree(ROOT / "sample_store", tmp_path / "my_store")
    printed = block("README.md", "Deploy to AWS").text
    lines = [line for line in printed.splitlines() if line.startswith(".venv/bin/python -m backoffice ")]
    assert len(lines) == 3
    new = f"merchant-{uuid4().hex}"
    for line in lines:
        typed = re.sub(r"\bNAME\b", STACK_NAME, line).replace("my_store", str(store)).replace("merchant", new)
        done = subprocess.run(
            ["sh", "-ec", f". '{ENVIRONMENT_FILE}'; {typed}"],
            cwd=ROOT,
            env=environment(),
            input="A-good-password-2026\n",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
