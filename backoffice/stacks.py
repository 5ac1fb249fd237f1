"""A stack as a whole: rows back from a restored table, and the end of a stack with all it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from botocore.exceptions import ClientError

from backoffice.deployment import Connection, Deployment, StackError

KEYS: Final = ("pk", "sk")
# Resources that a stack of the stage prod leaves, and what their CloudFormation type is.
TABLE: Final = "AWS::DynamoDB::Table"
SECRET: Final = "AWS::SecretsManager::Secret"  # nosec B105  # noqa: S105  a type
DELETION_POLL_SECONDS: Final = 10


@dataclass(slots=True)
class Copied:
    """How many rows were put back, and how many stand there already."""

    written: int = 0
    there: int = 0


def copy_rows(deployment: Deployment, source: str, target: str, *, prefix: str = "", overwrite: bool = False) -> Copied:
    """Put rows of the table `source` into the stack's table `target` (``profiles``).

    `prefix`: of the partition key, for a part of them. Rows that are there stay as they are unless `overwrite`; what
    calls write meanwhile is kept then too, except where it lies under a row that is put back. Safe to repeat.
    Raises StackError: the stack has no such table, or the source is the target.
    """
    table = getattr(deployment.tables, target, "")
    if not table:
        raise StackError(f"the stack has no table {target!r}")
    if table == source:
        raise StackError("source and target are one table")
    copied = Copied()
    condition: dict[str, Any] = {} if overwrite else {"ConditionExpression": "attribute_not_exists(pk)"}
    for item in _rows(deployment, source):
        if not item["pk"]["S"].startswith(prefix):
            continue
        try:
            deployment.client.put_item(TableName=table, Item=item, **condition)
            copied.written += 1
        except deployment.client.exceptions.ConditionalCheckFailedException:
            copied.there += 1
    return copied


def delete_stack(stack: str, connection: Connection, say: Callable[[str], object]) -> None:
    """Delete a stack, its protection and what its deletion policy keeps: tables with all rows, backups apart, and keys.

    Nothing brings them back but a backup made before, or the secret's recovery within 30 days. Safe to repeat where it
    was stopped, as long as the stack is there. Raises StackError.
    """
    cloudformation = connection.client("cloudformation")
    kept = _resources(cloudformation, stack)
    dynamodb, secrets = connection.client("dynamodb"), connection.client("secretsmanager")
    for table in kept[TABLE]:
        _unless_gone(partial(dynamodb.update_table, TableName=table, DeletionProtectionEnabled=False))
    say(f"{len(kept[TABLE])} tables are not protected any longer")
    cloudformation.delete_stack(StackName=stack)
    waiter = cloudformation.get_waiter("stack_delete_complete")
    waiter.wait(StackName=stack, WaiterConfig={"Delay": DELETION_POLL_SECONDS, "MaxAttempts": 180})
    say(f"the stack {stack} is gone")
    for table in kept[TABLE]:
        if _unless_gone(partial(dynamodb.delete_table, TableName=table)):
            say(f"deleted what it had kept: {table}")
    for secret in kept[SECRET]:
        if _unless_gone(partial(secrets.delete_secret, SecretId=secret)):
            say(f"deleted, and to be had back for 30 days: {secret}")


def _resources(cloudformation: Any, stack: str) -> Mapping[str, list[str]]:
    """Names of the tables and of the secret."""
    found: dict[str, list[str]] = {TABLE: [], SECRET: []}
    try:
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
        for resource in (one for page in pages for one in page["StackResourceSummaries"]):
            if resource["ResourceType"] in found and resource.get("PhysicalResourceId"):
                found[resource["ResourceType"]].append(resource["PhysicalResourceId"])
    except ClientError as error:
        raise StackError(f"{stack}: {error.response['Error'].get('Message', error)}") from error
    return found


def _unless_gone(act: Callable[[], object]) -> bool:
    """Whether there still was what to act on."""
    try:
        act()
    except ClientError as error:
        code, text = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        if code == "ResourceNotFoundException" or "already" in text or "marked for deletion" in text:
            return False
        raise
    return True


def _rows(deployment: Deployment, table: str) -> Iterator[dict[str, Any]]:
    try:
        for page in deployment.client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
            yield from page["Items"]
    except deployment.client.exceptions.ResourceNotFoundException as error:
        raise StackError(f"there is no table {table}") from error
