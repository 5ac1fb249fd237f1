"""ETag and If-Match: common.md §10."""

import base64
import json
from typing import Any

from tests.contract.profiles.conftest import PROFILE, Own, OwnOf
from tests.support.deployment import Product
from tests.support.profiles import any_of


def content(tag: str) -> Any:
    assert tag[0] == tag[-1] == '"'
    return json.loads(base64.b64decode(tag.strip('"'), validate=True))


def tagged(value: Any) -> str:
    return '"' + base64.b64encode(json.dumps(value).encode()).decode() + '"'


def tag(own: Own, **headers: str) -> str:
    return own.get(headers).headers["etag"]


def status(own: Own, if_match: str, name: str = "Pat") -> int:
    answer = own.put({"firstName": name}, {"If-Match": if_match})
    assert answer.status in (200, 412), answer.text
    if answer.status == 412:
        assert (answer.code, answer.body["status"], "etag" in answer.headers) == ("00000412", "412", False)
    return answer.status


def test_its_content(product: Product, own: Own) -> None:
    value = content(tag(own))
    assert set(value) == {"version", "uri", "hash", "user"}
    assert (value["uri"], value["version"], value["user"]) == (PROFILE, 1, "")
    answer = own.put({"firstName": "Pat"})
    assert (content(answer.headers["etag"])["version"], content(answer.headers["etag"])["user"]) == (2, "shopper")
    assert tag(own) == answer.headers["etag"]
    for path in ("/ccstoreui/v1/profiles/current", PROFILE + "/", PROFILE + "?fields=id"):
        assert product.call("GET", path, token=own.token).headers["etag"] == answer.headers["etag"]


def test_errors_carry_none(own: Own) -> None:
    assert "etag" not in own.put({"gender": "x"}).headers


def test_the_current_tag_in_all_its_forms(own: Own) -> None:
    for number, form in enumerate(("{}", "W/{}", " {} ", '"other", {}', "{},*", ",,{}")):
        assert status(own, form.format(tag(own)), f"A{number}") == 200
        assert status(own, form.format(tag(own).strip('"')), f"B{number}") == 200


def test_a_stale_tag_in_all_its_forms(own: Own) -> None:
    stale = tag(own)
    own.put({"firstName": "New"})
    for form in (stale, f"W/{stale}", stale.strip('"'), f'"other", {stale}', f"{stale}, *", f"{stale},{stale}"):
        assert status(own, form) == 412
    assert status(own, f"{stale}, {tag(own)}") == 200
    assert own.shown()["firstName"] == "Pat"


def test_a_tag_of_anothers_profile_is_one_of_ours(own: Own, own_of: OwnOf) -> None:
    assert status(own, tag(own_of("110001"))) == 412
    assert own.shown()["firstName"] == "Kim"


def test_what_we_did_not_issue_counts_as_absent(own: Own) -> None:
    stale = tag(own)
    own.put({"firstName": "New"})
    value = content(stale)
    check, mac = value["hash"].split(".")
    forged = [
        {**value, "uri": "/ccstore/v1/orders/current"},
        {**value, "uri": "/ccstoreui/v1/profiles/current"},
        {**value, "version": 3},
        {**value, "version": "1"},
        {**value, "version": True},
        {**value, "version": 1.0},
        {**value, "version": 10**400},
        {**value, "hash": check},
        {**value, "hash": f"{check}.{mac[:-1]}"},
        {**value, "hash": f"{check[::-1]}.{mac}"},
        {**value, "hash": 7},
        {**value, "hash": "é.é"},
        {"version": 1},
        [value],
        None,
    ]
    unreadable = ["*", '"*"', '""', "é", "!!!!", '"e30"', "W/", base64.b64encode(b"[" * 9999).decode(), "\x00"]
    for number, header in enumerate([*map(tagged, forged), *unreadable]):
        assert status(own, header, f"N{number}") == 200, header


def test_the_user_of_a_tag_is_not_looked_at(own: Own) -> None:
    value = content(tag(own))
    assert status(own, tagged(value | {"user": "anyone"})) == 200
    assert status(own, tagged({**value, "user": "anyone"})) == 412


def test_an_update_that_changes_nothing_keeps_the_version(own: Own) -> None:
    before = tag(own)
    for body in ({}, {"firstName": "Kim"}, {"unknown": 1}, {"receiveEmail": "yes"}, {"dateOfBirth": ""}):
        assert own.put(body).headers["etag"] == before
    german = {"x-ccsite": "siteDE"}
    for body in any_of({"receiveEmail": "no"}, {"receiveEmail": None}, {"GDPRProfileP13nConsentGranted": False}):
        assert own.put(body, german).headers["etag"] == before
    assert own.put({"receiveEmail": None, "GDPRProfileP13nConsentGranted": None}).headers["etag"] != before


def test_other_headers_with_tags_are_ignored(own: Own) -> None:
    stale = tag(own)
    own.put({"firstName": "New"})
    assert own.put({"firstName": "A"}, {"ETag": stale, "If-None-Match": "*"}).status == 200
    assert own.get({"If-None-Match": tag(own), "If-Match": stale}).status == 200


def test_tags_outlive_a_rotation_of_the_keys(product: Product, make_product: Any, own: Own) -> None:
    import boto3

    from tests.support.deployment import SECRET

    before = tag(own)
    client = boto3.client("secretsmanager")
    ring = client.get_secret_value(SecretId=SECRET)["SecretString"]
    client.put_secret_value(
        SecretId=SECRET, SecretString=json.dumps({**json.loads(ring), "current": "k2", "k2": "fedcba9876543210" * 4})
    )
    try:
        rotated = Own(make_product(), own.token)
        assert status(rotated, before) == 200
        assert status(rotated, before) == 412
        assert tag(rotated) != before
    finally:
        client.put_secret_value(SecretId=SECRET, SecretString=ring)
