"""What holds for every call: common.md §1 to §5, §9, §11, §13, §15."""

import json
import re
from collections.abc import Callable
from importlib import import_module
from typing import Any
from unittest.mock import Mock

import pytest

from commerce.call import Api
from commerce.errors import DependencyDown
from commerce.http.routes import PREFIXES, ROUTES
from commerce.storage import Store
from tests.support.deployment import Answer, Product, gateway_event
from tests.support.documents import block

PROFILE = "/ccstore/v1/profiles/current"
VISITOR = "/ccstore/v1/visitorInfo/current"
NAME = "xda1c1PRD_siteUS"
MEBIBYTE = 1024 * 1024
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}(Z|[+-]\d\d:\d\d)")


def error(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.code, answer.body["status"]) == (status, code, str(status)), answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["oraclecommercecloud-version"] == "25.1.0"
    assert "links" not in answer.body


@pytest.mark.parametrize(
    "path",
    ["/", "/ccstore", "/ccstore/v1", "/ccstore/v1/", "/ccstore/v2/login", "/ccstore/v1/Login", "/CCSTORE/v1/login",
     "/ccstore/v1/login/x", "/ccstore/v1/login//", "/v1/login", "/ccapp/v1/orders/current", "/x" * 500, "/é/%",
     "/other/ccstore/v1/login", "/ccadmin/v1/orders/current", "/ccstore//v1/login"],
)  # fmt: skip
def test_unknown_routes(empty: Product, path: str) -> None:
    for method in ("GET", "POST", "OPTIONS", "HEAD", "DELETE"):
        error(empty.call(method, path, "{"), 404, "00000404")


@pytest.mark.parametrize("method", ["PATCH", "HEAD", "DELETE", "GET", "PUT", "POST"])
def test_methods_that_a_route_does_not_offer(empty: Product, method: str) -> None:
    offered = {PROFILE: "GET, PUT, OPTIONS", VISITOR: "PUT, OPTIONS", "/ccstore/v1/login": "POST, OPTIONS"}
    for path, allow in offered.items():
        if method in allow:
            continue
        for called in (path, path + "/", path.replace("ccstore", "ccstoreui")):
            answer = empty.call(method, called, "x" * (MEBIBYTE + 1))
            error(answer, 405, "00000405")
            assert answer.headers["allow"] == allow


def test_the_body_limit_is_one_mebibyte_decoded(product: Product, token: str) -> None:
    def send(body: Any, path: str = PROFILE) -> Answer:
        return product.call("PUT", path, body, token=token)

    def text(size: int, letter: str = "a") -> str:
        filling = letter * ((size - len('{"x":""}')) // len(letter.encode()))
        return '{"x":"' + filling + "a" * (size - len('{"x":""}') - len(filling.encode())) + '"}'

    for letter in "aé😀":
        assert send(text(MEBIBYTE, letter)).status == 200
        error(send(text(MEBIBYTE + 1, letter)), 413, "00000413")
        assert send(text(MEBIBYTE, letter).encode()).status == 200
        error(send(text(MEBIBYTE + 1, letter).encode()), 413, "00000413")
    error(send(b"\xff" * (MEBIBYTE + 1)), 413, "00000413")
    error(send(b"\xff" * MEBIBYTE), 400, "00000400")
    # It comes before all that the operation checks.
    error(product.call("PUT", PROFILE, text(MEBIBYTE + 1)), 413, "00000413")
    error(product.call("POST", "/ccstore/v1/login", text(MEBIBYTE + 1)), 413, "00000413")
    error(send(text(MEBIBYTE + 1), VISITOR), 413, "00000413")


def test_an_order_may_be_four_mebibytes(product: Product, token: str) -> None:
    """A body of that size is the operation's; a cart without lines is refused there."""

    def send(size: int) -> Answer:
        return product.call("POST", "/ccstore/v1/orders/current", '{"x":"' + "a" * (size - 8) + '"}', token=token)

    error(send(4 * MEBIBYTE), 400, "28081")
    error(send(4 * MEBIBYTE + 1), 413, "00000413")


@pytest.mark.parametrize(
    "body",
    [b"\xff", b'{"firstName":"\xc3"}', b"\xef\xbb\xbf{}", '{"firstName":"\\ud800"}', '{"\\udc00":1}', '{"x":"\ud800"}',
     '{"x":1e126}', '{"x":-1e126}', '{"x":1e-126}', '{"x":1e9999999999999999999}', '{"x":0e9999999999999999999}',
     '{"x":' + "1" * 39 + "}", '{"x":0.' + "1" * 39 + "}", '{"x":NaN}', '{"x":Infinity}', '{"x":-Infinity}',
     '{"x":' + "[" * 64 + "]" * 64 + "}", '{"x":' * 65 + "1" + "}" * 65, "[" * 100_000, "{'x':1}", "{} {}", '{"x":01}'],
)  # fmt: skip
def test_bodies_beyond_the_limits_of_json(product: Product, token: str, body: Any) -> None:
    error(product.call("PUT", PROFILE, body, token=token), 400, "00000400")


@pytest.mark.parametrize(
    "body",
    ['{"x":1e125}', '{"x":-1e-125}', '{"x":0e999}', '{"x":' + "1" * 38 + "}", '{"x":' + "1" + "0" * 125 + "}",
     '{"x":' + "[" * 63 + "]" * 63 + "}", '{"x":' * 64 + "1" + "}" * 64, '{"x":"\\ud83d\\ude00"}', '{"x":"\ufffd"}',
     " \r\n\t{}\n", '{"x":1,"x":{"y":[]}}', '{"":{"":""}}', '{"__proto__":1}'],
)  # fmt: skip
def test_bodies_within_them(product: Product, token: str, body: str) -> None:
    for sent in (body, body.encode()):
        assert product.call("PUT", PROFILE, sent, token=token).status == 200


def test_the_content_type_is_not_enforced(product: Product, token: str) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "", "nonsense"):
        answer = product.call("PUT", PROFILE, {"firstName": "Pat"}, token=token, headers={"Content-Type": kind})
        assert answer.body["firstName"] == "Pat"


def test_the_body_of_a_get_is_ignored(product: Product, token: str) -> None:
    for body in ("{", b"\xff", {"firstName": 7}):
        assert product.call("GET", PROFILE, body, token=token).status == 200


# --- headers ----------------------------------------------------------------------------------------------------


def with_lines(product: Product, lines: dict[str, list[str]], token: str | None = None) -> Answer:
    event = gateway_event("GET", PROFILE, token=token)
    event["multiValueHeaders"] |= lines
    event["headers"] |= {name: values[-1] for name, values in lines.items()}
    return product.send(event)


def test_header_names_in_any_case(product: Product, token: str) -> None:
    for name in ("Authorization", "AUTHORIZATION", "authorization", "aUTHORIZATION"):
        for scheme in ("Bearer", "bearer", "BEARER", "bearer  "):
            assert with_lines(product, {name: [f"{scheme} {token}"]}).status == 200


def test_several_authorization_lines(product: Product, token: str) -> None:
    right = f"Bearer {token}"
    assert with_lines(product, {"Authorization": [right, right]}).status == 200
    assert with_lines(product, {"Authorization": ["", right, " "]}).status == 200
    assert with_lines(product, {"Authorization": [right], "authorization": [right]}).status == 200
    error(with_lines(product, {"Authorization": [right, "Bearer x"]}), 401, "00001000")
    error(with_lines(product, {"Authorization": ["Basic x", right]}), 401, "00001000")
    error(with_lines(product, {"Authorization": [right], "authorization": ["Bearer x"]}), 401, "00001000")


def test_of_other_headers_the_last_line_counts_and_blank_ones_are_absent(product: Product, token: str) -> None:
    error(with_lines(product, {"x-ccsite": ["siteUS", "nowhere"]}, token), 400, "30014")
    for lines in (["nowhere", "siteDE"], ["siteDE", ""], ["siteDE", " \t"], [""], ["", ""]):
        assert with_lines(product, {"X-CCSite": lines}, token).status == 200


def test_single_value_headers_alone_will_do(product: Product, token: str) -> None:
    event = gateway_event("GET", PROFILE, token=token)
    without: list[Any] = [None, {}]
    for missing in without:
        assert product.send({**event, "multiValueHeaders": missing}).status == 200
    error(product.send({**event, "multiValueHeaders": None, "headers": None}), 401, "00001000")


def test_headers_that_mean_nothing(product: Product, token: str) -> None:
    ignored = dict.fromkeys(
        ("X-CCProfileType", "X-CCVisitorId", "X-CCVisitId", "X-CCViewport", "X-OCStateData", "X-CC-MeteringMode",
         "X-CC-Frontend-Forwarded-Url", "X-CCFirstSessionRequest", "X-Requested-With", "oraclecommercecloud-version",
         "ETag", "If-None-Match", "Accept-Language", "X-HTTP-Method-Override", "Accept", "X-Anything",
         "X-CCOrganization", "X-CCAgentContext"), "{ nonsense é",
    )  # fmt: skip
    plain = product.call("GET", PROFILE, token=token)
    assert product.call("GET", PROFILE, token=token, headers=ignored) == plain


# --- links ------------------------------------------------------------------------------------------------------


def link(product: Product, token: str, *, path: str = PROFILE, gateway_path: str | None = None, **headers: str) -> str:
    event = gateway_event("GET", path, token=token, headers=headers)
    if gateway_path is not None:
        event["requestContext"]["path"] = gateway_path
    answer = product.send(event)
    assert answer.status == 200, answer.text
    return str(answer.body["links"][0]["href"])


def test_self_links(product: Product, token: str) -> None:
    forwarded = {"Forwarded": "host=evil.example", "X-Forwarded-Host": "evil.example"}
    assert link(product, token, **forwarded) == f"https://shop.example.com{PROFILE}"
    assert link(product, token, **{"X-Forwarded-Proto": ""}) == f"http://shop.example.com{PROFILE}"
    assert link(product, token, **{"X-Forwarded-Proto": "javascript"}) == f"http://shop.example.com{PROFILE}"
    assert link(product, token, Host="") == f"https://localhost{PROFILE}"
    assert link(product, token, Host="127.0.0.1:4566") == f"https://127.0.0.1:4566{PROFILE}"
    ui = "/ccstoreui/v1/profiles/current/"
    assert link(product, token, path=ui) == f"https://shop.example.com{ui}"
    assert link(product, token, gateway_path=f"/prod{PROFILE}") == f"https://shop.example.com/prod{PROFILE}"
    assert link(product, token, path=f"{PROFILE}?b=1&a=%C3%A9+x&b=2&c=").endswith(f"{PROFILE}?b=1&b=2&a=%C3%A9%20x&c=")
    assert link(product, token, path=f"{PROFILE}?fields=links,id").endswith("?fields=links,id")
    assert link(product, token, Host='x"><script>').isascii()


def test_a_mapping_of_a_custom_domain(product: Product, token: str, make_product: Any) -> None:
    def get(product: Product) -> Answer:
        event = gateway_event("GET", PROFILE, token=token)
        event["requestContext"]["path"] = f"/shop{PROFILE}"
        app = product.app("get_current_profile").handler({**event, "path": f"/shop{PROFILE}"}, None)
        return Answer(app["statusCode"], app["headers"], [], app["body"])

    assert get(product).body["links"][0]["href"] == f"https://shop.example.com/shop{PROFILE}"
    plain = product.call("GET", PROFILE, token=token)
    assert get(product).headers["ETag"] == plain.headers["etag"]
    public = make_product(PUBLIC_BASE_URL="https://www.example.org/store")
    assert get(public).body["links"][0]["href"] == f"https://www.example.org/store{PROFILE}"


# --- CORS -------------------------------------------------------------------------------------------------------

ORIGINS = {
    "sites": {
        "siteUS": {"origins": {"https://us.example.com": "GET,PUT,OPTIONS", "https://both.example.com": "GET"}},
        "siteDE": {"origins": {"https://de.example.com": "get, put", "https://both.example.com": "PUT"}},
    },
    "adminOrigins": {"https://admin.example.com": "GET"},
    "agentOrigins": {"https://agent.example.com": "GET"},
}


def preflight(product: Product, path: str, origin: str | None, **headers: str) -> dict[str, str]:
    answer = product.call("OPTIONS", path, headers={**({"Origin": origin} if origin else {}), **headers})
    assert (answer.status, answer.text) == (200, "")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["oraclecommercecloud-version"] == "25.1.0"
    return {
        name: value for name, value in answer.headers.items() if name.startswith("access-control") or name == "vary"
    }


def test_preflight(empty: Product) -> None:
    product = empty
    product.configure(**ORIGINS)
    assert preflight(product, PROFILE, "https://us.example.com") == {
        "access-control-allow-origin": "https://us.example.com",
        "access-control-allow-methods": "GET,OPTIONS,PUT",
        "access-control-allow-credentials": "true",
        "vary": "Origin",
    }
    both = preflight(product, PROFILE + "/", "https://both.example.com")
    assert both["access-control-allow-methods"] == "GET,PUT"
    assert preflight(product, VISITOR, "https://de.example.com")["access-control-allow-methods"] == "GET,PUT"
    asked = {"Access-Control-Request-Headers": "authorization, X-CCSite,bad header,é,,x\r\ny, if-match"}
    allowed = preflight(product, PROFILE, "https://us.example.com", **asked)["access-control-allow-headers"]
    assert [name.strip() for name in allowed.split(",")] == ["authorization", "X-CCSite", "if-match"]
    for origin in (None, "https://evil.example.com", "null", "https://US.example.com", "https://admin.example.com"):
        assert preflight(product, PROFILE, origin, **asked) == {}
    assert preflight(product, "/ccadmin/v1/login", "https://admin.example.com") != {}
    assert preflight(product, "/ccapp/v1/login", "https://admin.example.com") != {}
    assert preflight(product, "/ccagentui/v1/login", "https://agent.example.com") != {}
    assert preflight(product, "/ccadmin/v1/login", "https://us.example.com") == {}


def test_nothing_is_allowed_by_default(empty: Product) -> None:
    assert preflight(empty, PROFILE, "https://us.example.com") == {}


def test_answers_to_other_origins(product: Product, token: str) -> None:
    product.configure(**ORIGINS)
    exposed = {
        "access-control-allow-origin": "https://us.example.com",
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "ETag, Retry-After, Idempotency-Replayed, oraclecommercecloud-version",
        "vary": "Origin",
    }

    def cors(origin: str, site: str = "siteUS", **call: Any) -> dict[str, str]:
        call = {"method": "GET", "path": PROFILE, "token": token, **call}
        answer = product.call(
            call.pop("method"), call.pop("path"), headers={"Origin": origin, "x-ccsite": site}, **call
        )
        return {name: value for name, value in answer.headers.items() if name.startswith("access") or name == "vary"}

    us, german = "https://us.example.com", "https://de.example.com"
    assert cors(us) == cors(us, "") == cors(us, method="PUT", body={"gender": "x"}) == cors(us, token="x") == exposed
    assert cors(us, "siteDE") == cors(us, "nowhere") == cors(german) == cors("https://evil.example.com") == {}
    assert cors(german, "siteDE")["access-control-allow-origin"] == german
    assert cors("https://both.example.com", method="PUT", body={}) == {}
    assert cors(us, method="POST", path="/ccstore/v1/login") == {}


# --- registry -----------------------------------------------------------------------------------------------------

# What a recorded registry says: common.md §13.
OPEN = {
    "login",
    "mfalogin",
    "getRegistry",
    "updateVisitorInfo",
    "removeCurrentProfileIncompleteOrder",
    "createProfile",
}
PLURAL = {
    "login", "logout", "verify", "getRegistry", "removeCurrentProfileIncompleteOrder", "getAddress", "getAddresses",
    "listShopperTypes", "listLocales", "listSiteProperties", "listProfileAddresses", "listAddresses", "listProfiles",
}  # fmt: skip


@pytest.mark.parametrize("prefix", sorted(PREFIXES))
def test_the_registry_lists_what_is_served(empty: Product, prefix: str) -> None:
    answer = empty.call("GET", f"/{prefix}/v1/registry", headers={"Authorization": "Bearer nonsense"})
    assert answer.status == 200
    assert set(answer.body) == {"links", "crossDomainRequestsEnabled", "endpointMap"}
    assert answer.body["crossDomainRequestsEnabled"] is False
    rows = answer.body["endpointMap"]
    served = {route.registry_id: route for route in ROUTES if PREFIXES[prefix] in route.apis}
    assert rows.keys() == served.keys()
    for name, row in rows.items():
        assert set(row) == {
            "id", "method", "url", "requestType", "responseType", "authRequired", "httpsRequired", "useOptimisticLock",
            "cachingEnabled", "hasPathParams", "hasDoc", "singular", "localeHint",
        }  # fmt: skip
        assert (row["id"], row["method"]) == (name, served[name].method)
        assert row["url"] == f"/{prefix}/v1/" + served[name].path.replace("{id}", "{}")
        assert row["hasPathParams"] is ("{}" in row["url"])
        assert row["useOptimisticLock"] is row["httpsRequired"] is row["cachingEnabled"] is row["hasDoc"] is False
        assert row["authRequired"] is (name not in OPEN)
        assert row["singular"] is (name not in PLURAL)
        if name in ("login", "mfalogin"):
            assert row["requestType"] == "application/x-www-form-urlencoded"
        elif name != "getAddresses" and (row["method"] in ("GET", "DELETE") or name in ("refresh", "verify", "logout")):
            assert row["requestType"] is None
        else:
            assert row["requestType"] == "application/json"


@pytest.mark.parametrize("path", ["/ccstore/v1/registry", "/ccadminui/v1/registry/"])
def test_head_of_the_registry_is_its_get_without_a_body(empty: Product, path: str) -> None:
    product = empty
    product.configure(**ORIGINS)
    for origin in ("https://us.example.com", "https://admin.example.com", "https://evil.example.com"):
        head, get = (product.call(method, path, headers={"Origin": origin}) for method in ("HEAD", "GET"))
        assert (head.status, head.headers, head.text) == (200, get.headers, "")
    refused = product.call("PUT", path)
    error(refused, 405, "00000405")
    assert refused.headers["allow"] == "GET, HEAD, OPTIONS"


def test_the_version_that_answers_carry_is_a_setting(make_product: Any) -> None:
    product = make_product(SERVICE_VERSION="26.1")
    for method, path in (("GET", "/ccstore/v1/registry"), ("GET", PROFILE), ("OPTIONS", PROFILE), ("GET", "/x")):
        assert product.call(method, path).headers["oraclecommercecloud-version"] == "26.1"


def test_registry_rows_of_the_contract(empty: Product) -> None:
    hints = {"updateVisitorInfo": None, "updateProfile": "assetLanguageOptional"}
    rows = empty.call("GET", "/ccstore/v1/registry").body["endpointMap"]
    assert {name: rows[name]["localeHint"] for name in hints} == hints
    assert Api.STORE.value in rows["updateProfile"]["url"]


# --- logs ---------------------------------------------------------------------------------------------------------


def test_logs_hold_neither_secrets_nor_personal_data(product: Product, printed: Callable[[], str]) -> None:
    token = product.login()
    address = {
        "firstName": "Perpetua", "address1": "77 Hidden Lane", "city": "Ticklerton", "country": "DE",
        "postalCode": "SY6-7DQ", "phoneNumber": "0155-4433",
    }  # fmt: skip
    bodies: list[Any] = [
        {"firstName": "Perpetua", "email": "secret@hidden.example", "dateOfBirth": "1971-07-17"},
        {"shippingAddresses": [address]},
        {"shippingAddresses": [{**address, "country": "Ticklerton"}], "gender": "Perpetua", "firstName": 7},
        {"oldPassword": "Wrong-Wrong-1", "newPassword": "Hidden-4711"},
        {"oldPassword": "Shopper-2026", "newPassword": "Hidden-4711"},
        {"email": "buyer@example.com"},
        '{"firstName": "Perpetua"',
    ]
    for body in bodies:
        product.call("PUT", PROFILE, body, token=token, headers={"If-Match": '"Perpetua"', "x-ccsite": ""})
    product.call("GET", PROFILE + "?fields=Perpetua", token=token)
    cookie = f"{NAME}=visitor-4711"
    product.call("PUT", VISITOR, {"infoName": NAME, "infoDomain": "hidden.example"}, headers={"Cookie": cookie})
    login = "grant_type=password&username=secret@hidden.example&password=Hidden-4711"
    for query in ("", "?" + login):
        answer = product.call("POST", "/ccstore/v1/login" + query, login)
        assert answer.status == 401
    for call in ("refresh", "verify", "logout"):
        product.call("POST", f"/ccstore/v1/{call}", token=token)
    product.call("PUT", "/Perpetua/77 Hidden Lane", bodies[0], token=token)

    lines = printed()
    assert lines.count('"message":"request"') == 16
    for secret in (
        "Perpetua", "hidden", "Hidden", "secret@", "1971", "Ticklerton", "SY6", "4433", "Wrong-Wrong", "Shopper-2026",
        "4711", "buyer@", "kim@", "Anderson", "Kim", token, token.split(".")[2], "FILE_OAUTH", "argon2", NAME,
    ):  # fmt: skip
        assert secret not in lines, secret


def test_the_refusal_that_is_printed(product: Product, token: str) -> None:
    printed = json.loads(block("README.md", "When a call is refused").text)
    cart = {"shoppingCart": {"items": [{"productId": "prodB", "catRefId": "skuB", "quantity": 2.5}]}}
    french = {"X-CCAsset-Language": "fr"}
    assert product.call("POST", "/ccstore/v1/orders/current", cart, token=token, headers=french).body == printed


@pytest.mark.parametrize(("level", "passes_as"), [("WARNING", "WARN"), ("ERROR", "ERROR")])
def test_metrics_are_told_where_requests_are_not_logged(
    product: Product, token: str, printed: Callable[[], str], level: str, passes_as: str
) -> None:
    """Lambda's filter takes a line without a level, or whose time is not of RFC 3339, for INFO."""
    product.call("PUT", PROFILE, {"firstName": "Pat"}, token=token)
    printed()
    logger, _ = import_module("commerce.http.endpoint")._telemetry()
    before = logger.log_level
    logger.setLevel(level)
    try:
        product.call("PUT", PROFILE, {"gender": "x"}, token=token)
    finally:
        logger.setLevel(before)
    (line,) = (json.loads(line) for line in printed().splitlines())
    assert ("message" in line, line["Refused"], line["operation"]) == (False, [1.0], "updateProfile")
    assert line["level"] == passes_as
    assert RFC_3339.fullmatch(line["timestamp"])


@pytest.mark.parametrize("level", ["INFO", "WARNING", "ERROR"])
@pytest.mark.parametrize("status", [500, 503])
def test_every_failure_is_logged_as_an_error_whatever_else_is(
    product: Product, token: str, printed: Callable[[], str], monkeypatch: pytest.MonkeyPatch, level: str, status: int
) -> None:
    product.call("PUT", PROFILE, {"firstName": "Pat"}, token=token)
    printed()
    logger, _ = import_module("commerce.http.endpoint")._telemetry()
    before = logger.log_level
    errors = {500: RuntimeError("broken"), 503: DependencyDown()}
    monkeypatch.setattr(Store, "get", Mock(side_effect=errors[status]))
    logger.setLevel(level)
    try:
        assert product.call("PUT", PROFILE, {"firstName": "Kim"}, token=token).status == status
    finally:
        logger.setLevel(before)
    (line,) = (json.loads(line) for line in printed().splitlines())
    assert (line["level"], line["message"], line["status"], line["Failed"]) == ("ERROR", "request", status, [1.0])
    assert RFC_3339.fullmatch(line["timestamp"])


def test_one_line_a_request_says_what_it_cost(product: Product, token: str, printed: Callable[[], str]) -> None:
    product.call("PUT", PROFILE, {"firstName": "Pat"}, token=token)
    printed()
    product.call("PUT", PROFILE, {"gender": "x"}, token=token)
    product.call("PUT", PROFILE, {"firstName": "Kim"}, token=token)
    lines = [json.loads(line) for line in printed().splitlines()]
    refused, changed = (line for line in lines if line.get("message") == "request")
    assert (refused["operation"], refused["status"], refused["errorCode"]) == ("updateProfile", 400, "22026")
    assert refused["devMessage"] == "gender must be male, female, unknown or null."
    assert (changed["status"], "errorCode" in changed, "devMessage" in changed) == (200, False, False)
    assert (refused["dynamodbCalls"], changed["dynamodbCalls"]) == (1, 2)
    assert changed["durationMs"] > 0
    assert changed["requestId"]
    assert [line for line in lines if "_aws" in line] == [refused, changed]
    assert (refused["Refused"], "Refused" in changed, "Failed" in refused) == ([1.0], False, False)
    assert (refused["ReadUnits"], changed["WriteUnits"]) == ([refused["readUnits"]], [changed["writeUnits"]])
    assert refused["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["operation", "service"]]
