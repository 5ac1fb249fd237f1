"""The product inside the test process: its own handlers and template, on moto's tables, with a clock of the test's own.

A call takes the way of the template: the path's event decides the function, `functions/<operation>/app.py` answers.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from backoffice.deployment import Deployment, deployment_of
from commerce.call import Api
from commerce.composition import Composition
from commerce.configuration import ConfigurationRepository
from commerce.identity.keyring import KeyRing
from commerce.identity.tokens import ISSUERS
from commerce.settings import read_settings
from local.template import integrations, table_definitions, table_variables
from tests.support import described, refusals
from tests.support.standing import KEY_RING, START

ROOT = Path(__file__).parents[2]
SECRET = "commerce-test/signing-keys"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(frozen=True)
class Answer:
    """What API Gateway would send on."""

    status: int
    headers: Mapping[str, str]
    cookies: list[str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        return str(self.body["errorCode"])


@dataclass
class Product:
    """Handlers by function, made when first called with the environment of this product."""

    environment: Mapping[str, str]
    clock: Clock
    handlers: dict[str, ModuleType] = field(default_factory=dict)

    @property
    def deployment(self) -> Deployment:
        # Moto answers for AWS's own address, and inside this process.
        return replace(deployment_of(read_settings(self.environment), self.clock), is_local=True)

    def configure(self, **members: Any) -> None:
        """Changes members of the stored configuration, of sites each one's."""

        def changed(stored: dict[str, Any]) -> dict[str, Any]:
            sites = dict(stored.get("sites", {}))
            for name, site in members.get("sites", {}).items():
                sites[name] = {**sites.get(name, {}), **site}
            return {**stored, **members, "sites": sites}

        settings = read_settings(self.environment)
        store = self.deployment.store
        ConfigurationRepository(store, settings.tables.catalogue, settings.default_site).revise(changed)

    def app(self, function: str) -> ModuleType:
        """The handler module of a function (`update_profile`)."""
        if function not in self.handlers:
            path = ROOT / "functions" / function / "app.py"
            spec = importlib.util.spec_from_file_location(f"app_{function}_{id(self)}", path)
            assert spec
            assert spec.loader
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            self.handlers[function] = module
        return self.handlers[function]

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request; `body` is sent as JSON unless it is text or bytes."""
        return self.send(gateway_event(method, path, body, token=token, headers=headers))

    def send(self, event: Mapping[str, Any]) -> Answer:
        """One gateway event to the function that the template wires to it.

        Fails the test for a refusal that does not say what the caller must do (contract: common.md §5.1).
        """
        function, parameters = _function_at(event["httpMethod"], event["path"])
        raw = self.app(function).handler({**event, "pathParameters": parameters}, None)
        headers = {name.lower(): value for name, value in raw["headers"].items()}
        described.check(event["httpMethod"], _address(event), raw["statusCode"], headers, raw["body"])
        cookies = raw.get("multiValueHeaders", {}).get("Set-Cookie", [])
        refusals.check(event, raw["statusCode"], raw["body"])
        return Answer(raw["statusCode"], headers, cookies, raw["body"])

    def rows(self, variable: str) -> list[Any]:
        """The rows of the table that a variable (``ORDERS_TABLE``) names, as moto keeps them."""
        return [row for rows in self._partitions(variable).values() for row in rows.values()]

    def clear(self, variable: str) -> None:
        """Empties that table."""
        self._partitions(variable).clear()

    def stored(self, variable: str) -> Mapping[str, Any]:
        """Every row of the table that a variable (``ORDERS_TABLE``) names."""
        partitions = self._partitions(variable)
        return {pk: {sk: row.to_json() for sk, row in rows.items()} for pk, rows in partitions.items() if rows}

    def _partitions(self, variable: str) -> Any:
        return dynamodb_backends[ACCOUNT_ID]["us-east-1"].tables[self.environment[variable]].items

    def issue(self, profile_id: str | None = "se-570031", login: str = "shopper", **claims: Any) -> str:
        """A shopper's token, made without a login."""
        parts = Composition(read_settings(self.environment))
        parts.clock = self.clock
        parts.keys = KeyRing(lambda: KEY_RING)
        wanted = {
            "issuer": ISSUERS[Api.STORE],
            "subject": login,
            "profile_id": profile_id,
            "roles": (),
            "generation": 0,
        }
        life = parts.settings.store_token_life
        return parts.tokens.issue(**{**wanted, "life": life, **claims})[0]

    def login(self, username: str = "shopper", password: str = "Shopper-2026", api: str = "ccstore") -> str:
        """A token; fails the test when the login fails."""
        answer = self.call("POST", f"/{api}/v1/login", form(username=username, password=password))
        assert answer.status == 200, answer.text
        return str(answer.body["access_token"])


def form(**parameters: str) -> str:
    """The form text of a password login."""
    return urlencode({"grant_type": "password", **parameters})


def gateway_event(
    method: str,
    path: str,
    body: Any = None,
    *,
    token: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The event API Gateway makes of a request; bytes go as Base64."""
    path, _, query = path.partition("?")
    lines: dict[str, str] = {"Host": "shop.example.com", "X-Forwarded-Proto": "https", **(headers or {})}
    if token is not None:
        lines["Authorization"] = f"Bearer {token}"
    parameters: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parameters.setdefault(name, []).append(value)
    encoded = isinstance(body, bytes)
    if isinstance(body, bytes):
        body = base64.b64encode(body).decode()
    elif body is not None and not isinstance(body, str):
        body = json.dumps(body)
    return {
        "httpMethod": method,
        "path": unquote(path),
        "headers": lines,
        "multiValueHeaders": {name: [value] for name, value in lines.items()},
        "queryStringParameters": {name: values[-1] for name, values in parameters.items()} or None,
        "multiValueQueryStringParameters": parameters or None,
        "pathParameters": None,
        "requestContext": {
            "requestId": "11111111-2222-3333-4444-555555555555",
            "path": path,
            "identity": {"sourceIp": "192.0.2.10"},
        },
        "body": body,
        "isBase64Encoded": encoded,
    }


def _address(event: Mapping[str, Any]) -> str:
    query = urlencode(event["multiValueQueryStringParameters"] or {}, doseq=True)
    return f"{event['path']}?{query}"


def create_tables() -> dict[str, str]:
    """The template's tables on the endpoint of the environment; the variables that name them."""
    client = boto3.client("dynamodb")
    definitions = table_definitions()
    variables = {}
    for variable, logical_id in table_variables().items():
        client.create_table(TableName=logical_id, **definitions[logical_id])
        variables[variable] = logical_id
    return variables


def create_secret() -> None:
    """A key ring as the template makes it."""
    boto3.client("secretsmanager").create_secret(Name=SECRET, SecretString=KEY_RING)


def _routes() -> list[tuple[str, re.Pattern[str], str]]:
    """Method, path and folder of all that the API hands on; exact ones first, as the gateway prefers them."""
    found = [(path.count("{"), method == "any", path, method, name) for method, path, name in integrations()]
    routes = []
    for _, _, path, method, name in sorted(found):
        pattern = re.escape(path).replace(r"\{proxy\+\}", ".*").replace(r"\{id\}", "(?P<id>[^/]+)")
        routes.append((method, re.compile(pattern + "/?"), _folder(name)))
    return routes


def _folder(function: str) -> str:
    """``GetAddressFunction`` → ``get_address``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", function.removesuffix("Function")).lower()


_ROUTES = _routes()


def _function_at(method: str, path: str) -> tuple[str, dict[str, str] | None]:
    for wanted, pattern, folder in _ROUTES:
        if wanted in (method.lower(), "any") and (match := pattern.fullmatch(path)):
            return folder, match.groupdict() or None
    raise AssertionError(f"the template wires nothing to {method} {path}")
