"""The stack that a command works on: its tables and settings, found by the stack's name."""

from __future__ import annotations

import ipaddress
import math
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.session
from botocore.exceptions import ClientError

from commerce.addresses.regions import Regions
from commerce.call import TimeBudget
from commerce.dates import Clock, utc_now
from commerce.settings import Settings, SettingsError, Tables, read_settings
from commerce.storage import Item, Key, Store

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient


class StackError(Exception):
    """Why there is no stack to work on, in a sentence."""


@dataclass(frozen=True)
class Connection:
    """How AWS is reached; what is None is found as any AWS tool finds it: environment, profile, defaults."""

    region: str | None = None
    profile: str | None = None
    endpoint_url: str | None = None

    def client(self, service: str) -> Any:
        """A client of the service. Raises BotoCoreError: no such profile, no region."""
        # botocore reads AWS_DEFAULT_REGION alone.
        region = self.region or os.environ.get("AWS_REGION")
        return self._session.create_client(service, region_name=region, endpoint_url=self.endpoint_url)

    @cached_property
    def _session(self) -> Any:
        """Of all clients, as what is read for one serves the next; boto3 would cost a command some 40 ms."""
        return botocore.session.Session(profile=self.profile) if self.profile else botocore.session.get_session()


@dataclass(frozen=True, slots=True)
class Deployment:
    """Tables and secret of one stack, and a client to write with."""

    settings: Settings
    client: DynamoDBClient
    store: Store
    clock: Clock
    is_local: bool  # what is written stays on this machine
    connection: Connection = field(default_factory=Connection)
    is_there: bool = True
    base_url: str = ""  # what stands before /ccstore/v1/… in an address

    @property
    def tables(self) -> Tables:
        return self.settings.tables

    @property
    def regions(self) -> Regions:
        """Any country: which ones shoppers may send is no matter of what stands there already."""
        return Regions(with_regions=self.settings.region_countries)

    def secrets(self) -> SecretsManagerClient:
        client: SecretsManagerClient = self.connection.client("secretsmanager")
        return client


def find_deployment(stack: str, connection: Connection | None = None) -> Deployment:
    """The deployment of a stack's outputs, with the settings that its parameters give. Raises StackError."""
    connection = connection or Connection()
    try:
        description = connection.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        raise StackError(f"{stack}: {error.response['Error'].get('Message', error)}") from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
    names = {f"{table.upper()}_TABLE": f"{_pascal(table)}TableName" for table in Tables.__struct_fields__}
    wanted = names | {"SIGNING_KEYS_SECRET": "SigningKeysSecret"}  # nosec B105  # of an output
    if missing := sorted({*wanted.values(), "BaseUrl"} - outputs.keys()):
        state = description.get("StackStatus", "")
        raise StackError(f"{stack} ({state}) has no output {missing[0]}: it is no stack of this product, or unfinished")
    given = {_variable(one["ParameterKey"]): one["ParameterValue"] for one in description.get("Parameters", [])}
    try:
        settings = read_settings(given | {variable: outputs[output] for variable, output in wanted.items()})
    except SettingsError as error:
        raise StackError(f"{stack}: {error}") from error
    found = deployment_of(settings, connection=connection)
    # The local cloud answers for AWS and for the API at one address.
    return replace(found, base_url=found.client.meta.endpoint_url if found.is_local else outputs["BaseUrl"])


def deployment_of(settings: Settings, clock: Clock = utc_now, connection: Connection | None = None) -> Deployment:
    """A deployment whose names are known."""
    connection = connection or Connection()
    client: DynamoDBClient = connection.client("dynamodb")
    store = Store(client)
    store.begin(TimeBudget(math.inf))  # no caller waits for a command
    return Deployment(settings, client, store, clock, on_this_machine(client.meta.endpoint_url), connection)


def no_deployment() -> Deployment:
    """In place of a stack that nobody named: it holds nothing, and nothing can be written to it."""
    client: Any = None
    tables = Tables(*Tables.__struct_fields__)
    return Deployment(Settings(tables=tables), client, _Nothing(client), utc_now, is_local=True, is_there=False)


class _Nothing(Store):
    """Empty tables."""

    def get(self, keys: Iterable[Key]) -> dict[Key, Item]:
        del keys
        return {}

    def query(self, table: str, pk: str, prefix: str = "") -> Iterator[Item]:
        del table, pk, prefix
        return iter(())


def on_this_machine(url: str) -> bool:
    """Whether a URL's host is of the loopback interface."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _pascal(name: str) -> str:
    return "".join(word.title() for word in name.split("_"))


def _variable(parameter: str) -> str:
    """``UniqueEmails`` → ``UNIQUE_EMAILS``: what the template calls the variable that a parameter goes to."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", parameter).upper()
