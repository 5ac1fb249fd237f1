"""Why a token is of no use, its sender is told; why a login failed, nobody (contract: common.md §5.1)."""

from typing import Any

import pytest

from commerce.call import Api
from commerce.identity.tokens import ISSUERS, KEY
from tests.support.deployment import Product, form

PROFILE = "/ccstore/v1/profiles/current"


def told(product: Product, token: str | None, path: str = "/ccstore/v1/verify", **headers: str) -> str:
    answer = product.call("POST", path, token=token, headers=headers)
    assert answer.status == 401
    return str(answer.body["devMessage"])


def test_every_reason_has_words_of_its_own(product: Product) -> None:
    logged_out = product.issue()
    assert product.call("POST", "/ccstore/v1/logout", token=logged_out).status == 200
    expired, future = product.issue(), product.issue()
    agent = product.issue("in-100002", "agent", issuer=ISSUERS[Api.AGENT], roles=("csAgentRole",))
    product.clock.move(days=-1)
    messages = {"future": told(product, future)}
    product.clock.move(days=2)
    messages |= {
        "missing": told(product, None),
        "expired": told(product, expired),
        "malformed": told(product, "x.y.z"),
    }
    product.clock.move(days=-1)
    messages |= {
        "other API": told(product, agent),
        "revoked": told(product, logged_out),
        "nobody": told(product, product.issue(None, "nobody")),
    }
    assert len(set(messages.values())) == len(messages)
    assert "ccagent" in messages["other API"]
    for reason, word in {
        "missing": "absent",
        "expired": "expired",
        "malformed": "malformed",
        "revoked": "revoked",
    }.items():
        assert word in messages[reason]


def test_a_header_that_holds_no_token(product: Product) -> None:
    missing = told(product, None)
    for header in ("Bearer", "Bearer null", "Basic dXNlcjpwYXNz", "x"):
        assert told(product, None, Authorization=header) == missing


def test_a_key_where_a_token_is_wanted_is_one_of_another_use(product: Product) -> None:
    assert "of another use" in told(product, product.issue(use=KEY))


@pytest.mark.parametrize(
    "change",
    [{"username": "nobody"}, {"password": "wrong"}, {"username": "x" * 5000}],
)
def test_logins_tell_nothing(product: Product, change: dict[str, Any]) -> None:
    right = {"username": "shopper", "password": "Shopper-2026"}
    wrong = product.call("POST", "/ccstore/v1/login", form(**right | {"password": "other"}))
    answer = product.call("POST", "/ccstore/v1/login", form(**right | change))
    assert (answer.status, answer.text) == (401, wrong.text)
