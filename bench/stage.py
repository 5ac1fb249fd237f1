"""What the measured handlers talk to: DynamoDB tables with the sample store, and the secret of the signing keys."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from unittest.mock import patch

import boto3

from backoffice.deployment import deployment_of
from backoffice.load import load_store
from commerce.settings import read_settings
from local.cloud import LOOPBACK, Cloud
from local.template import table_definitions, table_variables
from local.workspace import ROOT, client_environment

SECRET = "commerce-bench/signing-keys"  # noqa: S105  a name
SIGNING_KEYS = json.dumps({"current": "k1", "k1": "0123456789abcdef" * 4})
REAL_DYNAMODB = ROOT.parent / "shared" / "tools" / "dynamodb-local.sh"


@dataclass(frozen=True)
class Stage:
    """`database`: the emulator's name. `environment`: of a process that plays a function."""

    database: str
    environment: Mapping[str, str]


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """Emulators on free loopback ports, the tables of the template, the sample store; stopped at the end."""
    cloud = Cloud("bench-cloud", "dynamodb,secretsmanager,iam,sts", enforces_roles=False)
    endpoint = cloud.start(_free_port())
    try:
        with _database(endpoint) as (name, database):
            environment = _handler_environment(endpoint, database)
            _fill(environment)
            yield Stage(name, environment)
    finally:
        cloud.stop()


@contextlib.contextmanager
def _database(endpoint: str) -> Iterator[tuple[str, str]]:
    """AWS's own DynamoDB Local where it can be had, since it is the one that behaves like the service."""
    if not REAL_DYNAMODB.exists():
        yield "MiniStack", endpoint
        return
    port = str(_free_port())
    run = [str(REAL_DYNAMODB), port]
    subprocess.run([*run, "start"], check=True, stdout=subprocess.DEVNULL)
    try:
        yield "DynamoDB Local", f"http://{LOOPBACK}:{port}"
    finally:
        subprocess.run([*run, "stop"], check=True)


def _handler_environment(endpoint: str, database: str) -> dict[str, str]:
    return (
        client_environment(endpoint)
        | table_variables()
        | {
            "AWS_ENDPOINT_URL_DYNAMODB": database,
            "SIGNING_KEYS_SECRET": SECRET,
            "POWERTOOLS_SERVICE_NAME": "commerce",
            "POWERTOOLS_METRICS_NAMESPACE": "commerce",
            "AWS_LAMBDA_FUNCTION_NAME": "commerce-bench",
            "PYTHONHASHSEED": "0",
            "STORE_TOKEN_MINUTES": "120",
            "INTERNAL_TOKEN_MINUTES": "120",
        }
    )


def _fill(environment: Mapping[str, str]) -> None:
    with patch.dict(os.environ, environment, clear=True):
        client = boto3.client("dynamodb")
        for name, definition in table_definitions().items():
            client.create_table(TableName=name, **definition)
        boto3.client("secretsmanager").create_secret(Name=SECRET, SecretString=SIGNING_KEYS)
        load_store(ROOT / "sample_store", deployment_of(read_settings(environment)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
