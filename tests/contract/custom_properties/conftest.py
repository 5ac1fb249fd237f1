"""Properties declared for a test, and one shopper whose roles the test chooses."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from backoffice.configuration import load_configuration
from commerce.call import Api
from commerce.identity.tokens import ISSUERS
from commerce.storage import Condition, Key, Update, decode_document, encode_document
from tests.support.deployment import Answer, Product

PROFILE = "/ccstore/v1/profiles/current"
TYPE = "/ccadmin/v1/shopperTypes/user"
SHOPPER = "se-570031"
ROLE = "r-500"
RIGHT = "viewSecrets"


@pytest.fixture
def declare(product: Product, issue: Callable[..., str]) -> Callable[..., None]:
    """`declare(x_a={"type": "shortText"})`: what a merchandiser puts."""
    merchant = issue("in-100001", "merchant", issuer=ISSUERS[Api.ADMIN], roles=("adminRole",))

    def put(locale: str = "en", /, **properties: Any) -> None:
        headers = {"X-CCAsset-Language": locale}
        answer = product.call("PUT", TYPE, {"properties": properties}, token=merchant, headers=headers)
        assert answer.status == 200, answer.text

    return put


@pytest.fixture
def store_profile(product: Product) -> Callable[..., None]:
    """`store_profile(roles=[…], custom={…})`: members of the sample shopper's stored document."""

    def write(**members: Any) -> None:
        deployment = product.deployment
        key = Key(deployment.tables.profiles, SHOPPER, "profile")
        row = deployment.store.get([key])[key]
        document = decode_document(row["document"]) | members
        changes: dict[str, Any] = {"document": encode_document(document), "version": int(row["version"]) + 1}
        deployment.store.write(Update(key, Condition(equal={"version": row["version"]}), changes))

    return write


@pytest.fixture
def hold(product: Product, store_profile: Callable[..., None], tmp_path: Any) -> Callable[..., None]:
    """`hold("role")`, `hold("right")`, `hold(None)`: what opens a restricted property to the sample shopper."""

    def give(what: str | None) -> None:
        roles = {"role": [ROLE], "right": ["r-carrier"], None: ["r-other"]}[what]
        store_profile(roles=[{"repositoryId": role, "name": role, "function": "buyer"} for role in roles])
        file = tmp_path / "configuration.json"
        rights = {"r-carrier": [RIGHT], "r-other": ["x"]}
        file.write_text(json.dumps({"sites": {"siteUS": {}, "siteDE": {}}, "roleAccessRights": rights}))
        load_configuration(file, product.deployment, lambda _: None)

    return give


@pytest.fixture
def put(product: Product, token: str) -> Callable[..., Answer]:
    """The sample shopper's PUT."""

    def send(body: Any, query: str = "", **headers: str) -> Answer:
        return product.call("PUT", PROFILE + query, body, token=token, headers=headers)

    return send


@pytest.fixture
def get(product: Product, token: str) -> Callable[..., Answer]:
    def read(query: str = "", **headers: str) -> Answer:
        return product.call("GET", PROFILE + query, token=token, headers=headers)

    return read


def entries(answer: Answer) -> Mapping[str, Any]:
    """`dynamicProperties` by id."""
    assert answer.status == 200, answer.text
    found = {entry["id"]: entry for entry in answer.body["dynamicProperties"]}
    assert len(found) == len(answer.body["dynamicProperties"])
    return found


def stored_values(product: Product) -> Mapping[str, Any]:
    """What the profile's row holds of its own."""
    deployment = product.deployment
    key = Key(deployment.tables.profiles, SHOPPER, "profile")
    custom: Mapping[str, Any] = decode_document(deployment.store.get([key])[key]["document"]).get("custom", {})
    return custom
