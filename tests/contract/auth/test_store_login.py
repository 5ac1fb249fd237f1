"""The store's login: auth.md §1, §3, §4, §6, §7."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher

from commerce.exact_json import loads
from commerce.storage import Condition, Update
from tests.contract.profiles.conftest import PROFILE
from tests.support.deployment import Answer, Product, form
from tests.support.refusals import beside_sentence

LOGIN = "/ccstore/v1/login"
RIGHT = {"grant_type": "password", "username": "shopper", "password": "Shopper-2026"}


def login(product: Product, body: Any = None, *, query: str = "", path: str = LOGIN, **headers: str) -> Answer:
    return product.call("POST", path + query, body, headers=headers)


def opens(product: Product, token: str) -> bool:
    status = product.call("GET", PROFILE, token=token).status
    assert status in (200, 401)
    return status == 200


def refused(answer: Answer, status: int, error: str) -> None:
    assert (answer.status, beside_sentence(answer.body)) == (status, {"error": error})
    assert answer.cookies == []
    assert answer.headers["cache-control"] == "no-store"


def test_success(product: Product) -> None:
    answer = login(product, urlencode(RIGHT))
    assert answer.status == 200
    body = answer.body
    assert set(body) == {"access_token", "token_type", "expires_in", "links"}
    assert (body["token_type"], body["expires_in"]) == ("bearer", 900)
    assert body["links"] == [{"rel": "self", "href": f"https://shop.example.com{LOGIN}"}]
    assert '"expires_in":900' in answer.text
    assert opens(product, body["access_token"])


def test_the_cookie_is_new_each_time_and_no_credential(product: Product) -> None:
    (first,) = login(product, urlencode(RIGHT)).cookies
    (second,) = login(product, urlencode(RIGHT)).cookies
    name, _, rest = first.partition("=")
    value, *attributes = rest.split("; ")
    assert (name, attributes) == ("FILE_OAUTH_TOKEN", ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"])
    assert first != second
    assert not opens(product, value)
    assert product.call("GET", PROFILE, headers={"Cookie": first.partition(";")[0]}).status == 401
    (plain,) = login(product, urlencode(RIGHT), **{"X-Forwarded-Proto": "http"}).cookies
    assert "Secure" not in plain


@pytest.mark.parametrize("path", [LOGIN + "/", "/ccstoreui/v1/login", "/ccstoreui/v1/login/"])
def test_paths(product: Product, path: str) -> None:
    answer = login(product, urlencode(RIGHT), path=path)
    assert answer.status == 200
    assert answer.body["links"][0]["href"] == f"https://shop.example.com{path}"


def test_tolerances(product: Product) -> None:
    text = urlencode(RIGHT)
    assert login(product, text, **{"Content-Type": "application/json"}).status == 200
    assert login(product, RIGHT).status == 200
    assert login(product, RIGHT, **{"Content-Type": "application/x-www-form-urlencoded"}).status == 200
    assert login(product, text.encode()).status == 200
    assert login(product, None, query="?" + text).status == 200
    assert login(product, "", query="?" + text).status == 200
    assert (
        login(product, "password=Shopper-2026", query="?grant_type=password&username=shopper&password=x").status == 200
    )
    assert login(product, text + "&totp_code=123456&unknown=1", **{"X-CCProfileType": "admin"}).status == 200
    assert login(product, text + "\r\n").status == 200
    assert login(product, text, Authorization="Bearer nonsense").status == 200
    assert login(product, urlencode({**RIGHT, "username": "ShOpPeR"})).status == 200


def test_the_link_leaves_the_credentials_out(product: Product) -> None:
    answer = login(product, None, query="?" + urlencode(RIGHT))
    assert "Shopper-2026" not in answer.text


def test_credentials_refused(product: Product) -> None:
    for changed in (
        {"password": "wrong"},
        {"password": "shopper-2026"},
        {"password": "Shopper-2026 "},
        {"username": "nobody"},
        {"username": "kim@example.com"},
        {"username": "a" * 5000},
        {"username": "ﬃ" * 254},
        {"username": "\u0000"},
        {"password": "x" * 100_000},
    ):
        refused(login(product, urlencode({**RIGHT, **changed})), 401, "invalid_grant")


def test_an_inactive_shopper(load: Any, product: Product) -> None:
    load(id="p1", login="p1", password="Sleeping-1", active=False)
    refused(login(product, form(username="p1", password="Sleeping-1")), 401, "invalid_grant")


def test_missing_parameters_and_unreadable_bodies(product: Product) -> None:
    for name in RIGHT:
        left = {key: value for key, value in RIGHT.items() if key != name}
        for sent in (urlencode(left), urlencode({**left, name: ""}), {**left, name: 7}, {**left, name.upper(): "x"}):
            refused(login(product, sent), 400, "invalid_request")
    for body in (None, "", "{", '{"grant_type":NaN}', b"\xff\xfe", "[]", "7", '"x"', "\x00"):
        refused(login(product, body), 400, "invalid_request")
    # The body wins on a clash.
    refused(login(product, "username=", query="?" + urlencode(RIGHT)), 400, "invalid_request")


def test_grants(product: Product) -> None:
    for grant in ("refresh_token", "PASSWORD", "authorization_code", "x" * 9999):
        refused(login(product, urlencode({**RIGHT, "grant_type": grant})), 400, "unsupported_grant_type")
    for header in ({}, {"Authorization": "Bearer x.y.z"}):
        refused(login(product, "grant_type=client_credentials", **header), 401, "invalid_client")
    refused(login(product, "grant_type=saml_credentials"), 401, "invalid_request")
    refused(login(product, "grant_type=saml_credentials&username=shopper"), 401, "invalid_request")


def test_six_failures_lock_and_nobody_can_tell(product: Product) -> None:
    wrong = login(product, form(username="shopper", password="wrong"))
    unknown = login(product, form(username="nobody", password="wrong"))
    for _ in range(5):
        login(product, form(username="SHOPPER", password="wrong"))
    locked = login(product, urlencode(RIGHT))
    assert (locked.status, locked.text, locked.headers) == (wrong.status, wrong.text, wrong.headers)
    assert (unknown.status, unknown.text) == (wrong.status, wrong.text)
    refused(locked, 401, "invalid_grant")


def test_five_failures_do_not_lock_and_success_resets(product: Product) -> None:
    for _ in range(2):
        for _ in range(5):
            login(product, form(username="shopper", password="wrong"))
        assert product.login()


def test_the_lock_ends_by_itself_and_the_next_failure_counts_as_the_first(product: Product) -> None:
    for _ in range(6):
        login(product, form(username="shopper", password="wrong"))
    product.clock.move(minutes=29, seconds=59)
    login(product, form(username="shopper", password="wrong"))
    assert login(product, urlencode(RIGHT)).status == 401
    product.clock.move(seconds=1)
    login(product, form(username="shopper", password="wrong"))
    assert product.login()


def test_the_lock_is_configurable(make_product: Any, product: Product) -> None:
    del product
    strict = make_product(MAX_FAILED_ATTEMPTS="1", UNLOCK_AFTER_MINUTES="0")
    login(strict, form(username="shopper", password="wrong"))
    strict.clock.move(days=365)
    refused(login(strict, urlencode(RIGHT)), 401, "invalid_grant")


def test_expired_and_generated_passwords(product: Product) -> None:
    product.configure(passwordPolicy={"passwordExpirationEnabled": True, "passwordExpirationLength": 10})
    product.clock.move(days=8, hours=23)
    assert product.login()
    product.clock.move(hours=2)
    refused(login(product, urlencode(RIGHT)), 401, "password_expired")
    refused(login(product, form(username="shopper", password="wrong")), 401, "invalid_grant")
    import boto3

    boto3.client("dynamodb").update_item(
        TableName=product.environment["PROFILES_TABLE"],
        Key={"pk": {"S": "se-570031"}, "sk": {"S": "profile"}},
        UpdateExpression="SET passwordGenerated = :true",
        ExpressionAttributeValues={":true": {"BOOL": True}},
    )
    refused(login(product, urlencode(RIGHT)), 401, "password_generated")


def test_a_login_replaces_a_hash_of_earlier_parameters(product: Product) -> None:
    store, key = product.app("login").parts.store, product.app("login").parts.shopper_login_records.key("se-570031")
    earlier = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(RIGHT["password"])
    store.write(Update(key, Condition(exists=True), {"passwordHash": earlier}))
    before = store.get([key])[key]

    refused(login(product, form(username="shopper", password="wrong")), 401, "invalid_grant")
    assert store.get([key])[key]["passwordHash"] == earlier
    assert product.login()
    after = store.get([key])[key]
    assert after["passwordHash"] != earlier
    told = {"passwordHash": after["passwordHash"], "failedAttempts": 0, "lastFailedAt": after["lastFailedAt"]}
    assert after == {**before, **told, "attempt": after["attempt"]}

    assert product.login()
    assert store.get([key])[key]["passwordHash"] == after["passwordHash"]
    refused(login(product, form(username="shopper", password="wrong")), 401, "invalid_grant")


def segments(token: str) -> list[str]:
    return token.split(".")


def test_the_token(product: Product) -> None:
    header, payload, _ = segments(product.login())
    assert json.loads(base64.b64decode(header)).items() >= {"alg": "HS256", "typ": "JWT"}.items()
    claims = loads(base64.b64decode(payload).decode())
    now = int(product.clock.now.timestamp())
    assert (claims["sub"], claims["iss"], claims["iat"], claims["exp"]) == ("shopper", "storefrontUI", now, now + 900)
    assert claims["occs.admin.profileId"] == "se-570031"
    assert claims["com.oracle.atg.cloud.commerce.roles"] == []
    assert (claims["use"], claims["auth_time"]) == ("access", now)
    assert segments(product.login())[1] != payload


def test_7_4_the_payload_reads_alike_in_both_alphabets(load: Any, product: Product) -> None:
    for number, name in enumerate(("zoë", "日本語~~~", ">>>???", "\x7f\x7f", "łukasz@example.com", "a", "ab", "abc")):
        load(id=f"p{number}", login=name, password="Different-1", roles=[{"repositoryId": "r~?>"}])
        token = product.login(name, "Different-1")
        for part in segments(token)[:2]:
            assert not set("+/-_=") & set(part)
            assert len(part) % 4 == 0
            assert base64.b64decode(part, validate=True) == base64.urlsafe_b64decode(part)
        assert loads(base64.b64decode(segments(token)[1]).decode())["sub"] == name
        assert opens(product, token)


def test_signatures_in_either_alphabet_with_or_without_padding(product: Product) -> None:
    seen = set()
    for _ in range(40):
        header, payload, signature = segments(product.login())
        seen |= set("-_") & set(signature)
        standard = signature.replace("-", "+").replace("_", "/")
        for form_of_it in (signature, signature + "=", standard, standard + "="):
            assert opens(product, f"{header}.{payload}.{form_of_it}")
        if seen == {"-", "_"}:
            break
    else:
        pytest.fail("no signature needed both characters")


def test_other_algorithms_and_altered_tokens(product: Product) -> None:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    header, payload, signature = segments(product.login())
    claims = json.loads(base64.b64decode(payload))
    for token in (
        f"{part({'alg': 'none', 'typ': 'JWT'})}.{payload}.",
        f"{part({'alg': 'none', 'kid': 'k1'})}.{payload}.{signature}",
        f"{part({'alg': 'HS512', 'kid': 'k1'})}.{payload}.{signature}",
        f"{part({'alg': 'RS256', 'kid': 'k1'})}.{payload}.{signature}",
        f"{part({'alg': 'HS256', 'kid': 'unknown'})}.{payload}.{signature}",
        f"{part({'alg': 'HS256', 'kid': 7})}.{payload}.{signature}",
        f"{part({'alg': 'HS256', 'kid': 'k1', 'b64': False})}.{payload}.{signature}",
        f"{part([])}.{payload}.{signature}",
        f"{header}.{part({**claims, 'occs.admin.profileId': '110001'})}.{signature}",
        f"{header}.{part([])}.{signature}",
        f"{header}.{payload}",
        f"{header}.{payload}.{signature}.x",
        f"{header}.{payload}.",
        "é.é.é",
        "." * 5000,
        "e30" * 5000,
    ):
        assert not opens(product, token), token


def test_the_life_of_a_token_is_configurable(make_product: Any, product: Product) -> None:
    del product
    here = make_product(STORE_TOKEN_MINUTES="2")
    answer = login(here, urlencode(RIGHT))
    assert answer.body["expires_in"] == 120
    here.clock.move(minutes=2, seconds=30)
    assert not opens(here, answer.body["access_token"])
