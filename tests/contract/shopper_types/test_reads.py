"""Companion reads, and who may call what (contract: shopper-types.md §7, auth.md §5, common.md §1)."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce.call import Api
from commerce.identity.tokens import ISSUERS
from commerce.locales import ALL_LOCALES
from tests.contract.shopper_types.conftest import PATH
from tests.support.deployment import Product

READS = ("shopperTypes", "shopperTypes/user")
PREFIXES = ("ccadmin", "ccadminui", "ccagent", "ccagentui")


@pytest.fixture
def agent(issue: Callable[..., str]) -> str:
    return issue("in-100002", "agent", issuer=ISSUERS[Api.AGENT], roles=("csAgentRole",))


@pytest.fixture
def clerk(issue: Callable[..., str]) -> str:
    return issue("in-100004", "clerk", issuer=ISSUERS[Api.ADMIN])


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("path", READS)
def test_reads_on_admin_and_agent(product: Product, clerk: str, agent: str, prefix: str, path: str) -> None:
    own, other = (clerk, agent) if "admin" in prefix else (agent, clerk)
    url = f"/{prefix}/v1/{path}"
    answer = product.call("GET", url + "/", token=own)
    assert answer.status == 200
    assert answer.body["links"] == [{"rel": "self", "href": f"https://shop.example.com{url}/"}]
    assert product.call("GET", url, token=other).code == "00001000"
    assert product.call("GET", url).code == "00001000"


@pytest.mark.parametrize("prefix", ["ccadmin", "ccagent"])
def test_a_shopper_reads_nothing(product: Product, token: str, prefix: str) -> None:
    assert product.call("GET", f"/{prefix}/v1/shopperTypes/user", token=token).status == 401


def test_writing_needs_the_role_and_the_admin_api(product: Product, clerk: str, agent: str, token: str) -> None:
    body: Any = {"properties": {"login": {}}}
    language = {"X-CCAsset-Language": "en"}
    assert product.call("PUT", PATH, body, token=clerk, headers=language).code == "00002000"
    for stranger in (agent, token, None):
        assert product.call("PUT", PATH, body, token=stranger, headers=language).code == "00001000"
    on_agent = product.call("PUT", "/ccagent/v1/shopperTypes/user", body, token=agent, headers=language)
    assert (on_agent.status, on_agent.headers["allow"]) == (405, "GET, OPTIONS")


def test_language_of_a_read_is_optional(product: Product, clerk: str) -> None:
    def label(**headers: str) -> str:
        answer = product.call("GET", PATH, token=clerk, headers=headers)
        return str(answer.body["properties"]["favorite_color"]["label"])

    assert label() == "Favorite color"
    assert label(**{"X-CCAsset-Language": "de-AT"}) == "Lieblingsfarbe"
    assert label(**{"X-CCAsset-Language": "xx"}) == "Favorite color"


def test_unknown_type(product: Product, clerk: str) -> None:
    answer = product.call("GET", "/ccadmin/v1/shopperTypes/users", token=clerk)
    assert (answer.status, answer.code, answer.body["moreInfo"]) == (400, "75001", "users")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("?name=User", True),
        ("?name=uSER", True),
        ("?name=sE", True),
        ("?name=Users", False),
        ("?name=us%20er", False),
        ("?name=", True),
        ("?shopperTypeIds=user", True),
        ("?shopperTypeIds=a,user", True),
        ("?shopperTypeIds=User", False),
        ("?shopperTypeIds=a,b", False),
        ("?name=user&shopperTypeIds=b", False),
        ("?shopperTypeIds=", True),
        ("?whatever=1", True),
    ],
)
def test_list(product: Product, clerk: str, query: str, found: bool) -> None:
    body: dict[str, Any] = product.call("GET", f"/ccadmin/v1/shopperTypes{query}", token=clerk).body
    assert body.pop("links")[0]["rel"] == "self"
    assert body == ({"user": {"displayName": "User"}} if found else {})


def test_selection(product: Product, clerk: str) -> None:
    body: Any = product.call("GET", PATH + "?fields=id,properties.login.label", token=clerk).body
    assert body == {"id": "user", "properties": {"login": {"label": "Login name"}}}


def test_the_tag_tells_who_changed_the_type_last(product: Product, clerk: str, merchant: str) -> None:
    import base64
    import json

    def tag(token: str) -> Any:
        answer = product.call("GET", PATH, token=token)
        return json.loads(base64.b64decode(answer.headers["etag"].strip('"')))

    assert tag(clerk)["user"] == ""
    changed = {"properties": {"login": {"searchable": True}}}
    product.call("PUT", PATH, changed, token=merchant, headers={"X-CCAsset-Language": "en"})
    assert tag(clerk)["user"] == "merchant"
    assert tag(clerk)["uri"] == PATH


def test_locales(product: Product, clerk: str, agent: str, make_product: Callable[..., Product]) -> None:
    body = product.call("GET", "/ccadmin/v1/locales?withAliases=true", token=clerk).body
    assert body["defaultLocale"] == {"name": "en"}
    assert [locale["name"] for locale in body["items"]] == list(ALL_LOCALES)
    assert {"name": "pt_BR", "displayName": "Portuguese (Brazil)"} in body["items"]
    assert all(locale["displayName"] != locale["name"] for locale in body["items"])
    assert product.call("GET", "/ccadmin/v1/locales", token=agent).status == 401
    assert product.call("GET", "/ccadmin/v1/locales").status == 401

    two = make_product(LOCALES="de,pt-br", DEFAULT_LOCALE="de").call("GET", "/ccadmin/v1/locales", token=clerk).body
    assert (two["items"], two["defaultLocale"]) == (
        [{"name": "de", "displayName": "German"}, {"name": "pt_BR", "displayName": "Portuguese (Brazil)"}],
        {"name": "de"},
    )
