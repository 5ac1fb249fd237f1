"""Calls to the sample shopper's own profile."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from backoffice.loading import load_store
from backoffice.people import Person, put_person
from commerce.profiles.repository import PROFILE as PROFILE_ROW
from tests.support.deployment import Answer, Product

PROFILE = "/ccstore/v1/profiles/current"


@dataclass(frozen=True)
class Own:
    """The profile behind one token."""

    product: Product
    token: str

    def put(self, body: Any = None, headers: dict[str, str] | None = None, query: str = "") -> Answer:
        return self.product.call("PUT", PROFILE + query, body, token=self.token, headers=headers)

    def get(self, headers: dict[str, str] | None = None, query: str = "") -> Answer:
        return self.product.call("GET", PROFILE + query, token=self.token, headers=headers)

    def shown(self, **headers: str) -> Any:
        answer = self.get(headers)
        assert answer.status == 200, answer.text
        return answer.body

    def refused(self, body: Any, headers: dict[str, str] | None = None) -> list[tuple[str, str | None, str | None]]:
        """Code, path and moreInfo of each entry of a multi form answer, after which nothing has changed."""
        before = self.product.stored("PROFILES_TABLE")
        answer = self.put(body, headers)
        assert self.product.stored("PROFILES_TABLE") == before
        assert answer.status == 400, answer.text
        entries = answer.body["errors"]
        assert answer.body["errorCode"] == entries[0]["errorCode"]
        assert {entry["status"] for entry in [answer.body, *entries]} == {"400"}
        return [(entry["errorCode"], entry.get("o:errorPath"), entry.get("moreInfo")) for entry in entries]


OwnOf: TypeAlias = Callable[..., Own]


@pytest.fixture
def own_of(product: Product, issue: Callable[..., str]) -> OwnOf:
    """`own_of("110001")`: another shopper's profile."""
    return lambda profile_id, **claims: Own(product, issue(profile_id, **claims))


@pytest.fixture
def own(product: Product, token: str) -> Own:
    return Own(product, token)


@pytest.fixture
def stored(product: Product, own_of: OwnOf) -> Callable[..., Own]:
    """`stored(id="p1", login="p1", gender="robot")`: a shopper whose row holds what no loader takes any more."""

    def make(id: str, login: str, **document: Any) -> Own:  # noqa: A002  the record's member
        deployment = product.deployment
        put_person(deployment, deployment.tables.profiles, PROFILE_ROW, Person(id, login, document))
        return own_of(id, login=login)

    return make


@pytest.fixture
def load(product: Product, own_of: OwnOf, tmp_path: Path) -> Callable[..., Own]:
    """`load(id="p1", login="p1")`: one more shopper, by way of the operator's command."""

    def make(**shopper: Any) -> Own:
        (tmp_path / "shoppers.json").write_text(json.dumps([shopper]), encoding="utf-8")
        load_store(tmp_path, product.deployment)
        return own_of(shopper["id"], login=shopper["login"])

    return make
