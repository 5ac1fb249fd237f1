"""Looks for known weaknesses in the template with checkov: `python -m local.scan`.

What is looked at is what CloudFormation gets, with everything switched on that a condition or a parameter can switch
on. Checks that are left out stand in .checkov.yaml, each with its reason; one that nothing fails any more is told as
well, so that no reason outlives its cause. Nothing is asked of the network.
"""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from local.limits import LARGEST
from local.template import read_template
from local.transform import as_deployed
from local.workspace import ROOT, STATE, client_environment, write_json

CHECKOV = STATE / "venvs" / "checkov" / "bin" / "checkov"
CONFIGURATION = ROOT / ".checkov.yaml"
TEMPLATE = STATE / "checkov" / "template.json"
OPTIONS = ("--framework", "cloudformation", "--skip-download", "--compact", "--quiet", "--output", "json")


def left_out() -> list[str]:
    """The checks that the configuration leaves out."""
    skipped: list[str] = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))["skip-check"]
    return skipped


def findings(report: Mapping[str, Any], skipped: Sequence[str]) -> list[str]:
    """What is to be mended, a line each."""
    failed = defaultdict(list)
    for check in report["results"]["failed_checks"]:
        failed[check["check_id"]].append(check)
    lines = [
        f"{check['resource']}: {check['check_name']} ({name})"
        for name, checks in sorted(failed.items())
        for check in checks
        if name not in skipped
    ]
    lines += [f"{name} is left out, and nothing fails it: remove it" for name in skipped if name not in failed]
    return lines + ["the template cannot be read"] * report["summary"]["parsing_errors"]


def main() -> int:
    """Scan; returns the exit code."""
    (deployed,) = as_deployed(read_template(), [LARGEST])
    write_json(TEMPLATE, deployed)
    # In a folder of its own, where no configuration stands: what is left out is to be compared with what fails.
    command = [str(CHECKOV), "--file", TEMPLATE.name, *OPTIONS]
    done = subprocess.run(
        command, cwd=TEMPLATE.parent, env=client_environment(""), capture_output=True, text=True, check=False
    )
    try:
        report = json.loads(done.stdout)
    except ValueError:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        return 1
    skipped = left_out()
    found = findings(report, skipped)
    print("\n".join(found), end="\n" if found else "")
    summary = report["summary"]
    resources, passed = summary["resource_count"], summary["passed"]
    print(f"checkov: {passed} checks of {resources} resources hold, {len(skipped)} are left out")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
