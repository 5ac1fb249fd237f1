"""`export`: what a stack holds as files; loaded into an empty stack, they export as the same bytes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backoffice.checking import check_store
from backoffice.commands import run
from backoffice.exporting import export_store
from backoffice.loading import load_store
from backoffice.records import BadData
from backoffice.stored import Source
from commerce.call import TimeBudget
from commerce.catalogue import CardRequest, CardStatus, TableProvider
from tests.contract.catalogue.stores import STORE, write_store
from tests.support.deployment import Product
from tests.support.used_store import use

SECRETS = ("password", "pin", "totpSecret", "passwordHash", "pinHash")


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def exported(product: Product, folder: Path, **options: Any) -> dict[str, bytes]:
    export_store(Source(product.deployment, hashes=options.pop("hashes", False)), folder, **options)
    return files_of(folder)


def clear(product: Product) -> None:
    client = product.deployment.client
    for variable, table in product.environment.items():
        if variable.endswith("_TABLE"):
            for item in client.scan(TableName=table)["Items"]:
                client.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})


def records(files: dict[str, bytes], name: str) -> Any:
    return json.loads(files[name])


@pytest.fixture
def used(product: Product) -> Product:
    """The sample store after people have used it."""
    return use(product)


def test_a_store_in_use_goes_to_another_stack_and_exports_as_the_same_bytes(used: Product, tmp_path: Path) -> None:
    first = exported(used, tmp_path / "first", hashes=True)
    assert len(first) == 16
    assert check_store(tmp_path / "first", used.deployment).found == []
    shown = used.call("GET", "/ccstore/v1/orders/current", token=used.login()).body
    clear(used)
    load_store(tmp_path / "first", used.deployment)
    assert exported(used, tmp_path / "second", hashes=True) == first
    # A load of its own export changes nothing, and a password moved with its hash.
    load_store(tmp_path / "first", used.deployment)
    assert exported(used, tmp_path / "third", hashes=True) == first
    again = used.call("GET", "/ccstore/v1/orders/current", token=used.login()).body
    assert {name: again[name] for name in ("orderId", "cartName", "priceInfo", "shoppingCart", "shippingGroups")} == {
        name: shown[name] for name in ("orderId", "cartName", "priceInfo", "shoppingCart", "shippingGroups")
    }


def test_edits_are_in_the_files(used: Product, tmp_path: Path) -> None:
    files = exported(used, tmp_path / "store")
    (shopper,) = (one for one in records(files, "shoppers.json") if one["id"] == "se-570031")
    assert list(shopper)[:3] == ["id", "login", "email"]
    assert (shopper["firstName"], shopper["custom"]["favorite_color"], shopper["email"]) == (
        "Élodie",
        "red",
        "new@example.com",
    )
    assert [address["city"] for address in shopper["addresses"]] == ["Bonn"]
    (account,) = (one for one in records(files, "organizations.json") if one["id"] == "100002")
    assert (account["parent"], account["addresses"][-1]["custom"]) == ("100001", {"deliveryNote": "x"})
    declared = records(files, "shopper_type.json")["properties"]
    assert declared["x_size"]["labels"] == {"de": "Größe", "en": "Size", "fr": "Taille"}
    assert declared["email"]["labels"]["de"] == "Mail Größe"
    (order,) = records(files, "orders.json")
    assert (order["current"], order["cartName"], order["details"]["coupons"]) == (True, "Party", ["SAVE5"])


def test_no_secret_leaves(used: Product, tmp_path: Path) -> None:
    files = exported(used, tmp_path / "store")
    everything = b"".join(files.values()).decode()
    assert [name for name in SECRETS if f'"{name}":' in everything] == []
    assert "$argon2" not in everything
    assert "modifiedBy" not in everything
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in (tmp_path / "store").iterdir())
    # Loaded where there are passwords, the files leave them as they are.
    load_store(tmp_path / "store", used.deployment)
    assert used.login()


def test_hashes_leave_where_they_are_asked_for(product: Product, tmp_path: Path) -> None:
    files = exported(product, tmp_path / "store", hashes=True)
    assert all(one["passwordHash"].startswith("$argon2id$") for one in records(files, "users.json"))
    assert b"totpSecret" not in b"".join(files.values())
    clear(product)
    load_store(tmp_path / "store", product.deployment)
    assert product.login()


def test_a_card_whose_pin_stays_behind_is_not_open_to_everybody(
    load_empty: Any, empty: Product, tmp_path: Path
) -> None:
    cards = [
        {"number": "1", "pin": "4711", "balance": 5, "currencyCode": "USD"},
        {"number": "2", "balance": 7, "currencyCode": "USD"},
    ]
    load_empty(**{"giftCards.json": cards})

    def status(number: str, pin: str | None) -> CardStatus:
        provider = TableProvider(empty.deployment.tables.catalogue)
        request = CardRequest(number, pin)
        rows = empty.deployment.store.get(provider.keys([request]))
        return provider.ask([request], "USD", rows, TimeBudget())[0].status

    first = exported(empty, tmp_path / "first")
    assert [card.get("hasPin") for card in records(first, "giftCards.json")] == [True, None]
    load_store(tmp_path / "first", empty.deployment)
    assert (status("1", "4711"), status("1", None), status("2", None)) == (
        CardStatus.ACCEPTED, CardStatus.INVALID, CardStatus.ACCEPTED,
    )  # fmt: skip
    clear(empty)
    load_store(tmp_path / "first", empty.deployment)
    assert {status("1", pin) for pin in (None, "", "4711")} == {CardStatus.INVALID}
    assert exported(empty, tmp_path / "second") == first


@pytest.fixture
def load_empty(empty: Product, tmp_path: Path) -> Callable[..., None]:
    def load(**files: Any) -> None:
        load_store(write_store(tmp_path / "given", files), empty.deployment)

    return load


def test_large_files_are_lines(load_empty: Any, empty: Product, tmp_path: Path) -> None:
    load_empty(**STORE)
    first = exported(empty, tmp_path / "lines", large=3)
    assert {"products.jsonl", "prices.jsonl", "promotions.json", "configuration.json"} <= first.keys()
    assert [json.loads(line)["id"] for line in first["products.jsonl"].decode().splitlines()] == ["p1", "p2", "p3"]
    clear(empty)
    load_store(tmp_path / "lines", empty.deployment)
    assert exported(empty, tmp_path / "again", large=3) == first


def test_a_promotion_stays_behind_its_coupons_when_they_are_gone(
    load_empty: Any, empty: Product, tmp_path: Path
) -> None:
    load_empty(**STORE)
    table = empty.deployment.tables.catalogue
    empty.deployment.client.delete_item(TableName=table, Key={"pk": {"S": "coupon#C1"}, "sk": {"S": "content"}})
    promotions = records(exported(empty, tmp_path / "out"), "promotions.json")
    assert [one.get("couponOnly") for one in promotions] == [True, None]


def test_parts_and_files_that_are_there(product: Product, tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr("backoffice.commands.running.find_deployment", lambda *_: product.deployment)
    command = ["export", str(tmp_path / "out"), "--stack", "any", "--part", "prices", "--part", "coupons"]
    assert run(command) == 0
    assert capsys.readouterr().out == "coupons.json: 8, prices.json: 27\n"
    before = files_of(tmp_path / "out")
    assert before.keys() == {"coupons.json", "prices.json"}
    assert run(command) == 1
    assert "is there already" in capsys.readouterr().err
    assert files_of(tmp_path / "out") == before


def test_an_export_that_is_stopped_leaves_no_half_of_a_file(product: Product, tmp_path: Path, monkeypatch: Any) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("backoffice.exporting.dumps", stop)
    with pytest.raises(KeyboardInterrupt):
        export_store(Source(product.deployment), tmp_path / "out")
    assert files_of(tmp_path / "out") == {}


def test_nothing_to_export(empty: Product, tmp_path: Path) -> None:
    assert exported(empty, tmp_path / "out") == {}
    (tmp_path / "out" / "products.jsonl").write_text("")
    with pytest.raises(BadData, match="is there already"):
        export_store(Source(empty.deployment), tmp_path / "out")
