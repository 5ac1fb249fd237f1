"""`python -m backoffice compare`: two small servers on this machine are the sides."""

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from backoffice.commands import run
from backoffice.side_by_side import sending
from backoffice.side_by_side.bodies import ABSENT, Rules, differences
from backoffice.side_by_side.calls import (
    IGNORED,
    READS,
    CallRecord,
    CallsRecord,
    LoginRecord,
    TwoValues,
    read_calls,
)
from backoffice.side_by_side.paths import BadPattern, Patterns, shown, steps
from backoffice.side_by_side.secrecy import Secrecy
from backoffice.side_by_side.sending import BadAddress, BaseUrl, NoAnswer
from commerce.exact_json import loads
from local.workspace import ROOT

TOKEN = "eyJhbGciOi.a-token-of-a-side"
PROFILE = "/ccstore/v1/profiles/current"
CART = "/ccstore/v1/orders/current"


@dataclass
class Server:
    """One side. `answers`: (method, path without query) → status, headers, body; `seen`: what has come."""

    url: str = ""
    answers: dict[tuple[str, str], tuple[int, dict[str, str], Any]] = field(default_factory=dict)
    seen: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)

    def answer(self, method: str, path: str, body: Any, status: int = 200, **headers: str) -> None:
        self.answers[method, path] = (status, headers, body)

    def bodies(self, path: str) -> list[Any]:
        return [json.loads(body) for _, target, _, body in self.seen if target == path and body]


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode()
            server.seen.append((self.command, self.path, dict(self.headers), body))
            status, headers, content = server.answers.get(
                (self.command, self.path.partition("?")[0]), (404, {}, {"errorCode": "00000404", "status": "404"})
            )
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in ({"Content-Type": "application/json"} | headers).items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer  # noqa: N815  names of the library

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    return Handler


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Server, Server]]:
    """The old and the new one; both let the shopper in."""
    servers, running = (Server(), Server()), []
    for number, server in enumerate(servers):
        httpd = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
        running.append(httpd)
        threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}).start()
        server.url = f"http://127.0.0.1:{httpd.server_port}/side{number}"
        server.answer("POST", f"/side{number}/ccstore/v1/login", {"access_token": f"{TOKEN}{number}"})
    for name in ("SHOPPER", "ACCOUNT", "MERCHANT"):
        for variable in ("USERNAME", "PASSWORD", "KEY", "TOTP_CODE"):
            for prefix in ("", "OLD_", "NEW_"):
                monkeypatch.delenv(f"{prefix}{name}_{variable}", raising=False)
    monkeypatch.setenv("SHOPPER_USERNAME", "ada")
    monkeypatch.setenv("SHOPPER_PASSWORD", "Analytical-1843")
    yield servers
    for httpd in running:
        httpd.shutdown()
        httpd.server_close()


@dataclass
class Comparison:
    """`compare(calls, *options)`: writes the file, runs the command; its exit code, and what it printed."""

    sides: tuple[Server, Server]
    folder: Path
    capsys: pytest.CaptureFixture[str]
    printed: str = ""
    said: str = ""

    def both(self, method: str, path: str, old: Any, new: Any, **headers: Any) -> None:
        for number, (server, body) in enumerate(zip(self.sides, (old, new), strict=True)):
            server.answer(method, f"/side{number}{path}", body, **headers)

    def __call__(self, calls: Any, *options: str) -> int:
        file = self.folder / "calls.json"
        given = {"calls": calls} if isinstance(calls, list) else calls
        file.write_text(json.dumps({"logins": {"shopper": {"api": "ccstore"}}, **given}))
        return self.at("--calls", str(file), *options)

    def at(self, *options: str) -> int:
        code = run(["compare", *(server.url for server in self.sides), *options])
        told = self.capsys.readouterr()
        self.printed, self.said = told.out, told.err
        return code


@pytest.fixture
def compare(sides: tuple[Server, Server], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Comparison:
    return Comparison(sides, tmp_path, capsys)


def _get(path: str = PROFILE, **more: Any) -> dict[str, Any]:
    return {"method": "GET", "path": path, "login": "shopper", **more}


def _post(body: Any, **more: Any) -> dict[str, Any]:
    return {"method": "POST", "path": CART, "login": "shopper", "body": body, **more}


# How it ends.


def test_the_same(compare: Comparison) -> None:
    compare.both("GET", PROFILE, {"b": [1, 2.0], "a": "x"}, {"a": "x", "b": [1.0, 2]})
    assert compare([_get()]) == 0
    assert compare.printed.splitlines() == [
        "  shopper is logged in at both",
        f"= GET {PROFILE}: 200",
        "1 calls: 1 the same, 0 different",
    ]


def test_different(compare: Comparison) -> None:
    compare.both("GET", CART, {"total": 10, "items": [{"price": 1}]}, {"total": 12, "items": [{"price": 1}, {}]})
    assert compare([_get(CART)]) == 1
    assert "    total: 10 | 12\n    items[1]: nothing | an object of 0 members\n" in compare.printed


def test_statuses_differ(compare: Comparison) -> None:
    """A refusal beside an answer: nothing of the bodies is told."""
    compare.both("GET", CART, {"total": 10}, {"total": 10})
    compare.sides[1].answer("GET", f"/side1{CART}", {"errorCode": "28107", "message": "no"}, status=404)
    assert compare([_get(CART)]) == 1
    assert "    status: 200 | 404 (28107)\n1 calls" in compare.printed


def test_a_header_differs(compare: Comparison) -> None:
    compare.both("GET", CART, {}, {}, Set_Cookie="one=1", Allow="GET")
    compare.sides[1].answer("GET", f"/side1{CART}", {}, Set_Cookie="one=2", Allow="PUT")
    assert compare([_get(CART)]) == 0
    assert compare({"headers": ["Set-Cookie", "Allow"], "calls": [_get(CART)]}) == 1
    assert "header set-cookie: (not shown) | (not shown)\n    header allow: GET | PUT\n" in compare.printed


def test_the_media_type_is_compared_without_its_parameters(compare: Comparison) -> None:
    compare.both("GET", CART, {}, {}, Content_Type="application/json;charset=UTF-8")
    compare.sides[1].answer("GET", f"/side1{CART}", {}, Content_Type="Application/JSON")
    assert compare([_get(CART)]) == 0
    compare.sides[1].answer("GET", f"/side1{CART}", {}, Content_Type="text/html")
    assert compare([_get(CART)]) == 1


def test_answers_that_are_no_json(compare: Comparison) -> None:
    compare.both("GET", CART, b"<p>old</p>", b"<p>old</p>")
    assert compare([_get(CART)]) == 0
    compare.both("GET", CART, b"<p>old</p>", b"<p>new</p>")
    assert compare([_get(CART)]) == 1
    assert "the whole body:" in compare.printed
    compare.both("GET", CART, b"", {"total": 1})
    assert compare([_get(CART)]) == 1
    assert "the whole body: nothing | an object of 1 member\n" in compare.printed


def test_a_side_that_does_not_answer(compare: Comparison) -> None:
    compare.both("GET", CART, {}, {})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    compare.sides[1].url = f"http://127.0.0.1:{port}"
    assert compare([_get(CART), {"method": "GET", "path": CART}]) == 3
    assert f"! GET {CART}: new does not answer: Connection refused\n" in compare.printed
    assert "0 the same, 0 different, 2 could not be compared" in compare.said


def test_a_side_that_lets_nobody_in(compare: Comparison) -> None:
    compare.sides[1].answers.clear()
    assert compare([_get(), _get(CART)]) == 3
    assert compare.printed.count("new answers the login shopper with 404") == 2
    assert [path for _, path, _, _ in compare.sides[1].seen] == ["/side1/ccstore/v1/login"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["http://shop.example.com"], "must begin with https"),
        (["https://user:word@shop.example.com"], "without a user"),
        (["ftp://shop.example.com"], "must look like https://"),
        (["https://shop.example.com?x=1"], "without a user, a query"),
        (["https://shop.example.com:port"], "is no URL"),
        (["https://shop.example.com", "--ignore", "a..b"], "a..b names no member"),
        (["https://shop.example.com", "--timeout", "0"], "--timeout"),
    ],
)
def test_a_wrong_command_line(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", "https://api.example.com", *options]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "user:word" not in told


def test_credentials_that_are_missing_are_named_before_anything_is_sent(
    compare: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOPPER_PASSWORD")
    monkeypatch.setenv("OLD_SHOPPER_PASSWORD", "one-side-alone")
    call = _get(f"{CART}?card=${{env.CARD}}")
    assert compare([call]) == 2
    assert compare.said.endswith("are not set:\nNEW_SHOPPER_PASSWORD\nCARD\n")
    assert compare.sides[0].seen == []


# What is compared.


def _told(old: str, new: str, **rules: Any) -> list[tuple[str, Any, Any]]:
    ignored = Patterns(rules.pop("ignored", ()))
    found = differences(loads(old), loads(new), Rules(ignored, **rules))
    return [(shown(one.path), one.old, one.new) for one in found]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("1.50", "1.5", []),
        ("1", "1.0", []),
        ("0.1", "0.10000000000000001", [("the whole body", Decimal("0.1"), Decimal("0.10000000000000001"))]),
        ("1", "true", [("the whole body", 1, True)]),
        ("0", "false", [("the whole body", 0, False)]),
        ("0", '"0"', [("the whole body", 0, "0")]),
        ('{"a":null}', "{}", [("a", None, ABSENT)]),
        ("[1,2]", "[2,1]", [("[0]", 1, 2), ("[1]", 2, 1)]),
        ('{"a":{}}', '{"a":[]}', [("a", {}, [])]),
        ('{"a":{"b":[{"c":1}]}}', '{"a":{"b":[{"c":2}]}}', [("a.b[0].c", 1, 2)]),
    ],
)
def test_values(old: str, new: str, told: list[Any]) -> None:
    assert _told(old, new) == told


def test_lists_whose_order_does_not_count() -> None:
    old, new = '{"l":[{"id":"a","v":1},{"id":"b","v":2}]}', '{"l":[{"id":"b","v":3},{"id":"a","v":1}]}'
    assert _told(old, new, unordered={"l": "id"}) == [("l[id=b].v", 2, 3)]
    assert _told(old, new, unordered={"**.l": "id"}, ignored=["l[*].v"]) == []
    whole = [("l[1]", {"id": "b", "v": 2}, ABSENT), ("l[0]", ABSENT, {"id": "b", "v": 3})]
    assert _told(old, new, unordered={"l": ""}) == whole
    assert _told(old, new, unordered={"l": ""}, ignored=["l[*].v"]) == []
    # By a member that not all have, or that two share, there is no telling: order counts.
    assert _told('{"l":[{"id":1},{"id":1}]}', '{"l":[{"id":1},{"id":2}]}', unordered={"l": "id"}) == [("l[1].id", 1, 2)]
    assert _told('{"l":[1,1,2]}', '{"l":[2,2,1]}', unordered={"l": ""}) == [("l[0]", 1, ABSENT), ("l[0]", ABSENT, 2)]


def test_null_and_new_members() -> None:
    assert _told('{"a":null,"b":1}', '{"b":1,"c":null}', null_is_absent=True) == []
    assert _told('{"b":1}', '{"b":1,"c":2}', new_members_allowed=True) == []
    assert _told('{"b":1,"c":2}', '{"b":1}', new_members_allowed=True) == [("c", 2, ABSENT)]
    assert _told("[1]", "[1,2]", new_members_allowed=True) == [("[1]", ABSENT, 2)]
    assert _told('{"l":[{"a":null}]}', '{"l":[{}]}', null_is_absent=True, unordered={"l": ""}) == []


@pytest.mark.parametrize(
    ("pattern", "covered", "left"),
    [
        ("**.links", ["links", "a.links", "a.b[0].links[1].href"], ["linksOf", "a.link"]),
        ("a.b", ["a.b", "a.b.c", "a.b[0]"], ["a", "x.a.b", "a.bc"]),
        ("items[*].id", ["items[0].id", "items[id=7].id"], ["items[0].price", "items.id"]),
        ("items[0].id", ["items[0].id"], ["items[1].id", "items[10].id"]),
        ("*Date", ["creationDate"], ["creationDates", "a.creationDate"]),
        ("**.*Date.**", ["a.creationDate.x"], ["a.x"]),
        ("o:errorPath", ["o:errorPath"], ["errorPath"]),
    ],
)
def test_patterns(pattern: str, covered: list[str], left: list[str]) -> None:
    patterns = Patterns([pattern])
    assert [text for text in covered if not patterns.cover(steps(text))] == []
    assert [text for text in left if patterns.cover(steps(text))] == []


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", "a[]", "a[0", "a[0]b", "[0].."])
def test_no_pattern(text: str) -> None:
    with pytest.raises(BadPattern):
        steps(text)


def test_what_differs_by_nature_is_passed_over_unless_the_file_says_otherwise(compare: Comparison) -> None:
    compare.both("GET", CART, {"links": [1], "orderId": "o1"}, {"links": [2], "orderId": "o2"})
    assert compare([_get(CART)]) == 0
    assert compare({"ignoreNothingElse": True, "calls": [_get(CART)]}) == 1
    assert compare({"ignoreNothingElse": True, "ignore": ["links"], "calls": [_get(CART, ignore=["orderId"])]}) == 0
    assert compare({"ignoreNothingElse": True, "calls": [_get(CART)]}, "--ignore", "**.links", "--ignore", "*Id") == 0


def test_only_what_is_named(compare: Comparison) -> None:
    compare.both("GET", CART, {"a": {"b": 1, "c": 1}}, {"a": {"b": 2, "c": 2}})
    assert compare([_get(CART, only=["a.b"])]) == 1
    assert compare.printed.count(" | ") == 1
    assert compare([_get(CART, only=["a.d"])]) == 0


def test_many_differences_are_cut(compare: Comparison) -> None:
    compare.both("GET", CART, {"l": [*range(70)]}, {"l": [*range(1, 71)]})
    assert compare([_get(CART)]) == 1
    assert "    … and 20 more\n" in compare.printed


# What is sent.


def test_values_of_an_answer_go_into_later_calls_each_side_its_own(compare: Comparison) -> None:
    compare.both("POST", CART, {"orderId": "o1", "n": 3, "cart": "o1"}, {"orderId": "o 2", "n": 4, "cart": "o 2"})
    for number, name in enumerate(("o1", "o%202")):
        compare.sides[number].answer("GET", f"/side{number}{CART}/{name}", {"saved": {"of": ["o1", "o 2"][number]}})
    calls = [
        _post({}, keep={"order": "orderId", "n": "n"}, ignore=["n"]),
        _post({"id": "${order}", "n": "${n}", "text": "no. ${n}"}, ignore=["n"]),
        _get(f"{CART}/${{order}}?of=${{site}}"),
    ]
    values = {"site": {"old": "siteUS", "new": "site US"}}
    assert compare({"values": values, "calls": calls}, "--writes") == 0
    assert compare.sides[0].bodies(f"/side0{CART}")[1] == {"id": "o1", "n": 3, "text": "no. 3"}
    assert compare.sides[1].bodies(f"/side1{CART}")[1] == {"id": "o 2", "n": 4, "text": "no. 4"}
    assert compare.sides[1].seen[-1][1] == f"/side1{CART}/o%202?of=site%20US"


def test_a_call_without_the_value_that_it_needs_is_made_nowhere(compare: Comparison) -> None:
    compare.both("POST", CART, {"orderId": "o1"}, {"orderId": None})
    assert compare([_post({}, keep={"order": "orderId"}), _get(f"{CART}/${{order}}")], "--writes") == 3
    assert f"! GET {CART}/${{order}}: new has no order\n" in compare.printed
    assert [method for method, _, _, _ in compare.sides[0].seen] == ["POST", "POST"]


def test_calls_that_write_are_made_when_asked_for(compare: Comparison) -> None:
    compare.both("POST", CART, {}, {})
    compare.both("GET", CART, {}, {})
    assert compare([_post({}), _get(CART)]) == 0
    assert f"- POST {CART}: left out, for it writes" in compare.printed
    assert "2 calls: 1 the same, 0 different, 1 left out" in compare.printed
    assert compare.sides[0].bodies(f"/side0{CART}") == []
    assert compare([_post({})]) == 3  # nothing was compared


def test_each_side_gets_its_own_credentials_and_token_once(
    compare: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEW_SHOPPER_USERNAME", "ada-there")
    compare.both("GET", PROFILE, {}, {})
    assert compare([_get(), _get()]) == 0
    for number, name in enumerate(("ada", "ada-there")):
        (login, *calls) = compare.sides[number].seen
        assert login[3] == f"grant_type=password&username={name}&password=Analytical-1843"
        assert [headers["Authorization"] for _, _, headers, _ in calls] == [f"Bearer {TOKEN}{number}"] * 2


def test_an_authenticator_and_an_application_key(compare: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLD_SHOPPER_TOTP_CODE", "123456")
    monkeypatch.setenv("NEW_SHOPPER_KEY", "a-key-of-an-application")
    compare.sides[0].answer("POST", "/side0/ccstore/v1/mfalogin", {"access_token": TOKEN})
    compare.both("GET", PROFILE, {}, {})
    assert compare([_get()]) == 0
    assert compare.sides[0].seen[0][3].endswith("&totp_code=123456")
    _, _, headers, body = compare.sides[1].seen[0]
    assert (headers["Authorization"], body) == ("Bearer a-key-of-an-application", "grant_type=client_credentials")


def test_an_administration_at_an_address_of_its_own(compare: Comparison) -> None:
    """Of the old side: as Oracle's service has it."""
    old, new = compare.sides
    old.answer("GET", "/side0/admin/ccadmin/v1/locales", {})
    old.answer("GET", f"/side0{CART}", {})
    new.answer("GET", "/side1/ccadmin/v1/locales", {})
    new.answer("GET", f"/side1{CART}", {})
    calls = [{"method": "GET", "path": "/ccadmin/v1/locales"}, {"method": "GET", "path": CART}]
    assert compare(calls, "--old-admin", f"{old.url}/admin") == 0
    assert [path for _, path, _, _ in old.seen] == ["/side0/admin/ccadmin/v1/locales", f"/side0{CART}"]


def test_a_form(compare: Comparison) -> None:
    path = "/ccstore/v1/verify"
    compare.both("POST", path, {}, {})
    assert compare([{"method": "POST", "path": path, "form": {"a": "b c"}}], "--writes") == 0
    assert compare.sides[0].seen[0][2]["Content-Type"] == "application/x-www-form-urlencoded"
    assert compare.sides[0].seen[0][3] == "a=b+c"


def test_a_redirect_is_followed_nowhere(compare: Comparison) -> None:
    compare.both("GET", CART, {}, {})
    compare.sides[0].answer("GET", f"/side0{CART}", {}, status=302, Location=f"{compare.sides[1].url}/stolen")
    assert compare([_get(CART)]) == 1
    assert "    status: 302 | 200\n" in compare.printed
    assert [path for _, path, _, _ in compare.sides[1].seen if "stolen" in path] == []


def _dripping(pause: float) -> tuple[socket.socket, str]:
    """A server that sends a byte of its endless answer now and then."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.recv(1000)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while True:
                connection.sendall(b" ")
                time.sleep(pause)

    threading.Thread(target=serve).start()
    return listening, f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_an_answer_that_never_ends_is_cut_off() -> None:
    listening, url = _dripping(0.05)
    began = time.monotonic()
    with listening, pytest.raises(NoAnswer, match=r"no whole answer within 0\.4 seconds"):
        BaseUrl.read(url).send("GET", "/", {}, None, 0.4)
    assert time.monotonic() - began < 5


def test_an_answer_that_never_ends_over_a_connection_that_was_late(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.create_connection

    def slow(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        time.sleep(0.4)
        return connect(address)

    monkeypatch.setattr(socket, "create_connection", slow)
    listening, url = _dripping(0.05)
    began = time.monotonic()
    with listening, pytest.raises(NoAnswer, match=r"no whole answer within 0\.2 seconds"):
        BaseUrl.read(url).send("GET", "/", {}, None, 0.2)
    assert time.monotonic() - began < 5


def test_an_answer_that_is_too_large(sides: tuple[Server, Server], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MAX_BYTES", 2_000)
    sides[0].answer("GET", "/side0/large", b" " * 2_001)
    with pytest.raises(NoAnswer, match="larger than 2,000 bytes"):
        BaseUrl.read(sides[0].url).send("GET", "/large", {}, None, 30)
    sides[0].answer("GET", "/side0/large", b" " * 2_000)
    assert len(BaseUrl.read(sides[0].url).send("GET", "/large", {}, None, 30).body) == 2_000


def test_an_error_repeats_nothing_that_was_sent(sides: tuple[Server, Server]) -> None:
    with pytest.raises(NoAnswer) as refused:
        BaseUrl.read(sides[0].url).send("GET", "/", {"Authorization": "Bearer sec\nret"}, None, 5)
    assert "ret" not in str(refused.value)


@pytest.mark.parametrize("url", ["http://localhost:80", "http://127.0.0.2", "http://[::1]:4566", "https://x.example"])
def test_base_urls(url: str) -> None:
    assert BaseUrl.read(f"{url}/shop/").path == "/shop"


def test_plain_text_beyond_this_machine() -> None:
    with pytest.raises(BadAddress):
        BaseUrl.read("http://10.0.0.1")


# What is shown.

PEOPLE = {
    "firstName": "Ada",
    "email": "ada@example.com",
    "favorite_color": "green",
    "lifetimeSpend": 12.5,
    "access_token": "opaque-text-of-a-token",
    "shippingAddresses": [{"address1": "12 St James Square"}],
    "secondaryAddresses": {"Lovelace": {"city": "London"}},
    "dynamicProperties": [{"id": "loyalty", "value": "gold"}],
    "giftCardNumber": "6035710988880101071",
    "note": "6035 7109 8888 0101 071",
    "echo": f"your token is {TOKEN}0",
    "said": "Analytical-1843",
    "giftCardPin": "1234",
}


def _others(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _others(part) for name, part in value.items()}
    if isinstance(value, list):
        return [{**_others(part), "id": part.get("id")} for part in value]
    return 99 if isinstance(value, float) else f"{value} of another"


@pytest.mark.parametrize("path", [PROFILE, CART])
def test_no_secret_is_shown_and_nothing_of_people(compare: Comparison, path: str) -> None:
    compare.both("GET", path, PEOPLE, _others(PEOPLE))
    assert compare([_get(path)], "--new-members") == 1
    secrets = ["opaque-text", "60357109", "6035 7109", TOKEN, "Analytical", "1234"]
    personal = ["Ada", "ada@", "St James", "London", "gold", "Lovelace"]
    personal += ["green", "12.5"] if path == PROFILE else []
    everything = compare.printed + compare.said
    assert [text for text in [*secrets, *personal] if text in everything] == []
    assert compare([_get(path)], "--show-personal") == 1
    everything = compare.printed + compare.said
    assert [text for text in secrets if text in everything] == []
    assert [text for text in ["Ada", "ada@", "St James", "green", "12.5"] if text not in everything] == []


def test_secrets_of_the_environment_are_not_shown(compare: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARD", "a-card-of-the-shop")
    compare.both("POST", CART, {"x": "a-card-of-the-shop", "y a-card-of-the-shop": 1}, {"x": "b"})
    call = _post({"payments": [{"giftCardNumber": "${env.CARD}", "giftCardPin": "${env.CARD}"}]})
    assert compare([call], "--writes", "--show-personal") == 1
    assert "a-card" not in compare.printed + compare.said
    assert compare.sides[0].bodies(f"/side0{CART}")[0]["payments"][0]["giftCardPin"] == "a-card-of-the-shop"


def test_what_speaks_of_nobody_is_shown() -> None:
    secrecy = Secrecy(CART, [], personal=False)
    assert secrecy.value(("priceInfo", "total"), Decimal("10.50")) == "10.5"
    assert secrecy.value(("shoppingCart", "items", "[0]", "productId"), "prodB") == '"prodB"'
    assert secrecy.value(("text",), "x" * 200) == f'"{"x" * 78}…'
    assert secrecy.value(("isItemValid",), value=False) == "false"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("byLogin", "ada@example.com", "total"), "byLogin.….total"),
        (("people", "[email=ada@example.com]", "total"), "people[email=…].total"),
        (("people", "[lastName=Lovelace]", "total"), "people[lastName=…].total"),
        (("lines", "[id=ada@example.com]", "total"), "lines[id=…].total"),
        (("items", "[id=ci1]", "[0]", "total"), "items[id=ci1][0].total"),
    ],
)
def test_a_place_names_nobody(path: tuple[str, ...], place: str) -> None:
    assert Secrecy(CART, [], personal=False).place(path) == place
    assert Secrecy(CART, [], personal=True).place(path) == shown(path)


def test_nothing_that_is_shown_steers_the_terminal_or_hides() -> None:
    secrecy = Secrecy(CART, [], personal=True)
    text = "a\x1b[2J\x9b\u202eb\u200b\u00a0é😀"
    safe = r"a\u001b[2J\u009b\u202eb\u200b\u00a0é😀"
    assert secrecy.value(("text",), text) == f'"{safe}"'
    assert secrecy.place((text, "[id=\x1bx]")) == rf"{safe}[id=\u001bx]"
    assert secrecy.header("content-type", [text]) == safe


@pytest.mark.parametrize("name", ["cardCVNumber", "cardCVC", "cardCVV", "securityCode", "totp_code", "iban"])
def test_what_pays_is_never_shown(name: str) -> None:
    assert "123" not in Secrecy(CART, [], personal=True).value((name,), "123")


# A file of calls.


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        ({"calls": [{"method": "GET"}]}, "calls.0.path: is missing"),
        ({"calls": [{"method": "GET", "path": PROFILE, "log_in": "x"}]}, "did you mean login?"),
        ({"calls": [{"method": "TRACE", "path": PROFILE}]}, "calls.0.method: must be 'GET', "),
        ({"calls": [{"method": "GET", "path": "https://elsewhere.example.com/"}]}, "calls.0.path: a path such as"),
        ({"calls": [{"method": "GET", "path": "//elsewhere.example.com/"}]}, "calls.0.path: a path such as"),
        ({"calls": [_get(login="nobody")]}, "calls.0.login: the file's logins hold no nobody"),
        ({"calls": [_post({}, form={})]}, "calls.0: it has either a body or a form"),
        ({"calls": [_get(headers={"authorization": "Bearer x"})]}, "no token may stand in a file: name a login"),
        ({"calls": [_post({"newPassword": "Secret-1"})]}, "calls.0: newPassword may not stand in a file"),
        ({"calls": [_post({"payments": [{"giftCardPin": "1"}]})]}, "calls.0: giftCardPin may not stand in a file"),
        ({"calls": [_get(f"{CART}/${{order}}")]}, "calls.0: no call before it keeps order"),
        (
            {"calls": [_get(CART, keep={"order": "orderId"}), _get(f"{CART}/${{or-der}}")]},
            "calls.1: ${or-der} names no",
        ),
        ({"calls": [_get(ignore=["a..b"])]}, "a..b names no member"),
        ({"unordered": {"": "id"}, "calls": []}, "a member's path is expected"),
    ],
)
def test_what_is_wrong_with_a_file(compare: Comparison, calls: Any, said: str) -> None:
    assert compare(calls) == 2
    assert said in compare.said
    assert "Secret-1" not in compare.said
    assert compare.sides[0].seen == []


def test_the_calls_that_are_built_in(compare: Comparison) -> None:
    calls = read_calls(READS)
    assert {call["method"] for call in calls["calls"]} == {"GET"}
    assert compare.at() == 0  # 404 and 404
    left_out = sum(call.get("login") in {"account", "merchant"} for call in calls["calls"])
    assert f"0 different, {left_out} left out" in compare.printed
    assert "  no login account: ACCOUNT_USERNAME, ACCOUNT_PASSWORD not set\n" in compare.printed


def test_every_member_of_a_file_is_explained() -> None:
    text = (ROOT / "docs" / "migrating.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"^A file of calls is one object:\n\n((?:\|.*\n)+)", text, re.MULTILINE)
    named = {name.removeprefix("calls[].") for name in re.findall(r"`([\w\[\].]+)`", table)}
    members = {name for record in (CallsRecord, CallRecord, LoginRecord, TwoValues) for name in record.__annotations__}
    assert members - named == set()


def test_what_is_always_ignored_is_named_well() -> None:
    assert len({*IGNORED}) == len(IGNORED)
    assert Patterns(IGNORED).cover(steps("shoppingCart.items[0].childItems[1].id"))
    assert not Patterns(IGNORED).cover(steps("dateOfBirth"))
