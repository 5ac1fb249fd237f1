"""The stack that a command works on: its tables, found by the stack's name."""

from __future__ import annotations

import argparse
import ipaddress
import math
import os
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3

from commerce.addresses.regions import Regions
from commerce.call import TimeBudget
from commerce.dates import Clock, utc_now
from commerce.settings import Settings, Tables, read_settings
from commerce.storage import Store

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Deployment:
    """Tables and secret of one stack, and a client to write with; region, credentials, endpoint as for any AWS tool."""

    settings: Settings
    client: DynamoDBClient
    store: Store
    clock: Clock
    is_local: bool  # what is written stays on this machine

    @property
    def tables(self) -> Tables:
        return self.settings.tables

    @property
    def regions(self) -> Regions:
        """Any country: which ones shoppers may send is no matter of what stands there already."""
        return Regions(with_regions=self.settings.region_countries)


def stack_argument(parser: argparse.ArgumentParser) -> None:
    """Adds `--stack`."""
    parser.add_argument("--stack", required=True, help="name of the CloudFormation stack")


def find_deployment(stack: str) -> Deployment:
    """The deployment of a stack's outputs. Raises SystemExit with a sentence when there is no such stack."""
    cloudformation = boto3.client("cloudformation")
    try:
        description = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except cloudformation.exceptions.ClientError as error:
        raise SystemExit(f"{stack}: {error}") from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
    names = {table.name: outputs[f"{_pascal(table.name)}TableName"] for table in fields(Tables)}
    environment = {f"{name.upper()}_TABLE": value for name, value in names.items()}
    settings = read_settings(environment | {"SIGNING_KEYS_SECRET": outputs["SigningKeysSecret"]})
    return deployment_of(settings)


def deployment_of(settings: Settings, clock: Clock = utc_now) -> Deployment:
    """A deployment whose names are known."""
    os.environ.setdefault("AWS_DEFAULT_REGION", os.environ.get("AWS_REGION", "us-east-1"))
    client = boto3.client("dynamodb")
    store = Store(client)
    store.begin(TimeBudget(math.inf))  # no caller waits for a command
    return Deployment(settings, client, store, clock, _on_this_machine(client.meta.endpoint_url))


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _pascal(name: str) -> str:
    return "".join(word.title() for word in name.split("_"))
