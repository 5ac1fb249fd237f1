"""What starts the project's commands from outside names commands that there are."""

import re
from pathlib import Path

import pytest
import yaml

from local.workspace import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
CALLED = re.compile(r"\bmake (?:--silent )?([a-z-]+)")


def _steps(workflow: Path) -> list[str]:
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]
    return [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("file", [ROOT / ".ci" / "run", *WORKFLOWS], ids=lambda file: file.name)
def test_each_target_that_is_called_is_there(file: Path) -> None:
    called = set(CALLED.findall(file.read_text(encoding="utf-8")))
    assert called, "nothing is called any more"
    assert called <= TARGETS


def test_a_change_is_tried_with_the_readme_s_commands_and_the_checks() -> None:
    assert _steps(ROOT / ".github" / "workflows" / "ci.yml") == [
        "make run ONCE=1",
        "make test",
        "make check",
        "make pages",
        "make clients",
        "make audit",
    ]


def test_hooks_before_a_commit_run_what_is_installed_here() -> None:
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert repository["repo"] == "local"
    programs = {hook["entry"].split()[0] for hook in repository["hooks"]}
    assert programs == {".venv/bin/ruff", ".venv/bin/mypy"}
    assert all((ROOT / program).exists() for program in programs)
