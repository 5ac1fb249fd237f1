"""Origins and password policy stand in the configuration document: how much of them, how soon, at what cost."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backoffice.loading import load_store
from backoffice.parameters import ENVIRONMENT_LIMIT
from backoffice.records import BadData
from commerce.call import Api
from commerce.configuration.repository import MAX_AGE_SECONDS
from tests.support.deployment import Product
from tests.support.documents import block
from tests.support.faults import Fault, Faults, faults_between
from tests.support.virtual_time import VirtualTime

PROFILE = "/ccstore/v1/profiles/current"
REGISTRY = "/ccstore/v1/registry"
SHOP = "https://shop.example.com"
FORTY = {
    f"site{number}": {
        "origins": {
            f"https://{name}.a-country-{number}.a-brand.example.com": "GET,HEAD,POST,PUT,DELETE,OPTIONS"
            for name in ("www", "shop", "preview")
        }
    }
    for number in range(40)
}


@pytest.fixture
def faults(product: Product, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    with faults_between(monkeypatch) as device:
        yield device


def allows(product: Product, method: str, path: str, origin: str = SHOP, **headers: str) -> bool:
    answer = product.call(method, path, headers={"Origin": origin, **headers})
    return answer.headers.get("access-control-allow-origin") == origin


def at_time(product: Product, function: str) -> VirtualTime:
    """The time by which a function's configuration grows old."""
    time = VirtualTime()
    product.app(function).parts.configuration._document._monotonic = time
    return time


def test_forty_sites(product: Product, token: str) -> None:
    """More than twice what a function's environment holds in all."""
    assert len(json.dumps(FORTY)) > 2 * ENVIRONMENT_LIMIT
    product.configure(sites=FORTY)
    for number in (0, 39):
        origin = f"https://preview.a-country-{number}.a-brand.example.com"
        for path in (PROFILE, "/ccstore/v1/login", REGISTRY):
            assert allows(product, "OPTIONS", path, origin), path
        answer = product.call("GET", PROFILE, token=token, headers={"Origin": origin, "x-ccsite": f"site{number}"})
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, origin)
        assert not allows(product, "GET", PROFILE, origin, **{"x-ccsite": f"site{39 - number}"})


@pytest.mark.parametrize(
    ("function", "method", "path"),
    [
        ("get_registry", "GET", REGISTRY),
        ("login", "POST", "/ccstore/v1/login"),
        ("update_profile", "OPTIONS", PROFILE),
        ("fallback", "GET", "/nowhere"),
    ],
)
def test_a_change_is_seen_within_a_minute(product: Product, function: str, method: str, path: str) -> None:
    time = at_time(product, function)
    assert not allows(product, method, path)
    product.configure(sites={"siteUS": {"origins": {SHOP: "GET,POST,PUT"}}})
    time.now = MAX_AGE_SECONDS - 1
    assert not allows(product, method, path)
    time.now = MAX_AGE_SECONDS
    assert allows(product, method, path)
    product.configure(sites={"siteUS": {"origins": {}}})
    time.now = 2 * MAX_AGE_SECONDS
    assert not allows(product, method, path)


def test_calls_that_read_the_configuration_see_a_change_at_once(product: Product, token: str) -> None:
    def allowed() -> bool:
        answer = product.call("GET", PROFILE, token=token, headers={"Origin": SHOP})
        return "access-control-allow-origin" in answer.headers

    assert not allowed()
    product.configure(sites={"siteUS": {"origins": {SHOP: "GET"}}})
    assert allowed()


def test_a_password_policy_is_obeyed_at_logins_within_a_minute(product: Product) -> None:
    time = at_time(product, "login")
    assert product.login()
    product.clock.move(days=20)
    product.configure(passwordPolicy={"passwordExpirationEnabled": True, "passwordExpirationLength": 10})
    assert product.login()
    time.now = MAX_AGE_SECONDS
    with pytest.raises(AssertionError, match="password_expired"):
        product.login()


def test_an_answer_does_not_fail_for_its_origin(product: Product, faults: Faults) -> None:
    """What was known stays; what never was is not allowed."""
    product.configure(sites={"siteUS": {"origins": {SHOP: "GET"}}})
    time = at_time(product, "get_registry")
    with faults.at(1, Fault.UNAVAILABLE, always=True):
        assert product.call("GET", REGISTRY, headers={"Origin": SHOP}).status == 200
        assert not allows(product, "GET", REGISTRY)
    assert allows(product, "GET", REGISTRY)
    time.now = MAX_AGE_SECONDS
    with faults.at(1, Fault.UNAVAILABLE, always=True):
        assert allows(product, "GET", REGISTRY)


# --- loading


def load(product: Product, folder: Path, **members: Any) -> Any:
    file = folder / "configuration.json"
    file.write_text(json.dumps(members), encoding="utf-8")
    load_store(folder, product.deployment)
    return product.app("get_current_profile").parts.configuration._document.recent(-1)


def test_what_a_file_says_of_browsers_and_passwords_is_loaded(product: Product, tmp_path: Path) -> None:
    sites = {"siteUS": {"origins": {SHOP: "GET", "http://[::1]:3000": "put, get", "capacitor://localhost": "GET"}}}
    loaded = load(product, tmp_path, sites=sites, adminOrigins={SHOP: "GET"}, passwordPolicy={"minPasswordLength": 12})
    assert loaded.origins.by_site["siteUS"]["http://[::1]:3000"] == {"GET", "PUT"}
    assert loaded.origins.admin == {SHOP: {"GET"}}
    assert loaded.password_policy.min_password_length == 12


def test_what_the_operations_page_shows_is_loaded(product: Product, tmp_path: Path) -> None:
    shown = block("docs/operations.md", "From where browsers may call, and the password policy")
    loaded = load(product, tmp_path, **json.loads(shown.text))
    assert loaded.origins.methods(SHOP, Api.STORE, "siteUS") >= {"GET", "PUT"}
    assert (loaded.password_policy.min_password_length, loaded.password_policy.use_symbol) == (10, True)


def test_what_a_file_does_not_say_of_them_stays(product: Product, tmp_path: Path) -> None:
    """Other sites and members go, as ever."""
    own = {"origins": {SHOP: "GET"}, "priceListGroups": ["defaultPriceGroup"]}
    load(product, tmp_path, sites={"a": own, "b": own, "c": {}}, agentOrigins={SHOP: "PUT"}, roleAccessRights={"r": []})
    again = load(product, tmp_path, sites={"a": {}, "c": own})
    assert again.origins.by_site == {"a": {SHOP: {"GET"}}, "c": {SHOP: {"GET"}}}
    assert (again.origins.agent, again.role_access_rights) == ({SHOP: {"PUT"}}, {})
    assert again.sites["a"].price_list_groups == ()
    none = load(product, tmp_path, sites={"a": {"origins": {}}}, agentOrigins={})
    assert (none.origins.by_site, none.origins.agent) == ({"a": {}}, {})


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"adminOrigins": {"https://shop.example.com/": "GET"}}, "an origin looks like"),
        ({"adminOrigins": {"shop.example.com": "GET"}}, "an origin looks like"),
        ({"sites": {"a": {"origins": {SHOP: "GET,FETCH"}}}}, "'FETCH' is none"),
        ({"sites": {"a": {"origins": "x"}}}, "sites.a.origins"),
        ({"passwordPolicy": {"useNumber": 1}}, "passwordPolicy.useNumber"),
        ({"passwordPolicy": {"minPasswordLength": True}}, "passwordPolicy.minPasswordLength"),
        ({"passwordPolicy": {"minPasswordLength": 3}}, "passwordPolicy.minPasswordLength"),
        ({"passwordPolicy": {"numberOfPreviousPasswords": 7}}, "passwordPolicy.numberOfPreviousPasswords"),
        ({"passwordPolicy": {"unknown": True}}, "passwordPolicy.unknown"),
    ],
)
def test_what_is_no_origin_and_no_policy_is_refused(
    product: Product, tmp_path: Path, members: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadData, match=said):
        load(product, tmp_path, **members)
