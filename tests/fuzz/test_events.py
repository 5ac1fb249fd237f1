"""Whatever the gateway hands over: no 5xx, an answer as docs/openapi.json describes it, nothing stored beside an error.

FUZZ says how many times as many requests as in `make test`: `make fuzz` sets it.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from botocore.client import BaseClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from backoffice import credentials
from commerce.call import Api
from commerce.http.routes import ROUTES, Route
from commerce.identity.applications import OPEN_APIS
from commerce.identity.tokens import ISSUERS
from tests.conftest import with_sample
from tests.support.deployment import Product
from tests.support.described import misfit, shortens, template_of
from tests.support.generated import requests
from tests.support.refusals import check

TURNS: Final = range(int(os.environ.get("FUZZ", "1")))
EXAMPLES: Final = 70
LONGEST_STATE: Final = 30
UNGUARDED: Final = dict.fromkeys(
    ("IDENTIFIER_GUARD_LIMIT", "REGISTRATION_GUARD_LIMIT", "GIFT_CARD_GUARD_LIMIT", "CARD_PIN_GUARD_LIMIT"), "0"
)
# What refusals count, by design (contract: auth.md §4).
COUNTED: Final = {"failedAttempts", "lastFailedAt", "attempt"}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Names of the attributes, or whole requests, that were written since the list was last cleared."""
    client: Any = BaseClient
    make_api_call, writes = client._make_api_call, list[Any]()

    def called(self: BaseClient, operation: str, parameters: Mapping[str, Any]) -> Any:
        answer = make_api_call(self, operation, parameters)
        if operation == "UpdateItem":
            changes = parameters["UpdateExpression"]
            writes.extend(name for key, name in parameters["ExpressionAttributeNames"].items() if key in changes)
        elif not operation.startswith(("Get", "BatchGet", "Query")):
            writes.append((operation, parameters))
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", called)
    return writes


def bearers_of(product: Product) -> dict[Api, str]:
    """A token for each API: of an account's administrator, a merchandiser, an agent, an application."""
    key = credentials.create(product.deployment, "fuzz", "Fuzz", OPEN_APIS, 365)
    path, headers = "/ccadmin/v1/login?grant_type=client_credentials", {"Authorization": f"Bearer {key}"}
    application = product.call("POST", path, "", headers=headers).body["access_token"]
    return {
        Api.STORE: product.issue("110000", "account-administrator"),
        Api.ADMIN: product.issue("in-100001", "merchant", issuer=ISSUERS[Api.ADMIN], roles=("adminRole",)),
        Api.AGENT: product.issue("in-100002", "agent", issuer=ISSUERS[Api.AGENT], roles=("csAgentRole",)),
        Api.APP: application,
        Api.APP_AGENT: application,
    }


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_events(
    make_product: Callable[..., Product],
    sample_items: Any,
    written: list[Any],
    route: Route,
    turn: int,
    record_property: Callable[[str, object], None],
) -> None:
    product, sent = with_sample(make_product(**UNGUARDED), sample_items), 0
    bearers = bearers_of(product)
    tables = dynamodb_backends[ACCOUNT_ID]["us-east-1"].tables
    # What is stored does not change (`faster_moto.replace_items`).
    first = {name: {key: dict(rows) for key, rows in table.items.items()} for name, table in tables.items()}
    folder = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in route.operation)
    handler = product.app(folder).handler

    def start_again() -> None:
        """The sample store as it was, and the tokens open it again that a logout or a new password has ended."""
        for name, partitions in first.items():
            tables[name].items.clear()
            for key, rows in partitions.items():
                tables[name].items[key].update(rows)

    @seed(turn)
    @settings(max_examples=EXAMPLES, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(event=requests(route, bearers))
    def send(event: dict[str, Any]) -> None:
        nonlocal sent
        sent += 1
        written.clear()
        answer = handler(event, None)
        status, headers = answer["statusCode"], {name.lower(): value for name, value in answer["headers"].items()}
        assert status < 500, answer
        assert answer.keys() <= {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
        assert all(isinstance(value, str) for value in headers.values())
        assert not any(character in value for value in headers.values() for character in "\r\n")
        shortened = shortens(event.get("multiValueQueryStringParameters") or event.get("queryStringParameters") or {})
        template = template_of(event["resource"])
        assert template is not None
        wrong = misfit(template, route.method, status, headers, answer["body"], shortened=shortened)
        assert wrong == ""
        check(event, status, answer["body"])
        if status >= 400:
            assert set(written) <= COUNTED, answer["body"]
        if sent % LONGEST_STATE == 0 or (status == 401 and any(token in str(event) for token in bearers.values())):
            start_again()

    send()
    record_property("requests", sent)
