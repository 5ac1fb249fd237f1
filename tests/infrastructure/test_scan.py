"""What the scan of the template leaves out has a reason, and what it finds is told."""

from typing import Any

from local import scan


def _report(*failed: tuple[str, str]) -> dict[str, Any]:
    checks = [{"check_id": name, "check_name": f"name of {name}", "resource": resource} for name, resource in failed]
    return {"results": {"failed_checks": checks}, "summary": {"parsing_errors": 0}}


def test_each_check_that_is_left_out_has_a_reason_above_it() -> None:
    lines = scan.CONFIGURATION.read_text(encoding="utf-8").splitlines()
    listed = lines[lines.index("skip-check:") + 1 :]
    entries = [line.strip().removeprefix("- ") for line in listed if line.startswith("  - ")]
    assert entries == scan.left_out()
    assert len(entries) == len(set(entries)) > 0
    assert listed[0].startswith("  # ")
    assert all(line.startswith(("  - CKV", "  # ")) for line in listed)


def test_a_failed_check_is_told_unless_it_is_left_out() -> None:
    report = _report(("CKV_AWS_1", "Table"), ("CKV_AWS_2", "Topic"))
    assert scan.findings(report, ["CKV_AWS_1"]) == ["Topic: name of CKV_AWS_2 (CKV_AWS_2)"]
    assert scan.findings(report, ["CKV_AWS_1", "CKV_AWS_2"]) == []


def test_a_reason_does_not_outlive_its_cause() -> None:
    (told,) = scan.findings(_report(("CKV_AWS_1", "Table")), ["CKV_AWS_1", "CKV_AWS_2"])
    assert told == "CKV_AWS_2 is left out, and nothing fails it: remove it"


def test_a_template_that_cannot_be_read_is_no_pass() -> None:
    report = _report()
    report["summary"]["parsing_errors"] = 1
    assert scan.findings(report, []) == ["the template cannot be read"]
