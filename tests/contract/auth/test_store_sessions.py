"""refresh, verify and logout of the store: auth.md §2, §3, §7."""

import json
from typing import Any

import boto3
import pytest

from tests.contract.profiles.conftest import PROFILE
from tests.support.deployment import SECRET, Answer, Product
from tests.support.refusals import beside_sentence

CALLS = ("refresh", "verify", "logout")


def session(product: Product, call: str, token: str | None, body: Any = None, path: str = "/ccstore/v1/") -> Answer:
    return product.call("POST", path + call, body, token=token)


def opens(product: Product, token: str) -> bool:
    status = product.call("GET", PROFILE, token=token).status
    assert status in (200, 401)
    return status == 200


def not_authenticated(answer: Answer) -> None:
    assert answer.status == 401
    body = beside_sentence(answer.body)
    assert body == {"errorCode": "00001000", "message": "The user is not authenticated.", "status": "401"}
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("body", [None, "", "{}", "{", "x=1", b"\xff"])
@pytest.mark.parametrize("call", CALLS)
def test_the_body_is_ignored(product: Product, token: str, call: str, body: Any) -> None:
    assert session(product, call, token, body).status == 200


def test_answers(product: Product, token: str) -> None:
    def link(call: str, prefix: str = "ccstore") -> Any:
        return [{"rel": "self", "href": f"https://shop.example.com/{prefix}/v1/{call}"}]

    verified = session(product, "verify", token)
    assert verified.body == {"success": True, "links": link("verify")}
    refreshed = session(product, "refresh/?x=1", token, path="/ccstoreui/v1/")
    assert refreshed.body["links"] == link("refresh/", "ccstoreui")
    assert (refreshed.body["token_type"], refreshed.body["expires_in"]) == ("bearer", 900)
    assert refreshed.cookies[0].startswith("FILE_OAUTH_TOKEN=")
    left = session(product, "logout", token)
    assert left.body == {"result": True, "success": True, "links": link("logout")}
    assert verified.cookies == left.cookies == []


@pytest.mark.parametrize("call", CALLS)
def test_tokens_of_no_use(product: Product, issue: Any, token: str, call: str) -> None:
    for bad in (None, "", "null", "x.y.z", issue("gone"), issue(None), issue(issuer="agentUI"), issue(use="key")):
        not_authenticated(session(product, call, bad))
    for prefix in ("ccadmin", "ccagent", "ccapp", "ccappagent"):
        not_authenticated(session(product, call, token, path=f"/{prefix}/v1/"))
    product.clock.move(minutes=16)
    not_authenticated(session(product, call, token))


def test_refresh_starts_life_again_and_the_old_token_lives_on(product: Product, token: str) -> None:
    product.clock.move(minutes=14)
    new = session(product, "refresh", token).body["access_token"]
    assert opens(product, token)
    product.clock.move(minutes=2)
    assert (opens(product, token), opens(product, new)) == (False, True)


def test_a_chain_of_refreshes_ends_a_day_after_the_login(product: Product, token: str) -> None:
    for _ in range(24 * 6 - 1):
        product.clock.move(minutes=10)
        answer = session(product, "refresh", token)
        assert answer.status == 200
        token = answer.body["access_token"]
    product.clock.move(minutes=9, seconds=59)
    last = session(product, "refresh", token)
    assert last.status == 200
    product.clock.move(seconds=2)
    not_authenticated(session(product, "refresh", last.body["access_token"]))
    assert session(product, "verify", last.body["access_token"]).status == 200


def test_7_6_logout_ends_the_token_that_was_sent(product: Product) -> None:
    first, second = product.login(), product.login()
    refreshed = session(product, "refresh", first).body["access_token"]
    assert session(product, "logout", first).status == 200
    for call in CALLS:
        not_authenticated(session(product, call, first))
    for method in ("GET", "PUT"):
        not_authenticated(product.call(method, PROFILE, {}, token=first))
    assert opens(product, second)
    assert opens(product, refreshed)


def test_a_logout_does_not_touch_the_profile(product: Product, token: str, issue: Any) -> None:
    before = product.call("GET", PROFILE, token=token).headers["etag"]
    session(product, "logout", issue())
    assert product.call("GET", PROFILE, token=token).headers["etag"] == before


def test_revoked_tokens_are_forgotten_once_they_have_expired(product: Product, issue: Any) -> None:
    client, table = boto3.client("dynamodb"), product.environment["PROFILES_TABLE"]
    key = {"pk": {"S": "se-570031"}, "sk": {"S": "profile"}}
    over = {"N": str(int(product.clock.now.timestamp()) - 31)}
    client.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET revoked = :many",
        ExpressionAttributeValues={":many": {"M": {f"{number:032}": over for number in range(350)}}},
    )
    for _ in range(5):
        assert session(product, "logout", issue()).status == 200
    assert len(client.get_item(TableName=table, Key=key)["Item"]["revoked"]["M"]) == 5


def test_a_changed_login_ends_no_session(product: Product, token: str) -> None:
    product.call("PUT", PROFILE, {"login": "renamed"}, token=token)
    assert opens(product, token)
    refreshed = session(product, "refresh", token).body["access_token"]
    assert opens(product, refreshed)


def test_rotation_ends_no_session(product: Product, make_product: Any, token: str) -> None:
    client = boto3.client("secretsmanager")
    ring = client.get_secret_value(SecretId=SECRET)["SecretString"]
    assert opens(product, token)
    new_ring = {**json.loads(ring), "current": "k2", "k2": "fedcba9876543210" * 4}
    client.put_secret_value(SecretId=SECRET, SecretString=json.dumps(new_ring))
    try:
        rotated = make_product()
        assert opens(rotated, token)
        new = session(rotated, "refresh", token).body["access_token"]
        assert opens(rotated, new)
        # An execution environment that has not seen the new key yet.
        keys = product.app("get_current_profile").parts.keys
        keys._fetched_at -= 11
        assert opens(product, new)
        client.put_secret_value(SecretId=SECRET, SecretString=json.dumps({"current": "k2", "k2": new_ring["k2"]}))
        retired = make_product()
        assert (opens(retired, token), opens(retired, new)) == (False, True)
    finally:
        client.put_secret_value(SecretId=SECRET, SecretString=ring)
