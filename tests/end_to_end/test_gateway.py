"""What the gateway and the functions answer before any operation begins (contract: common.md §1, §5, §9, §11)."""

from collections.abc import Callable

import pytest

from tests.end_to_end.conftest import Answer

Call = Callable[..., Answer]


def _assert_error(answer: Answer, status: int, code: str) -> None:
    assert answer.status == status, answer.text
    assert answer.body["status"] == str(status)
    assert answer.body["errorCode"] == code
    assert answer.headers["cache-control"] == ["no-store"]


@pytest.mark.parametrize("path", ["/", "/nothing", "/ccstore/v1/products", "/ccstore/v2/login", "/CCSTORE/v1/login"])
def test_unknown_route(call: Call, path: str) -> None:
    _assert_error(call("GET", path), 404, "00000404")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/ccstore/v1/login"), ("DELETE", "/ccstoreui/v1/profiles/current")]
)
def test_verb_that_the_route_does_not_offer(call: Call, method: str, path: str) -> None:
    answer = call(method, path)
    _assert_error(answer, 405, "00000405")
    assert answer.headers["allow"]


def test_preflight(call: Call) -> None:
    answer = call("OPTIONS", "/ccstore/v1/profiles/current", headers={"Origin": "https://elsewhere.example"})
    assert answer.status == 200
    assert answer.text == ""
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_one_trailing_slash_changes_nothing(call: Call) -> None:
    assert call("GET", "/ccadmin/v1/registry/").status == 200


def test_body_above_the_limit(call: Call) -> None:
    _assert_error(call("PUT", "/ccstore/v1/visitorInfo/current", "x" * (1024 * 1024 + 1)), 413, "00000413")


def test_links_lead_back(call: Call, deployed: dict[str, object]) -> None:
    link = call("GET", "/ccstoreui/v1/registry").body["links"][0]
    assert link == {"rel": "self", "href": f"{deployed['baseUrl']}/ccstoreui/v1/registry"}


def test_no_token(call: Call) -> None:
    _assert_error(call("PUT", "/ccstore/v1/profiles/current", {"firstName": "Jack"}), 401, "00001000")


def test_unusable_body(call: Call, login: Callable[[str], str]) -> None:
    _assert_error(call("PUT", "/ccstore/v1/profiles/current", "{", token=login("shopper")), 400, "00000400")
