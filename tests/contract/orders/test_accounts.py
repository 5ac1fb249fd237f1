"""Organizations and price list groups: orders.md §1, §4."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from backoffice.people import Person, put_person
from commerce.accounts.directory import Place
from commerce.accounts.repository import DirectoryRepository
from commerce.organizations.repository import OrganizationRepository
from commerce.profiles.repository import PROFILE
from commerce.storage import Condition, Update, decode_document, encode_document
from tests.contract.orders.conftest import ORDER, Cart, line
from tests.support.deployment import ROOT, Product

GROUPS = ROOT / "sample_store" / "priceListGroups.json"
HOLDING, PARTS, CLOSED, GONE = "100001", "100002", "100003", "100999"


@pytest.fixture
def two(product: Product) -> Cart:
    """A member of PARTS, HOLDING, CLOSED (inactive) and GONE (deleted), in this order."""
    others = [{"repositoryId": name} for name in (HOLDING, CLOSED, GONE)]
    document = {"parentOrganization": {"repositoryId": PARTS}, "secondaryOrganizations": others}
    deployment = product.deployment
    put_person(deployment, deployment.tables.profiles, PROFILE, Person("two", "two", document, "Shopper-2026"))
    return Cart(product, product.login("two"))


def of(name: str) -> dict[str, str]:
    return {"X-CCOrganization": name}


def describe(product: Product, name: str, **members: Any) -> None:
    """What the stored organization says beside its name."""
    store, table = product.deployment.store, product.environment["ORGANIZATIONS_TABLE"]
    key = OrganizationRepository(store, table).organization_key(name)
    row = store.get([key])[key]
    document = encode_document(decode_document(row["document"]) | members)
    store.write(Update(key, Condition.version(row["version"]), {"document": document, "version": row["version"] + 1}))


def activate(product: Product, name: str, *, active: bool) -> None:
    tree = DirectoryRepository(product.deployment.store, product.environment["ORGANIZATIONS_TABLE"])
    tree.arrange({name: Place(HOLDING if name != HOLDING else None, active)})


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
@pytest.mark.parametrize(
    ("name", "code"), [("nobody", "100098"), ("x" * 3000, "100098"), (GONE, "100096"), (CLOSED, "100094")]
)
def test_organizations_that_may_not_be_acted_for(two: Cart, method: str, name: str, code: str) -> None:
    body = {"shoppingCart": {"items": [line()]}}
    answer = two.product.call(method, ORDER, body, token=two.token, headers=of(name))
    assert (answer.status, answer.code) == (400, code)
    assert "moreInfo" not in answer.body


def test_those_who_are_no_member(cart: Cart) -> None:
    assert cart.post(line(), headers=of(PARTS)).code == "100098"


def test_each_organization_has_an_order_of_its_own(two: Cart) -> None:
    parts, holding = two.ok(line())["orderId"], two.ok(line(), headers=of(HOLDING))["orderId"]
    assert parts != holding
    assert two.ok(line(), headers=of(PARTS))["orderId"] == parts
    assert two.shown()["orderId"] == parts
    assert two.shown(headers=of(HOLDING))["orderId"] == holding
    assert two.delete(of(HOLDING)).status == 200
    assert two.get(headers=of(HOLDING)).status == 204
    assert two.shown()["orderId"] == parts


@pytest.mark.parametrize("header", [HOLDING, f'"{HOLDING}"', f'{{"organizationId":"{HOLDING}"}}', f'{{"x":{HOLDING}}}'])
def test_every_form_of_the_header(two: Cart, header: str) -> None:
    created = two.ok(line(), headers=of(header))["orderId"]
    assert two.shown(headers=of(HOLDING))["orderId"] == created


def test_the_first_active_organization_counts(two: Cart) -> None:
    parts = two.ok(line())["orderId"]
    activate(two.product, PARTS, active=False)
    holding = two.ok(line())["orderId"]
    assert holding != parts
    assert two.shown(headers=of(HOLDING))["orderId"] == holding
    activate(two.product, HOLDING, active=False)
    own = two.ok(line())["orderId"]
    assert own not in {parts, holding}
    assert two.post(line(), id=parts).code == "100097"
    activate(two.product, PARTS, active=True)
    assert two.ok(line(), id=parts)["orderId"] == parts
    assert two.post(line(), id=own, headers=of(PARTS)).code == "100099"
    assert two.post(line(), id=holding, headers=of(PARTS)).code == "100095"
    assert two.ok(line(), id=own)["orderId"] == own


def test_an_order_of_an_organization_that_was_left(two: Cart, load: Callable[..., None]) -> None:
    parts = two.ok(line())["orderId"]
    left = {"id": "two", "login": "two", "password": "Shopper-2026"}
    load(two.product, "shoppers.json", [left], replace=True)
    two.token = two.product.login("two")
    assert two.get().status == 204
    assert two.post(line(), id=parts).code == "100097"


def test_an_account_that_may_not_use_this_store(two: Cart) -> None:
    describe(two.product, PARTS, sites=["siteDE"])
    for answer in (two.post(line()), two.get(), two.delete()):
        assert (answer.status, answer.code) == (403, "60011")
    assert two.post(line(), headers={"x-ccsite": "siteDE"}).status == 200
    assert two.post(line(), headers=of(HOLDING)).status == 200


# --- price list groups


@pytest.mark.parametrize("name", ["nobody", "euroPriceGroup", "x" * 3000, "ü"])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_groups_of_others(cart: Cart, name: str, method: str) -> None:
    body = {"shoppingCart": {"items": [line()]}}
    answer = cart.product.call(method, ORDER, body, token=cart.token, headers={"X-CCPriceListGroup": name})
    assert (answer.status, answer.code, answer.body["moreInfo"]) == (400, "20186", name)


def test_the_groups_of_a_site(cart: Cart, load: Callable[..., None]) -> None:
    site = {"priceListGroups": ["defaultPriceGroup", "euroPriceGroup"]}
    load(cart.product, "configuration.json", {"sites": {"siteUS": site}})
    euros = cart.ok(line(), headers={"X-CCPriceListGroup": "euroPriceGroup"})
    assert (euros["priceInfo"]["amount"], euros["priceListGroup"]["id"]) == (19.99, "euroPriceGroup")
    assert cart.shown()["priceInfo"]["amount"] == 21.99
    assert cart.shown(headers={"X-CCPriceListGroup": "euroPriceGroup"})["priceInfo"]["amount"] == 19.99


def test_a_group_that_is_not_active(cart: Cart, load: Callable[..., None]) -> None:
    groups = json.loads(GROUPS.read_text(encoding="utf-8"))
    load(cart.product, "priceListGroups.json", [groups[0] | {"active": False}])
    assert cart.post(line()).code == "20186"
    assert cart.post(line(), headers={"X-CCPriceListGroup": "defaultPriceGroup"}).code == "20186"


def test_an_account_with_prices_of_its_own(two: Cart) -> None:
    describe(two.product, PARTS, priceListGroup={"repositoryId": "euroPriceGroup"})
    store = two.product.app("update_current_profile_order").parts.store
    assert two.ok(line())["priceInfo"]["currencyCode"] == "EUR"
    two.ok(line())
    assert store.meter.calls == 3
    assert two.shown()["priceInfo"]["amount"] == 19.99
    us = two.ok(line(), headers={"X-CCPriceListGroup": "defaultPriceGroup"})
    assert us["priceInfo"]["currencyCode"] == "USD"


def test_a_shopper_with_prices_of_its_own(product: Product, load: Callable[..., None]) -> None:
    record = {"id": "own", "login": "own", "password": "Shopper-2026", "priceListGroup": {"id": "euroPriceGroup"}}
    load(product, "shoppers.json", [record])
    own = Cart(product, product.login("own"))
    assert own.ok(line())["priceInfo"]["currencyCode"] == "EUR"
    assert own.ok(line(), headers={"X-CCPriceListGroup": "defaultPriceGroup"})["priceInfo"]["currencyCode"] == "USD"
