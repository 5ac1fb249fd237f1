"""`make smoke` at the deployed stack: the calls come through the gateway, and nothing of them stays."""

import subprocess
import sys
from typing import Any

import boto3

from local.workspace import ROOT, client_environment
from tests.support.documents import block
from tests.support.terminal import environment


def _rows(deployed: dict[str, Any]) -> set[str]:
    client = boto3.client(
        "dynamodb",
        region_name=deployed["region"],
        endpoint_url=deployed["endpointUrl"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    found = set()
    for table in deployed["tables"].values():
        for page in client.get_paginator("scan").paginate(TableName=table, ProjectionExpression="pk"):
            found |= {item["pk"]["S"] for item in page["Items"] if "smoke-" in item["pk"]["S"]}
    return found


def _shell(line: str, **settings: str) -> subprocess.CompletedProcess[str]:
    own = environment() | settings
    return subprocess.run(["sh", "-ec", line], cwd=ROOT, env=own, capture_output=True, text=True, check=False)


def _smoke(deployed: dict[str, Any], *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "backoffice", "smoke", "--stack", deployed["stackName"], *options]
    environment = client_environment(deployed["endpointUrl"])
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_calls_are_answered(deployed: dict[str, Any]) -> None:
    """As the document prints it for the local cloud; of the others make says what it would run."""
    *elsewhere, here = block("docs/operations.md", "Smoke test").text.splitlines()
    for line in elsewhere:
        would = _shell(line, MAKEFLAGS="n")
        assert "-m backoffice smoke" in would.stdout
        assert would.returncode == 0
    done = _shell(here)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": as it should be\n") == 7
    assert _rows(deployed) == set()


def test_an_address_where_no_api_is(deployed: dict[str, Any]) -> None:
    done = _smoke(deployed, "--url", f"{deployed['endpointUrl']}/nowhere")
    assert done.returncode == 1
    assert "visitor information: 4" in done.stdout
    assert _rows(deployed) == set()
