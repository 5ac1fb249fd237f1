"""A stack as a whole: rows of a restored table put back, and the end of a stack with what it keeps."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from backoffice.commands import run
from backoffice.deployment import Connection, StackError
from backoffice.stacks import copy_rows, delete_stack
from local.template import table_definitions
from tests.support.deployment import Product

RESTORED = "ProfilesTable-restored"
STACK = "commerce-that-ends"


@pytest.fixture
def restored(product: Product) -> Iterator[str]:
    """The table of profiles as it was before the damage, under a name of its own as DynamoDB restores it."""
    client = boto3.client("dynamodb")
    client.create_table(TableName=RESTORED, **table_definitions()["ProfilesTable"])
    for item in client.scan(TableName=product.environment["PROFILES_TABLE"])["Items"]:
        client.put_item(TableName=RESTORED, Item=item)
    yield RESTORED
    client.delete_table(TableName=RESTORED)


def damage(product: Product) -> None:
    """The shopper is gone, and with them the row of the login; another has got a new name since."""
    client, table = boto3.client("dynamodb"), product.environment["PROFILES_TABLE"]
    for pk, sk in (("se-570031", "profile"), ("login#shopper", "owner")):
        client.delete_item(TableName=table, Key={"pk": {"S": pk}, "sk": {"S": sk}})
    client.update_item(
        TableName=table,
        Key={"pk": {"S": "110000"}, "sk": {"S": "profile"}},
        UpdateExpression="SET version = version + :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def versions(product: Product) -> dict[str, Any]:
    rows = boto3.client("dynamodb").scan(TableName=product.environment["PROFILES_TABLE"])["Items"]
    return {row["pk"]["S"]: row.get("version", {}).get("N") for row in rows}


def test_lost_rows_come_back_and_newer_ones_stay(product: Product, restored: str) -> None:
    before = versions(product)
    damage(product)
    copied = copy_rows(product.deployment, restored, "profiles")
    assert (copied.written, copied.there) == (2, len(before) - 2)
    assert versions(product) == {**before, "110000": str(int(before["110000"]) + 1)}
    assert product.login()
    assert copy_rows(product.deployment, restored, "profiles").written == 0


def test_a_part_of_the_rows_comes_back_as_it_was(product: Product, restored: str) -> None:
    before = versions(product)
    damage(product)
    copied = copy_rows(product.deployment, restored, "profiles", prefix="110000", overwrite=True)
    assert (copied.written, copied.there) == (1, 0)
    assert versions(product)["110000"] == before["110000"]
    assert "se-570031" not in versions(product)


def test_what_cannot_be_copied(product: Product, restored: str) -> None:
    for source, target in (("nowhere", "profiles"), (restored, "nothing"), ("ProfilesTable", "profiles")):
        with pytest.raises(StackError):
            copy_rows(product.deployment, source, target)


class CloudFormation:
    """A stack that keeps its table and its secret when it goes."""

    def __init__(self, table: str, secret: str) -> None:
        self.table = table
        self.resources = {"AWS::DynamoDB::Table": table, "AWS::SecretsManager::Secret": secret}
        self.gone = False

    def get_paginator(self, _name: str) -> Any:
        return self

    def paginate(self, StackName: str) -> Any:  # noqa: N803  as AWS writes it
        if self.gone or StackName != STACK:
            error: Any = {"Error": {"Code": "ValidationError", "Message": f"Stack with id {StackName} does not exist"}}
            raise ClientError(error, "ListStackResources")
        summaries = [{"ResourceType": kind, "PhysicalResourceId": name} for kind, name in self.resources.items()]
        yield {"StackResourceSummaries": [*summaries, {"ResourceType": "AWS::IAM::Role", "PhysicalResourceId": "x"}]}

    def delete_stack(self, StackName: str) -> None:  # noqa: N803
        described = boto3.client("dynamodb").describe_table(TableName=self.table)["Table"]
        assert not described.get("DeletionProtectionEnabled"), f"{StackName}: DELETE_FAILED"
        self.gone = True

    def get_waiter(self, _name: str) -> Any:
        return self

    def wait(self, **_: Any) -> None:
        assert self.gone


@pytest.fixture
def cloudformation(product: Product, monkeypatch: pytest.MonkeyPatch) -> CloudFormation:
    del product
    table, secret = f"{STACK}-KeptTable", f"{STACK}-keys"
    definition = table_definitions()["ProfilesTable"]
    boto3.client("dynamodb").create_table(TableName=table, DeletionProtectionEnabled=True, **definition)
    boto3.client("secretsmanager").create_secret(Name=secret, SecretString="{}")
    fake, make = CloudFormation(table, secret), Connection.client

    def client(connection: Connection, service: str) -> Any:
        return fake if service == "cloudformation" else make(connection, service)

    monkeypatch.setattr(Connection, "client", client)
    return fake


def test_a_stack_ends_with_what_it_protects_and_keeps(cloudformation: CloudFormation) -> None:
    said: list[str] = []
    delete_stack(STACK, Connection(), said.append)
    assert f"the stack {STACK} is gone" in said
    assert cloudformation.table not in boto3.client("dynamodb").list_tables()["TableNames"]
    left = boto3.client("secretsmanager").list_secrets()["SecretList"]
    assert f"{STACK}-keys" not in {secret["Name"] for secret in left}
    with pytest.raises(StackError, match="does not exist"):
        delete_stack(STACK, Connection(), said.append)


def test_a_stack_goes_by_its_name_said_twice(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["stack", "delete", STACK, "--confirm", "another"]) == 3
    assert "nothing was deleted" in capsys.readouterr().err
