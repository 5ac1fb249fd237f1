"""What ends tokens, those in the making too, and that the record of it stays small: auth.md §3, §4."""

import base64
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from backoffice import credentials, logins
from commerce.identity.applications import OPEN_APIS
from commerce.identity.login_records import MOST_REVOKED
from tests.contract.profiles.conftest import PROFILE, Own
from tests.support.deployment import Answer, Product
from tests.support.refusals import beside_sentence
from tests.support.rivals import rival_before_method
from tests.support.virtual_time import VirtualTime

OLD, NEW = "Shopper-2026", "Another-2027"
CHANGE = {"oldPassword": OLD, "newPassword": NEW}


def session(product: Product, call: str, token: str, api: str = "ccstore") -> Answer:
    return product.call("POST", f"/{api}/v1/{call}", token=token)


def opens(product: Product, token: str) -> bool:
    status = product.call("GET", PROFILE, token=token).status
    assert status in (200, 401)
    return status == 200


def generation_of(token: str) -> int:
    return int(json.loads(base64.b64decode(token.split(".")[1]))["generation"])


def record(product: Product) -> Any:
    return product.app("logout").parts.shopper_login_records.load("se-570031")


def test_a_token_repeats_the_generation_of_its_record(product: Product, own: Own) -> None:
    assert generation_of(product.login()) == 0
    assert own.put(CHANGE).status == 200
    refreshed = session(product, "refresh", own.token).body["access_token"]
    assert (generation_of(refreshed), generation_of(product.login(password=NEW)), generation_of(own.token)) == (1, 1, 0)
    assert record(product).generation == 1


@pytest.mark.parametrize("generation", [1, -1, "0", None, True, 0.0])
def test_another_generation_is_no_generation(product: Product, issue: Any, generation: Any) -> None:
    assert not opens(product, issue(generation=generation))


def slow_change(product: Product, own: Own) -> None:
    """A password change whose moment lies before that of what goes on beside it, as its hash takes time."""
    product.clock.move(seconds=-3)
    assert own.put(CHANGE).status == 200
    product.clock.move(seconds=3)


def test_a_token_of_the_second_after_a_change_that_took_its_time(product: Product, own: Own) -> None:
    product.clock.move(seconds=5)
    other = product.login()
    assert opens(product, other)
    slow_change(product, own)
    assert (opens(product, other), opens(product, own.token)) == (False, True)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_login_in_flight_with_the_old_password_brings_out_nothing_that_works(
    product: Product, own: Own, turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change comes before the attempt is settled, or right before the token is made."""
    parts = product.app("login").parts
    if turn == 1:
        with rival_before_method(parts.store, "write", lambda: slow_change(product, own)):
            answer = product.call("POST", "/ccstore/v1/login", f"grant_type=password&username=shopper&password={OLD}")
        assert (answer.status, beside_sentence(answer.body)) == (401, {"error": "invalid_grant"})
    else:
        made_late(parts, lambda: slow_change(product, own), monkeypatch)
        assert not opens(product, product.login())
    assert product.login(password=NEW)


def made_late(parts: Any, action: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """`action` happens right before a function makes its next token."""
    issue = parts.tokens.issue

    def late(**claims: Any) -> Any:
        monkeypatch.setattr(parts.tokens, "issue", issue)
        action()
        return issue(**claims)

    monkeypatch.setattr(parts.tokens, "issue", late)


def test_a_refresh_in_flight_brings_out_nothing_that_works(
    product: Product, own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = product.login()
    made_late(product.app("refresh").parts, lambda: slow_change(product, own), monkeypatch)
    refreshed = session(product, "refresh", other).body["access_token"]
    assert not opens(product, refreshed)


def test_a_right_login_beside_something_that_ends_tokens_carries_the_new_generation(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    VirtualTime().rule(monkeypatch)  # so many logouts may take longer than the login has
    other = product.login()

    def end_all() -> None:
        for _ in range(MOST_REVOKED + 1):
            session(product, "logout", product.issue())

    with rival_before_method(product.app("login").parts.store, "write", end_all):
        token = product.login()
    assert (opens(product, token), opens(product, other)) == (True, False)


def test_two_changes_at_once_end_what_came_between(product: Product, own: Own) -> None:
    """An operator's reset beside the shopper's own change: the later one is decided on the earlier one's password."""

    def reset() -> None:
        logins.set_password(product.deployment, "shopper", "Operators-1", internal=False)

    with rival_before_method(product.app("update_profile").parts.store, "write", reset):
        answer = own.put(CHANGE)
    assert (answer.status, answer.code) == (401, "00001000")
    assert product.login(password="Operators-1")


def test_deactivation_ends_tokens_for_good(product: Product) -> None:
    token = product.login("agent", "Agent-2026", "ccagent")
    for active in (False, True):
        logins.set_active(product.deployment, "agent", internal=True, active=active)
        assert session(product, "verify", token, "ccagent").status == 401
    assert session(product, "verify", product.login("agent", "Agent-2026", "ccagent"), "ccagent").status == 200


def test_an_application_that_comes_back_under_its_id_has_no_tokens(product: Product) -> None:
    def token() -> str:
        key = credentials.create(product.deployment, "importer", "Order import", OPEN_APIS, 365)
        headers = {"Authorization": f"Bearer {key}"}
        answer = product.call("POST", "/ccadmin/v1/login", "grant_type=client_credentials", headers=headers)
        return str(answer.body["access_token"])

    first = token()
    credentials.revoke(product.deployment, "importer")
    second = token()
    assert [session(product, "verify", token, "ccadmin").status for token in (first, second)] == [401, 200]


def test_refresh_and_logout_for_ever_do_not_grow_the_record(product: Product) -> None:
    """Each logout ends its token; the one that finds no room ends all, and the password can still be changed."""
    kept = product.login()
    for number in range(MOST_REVOKED + 6):
        token = product.login()
        assert session(product, "logout", token).status == 200
        assert not opens(product, token)
        assert len(record(product).revoked) <= MOST_REVOKED
        assert opens(product, kept) == (number < MOST_REVOKED)
    assert len(record(product).revoked) == 5
    assert Own(product, product.login()).put(CHANGE).status == 200


def test_a_token_that_was_exempt_ends_with_all_others(product: Product, own: Own) -> None:
    assert own.put(CHANGE).status == 200
    for _ in range(MOST_REVOKED + 1):
        session(product, "logout", product.login(password=NEW))
    assert not opens(product, own.token)


def test_logouts_at_once_stay_within_the_bound(product: Product, issue: Any) -> None:
    for _ in range(MOST_REVOKED - 1):
        assert session(product, "logout", issue()).status == 200
    rival = Product(product.environment, product.clock)
    with rival_before_method(product.app("logout").parts.store, "write", lambda: session(rival, "logout", issue())):
        assert session(product, "logout", issue()).status == 200
    assert (record(product).generation, len(record(product).revoked)) == (1, 0)


def test_a_full_record_forgets_what_has_expired(product: Product, issue: Any) -> None:
    """Also one that an earlier release has let grow."""
    soon, over = (int(product.clock.now.timestamp()) + seconds for seconds in (60, -31))
    for many in (MOST_REVOKED, 5_000):
        ids = [f"{number:032}" for number in range(many)]
        boto3.client("dynamodb").update_item(
            TableName=product.environment["PROFILES_TABLE"],
            Key={"pk": {"S": "se-570031"}, "sk": {"S": "profile"}},
            UpdateExpression="SET revoked = :many",
            ExpressionAttributeValues={
                ":many": {"M": {token_id: {"N": str(soon if at < 3 else over)} for at, token_id in enumerate(ids)}}
            },
        )
        token = issue()
        assert session(product, "logout", token).status == 200
        assert len(record(product).revoked) == 4
        assert not opens(product, token)
    assert opens(product, issue())
