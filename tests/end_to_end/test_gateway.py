"""The front door over HTTP: routes, methods, limits, links, preflight."""

import json
from typing import Any

PROFILE = "/ccstore/v1/profiles/current"


def error(answer: Any, status: int, code: str) -> None:
    assert (answer.status, answer.body["errorCode"], answer.body["status"]) == (status, code, str(status)), answer.text
    assert answer.headers["cache-control"] == ["no-store"]


def test_unknown_routes(call: Any) -> None:
    for path in ("/", "/CCSTORE/v1/login", "/ccstore/v1/unknown", "/ccstore/v2/login", "/ccapp/v1/visitorInfo/current"):
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            error(call(method, path, {} if method != "GET" else None), 404, "00000404")


def test_methods_that_are_not_offered(call: Any) -> None:
    for path, allow in ((PROFILE, "GET, PUT, OPTIONS"), ("/ccstoreui/v1/login", "POST, OPTIONS")):
        for method in ("DELETE", "PATCH"):
            answer = call(method, path)
            error(answer, 405, "00000405")
            assert answer.headers["allow"] == [allow]


def test_one_trailing_slash_is_ignored(call: Any, login: Any) -> None:
    token = login("shopper")
    plain, slash = call("GET", PROFILE, token=token), call("GET", PROFILE + "/", token=token)
    assert (slash.status, slash.headers["etag"]) == (200, plain.headers["etag"])
    assert slash.body["links"][0]["href"] == plain.body["links"][0]["href"] + "/"
    assert call("POST", "/ccstore/v1/login/").status == 400
    assert call("GET", "/ccadmin/v1/registry/").status == 200


def test_no_token(call: Any) -> None:
    error(call("PUT", PROFILE, {"firstName": "Jack"}), 401, "00001000")


def test_bodies(call: Any, login: Any) -> None:
    token = login("shopper")
    for body in ("{", "", "null", "[]", '{"x":1e400}', b"\xef\xbb\xbf{}", '{"x":' + "[" * 70 + "]" * 70 + "}"):
        error(call("PUT", PROFILE, body, token=token), 400, "00000400")
    error(call("PUT", PROFILE, '{"x":"' + "a" * 1024 * 1024 + '"}', token=token), 413, "00000413")
    fits = '{"x":"' + "é" * (512 * 1024 - 4) + '"}'
    assert call("PUT", PROFILE, fits, token=token).status == 200


def test_links_are_callable(call: Any, deployed: dict[str, Any], login: Any) -> None:
    token = login("shopper")
    for path in (f"{PROFILE}?fields=links,id&x=%C3%A9", "/ccstoreui/v1/profiles/current"):
        href = call("GET", path, token=token).body["links"][0]["href"]
        assert href.startswith(deployed["baseUrl"])
        assert call("GET", href.removeprefix(deployed["baseUrl"]), token=token).status == 200


def test_preflight(call: Any) -> None:
    answer = call("OPTIONS", PROFILE, headers={"Origin": "https://x.example", "Access-Control-Request-Method": "PUT"})
    assert (answer.status, answer.text) == (200, "")
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_the_registry(call: Any) -> None:
    for prefix in ("ccstore", "ccstoreui", "ccadmin", "ccagent", "ccapp", "ccappagent"):
        answer = call("GET", f"/{prefix}/v1/registry")
        assert answer.status == 200
        assert answer.body["endpointMap"]["login"]["url"] == f"/{prefix}/v1/login"
        head = call("HEAD", f"/{prefix}/v1/registry")
        assert (head.status, head.text, head.headers.get("content-type")) == (200, "", answer.headers["content-type"])
        assert head.headers["oraclecommercecloud-version"] == answer.headers["oraclecommercecloud-version"]


def test_exact_text(call: Any, login: Any) -> None:
    token = login("accountBuyer")
    name = 'Zoë 日本語 😀 \u2028 " \\ / \x7f'
    answer = call("PUT", PROFILE, json.dumps({"middleName": name}, ensure_ascii=False), token=token)
    assert answer.body["middleName"] == name
    assert call("PUT", PROFILE, {"middleName": None}, token=token).body["middleName"] is None
