"""`diff` and `load --dry-run`: what a load would change, and that a load changes just that."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backoffice.commands import run
from backoffice.comparing import compare_store
from backoffice.exporting import export_store
from backoffice.loading import load_store
from backoffice.stored import Source
from tests.support.deployment import ROOT, Product
from tests.support.used_store import use

SAMPLE_STORE = ROOT / "sample_store"
Change = tuple[str, str, dict[str, Any] | None, str | None]


def told(product: Product, folder: Path, *, replace: bool = False) -> list[str]:
    return list(map(str, compare_store(folder, product.deployment, replace=replace).differences))


def test_a_store_that_was_just_loaded_differs_nowhere(product: Product) -> None:
    comparison = compare_store(SAMPLE_STORE, product.deployment)
    assert comparison.differences == []
    assert comparison.same["products.json"] == 19
    assert set(comparison.beside.values()) == {0}


def test_what_people_changed_is_told_and_a_load_puts_it_back(product: Product) -> None:
    use(product)
    assert told(product, SAMPLE_STORE) == [
        "~ organizations 100002: addresses",
        "~ shoppers se-570031: addresses, defaultAddress, email, firstName",
        "~ orders o10001: cartName, details, lines",
    ]
    load_store(SAMPLE_STORE, product.deployment)
    assert told(product, SAMPLE_STORE) == []
    assert "~ shoppers se-570031: custom.favorite_color, dateOfBirth" in told(product, SAMPLE_STORE, replace=True)


@pytest.mark.parametrize("hashes", [False, True])
def test_an_export_differs_nowhere(product: Product, tmp_path: Path, *, hashes: bool) -> None:
    export_store(Source(use(product).deployment, hashes), tmp_path / "out")
    for replace in (False, True):
        assert told(product, tmp_path / "out", replace=replace) == []


# File, id member's value, what is changed of that record (None: the record is new), what is told.
CHANGES: list[Change] = [
    ("products.json", "prodA", {"active": False}, "~ products prodA: active"),
    ("products.json", "prodA", {"discountable": True}, None),
    ("products.json", "prodA", {"discountable": False}, "~ products prodA: discountable"),
    ("promotions.json", "pSave", {"priority": 7}, "~ promotions pSave: priority"),
    ("coupons.json", "USEDUP", {"uses": 0}, "~ coupons USEDUP: uses"),
    ("coupons.json", "SAVE5", {"useLimit": 9}, "~ coupons SAVE5: useLimit"),
    ("giftCards.json", "6035710988880101071", {"balance": 1}, "~ giftCards …1071: balance"),
    ("users.json", "in-100002", {"active": False}, "~ users in-100002: active"),
    ("users.json", "in-100002", {"password": "Other-2026"}, None),
    ("organizations.json", "100003", {"active": True, "name": "Open"}, "~ organizations 100003: active, name"),
    ("organizations.json", "100003", {"parent": "100002"}, "~ organizations 100003: parent"),
    ("shoppers.json", "se-570031", {"custom": {"credit_rating": None}}, "~ shoppers se-570031: custom.credit_rating"),
    ("shoppers.json", "se-570031", {"registrationDate": "2015-08-04T03:42:42.876+00:00"}, None),
    ("orders.json", "o10001", {"cartName": "Mine"}, "~ orders o10001: cartName"),
    ("shippingMethods.json", "m", None, "+ shippingMethods m"),
    ("taxRates.json", "US-HI", None, "+ taxRates US-HI"),
    ("prices.json", "euroPriceGroup prodNew", None, "+ prices euroPriceGroup prodNew"),
]
NEW: dict[str, Any] = {
    "shippingMethods.json": {
        "id": "m", "displayName": {"en": "M"}, "ranges": {"euroPriceGroup": [{"low": 0, "amount": 1}]},
    },
    "taxRates.json": {"country": "US", "state": "HI", "percent": 4},
    "prices.json": {"productId": "prodNew", "priceListGroup": "euroPriceGroup", "list": 5},
}  # fmt: skip


@pytest.mark.parametrize(("file", "name", "change", "line"), CHANGES)
def test_a_change_in_a_file(
    product: Product, tmp_path: Path, file: str, name: str, change: Any, line: str | None
) -> None:
    folder = tmp_path / "store"
    shutil.copytree(SAMPLE_STORE, folder)
    records = json.loads((folder / file).read_text(encoding="utf-8"))
    if change is None:
        records.append(NEW[file])
    else:
        (record,) = (one for one in records if name in (one.get("id"), one.get("code"), one.get("number")))
        record.update(change)
    (folder / file).write_text(json.dumps(records), encoding="utf-8")
    if file == "prices.json":
        products = json.loads((folder / "products.json").read_text(encoding="utf-8"))
        products.append({"id": "prodNew", "displayName": {"en": "N"}, "skus": [{"id": "skuNew"}]})
        (folder / "products.json").write_text(json.dumps(products), encoding="utf-8")
        assert told(product, folder) == ["+ products prodNew", line]
    else:
        assert told(product, folder) == ([line] if line else [])
    load_store(folder, product.deployment)
    assert told(product, folder) == []


def test_what_a_configuration_leaves_out_and_a_load_keeps(product: Product, tmp_path: Path) -> None:
    """Origins and the password policy."""
    file = tmp_path / "configuration.json"
    sites = json.loads((SAMPLE_STORE / "configuration.json").read_text(encoding="utf-8"))["sites"]
    methods = {"https://shop.example": "GET"}
    policy = {"minPasswordLength": 12}
    site = {**sites["siteUS"], "origins": methods}
    whole = {"sites": {**sites, "siteUS": site}, "adminOrigins": methods, "passwordPolicy": policy}
    file.write_text(json.dumps(whole), encoding="utf-8")
    load_store(tmp_path, product.deployment)
    file.write_text(json.dumps({"sites": sites}), encoding="utf-8")
    assert told(product, tmp_path) == []
    load_store(tmp_path, product.deployment)
    kept = Source(product.deployment).stored("configuration").record("")
    assert kept == whole
    file.write_text(json.dumps({"sites": {"siteUS": sites["siteUS"]}, "roleAccessRights": {"r": ["x"]}}))
    assert told(product, tmp_path) == ["~ configuration: roleAccessRights, sites"]


def test_properties_of_the_shopper_type(product: Product, tmp_path: Path) -> None:
    file = tmp_path / "shopper_type.json"
    declared = {
        "favorite_color": {"type": "shortText", "labels": {"de": "Farbe"}},
        "newsletter_topic": {"type": "shortText"},
        "x_new": {"type": "number"},
        "email": {"required": True},
    }
    file.write_text(json.dumps({"properties": declared}))
    assert told(product, tmp_path) == ["~ shopper_type: email, favorite_color, x_new"]
    load_store(tmp_path, product.deployment)
    assert told(product, tmp_path) == []
    assert told(product, tmp_path, replace=True) == ["~ shopper_type: favorite_color, newsletter_topic"]


def test_labels_that_are_shown_without_being_stored(product: Product, tmp_path: Path) -> None:
    file = tmp_path / "shopper_type.json"
    labels = {"en": "x_new", "de": "x_new", "fr_CA": "x_new"}  # the id shows where no label is given
    core = {"labels": {"en": "Email", "fr_CA": "Courriel"}}
    file.write_text(json.dumps({"properties": {"x_new": {"type": "number", "labels": labels}, "email": core}}))
    assert told(product, tmp_path) == ["~ shopper_type: email, x_new"]
    load_store(tmp_path, product.deployment)
    assert told(product, tmp_path) == []
    file.write_text(json.dumps({"properties": {"x_new": {"type": "number", "labels": {"en": "New", "de": "x_new"}}}}))
    assert told(product, tmp_path) == ["~ shopper_type: x_new"]
    load_store(tmp_path, product.deployment)
    assert told(product, tmp_path) == []


@pytest.fixture
def operator(product: Product, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Callable[..., tuple[int, list[str]]]:
    monkeypatch.setattr("backoffice.commands.running.find_deployment", lambda *_: product.deployment)

    def command(*arguments: str) -> tuple[int, list[str]]:
        capsys.readouterr()
        code = run([*arguments, "--stack", "any"])
        return code, capsys.readouterr().out.splitlines()

    return command


def test_the_verbs(operator: Any, tmp_path: Path, product: Product) -> None:
    assert operator("diff", str(SAMPLE_STORE))[0] == 0
    (tmp_path / "shoppers.json").write_text('[{"id": "p1", "login": "p1"}]')
    lines = ["+ shoppers p1", "shoppers.json: 1 new, 0 changed, 0 the same; 5 more in the stack stay"]
    before = product.stored("PROFILES_TABLE")
    assert operator("diff", str(tmp_path)) == (1, lines)
    assert operator("load", str(tmp_path), "--dry-run") == (0, lines)
    assert product.stored("PROFILES_TABLE") == before
    (tmp_path / "shoppers.json").write_text('[{"id": "p1"}]')
    assert operator("load", str(tmp_path), "--dry-run") == (1, [])
