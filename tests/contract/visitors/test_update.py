"""updateVisitorInfo: visitor-info.md."""

import json
from typing import Any

import pytest

from tests.support.deployment import ROOT, Answer, Product
from tests.support.documents import block
from tests.support.refusals import beside_sentence

PATH = "/ccstore/v1/visitorInfo/current"
NAME = "xda1c1PRD_siteUS"
VALUE = "1AbC%3A1700000000000%3A1700000000000%3A1700000000000%3A1%3A1"
EXAMPLE = json.loads((ROOT / "docs/contract/examples/update-visitor-info.request.json").read_text(encoding="utf-8"))


def put(product: Product, body: Any = None, cookie: str | None = f"{NAME}={VALUE}", **headers: str) -> Answer:
    lines = {**({"Cookie": cookie} if cookie is not None else {}), **headers}
    return product.call("PUT", PATH, body, headers=lines)


def set_cookie(answer: Answer) -> str:
    assert answer.status == 200, answer.text
    (line,) = answer.cookies
    return line


def refused(answer: Answer, code: str) -> None:
    assert (answer.status, answer.code) == (400, code), answer.text
    assert set(beside_sentence(answer.body)) == {"errorCode", "message", "status"}
    assert answer.cookies == []


def test_the_example_of_the_page(empty: Product) -> None:
    printed = block("docs/contract/visitor-info.md", "4. Response").text
    asked, answered = (part.splitlines() for part in printed.split("\n\n"))
    assert asked[0] == f"PUT {PATH}"
    answer = put(empty, json.loads(asked[2]), cookie=asked[1].removeprefix("Cookie: "))
    assert answered[0] == str(answer.status)
    assert answered[1] == f"Set-Cookie: {set_cookie(answer)}"
    assert answer.body == json.loads(answered[2])
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_the_documented_payload(empty: Product) -> None:
    answer = put(empty, EXAMPLE, cookie=f"{EXAMPLE['infoName']}={VALUE}")
    assert set_cookie(answer).startswith(f"{EXAMPLE['infoName']}={VALUE}; Path=/")


def test_5_1_codes(empty: Product) -> None:
    for body in (None, "", " ", "{", "null", "[]", '"x"', "7", "NaN", b"\xff", "[" * 99):
        refused(put(empty, body), "54106")
    values: list[Any] = [None, "", " ", "\t\n", 7, True, ["x"], {}]
    for value in values:
        refused(put(empty, {"infoName": value}), "54107")
    refused(put(empty, {}), "54107")
    refused(put(empty, {"infoName": "JSESSIONID"}), "54108")
    refused(put(empty, {"infoName": NAME}, cookie=None), "54109")


def test_names_that_are_no_visitor_cookie(empty: Product) -> None:
    for name in (
        "xva1c1PRD_siteUS", "xd_siteUS", "xda1c1PRD", "xda1c1PRD_", f" {NAME}", f"{NAME}\n", f"{NAME};x", "XDa_b",
        "xda1é_site", "xd١_site", "xda.b_site", "xda_site.us", "xda_" + "b" * 125,
    ):  # fmt: skip
        refused(put(empty, {"infoName": name}, cookie=f"{name}={VALUE}"), "54108")
    longest = "xda_" + "b" * 124
    assert put(empty, {"infoName": longest}, cookie=f"{longest}={VALUE}").status == 200
    assert put(empty, {"infoName": "xdA-9_b-_c"}, cookie="xdA-9_b-_c=1").code == "54108"
    assert put(empty, {"infoName": "xdA9_b-_c"}, cookie="xdA9_b-_c=1").status == 200


def test_5_3_forbidden_characters_in_the_domain(empty: Product) -> None:
    for domain in (
        "example.com\r\nSet-Cookie: a=b", "a;b.example.com", "a,b", " example.com", "example.com ", "a b", "\x00",
        "a\x7f", "a\x85b", "a\tb", "\u2028", "\u00a0",
    ):  # fmt: skip
        refused(put(empty, {"infoName": NAME, "infoDomain": domain}), "54108")


def test_5_2_values_and_foreign_domains(empty: Product) -> None:
    answer = put(empty, {"infoName": NAME, "infoDomain": "other.org"})
    assert set_cookie(answer) == f"{NAME}={VALUE}; Path=/; Max-Age=31536000; SameSite=Lax; Secure"
    assert answer.body["infoDomain"] == "other.org"


def test_5_4_any_token_is_ignored(product: Product, issue: Any) -> None:
    expired = issue()
    product.clock.move(days=1)
    plain = put(product, {"infoName": NAME})
    for authorization in (f"Bearer {expired}", "Bearer", "Bearer null", "Basic x", "é"):
        answer = put(product, {"infoName": NAME}, Authorization=authorization)
        assert (answer.status, answer.body, answer.cookies) == (200, plain.body, plain.cookies)


def test_the_order_of_checks(product: Product) -> None:
    nowhere = {"x-ccsite": "nowhere"}
    refused(put(product, None, None, **nowhere), "30014")
    refused(put(product, None, None, **{"x-ccsite": "siteDE"}), "54106")
    refused(put(product, {"infoDomain": ";"}, None), "54107")
    refused(put(product, {"infoName": NAME, "infoDomain": ";"}, None), "54108")


def test_sites(product: Product) -> None:
    for site in ("siteUS", "siteDE", "", " "):
        for _ in range(2):
            assert put(product, {"infoName": NAME}, **{"x-ccsite": site}).status == 200
    for site in ("siteus", "siteFR", "\u0000"):
        refused(put(product, {"infoName": NAME}, **{"x-ccsite": site}), "30014")


@pytest.mark.parametrize(
    ("cookie", "value"),
    [
        (f'a=b; {NAME}="quoted"; c=d', '"quoted"'),
        (f"{NAME}=first; {NAME}=second", "first"),
        (f"{NAME}=; {NAME}=second", "second"),
        (f"{NAME}=a=b=c", "a=b=c"),
        (f"{NAME}=  x y  ;z=1", "x y"),
        (f" {NAME} =1", "1"),
        (f"{NAME}=%00%zz%3B", "%00%zz%3B"),
        (f";;={VALUE};{NAME}=1;", "1"),
    ],
)
def test_the_value_goes_out_as_it_came(empty: Product, cookie: str, value: str) -> None:
    assert set_cookie(put(empty, {"infoName": NAME}, cookie)).startswith(f"{NAME}={value}; Path=/;")


@pytest.mark.parametrize(
    "cookie",
    [
        f"{NAME.upper()}=1", f"x{NAME}=1", f"{NAME}x=1", NAME, f"{NAME}=", f"{NAME}= ", f"{NAME}=é", f"{NAME}=a\x00",
        f"{NAME}=\u00a01", f"\u00a0{NAME}=1", f"{NAME}=a\tb",
    ],
)  # fmt: skip
def test_cookies_of_no_use(empty: Product, cookie: str) -> None:
    refused(put(empty, {"infoName": NAME}, cookie), "54109")


def test_several_cookie_lines(empty: Product) -> None:
    from tests.support.deployment import gateway_event

    event = gateway_event("PUT", PATH, {"infoName": NAME})
    event["multiValueHeaders"] |= {"cookie": ["a=b", f"{NAME}=first"], "Cookie": [f"{NAME}=second; c=d"]}
    assert set_cookie(empty.send(event)).startswith(f"{NAME}=first;")


@pytest.mark.parametrize(
    ("domain", "host", "attribute"),
    [
        ("example.com", "shop.example.com", "example.com"),
        (".Example.COM", "shop.example.com", "example.com"),
        ("shop.example.com", "Shop.Example.com:8443", "shop.example.com"),
        ("example.com", "example.com:80", "example.com"),
        ("hop.example.com", "shop.example.com", None),
        ("..example.com", "shop.example.com", None),
        ("example.com.", "shop.example.com", None),
        ("com", "shop.example.com", None),
        ("co.uk", "shop.co.uk", None),
        ("shop.co.uk", "shop.co.uk", "shop.co.uk"),
        ("github.io", "me.github.io", None),
        ("me.github.io", "me.github.io", "me.github.io"),
        ("localhost", "localhost", None),
        ("10.0.0.1", "10.0.0.1:4566", None),
        ("0.1", "10.0.0.1", None),
        ("exa_mple.com", "shop.exa_mple.com", None),
        ("xn--mnchen-3ya.de", "shop.xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("münchen.de", "shop.xn--mnchen-3ya.de", None),
        ("example.\u212aom", "shop.example.kom", None),
        ("[::1]", "[::1]:80", None),
    ],
)
def test_domains(empty: Product, domain: str, host: str, attribute: str | None) -> None:
    answer = put(empty, {"infoName": NAME, "infoDomain": domain}, Host=host)
    assert answer.body["infoDomain"] == domain
    ending = f"; Secure; Domain={attribute}" if attribute else "; Secure"
    assert set_cookie(answer) == f"{NAME}={VALUE}; Path=/; Max-Age=31536000; SameSite=Lax{ending}"


def test_domains_that_are_absent(empty: Product) -> None:
    for domain in (None, "", 7, True, ["example.com"], {"x": 1}):
        answer = put(empty, {"infoName": NAME, "infoDomain": domain})
        assert "Domain" not in set_cookie(answer)
        assert "infoDomain" not in answer.body


def test_scheme_age_and_public_address(empty: Product, make_product: Any) -> None:
    assert "Secure" not in set_cookie(put(empty, {"infoName": NAME}, **{"X-Forwarded-Proto": "http"}))
    configured = make_product(VISITOR_COOKIE_MAX_AGE="60", PUBLIC_BASE_URL="https://store.example.org/shop/")
    answer = put(configured, {"infoName": NAME, "infoDomain": "example.org"}, **{"X-Forwarded-Proto": "http"})
    assert set_cookie(answer) == f"{NAME}={VALUE}; Path=/; Max-Age=60; SameSite=Lax; Secure; Domain=example.org"
    assert answer.body["links"][0]["href"] == f"https://store.example.org/shop{PATH}"


def test_fields_and_aliases(empty: Product) -> None:
    path = PATH.replace("ccstore", "ccstoreui") + "/?fields=infoName"
    answer = empty.call("PUT", path, {"infoName": NAME}, headers={"cookie": f"{NAME}=1"})
    assert (answer.status, answer.body) == (200, {"infoName": NAME})
