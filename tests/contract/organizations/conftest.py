"""Callers of the address calls: an agent for the sample store's account administrator, and shoppers themselves."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends

from tests.conftest import with_sample
from tests.support.deployment import Answer, Clock, Product
from tests.support.standing import START

OWN = "280004"
OTHER_OWN = "280005"
INHERITED = "280001"
ACCOUNT = "100002"
PARENT = "100001"
INACTIVE = "100003"
ADMINISTRATOR = "110000"
BUYER = "110001"
MANAGER = "110002"
INACTIVE_MEMBER = "110003"

# All that the calls read; of the catalogue only the configuration.
TABLES = ("OrganizationsTable", "ProfilesTable", "IdentitiesTable", "CatalogueTable")

COMPLETE = {
    "companyName": "Example",
    "address1": "1 Example Way",
    "city": "Mobile",
    "state": "AL",
    "postalCode": "36601",
    "country": "US",
    "phoneNumber": "251-555-0101",
}


@dataclass(frozen=True)
class Desk:
    """Calls addresses with one token; `headers` go with every call."""

    product: Product
    token: str | None
    api: str = "ccagent"
    headers: Mapping[str, str] = field(default_factory=dict)

    def on_behalf_of(self, shopper: str | int) -> "Desk":
        return self.sending({"X-CCAgentContext": json.dumps({"shopperProfileId": shopper})})

    def at(self, organization: str) -> "Desk":
        return self.sending({"X-CCOrganization": organization})

    def sending(self, headers: Mapping[str, str | None]) -> "Desk":
        """With other headers; None takes one away."""
        merged = {**self.headers, **headers}
        return replace(self, headers={name: value for name, value in merged.items() if value is not None})

    def call(
        self, method: str, address: str = "", body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        path = f"/{self.api}/v1/organizationAddresses" + (f"/{address}" if address else "")
        return self.product.call(method, path, body, token=self.token, headers={**self.headers, **(headers or {})})

    def put(self, body: Any, address: str = OWN, headers: Mapping[str, str] | None = None) -> Answer:
        return self.call("PUT", address, body, headers)

    def get(self, address: str = OWN) -> Answer:
        return self.call("GET", address)

    def post(self, body: Any) -> Answer:
        return self.call("POST", "", body)

    def delete(self, address: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.call("DELETE", address, None, headers)

    def list(self) -> Any:
        answer = self.call("GET")
        assert answer.status == 200, answer.text
        return answer.body


@pytest.fixture(scope="session")
def office(
    aws: Mapping[str, str], session_monkeypatch: pytest.MonkeyPatch, sample_items: Mapping[str, list[dict[str, Any]]]
) -> Product:
    """One product for all tests of addresses, which change no settings; tokens of its logins live as long."""
    del sample_items  # made before this product's clock is put in place
    product = Product(aws, Clock())
    for name, value in aws.items():
        session_monkeypatch.setenv(name, value)
    return product


@pytest.fixture(scope="session")
def needed_items(sample_items: Mapping[str, list[dict[str, Any]]]) -> Mapping[str, list[dict[str, Any]]]:
    """The sample store's rows that these calls read."""
    rows = {name: sample_items[name] for name in TABLES}
    rows["CatalogueTable"] = [row for row in rows["CatalogueTable"] if row["pk"]["S"] == "configuration"]
    return rows


@pytest.fixture
def fresh(
    office: Product, needed_items: Mapping[str, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Product]]:
    """Puts the sample store back and forgets what is cached; the product."""
    monkeypatch.setattr("commerce.composition.utc_now", office.clock)

    def clear() -> None:
        for table in dynamodb_backends["123456789012"]["us-east-1"].tables.values():
            table.items.clear()

    def make() -> Product:
        clear()
        office.clock.now = START
        for module in office.handlers.values():
            if module.__file__ and "address" in module.__file__:
                module.parts.organization_addresses._reader._directory._document._kept = None
                module.parts.configuration._document._kept = None
        return with_sample(office, needed_items)

    yield make
    clear()


@pytest.fixture
def product(fresh: Callable[[], Product]) -> Product:
    """The product with the sample store."""
    return fresh()


@pytest.fixture(scope="session")
def tokens() -> dict[str, str]:
    """Tokens of logins made so far."""
    return {}


@pytest.fixture
def login(product: Product, tokens: dict[str, str]) -> Callable[..., str]:
    """`login("agent", "Agent-2026", "ccagent")`: a token, of an earlier test where there was one."""

    def token(username: str, password: str, api: str) -> str:
        if username not in tokens:
            tokens[username] = product.login(username, password, api)
        return tokens[username]

    return token


@pytest.fixture
def agent_token(login: Callable[..., str]) -> str:
    return login("agent", "Agent-2026", "ccagent")


@pytest.fixture
def agent(product: Product, agent_token: str) -> Desk:
    """An agent for the account administrator."""
    return Desk(product, agent_token).on_behalf_of(ADMINISTRATOR)


@pytest.fixture
def administrator(product: Product, login: Callable[..., str]) -> Desk:
    """The account administrator at the store."""
    return Desk(product, login("account-administrator", "Administrator-2026", "ccstore"), "ccstore")


@pytest.fixture
def buyer(product: Product, login: Callable[..., str]) -> Desk:
    """A buyer of the same account at the store."""
    return Desk(product, login("account-buyer", "Buyer-2026", "ccstore"), "ccstore")
