"""What a search can find stands in every profile's row, whoever writes it (contract: companions.md §7)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from backoffice import logins
from backoffice.commands import run
from backoffice.deployment import Deployment
from backoffice.dissolving import dissolve_organization
from backoffice.indexing import Indexed, index_profiles
from backoffice.loading import load_store
from backoffice.people import INDEXED
from backoffice.stored import Source
from commerce.call import Api
from commerce.identity.tokens import ISSUERS
from commerce.profiles.model import SEARCHED, searched
from commerce.storage import Store, decode_document, encode_document
from commerce.storage.items import from_wire
from tests.contract.profiles.conftest import Own, OwnOf
from tests.support.deployment import Product
from tests.support.rivals import rival_before_method

PEOPLE = {"110000", "110001", "110002", "110003", "se-570031"}


def rows(product: Product) -> dict[str, Any]:
    """All profiles by id, but for marks of writes."""
    client, table = product.deployment.client, product.deployment.tables.profiles
    items = [from_wire(item) for item in client.scan(TableName=table)["Items"]]
    marks = {"mark", INDEXED}
    return {
        item["pk"]: {name: value for name, value in item.items() if name not in marks}
        for item in items
        if item["sk"] == "profile"
    }


def check(product: Product) -> dict[str, Any]:
    """Each row says of its document what it must; the rows."""
    found = rows(product)
    for profile_id, row in found.items():
        assert row[SEARCHED] == searched(profile_id, row["login"], decode_document(row["document"]))
    return found


def forget(product: Product, *ids: str, instead: Any = None) -> None:
    """Rows as a release without searches has written them, or with something else in place."""
    client, table = product.deployment.client, product.deployment.tables.profiles
    for profile_id in ids or PEOPLE:
        name = {"pk": {"S": profile_id}, "sk": {"S": "profile"}}
        row = client.get_item(TableName=table, Key=name)["Item"]
        del row[SEARCHED]
        client.put_item(TableName=table, Item=row if instead is None else {**row, SEARCHED: {"M": instead}})


def admin(product: Product) -> str:
    return product.issue("in-100001", "merchant", issuer=ISSUERS[Api.ADMIN], roles=("adminRole",))


# --- every writer


def test_a_load_writes_it(product: Product) -> None:
    assert check(product).keys() == PEOPLE


def test_the_shopper_s_own_calls_write_it(product: Product, own: Own) -> None:
    assert own.put({"firstName": "PAT", "email": "Pat@Example.com", "login": "Pat"}).status == 200
    found = check(product)["se-570031"][SEARCHED]
    assert (found["firstName"], found["email"], found["login"]) == ("pat", "pat@example.com", "pat")
    address = {"address": {"firstName": "A", "lastName": "B", "address1": "1 Main St", "city": "Boston",
                           "state": "MA", "country": "US", "postalCode": "02108", "phoneNumber": "617-555-0100"},
               "addressType": "New"}  # fmt: skip
    forget(product, "se-570031")
    made = product.call("POST", "/ccstore/v1/profiles/current/addresses", address, token=own.token)
    assert made.status == 200, made.text
    check(product)
    forget(product, "se-570031")
    assert own.put({"receiveEmail": "no"}).status == 200
    check(product)


def test_a_registration_writes_it(product: Product) -> None:
    body = {"email": "Lee@Example.com", "firstName": "Lee", "lastName": "Park", "password": "Different-1",
            "receiveEmail": "no"}  # fmt: skip
    made = product.call("POST", "/ccstore/v1/profiles", body)
    assert made.status == 200, made.text
    found = check(product)[made.body["id"]][SEARCHED]
    assert (found["email"], found["lastName"]) == ("lee@example.com", "park")
    assert found["registrationDate"].startswith("20")


def test_an_administrator_s_update_writes_it(product: Product) -> None:
    answer = product.call(
        "PUT", "/ccadmin/v1/profiles/110001", {"customerContactId": "CRM-7", "active": False}, token=admin(product)
    )
    assert answer.status == 200, answer.text
    row = check(product)["110001"]
    assert (row[SEARCHED]["customerContactId"], row["active"]) == ("crm-7", False)


def test_the_operator_s_commands_write_it(product: Product) -> None:
    deployment = product.deployment
    made = logins.create_shopper(deployment, "New-One", "new@example.com", "Different-1")
    assert check(product)[made][SEARCHED]["email"] == "new@example.com"
    before = check(product)["110001"][SEARCHED]["parentOrganization"]
    dissolve_organization(deployment, before, release=True)
    assert "parentOrganization" not in check(product)["110001"][SEARCHED]


@pytest.mark.parametrize("replace", [False, True])
def test_a_load_over_what_stands_there_writes_it(product: Product, own: Own, tmp_path: Path, replace: bool) -> None:
    assert own.put({"lastName": "Changed"}).status == 200
    record = {
        "id": "se-570031",
        "login": "Shopper",
        "firstName": "Kim",
        "parentOrganization": {"repositoryId": "100002"},
    }
    (tmp_path / "shoppers.json").write_text(json.dumps([record]), encoding="utf-8")
    load_store(tmp_path, product.deployment, replace=replace)
    found = check(product)["se-570031"][SEARCHED]
    assert (found["firstName"], found["parentOrganization"], found.get("lastName")) == (
        "kim", "100002", None if replace else "changed"
    )  # fmt: skip


def test_a_load_of_what_is_there_writes_it_alone(product: Product) -> None:
    before = rows(product)
    forget(product)
    sample = Path(__file__).parents[3] / "sample_store"
    load_store(sample, product.deployment)
    assert rows(product) == before == check(product)


# --- python -m backoffice index-profiles


@pytest.fixture
def deployment(product: Product) -> Deployment:
    return product.deployment


@pytest.fixture
def operator(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> Callable[[], tuple[int, str, str]]:
    monkeypatch.setattr("backoffice.commands.running.find_deployment", lambda *_: deployment)

    def command() -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["index-profiles", "--stack", "any"])
        told = capsys.readouterr()
        return code, told.out, told.err

    return command


def test_it_is_written_where_it_is_missing_or_wrong(product: Product, operator: Any) -> None:
    before = rows(product)
    forget(product, "110000", "110001")
    forget(product, "110002", instead={"id": {"S": "110002"}, "lastName": {"S": "wrong"}})
    assert operator() == (0, "3 of 5 profiles\n", "")
    assert rows(product) == before == check(product)
    assert operator() == (0, "0 of 5 profiles\n", "")


def test_no_entity_tag_changes(product: Product, own: Own, operator: Any) -> None:
    tag = own.get().headers["etag"]
    forget(product)
    assert operator()[1] == "5 of 5 profiles\n"
    assert own.get().headers["etag"] == tag
    assert own.put({"firstName": "Pat"}, {"If-Match": tag}).status == 200


def test_who_is_stopped_anywhere_goes_on(product: Product, operator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backoffice.catalogue.WORKERS", 1)
    monkeypatch.setattr("backoffice.indexing.BATCH_SIZE", 1)
    before = rows(product)
    forget(product)
    write, left = Store.write, [0]

    def stopping(store: Store, *writes: Any) -> None:
        write(store, *writes)
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(Store, "write", stopping)
    stops = 0
    for _ in range(10):
        left[0] = 2
        code, out, err = operator()
        if code == 0:
            break
        stops += 1
        assert code == 3
        assert "Written for certain: " in err
        assert "Give the command again" in err
    assert stops >= 2
    assert out.endswith("of 5 profiles\n")
    assert rows(product) == before


@pytest.mark.parametrize(
    "damage",
    [
        {"document": None},
        {"version": None},
        {"login": None},
        {"document": {"S": "{}"}},
        {"document": {"B": b"garbage"}},
        {"document": {"B": encode_document({"custom": ["x_note"]})}},
        {"document": {"B": encode_document({"parentOrganization": "100002"})}},
    ],
)
def test_a_damaged_row_keeps_nobody_else_waiting(product: Product, operator: Any, damage: Mapping[str, Any]) -> None:
    forget(product)
    client, table = product.deployment.client, product.deployment.tables.profiles
    row = client.get_item(TableName=table, Key={"pk": {"S": "110001"}, "sk": {"S": "profile"}})["Item"]
    damaged: Any = {name: value for name, value in {**row, **damage}.items() if value}
    client.put_item(TableName=table, Item=damaged)
    assert operator() == (1, "4 of 5 profiles\n", "1 damaged row passed over: 110001\n")
    assert client.get_item(TableName=table, Key={"pk": {"S": "110001"}, "sk": {"S": "profile"}})["Item"] == damaged
    client.put_item(TableName=table, Item=row)
    assert operator() == (0, "1 of 5 profiles\n", "")
    check(product)


def test_a_rival_s_write_stays(product: Product, own_of: OwnOf, operator: Any, deployment: Deployment) -> None:
    forget(product)

    def rival() -> None:
        assert own_of("110001").put({"lastName": "Faster"}).status == 200

    with rival_before_method(deployment.store, "write", rival):
        code, out, _ = operator()
    assert (code, out.endswith("of 5 profiles\n")) == (0, True)
    assert check(product)["110001"][SEARCHED]["lastName"] == "faster"


def test_who_goes_meanwhile_stays_away(product: Product, deployment: Deployment) -> None:
    forget(product, "110001")

    def gone() -> None:
        key = {"pk": {"S": "110001"}, "sk": {"S": "profile"}}
        deployment.client.delete_item(TableName=deployment.tables.profiles, Key=key)

    done = Indexed()
    with rival_before_method(deployment.store, "write", gone):
        index_profiles(deployment, done, lambda _: None)
    assert (done.looked_at, done.written) == (5, 0)
    assert rows(product).keys() == PEOPLE - {"110001"}


def test_files_hold_nothing_of_it(product: Product) -> None:
    record = Source(product.deployment).stored("shoppers").record("se-570031")
    forget(product)
    assert record == Source(product.deployment).stored("shoppers").record("se-570031")
    assert record is not None
    assert SEARCHED not in record
