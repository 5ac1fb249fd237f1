"""What a login tells by its work, who may log in where, and what a failing dependency costs: auth.md §1, §4, §5."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pyotp
import pytest

from backoffice import logins
from commerce.identity import one_time_codes, passwords
from tests.contract.profiles.conftest import Own
from tests.support.deployment import SECRET, Answer, Product, form
from tests.support.faults import Fault, Faults, faults_between
from tests.support.refusals import beside_sentence

TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ENROLLED = {"username": "merchant-with-authenticator", "password": "Merchant-2026"}


@pytest.fixture
def faults(product: Product, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    with faults_between(monkeypatch) as device:
        yield device


def login(product: Product, api: str = "ccstore", call: str = "login", **parameters: str) -> Answer:
    return product.call("POST", f"/{api}/v1/{call}", form(**parameters))


def lock(product: Product, username: str, api: str = "ccstore", call: str = "login") -> None:
    for _ in range(6):
        login(product, api, call, username=username, password="wrong")


# --- the same work whoever is named


@pytest.mark.parametrize(
    ("api", "call", "known", "locked"),
    [
        ("ccstore", "login", "shopper", "account-buyer"),
        ("ccadmin", "login", "merchant", "clerk"),
        ("ccagent", "login", "agent", "clerk"),
        ("ccadmin", "mfalogin", "merchant-with-authenticator", "merchant"),
    ],
)
def test_failed_logins_make_the_same_calls_and_the_same_comparisons(
    product: Product, faults: Faults, monkeypatch: pytest.MonkeyPatch, api: str, call: str, known: str, locked: str
) -> None:
    work: list[str] = []
    hasher, generate = passwords._hasher(), pyotp.TOTP.generate_otp

    class Noting:
        def verify(self, *arguments: Any) -> bool:
            work.append("verify")
            return hasher.verify(*arguments)

        def __getattr__(self, name: str) -> Any:
            return getattr(hasher, name)

    def generate_otp(*arguments: Any) -> str:
        work.append("code")
        return generate(*arguments)

    monkeypatch.setattr(passwords, "_hasher", Noting)
    monkeypatch.setattr(pyotp.TOTP, "generate_otp", generate_otp)
    lock(product, locked, api, call)
    done = {}
    for username in (known, locked, "nobody", "x" * 5000, *([ENROLLED["username"]] if call == "login" else [])):
        work.clear()
        with faults.at(1, None):
            answer = login(product, api, call, username=username, password="wrong", totp_code="000000")
        assert (answer.status, beside_sentence(answer.body)) == (401, {"error": "invalid_grant"})
        done[username[:20]] = (faults.tries, sorted(work))
    compared = ["verify"] if call == "login" else ["code", "code", "code", "verify"]
    expected = (["GetItem", "GetItem", "UpdateItem"], compared)
    assert done == dict.fromkeys(done, expected)


def test_attempts_at_nobody_store_nothing(product: Product) -> None:
    before = product.stored("PROFILES_TABLE")
    login(product, username="nobody", password="wrong")
    assert product.stored("PROFILES_TABLE") == before


def test_a_locked_record_does_not_tell_by_a_new_hash_that_the_password_is_right(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock(product, "shopper")
    monkeypatch.setattr("commerce.identity.login_records.is_outdated", lambda _: True)
    monkeypatch.setattr("commerce.identity.login_records.hash_password", lambda _: pytest.fail("a second hash"))
    assert login(product, username="shopper", password="Shopper-2026").status == 401


# --- who may log in where


def test_the_agent_api_is_for_agents(product: Product) -> None:
    for username, password in (("merchant", "Merchant-2026"), ("clerk", "Clerk-2026")):
        answer = login(product, "ccagent", username=username, password=password)
        assert (answer.status, beside_sentence(answer.body)) == (401, {"error": "invalid_grant"})
        assert product.login(username, password, "ccadmin")
    assert product.login("agent", "Agent-2026", "ccagent")


@pytest.mark.parametrize("path", ["shopperTypes", "shopperTypes/user", "organizationAddresses"])
def test_a_token_of_the_agent_api_reads_nothing_without_the_role(product: Product, path: str) -> None:
    clerk = product.issue("in-100004", "clerk", issuer="agentUI")
    headers = {"X-CCAgentContext": json.dumps({"shopperProfileId": "110000"})}
    answer = product.call("GET", f"/ccagent/v1/{path}", token=clerk, headers=headers)
    assert (answer.status, answer.code) == (403, "00002000")


# --- a password is not the login


def test_a_login_does_not_become_the_password(product: Product, own: Own) -> None:
    logins.set_password(product.deployment, "shopper", "Shopper2026@example.com", internal=False)
    own = Own(product, product.login(password="Shopper2026@example.com"))
    for body in ({"login": "Shopper2026@example.com"}, {"login": "Shopper2026@example.com", "lastName": "X"}):
        answer = own.put(body)
        assert (answer.status, answer.code) == (400, "23024")
        assert "errors" not in answer.body
    assert own.put({"login": "kim@example.com"}).status == 200
    # A login that is the e-mail address follows it.
    assert own.put({"email": "Shopper2026@example.com"}).code == "23024"
    assert (own.shown()["login"], own.shown()["email"]) == ("kim@example.com", "kim@example.com")


def test_unless_the_policy_allows_it(product: Product, own: Own) -> None:
    product.configure(passwordPolicy={"cannotUseUsername": False})
    assert own.put({"login": "Shopper-2026"}).status == 200


# --- dependencies


def test_a_secret_store_that_is_down_uses_no_code_up(product: Product, faults: Faults) -> None:
    code = pyotp.TOTP(TOTP).at(int(product.clock.now.timestamp()))
    with faults.at(1, Fault.UNAVAILABLE, always=True):
        answer = login(product, "ccadmin", "mfalogin", **ENROLLED, totp_code=code)
    assert set(faults.tries) == {"GetSecretValue"}
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "00000503", "1")
    assert login(product, "ccadmin", "mfalogin", **ENROLLED, totp_code=code).status == 200


@pytest.mark.parametrize(
    ("fault", "status"), [(Fault.EXPIRED, 503), (Fault.UNAVAILABLE, 503), (Fault.THROTTLED, 503), (Fault.DENIED, 500)]
)
@pytest.mark.parametrize("number", [1, 2, 4])
def test_503_where_waiting_helps_and_a_line_for_the_alarm_where_it_does_not(
    product: Product, faults: Faults, printed: Any, fault: Fault, status: int, number: int
) -> None:
    with faults.at(number, fault, always=True):
        answer = login(product, username="shopper", password="Shopper-2026")
    assert (answer.status, answer.code) == (status, f"00000{status}")
    assert answer.headers.get("retry-after") == ("1" if status == 503 else None)
    (line,) = (json.loads(line) for line in printed().splitlines() if '"operation":"login"' in line)
    assert line["level"] == "ERROR"
    assert line.get("code") == (None if status == 503 else "AccessDeniedException")


@pytest.mark.parametrize("broken", [{"SecretBinary": b"x"}, {"SecretString": "[]"}, {"SecretString": "{}"}])
def test_a_secret_that_is_no_key_ring_is_nothing_to_wait_for(product: Product, broken: Any) -> None:
    client = boto3.client("secretsmanager")
    ring = client.get_secret_value(SecretId=SECRET)["SecretString"]
    client.put_secret_value(SecretId=SECRET, **broken)
    try:
        answer = login(product, username="shopper", password="Shopper-2026")
        assert (answer.status, answer.code, "retry-after" in answer.headers) == (500, "00000500", False)
    finally:
        client.put_secret_value(SecretId=SECRET, SecretString=ring)
    assert product.login()


def test_codes_are_compared_without_a_secret_too() -> None:
    from tests.support.standing import START

    own = pyotp.TOTP(one_time_codes._NOBODY_S_SECRET).at(int(START.timestamp()))
    assert one_time_codes.matching_step(None, own, START) is None
    assert one_time_codes.matching_step(TOTP, pyotp.TOTP(TOTP).at(int(START.timestamp())), START)
