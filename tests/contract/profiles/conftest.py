"""Calls to the sample shopper's own profile."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlencode

import pytest

from backoffice.loading import load_store
from backoffice.people import Person, put_person
from commerce.call import Api
from commerce.identity.tokens import ISSUERS
from commerce.profiles.repository import PROFILE as PROFILE_ROW
from commerce.storage import Attribute, Condition, Key, Put, encode_document
from tests.support.deployment import Answer, Product

PROFILE = "/ccstore/v1/profiles/current"
PROFILES = "/ccadmin/v1/profiles"


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


@dataclass(frozen=True)
class Desk:
    """An administrator's calls."""

    product: Product
    token: str

    def ask(self, path: str = "", headers: Mapping[str, str] | None = None, **query: object) -> Answer:
        address = f"{PROFILES}{path}?{urlencode(query)}" if query else PROFILES + path
        return self.product.call("GET", address, token=self.token, headers=headers)

    def found(self, q: str | None = None, **query: object) -> Any:
        sent = query if q is None else {"q": q, **query}
        answer = self.ask("", None, **sent)
        assert answer.status == 200, answer.text
        return answer.body

    def ids(self, q: str | None = None, **query: object) -> list[str]:
        return [item["id"] for item in self.found(q, **query)["items"]]

    def shown(self, profile_id: str = "se-570031", **headers: str) -> Any:
        answer = self.ask(f"/{profile_id}", headers)
        assert answer.status == 200, answer.text
        return answer.body


@pytest.fixture
def desk(product: Product) -> Desk:
    return Desk(product, product.issue("in-100001", "merchant", issuer=ISSUERS[Api.ADMIN], roles=("adminRole",)))


@pytest.fixture
def many(product: Product) -> Callable[[int], list[str]]:
    """`many(300)`: the ids of so many more profiles, each of 10 KB that nothing compresses."""

    def make(number: int) -> list[str]:
        deployment = product.deployment
        ids = [f"many-{place:05}" for place in range(number)]
        for profile_id in ids:
            document = encode_document({"middleName": os.urandom(5_000).hex()})
            key = Key(deployment.tables.profiles, profile_id, PROFILE_ROW)
            row: dict[str, Attribute] = {"version": 1, "login": profile_id, "document": document}
            deployment.store.write(Put(key, row, Condition(exists=False)))
        return ids

    return make
