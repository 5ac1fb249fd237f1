"""Internal users, agents and applications (auth.md §1 to §6)."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher

from backoffice import credentials, logins
from backoffice.logins import UserError
from commerce.call import Api
from commerce.identity.applications import OPEN_APIS
from commerce.storage import Condition, Update
from tests.support.deployment import Answer, Product, form
from tests.support.refusals import beside_sentence

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WITH_CODE = "merchant-with-authenticator"
PASSWORD = "Merchant-2026"
APIS = ("ccstore", "ccadmin", "ccagent", "ccapp", "ccappagent")


@pytest.fixture
def key(product: Product) -> str:
    return credentials.create(product.deployment, "importer", "Order import", OPEN_APIS, 365)


def key_login(product: Product, key: str, path: str = "/ccadmin/v1/login") -> Answer:
    return product.call("POST", f"{path}?grant_type=client_credentials", "", headers={"Authorization": f"Bearer {key}"})


def code_login(product: Product, code: str | None, password: str = PASSWORD) -> Answer:
    sent = {"username": WITH_CODE, "password": password} | ({} if code is None else {"totp_code": code})
    return product.call("POST", "/ccadmin/v1/mfalogin", form(**sent))


def code_at(product: Product, steps: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(int(product.clock.now.timestamp()) + 30 * steps)


def verified(product: Product, token: str) -> list[int]:
    return [product.call("POST", f"/{api}/v1/verify", token=token).status for api in APIS]


def claims(token: str) -> Any:
    return json.loads(base64.b64decode(token.split(".")[1]))


def refused(answer: Answer, error: str, status: int = 401) -> None:
    assert (answer.status, beside_sentence(answer.body)) == (status, {"error": error})


@pytest.mark.parametrize(
    "path",
    ["/ccadmin/v1/login/", "/ccadminui/v1/login", "/ccadmin/v1/mfalogin", "/ccapp/v1/login", "/ccappagent/v1/login"],
)
def test_a_key_logs_in(product: Product, key: str, path: str) -> None:
    answer = key_login(product, key, path)
    assert answer.status == 200
    assert (answer.body["token_type"], answer.body["expires_in"]) == ("bearer", 300)
    assert answer.cookies[0].startswith("FILE_OAUTH_TOKEN=")
    token = claims(answer.body["access_token"])
    assert (token["iss"], token["sub"], token["use"]) == ("applicationAuth", "importer", "access")
    assert "occs.admin.profileId" not in token


@pytest.mark.parametrize("path", ["/ccstore/v1/login", "/ccagent/v1/login"])
def test_no_keys_on_store_and_agent(product: Product, key: str, path: str) -> None:
    refused(key_login(product, key, path), "invalid_client")


def test_what_is_no_key(product: Product, key: str) -> None:
    token = key_login(product, key).body["access_token"]
    for bad in ("", "null", "x.y.z", token, key[:-3] + "abc"):
        refused(key_login(product, bad), "invalid_client")
    assert verified(product, key) == [401] * 5


def test_application_tokens_are_equal_everywhere_but_on_the_store(product: Product, key: str) -> None:
    for path in ("/ccadmin/v1/login", "/ccapp/v1/login", "/ccappagent/v1/login"):
        token = key_login(product, key, path).body["access_token"]
        assert verified(product, token) == [401, 200, 200, 200, 200]


def test_tokens_of_people_open_their_own_api(product: Product) -> None:
    assert verified(product, product.login()) == [200, 401, 401, 401, 401]
    assert verified(product, product.login("merchant", PASSWORD, "ccadmin")) == [401, 200, 401, 401, 401]
    agent = product.login("agent", "Agent-2026", "ccagent")
    assert verified(product, agent) == [401, 401, 200, 401, 401]
    assert (claims(agent)["iss"], claims(agent)["com.oracle.atg.cloud.commerce.roles"]) == ("agentUI", ["csAgentRole"])


def test_a_key_registered_for_one_api(product: Product) -> None:
    key = credentials.create(product.deployment, "limited", "Limited", [Api.ADMIN], 1)
    token = key_login(product, key).body["access_token"]
    assert verified(product, token) == [401, 200, 403, 403, 403]
    refused(key_login(product, key, "/ccapp/v1/login"), "invalid_client")
    assert product.call("POST", "/ccagent/v1/verify", token=token).code == "00002000"


def test_a_key_that_is_over(product: Product, key: str) -> None:
    product.clock.move(days=364)
    assert key_login(product, key).status == 200
    product.clock.move(days=2)
    refused(key_login(product, key), "invalid_client")


def test_a_reset_and_a_removal_end_key_and_tokens(product: Product, key: str) -> None:
    token = key_login(product, key).body["access_token"]
    product.clock.move(seconds=5)
    newer = credentials.create(product.deployment, "importer", "Order import", OPEN_APIS, None)
    refused(key_login(product, key), "invalid_client")
    assert verified(product, token)[1] == 401
    token = key_login(product, newer).body["access_token"]
    assert verified(product, token)[1] == 200
    credentials.revoke(product.deployment, "importer")
    refused(key_login(product, newer), "invalid_client")
    assert verified(product, token)[1] == 401


def test_an_application_s_refreshes_never_end(product: Product, key: str) -> None:
    token = key_login(product, key).body["access_token"]
    for _ in range(10):
        product.clock.move(minutes=4)
        token = product.call("POST", "/ccadmin/v1/refresh", token=token).body["access_token"]
    product.clock.move(minutes=6)
    assert product.call("POST", "/ccadmin/v1/refresh", token=token).status == 401


def test_password_grants_elsewhere(product: Product) -> None:
    sent = form(username="merchant", password=PASSWORD)
    refused(product.call("POST", "/ccapp/v1/login", sent), "unsupported_grant_type", 400)
    refused(product.call("POST", "/ccadmin/v1/login", sent.replace("grant_type=password", "grant_type=x")),
            "unsupported_grant_type", 400)  # fmt: skip
    refused(product.call("POST", "/ccadmin/v1/login", "grant_type=saml_credentials"), "invalid_request")


def test_an_enrolled_authenticator_must_be_used(product: Product) -> None:
    refused(product.call("POST", "/ccadmin/v1/login", form(username=WITH_CODE, password=PASSWORD)), "invalid_grant")
    for bad in (None, "", "000000", "abc", code_at(product, 2), code_at(product, -2)):
        refused(code_login(product, bad), "invalid_grant")
        logins.unlock(product.deployment, WITH_CODE, internal=True)
    refused(code_login(product, code_at(product), "wrong"), "invalid_grant")
    assert code_login(product, code_at(product)).status == 200
    plain = form(username="merchant", password=PASSWORD, totp_code=code_at(product))
    refused(product.call("POST", "/ccadmin/v1/mfalogin", plain), "invalid_grant")


def test_a_code_works_once_and_drifts_by_one_step(product: Product) -> None:
    for steps in (1, -1, 0):
        assert code_login(product, code_at(product, steps)).status == 200
        refused(code_login(product, code_at(product, steps)), "invalid_grant")
    product.clock.move(seconds=90)
    assert code_login(product, code_at(product)).status == 200


def test_a_login_with_a_code_replaces_a_hash_of_earlier_parameters(product: Product) -> None:
    parts = product.app("mfalogin").parts
    records, store = parts.user_login_records, parts.store
    earlier = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    store.write(Update(records.find(WITH_CODE).key, Condition(exists=True), {"passwordHash": earlier}))
    refused(code_login(product, "000000"), "invalid_grant")
    assert records.find(WITH_CODE).password_hash == earlier
    assert code_login(product, code_at(product)).status == 200
    assert records.find(WITH_CODE).password_hash != earlier
    assert code_login(product, code_at(product, 1)).status == 200


def test_wrong_codes_lock(product: Product) -> None:
    for _ in range(6):
        refused(code_login(product, "000000"), "invalid_grant")
    refused(code_login(product, code_at(product)), "invalid_grant")
    product.clock.move(minutes=31)
    assert code_login(product, code_at(product)).status == 200


def test_internal_passwords_expire_after_ninety_days(product: Product) -> None:
    login = form(username="merchant", password=PASSWORD)
    product.clock.move(days=88)
    assert product.call("POST", "/ccadmin/v1/login", login).status == 200
    product.clock.move(days=2)
    refused(product.call("POST", "/ccadmin/v1/login", login), "password_expired")


def test_a_generated_password_must_be_changed(product: Product) -> None:
    logins.set_password(product.deployment, "agent", "made-up-1", internal=True, generated=True)
    answer = product.call("POST", "/ccagent/v1/login", form(username="agent", password="made-up-1"))
    refused(answer, "password_generated")


def test_many_logins_in_a_row(product: Product, key: str) -> None:
    assert {key_login(product, key).status for _ in range(30)} == {200}
    assert len({product.login("merchant", PASSWORD, "ccadmin") for _ in range(3)}) == 3


def test_an_inactive_user_is_refused_at_once(product: Product) -> None:
    token = product.login("agent", "Agent-2026", "ccagent")
    logins.set_active(product.deployment, "agent", internal=True, active=False)
    assert verified(product, token) == [401] * 5
    refused(product.call("POST", "/ccagent/v1/login", form(username="agent", password="Agent-2026")), "invalid_grant")
    logins.set_active(product.deployment, "agent", internal=True, active=True)
    assert verified(product, product.login("agent", "Agent-2026", "ccagent"))[2] == 200


def test_the_operator_s_users(product: Product) -> None:
    deployment = product.deployment
    shopper = logins.create_shopper(deployment, "New.Shopper", "new@example.com", "Long-enough-1")
    assert claims(product.login("new.shopper", "Long-enough-1"))["occs.admin.profileId"] == shopper
    logins.create_internal_user(deployment, "new-merchant", ["adminRole"], "Long-enough-2")
    assert product.login("new-merchant", "Long-enough-2", "ccadmin")
    for taken in (
        lambda: logins.create_shopper(deployment, "NEW.shopper", None, "x"),
        lambda: logins.create_shopper(deployment, "another", "NEW@example.com", "x"),
        lambda: logins.create_internal_user(deployment, "Merchant", [], "x"),
        lambda: logins.unlock(deployment, "nobody", internal=False),
    ):
        with pytest.raises(UserError):
            taken()


def test_the_operator_unlocks(product: Product) -> None:
    wrong, right = form(username="shopper", password="no"), form(username="shopper", password="Shopper-2026")
    lift: Callable[[], None]
    for lift, now_right in (
        (lambda: logins.unlock(product.deployment, "shopper", internal=False), right),
        (lambda: logins.set_password(product.deployment, "shopper", "Another-1", internal=False),
         form(username="shopper", password="Another-1")),
    ):  # fmt: skip
        for _ in range(6):
            refused(product.call("POST", "/ccstore/v1/login", wrong), "invalid_grant")
        refused(product.call("POST", "/ccstore/v1/login", right), "invalid_grant")
        lift()
        assert product.call("POST", "/ccstore/v1/login", now_right).status == 200


def test_an_enrolled_secret_is_the_one_that_counts(product: Product) -> None:
    secret = logins.enroll_authenticator(product.deployment, "merchant")
    code = pyotp.TOTP(secret).at(product.clock.now)
    answer = product.call("POST", "/ccadmin/v1/mfalogin", form(username="merchant", password=PASSWORD, totp_code=code))
    assert answer.status == 200
    refused(product.call("POST", "/ccadmin/v1/login", form(username="merchant", password=PASSWORD)), "invalid_grant")
