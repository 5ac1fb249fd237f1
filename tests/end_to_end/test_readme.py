"""The README's calls, as printed: every one of them is answered with 200."""

import os
import re
import subprocess
from typing import Any

from local.stack import load_sample_store
from local.workspace import ROOT

SECTION = re.compile(r"^## The calls with curl$.*?^```sh$(.*?)^```$", re.MULTILINE | re.DOTALL)
STATUS = re.compile(r"HTTP/1\.1 (\d{3}) ")


def test_the_calls_with_curl(deployed: dict[str, Any]) -> None:
    load_sample_store(deployed["endpointUrl"], replace=True)  # they are for a cloud that has just come up
    printed = SECTION.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert printed
    bare = {"PATH": os.environ["PATH"]}
    done = subprocess.run(["sh", "-ec", printed[1]], cwd=ROOT, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert STATUS.findall(done.stdout) == ["200"] * printed[1].count("curl -i")
    assert '"pricingTrace":' in done.stdout
