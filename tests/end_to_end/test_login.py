"""Logins of the store over HTTP: auth.md §7."""

import base64
import json
import urllib.parse
from typing import Any

from tests.support.refusals import beside_sentence

PROFILE = "/ccstore/v1/profiles/current"
NOT_AUTHENTICATED = {"errorCode": "00001000", "message": "The user is not authenticated.", "status": "401"}


def credentials(deployed: dict[str, Any], **changed: str) -> str:
    account = deployed["sample"]["shopper"]
    form = {"grant_type": "password", "username": account["username"], "password": account["password"], **changed}
    return urllib.parse.urlencode(form)


def test_login_answers_a_token_and_a_cookie(call: Any, deployed: dict[str, Any]) -> None:
    text = credentials(deployed)
    for path, body, kind in (
        ("/ccstore/v1/login", text, "application/x-www-form-urlencoded"),
        ("/ccstoreui/v1/login/", text, "application/json"),
        (f"/ccstore/v1/login?{text}", "", "application/x-www-form-urlencoded"),
        ("/ccstore/v1/login", json.dumps(dict(urllib.parse.parse_qsl(text))), "application/json"),
    ):
        answer = call("POST", path, body, headers={"Content-Type": kind})
        assert answer.status == 200, answer.text
        assert (answer.body["token_type"], answer.body["expires_in"]) == ("bearer", 900)
        assert "?" not in answer.body["links"][0]["href"]
        (cookie,) = answer.headers["set-cookie"]
        assert cookie.startswith("FILE_OAUTH_TOKEN=")
        payload = answer.body["access_token"].split(".")[1]
        assert json.loads(base64.b64decode(payload, validate=True))["iss"] == "storefrontUI"
        assert call("GET", PROFILE, token=answer.body["access_token"]).status == 200


def test_refusals(call: Any, deployed: dict[str, Any]) -> None:
    for body, status, error in (
        (credentials(deployed, username="nobody"), 401, "invalid_grant"),
        (credentials(deployed, password=""), 400, "invalid_request"),
        (credentials(deployed, grant_type="refresh_token"), 400, "unsupported_grant_type"),
        ("grant_type=client_credentials", 401, "invalid_client"),
        ("grant_type=saml_credentials", 401, "invalid_request"),
    ):
        answer = call("POST", "/ccstore/v1/login", body)
        assert (answer.status, beside_sentence(answer.body)) == (status, {"error": error})


def test_refresh_verify_and_logout(call: Any, login: Any) -> None:
    token = login("shopper")
    assert call("POST", "/ccstore/v1/verify", token=token).body["success"] is True
    refreshed = call("POST", "/ccstore/v1/refresh", "{}", token=token).body["access_token"]
    assert call("POST", "/ccstore/v1/logout", token=token).body["result"] is True
    for method, path in (("POST", "/ccstore/v1/verify"), ("POST", "/ccstore/v1/logout"), ("GET", PROFILE)):
        answer = call(method, path, token=token)
        assert (answer.status, beside_sentence(answer.body)) == (401, NOT_AUTHENTICATED)
    assert call("GET", PROFILE, token=refreshed).status == 200


def test_tokens_of_no_use(call: Any, login: Any) -> None:
    token = login("shopper")
    for headers in (
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer null"},
        {"Authorization": "Bearer x.y.z"},
    ):
        answer = call("POST", "/ccadmin/v1/verify", headers=headers)
        assert (answer.status, beside_sentence(answer.body)) == (401, NOT_AUTHENTICATED)
    for api in ("ccadmin", "ccagent", "ccapp", "ccappagent"):
        assert call("POST", f"/{api}/v1/verify", token=token).status == 401
