"""Which error wins: profiles.md §2."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce.identity.tokens import APPLICATION
from tests.contract.profiles.conftest import PROFILE, Own
from tests.support.deployment import Answer, Product
from tests.support.refusals import beside_sentence

Tokens = Callable[..., str]


def test_the_order(product: Product, issue: Tokens, own: Own) -> None:
    """Everything is wrong with the first request; each step mends what failed, and the next failure comes to light."""
    stale = own.get().headers["etag"]
    own.put({"firstName": "Pat"})
    request: dict[str, Any] = {
        "token": None, "headers": {"X-CCSite": "nowhere", "If-Match": stale}, "body": "{",
    }  # fmt: skip
    known_site = {"X-CCSite": "siteDE", "If-Match": stale}
    bad_members = {"gender": "x", "newPassword": "x"}
    steps: list[tuple[dict[str, Any], int, str]] = [
        ({}, 401, "00001000"),
        ({"token": issue(None)}, 400, "30014"),
        ({"headers": known_site}, 400, "22000"),
        ({"token": issue("gone")}, 404, "22002"),
        ({"token": own.token}, 400, "00000400"),
        ({"body": bad_members}, 412, "00000412"),
        ({"headers": {"X-CCSite": "siteDE"}}, 400, "22026"),
        ({"body": {"newPassword": "x"}}, 400, "23026"),
    ]
    for mended, status, code in steps:
        request |= mended
        answer = product.call("PUT", PROFILE, request["body"], token=request["token"], headers=request["headers"])
        assert (answer.status, answer.code, answer.body["status"]) == (status, code, str(status))
        assert ("errors" in answer.body) == (code == "22026")
    assert own.shown()["firstName"] == "Pat"


def test_the_site_comes_before_the_profile(product: Product, issue: Tokens, own: Own) -> None:
    for token in (issue(None), issue("gone"), own.token):
        answer = product.call("PUT", PROFILE, "{", token=token, headers={"X-CCSite": "nowhere"})
        assert (answer.status, answer.code) == (400, "30014")


def test_a_repeated_call_with_a_token_that_names_no_profile(product: Product, issue: Tokens) -> None:
    """The second one finds all it needs of the configuration kept."""
    for _ in range(2):
        answer = product.call("PUT", PROFILE, {}, token=issue(None))
        assert (answer.status, answer.code) == (400, "22000")


@pytest.mark.parametrize("body", [None, "", " \r\n", "{", "null", "[]", '"x"', "7", "NaN", '{"a":NaN}', '{"a":1e400}'])
def test_bodies_that_are_unusable(own: Own, body: Any) -> None:
    answer = own.put(body)
    assert (answer.status, answer.body["errorCode"], "errors" in answer.body) == (400, "00000400", False)


# --- tokens


def refused(product: Product, authorization: str | None) -> None:
    """Neither call takes the header."""
    headers = {"Authorization": authorization} if authorization is not None else {}
    answers: list[Answer] = [
        product.call("PUT", PROFILE, {}, headers=headers),
        product.call("GET", PROFILE, headers=headers),
    ]
    for answer in answers:
        assert answer.status == 401
        body = beside_sentence(answer.body)
        assert body == {"errorCode": "00001000", "message": "The user is not authenticated.", "status": "401"}
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer null", "Bearer x.y.z"])
def test_no_token(product: Product, header: str | None) -> None:
    refused(product, header)


def test_tokens_that_are_of_no_use(product: Product, issue: Tokens) -> None:
    refused(product, f"Basic {issue()}")
    refused(product, f"Bearer {issue()[:-2]}AA")
    refused(product, f"Bearer {issue(issuer='adminUI')}")
    refused(product, f"Bearer {issue(use='key')}")
    refused(product, f"Bearer {issue(None, issuer=APPLICATION)}")


def test_a_deactivated_shopper(load: Callable[..., Own]) -> None:
    own = load(id="p1", login="p1", active=False)
    assert own.get().status == own.put({}).status == 401


def test_the_life_of_a_token_and_clocks_that_differ_by_half_a_minute(product: Product, issue: Tokens) -> None:
    token = issue()
    product.clock.move(minutes=15, seconds=29)
    assert Own(product, token).get().status == 200
    product.clock.move(seconds=2)
    refused(product, f"Bearer {token}")
    product.clock.move(minutes=-15, seconds=-61)
    assert Own(product, token).get().status == 200
    product.clock.move(seconds=-1)
    assert Own(product, token).get().status == 401
