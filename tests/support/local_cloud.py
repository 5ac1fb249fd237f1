"""The local cloud, for tests that call it."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import boto3

from local import stack
from local.cloud import LOCAL_CLOUD
from local.stop import down
from local.workspace import STACK_NAME, client_environment, run_step

# Python reads the operator's commands for longer than one of them works.
_IN_TURN = """
import json, sys
from backoffice.commands import run
sys.exit(max(run(command) for command in json.loads(sys.argv[1])))
"""


def operate(endpoint: str, *commands: Sequence[str]) -> None:
    """Runs operator's commands on the stack, one after another in one process. Raises StepFailedError."""
    on_stack = [[*command, "--stack", STACK_NAME] for command in commands]
    run_step("operate", [sys.executable, "-c", _IN_TURN, json.dumps(on_stack)], client_environment(endpoint))


@contextmanager
def up() -> Iterator[dict[str, Any]]:
    """What .local/stack.json holds of the running cloud, of the code as it is now.

    A cloud that was not running before is stopped afterwards. In one that was, the tries that earlier runs have made
    do not count.
    """
    was_running = LOCAL_CLOUD.is_running()
    try:
        deployed = stack.up(stack.read_port(os.environ.get("PORT", "")))
        if was_running:
            forget_tries(deployed["endpointUrl"])
        yield deployed
    finally:
        if not was_running:
            down()


def forget_tries(endpoint: str) -> None:
    """Deletes what guards have counted: it would stay for an hour."""
    client = dynamodb(endpoint)
    (table,) = (name for name in client.list_tables()["TableNames"] if "-ExpiringTable-" in name)
    for item in client.scan(TableName=table)["Items"]:
        if item["pk"]["S"].startswith("guard#"):
            client.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})


def dynamodb(endpoint: str) -> Any:
    """A client of the local cloud's tables."""
    environment = client_environment(endpoint)
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
