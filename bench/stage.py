"""What the measured handlers talk to: DynamoDB tables with the sample store, and the secret of the signing keys."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3

from backoffice.deployment import deployment_of
from backoffice.loading import load_store
from commerce.exact_json import dumps
from commerce.settings import read_settings
from commerce.storage import decode_document
from local.cloud import Cloud
from local.process import free_port
from local.template import table_definitions, table_variables
from local.workspace import SAMPLE_STORE, client_environment, say
from tests.support.standing import KEY_RING, LOADED
from tools.dynamodb_local import AbsentError, DynamoDBLocal

SECRET = "commerce-bench/signing-keys"  # noqa: S105  a name
BATCH = 25


@dataclass(frozen=True)
class Stage:
    """`database`: the emulator's name. `environment`: of a process that plays a function."""

    database: str
    environment: Mapping[str, str]
    client: Any
    items: Mapping[str, list[dict[str, Any]]]

    def restore(self) -> None:
        """Every row of the sample store as it was, and no other: a shopper registers once."""
        writes: list[tuple[str, Any]] = [
            (table, {"PutRequest": {"Item": item}}) for table, items in self.items.items() for item in items
        ]
        writes += [(table, {"DeleteRequest": {"Key": key}}) for table in self.items for key in self._made_since(table)]
        for start in range(0, len(writes), BATCH):
            requests: dict[str, list[Any]] = {}
            for table, write in writes[start : start + BATCH]:
                requests.setdefault(table, []).append(write)
            while requests:
                requests = self.client.batch_write_item(RequestItems=requests)["UnprocessedItems"]

    def _made_since(self, table: str) -> Iterator[Mapping[str, Any]]:
        """Keys of the rows that are not the sample store's."""
        known = {(item["pk"]["S"], item["sk"]["S"]) for item in self.items[table]}
        pages = self.client.get_paginator("scan").paginate(TableName=table, ProjectionExpression="pk, sk")
        for key in (key for page in pages for key in page["Items"]):
            if (key["pk"]["S"], key["sk"]["S"]) not in known:
                yield key


@contextlib.contextmanager
def stage(store: Mapping[str, Any] | None = None) -> Iterator[Stage]:
    """Emulators on free loopback ports, the tables of the template, the sample store; stopped at the end.

    `store`: file name → records, loaded instead of the sample store's files of that name.
    """
    cloud = Cloud("bench-cloud", "dynamodb,secretsmanager,iam,sts", enforces_roles=False)
    endpoint = cloud.start(free_port())
    try:
        with _database(endpoint) as (name, database):
            environment = _handler_environment(endpoint, database)
            with patch.dict(os.environ, environment, clear=True):
                client = boto3.client("dynamodb")
                _fill(client, environment, store or {})
                _add_plain_rows(client, environment)
                items = {table: client.scan(TableName=table)["Items"] for table in table_definitions()}
            yield Stage(name, environment, client, items)
    finally:
        cloud.stop()


@contextlib.contextmanager
def _database(endpoint: str) -> Iterator[tuple[str, str]]:
    """AWS's own DynamoDB Local where it can be had, since it is the one that behaves like the service."""
    real = DynamoDBLocal("bench-database")
    try:
        address = real.start(free_port())
    except AbsentError as absent:
        say(f"{absent}: MiniStack stores in its place")
        yield "MiniStack", endpoint
        return
    try:
        yield "DynamoDB Local", address
    finally:
        real.stop()


def _handler_environment(endpoint: str, database: str) -> dict[str, str]:
    """As the template sets it; the sessions are long because the events' tokens are old."""
    own = {
        "AWS_ENDPOINT_URL_DYNAMODB": database,
        "AWS_LAMBDA_FUNCTION_NAME": "commerce-bench",
        "POWERTOOLS_METRICS_NAMESPACE": "commerce",
        "POWERTOOLS_SERVICE_NAME": "commerce",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "1",  # repeatable, and not the layer build's: deployed functions have a random one
        "PYTHONUNBUFFERED": "1",  # a line reaches the log at once, as on Lambda
        "SESSION_HOURS": "876000",
        "SIGNING_KEYS_SECRET": SECRET,
    }
    return client_environment(endpoint) | table_variables() | own


def _fill(client: Any, environment: Mapping[str, str], store: Mapping[str, Any]) -> None:
    for name, definition in table_definitions().items():
        client.create_table(TableName=name, **definition)
    boto3.client("secretsmanager").create_secret(Name=SECRET, SecretString=KEY_RING)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(SAMPLE_STORE, folder, dirs_exist_ok=True)
        for name, records in store.items():
            (Path(folder) / name).write_text(json.dumps(records), encoding="utf-8")
        load_store(Path(folder), deployment_of(read_settings(environment), lambda: LOADED))


def _add_plain_rows(client: Any, environment: Mapping[str, str]) -> None:
    """What the peers read, in the form that a handler without a codec stores."""
    profiles, types = environment["PROFILES_TABLE"], environment["SHOPPER_TYPES_TABLE"]
    for table, pk, sk, name in (
        (profiles, "se-570031", "profile", "se-570031"),
        (environment["CATALOGUE_TABLE"], "configuration", "content", "configuration"),
        (types, "user", "content", "user"),
        (types, "user", "labels#en", "labels#en"),
    ):
        item = client.get_item(TableName=table, Key={"pk": {"S": pk}, "sk": {"S": sk}})["Item"]
        document = {"S": dumps(decode_document(item["document"]["B"]))}
        plain = {**item, "pk": {"S": name}, "sk": {"S": "plain"}, "document": document}
        client.put_item(TableName=table, Item=plain)
