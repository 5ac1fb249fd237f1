"""A merchandiser, and shorthands for the calls on the one shopper type."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import pytest

from commerce.call import Api
from commerce.identity.tokens import ISSUERS
from tests.support.deployment import Answer, Product

PATH = "/ccadmin/v1/shopperTypes/user"


class Put(Protocol):
    """Sends properties under a locale; keyword arguments are further members of the body."""

    def __call__(self, properties: Any, locale: str | None = "en", /, **members: Any) -> Answer: ...


@pytest.fixture
def merchant(issue: Callable[..., str]) -> str:
    return issue("in-100001", "merchant", issuer=ISSUERS[Api.ADMIN], roles=("adminRole",))


@pytest.fixture
def put(product: Product, merchant: str) -> Put:
    def send(properties: Any, locale: str | None = "en", /, **members: Any) -> Answer:
        headers = {} if locale is None else {"X-CCAsset-Language": locale}
        return product.call("PUT", PATH, {"properties": properties, **members}, token=merchant, headers=headers)

    return send


@pytest.fixture
def get(product: Product, merchant: str) -> Callable[..., Mapping[str, Any]]:
    """The type as a locale shows it."""

    def read(locale: str = "en") -> Mapping[str, Any]:
        answer = product.call("GET", PATH, token=merchant, headers={"X-CCAsset-Language": locale})
        assert answer.status == 200, answer.text
        body: Mapping[str, Any] = answer.body
        return body

    return read
