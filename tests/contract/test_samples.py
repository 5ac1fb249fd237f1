"""Logins and gift cards of the sample store, whose secrets are public, stay on the local cloud."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from backoffice.deployment import deployment_of
from backoffice.loading import LOADERS, load_store
from backoffice.records import BadData, read_records
from backoffice.samples import FILES
from commerce.catalogue.gift_cards import card_key
from commerce.profiles.repository import PROFILE
from commerce.settings import read_settings
from commerce.storage import Key, decode_document
from tests.support.deployment import ROOT, Product

SECRETS = {"password", "pin", "totpSecret"}


@pytest.mark.parametrize("name", FILES)
def test_a_sample_is_refused_on_aws_before_anything_is_written(product: Product, tmp_path: Path, name: str) -> None:
    """Whatever else the folder holds, in files that would be loaded before."""
    for file in ("configuration.json", "shopper_type.json", name):
        (tmp_path / file).write_bytes((ROOT / "sample_store" / file).read_bytes())
    before = {table: product.stored(table) for table in product.environment if table.endswith("_TABLE")}
    with pytest.raises(BadData, match=rf"{name}, line 2.*only the local cloud takes it"):
        load_store(tmp_path, replace(product.deployment, is_local=False))
    assert {table: product.stored(table) for table in before} == before


def test_a_store_without_samples_is_loaded_on_aws(product: Product, tmp_path: Path) -> None:
    user = {"id": "own", "login": "own", "password": "Different-1", "roles": ["adminRole"], "sample": False}
    (tmp_path / "users.json").write_text(json.dumps([user]), encoding="utf-8")
    assert load_store(tmp_path, replace(product.deployment, is_local=False)) == {"users.json": 1}


def test_the_mark_is_not_stored(product: Product) -> None:
    """The fixture's tables hold the sample store."""
    tables = product.deployment.tables
    profile = product.deployment.store.get([Key(tables.profiles, "se-570031", PROFILE)])
    (row,) = profile.values()
    assert "sample" not in row
    assert "sample" not in decode_document(row["document"])
    card = card_key(tables.catalogue, "6035710988880101071")
    (row,) = product.deployment.store.get([card]).values()
    assert "sample" not in json.dumps(row, default=str)


def test_every_secret_of_the_sample_store_is_marked() -> None:
    """A card's number pays without a PIN."""
    marked = 0
    for name in (f"{kind}.json" for kind in LOADERS):
        file = ROOT / "sample_store" / name
        if not file.read_text(encoding="utf-8").lstrip().startswith("["):
            assert not SECRETS & set(json.loads(file.read_text(encoding="utf-8"))), name
            continue
        for record in read_records(file):
            if SECRETS & set(record.value) or name == "giftCards.json":
                assert record.value.get("sample") is True, (name, record.line)
                assert name in FILES
                marked += 1
    assert marked >= 10


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:4566", True),
        ("https://localhost:4567", True),
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000", True),
        ("http://0.0.0.0:8000", False),
        ("http://10.0.0.7:8000", False),
        ("https://localhost.example.com", False),
        ("https://127.0.0.1.example.com", False),
        ("https://dynamodb.us-east-1.amazonaws.com", False),
    ],
)
def test_only_a_loopback_address_is_local(
    product: Product, monkeypatch: pytest.MonkeyPatch, url: str, *, local: bool
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", url)
    assert deployment_of(read_settings(product.environment)).is_local is local
