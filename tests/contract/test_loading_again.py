"""A load that is stopped anywhere and repeated leaves what an undisturbed one leaves; what people change stays."""

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from backoffice import logins
from backoffice.commands import run
from backoffice.loading import load_store
from backoffice.records import BadData
from tests.contract.profiles.conftest import PROFILE
from tests.support.deployment import Product
from tests.support.virtual_time import VirtualTime

SAMPLE_STORE = Path(__file__).parents[2] / "sample_store"
WRITES = ("BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem")
# What counts writes, and hashes with their salts.
INCIDENTAL = ("version", "mark", "passwordHash", "pinHash")
# Loads as often as that come to the end, whatever the step.
MOST_LOADS = 200
SHOPPER = {"id": "p1", "login": "p1", "email": "p1@example.com", "password": "Different-1", "firstName": "Kim"}

Carry = Callable[[], Any]


class Crash(Exception):
    """The process ends."""


@contextmanager
def meeting(happen: Callable[[int, str, Any, Carry], Any]) -> Iterator[list[str]]:
    """Every write goes through `happen`: its number (1 = the first), operation, request, and what carries it out."""
    seen: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        call: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]  # the stubs leave it out

        def api_call(client: Any, name: str, request: Any) -> Any:
            if name not in WRITES:
                return call(client, name, request)
            seen.append(name)
            return happen(len(seen), name, request, lambda: call(client, name, request))

        patch.setattr(BaseClient, "_make_api_call", api_call)
        yield seen


def throttled(name: str, request: Any) -> ClientError:
    answer: Any = {
        "Error": {"Code": "ProvisionedThroughputExceededException"},
        "ResponseMetadata": {"HTTPStatusCode": 400},
    }
    if name == "TransactWriteItems":
        answer["Error"] = {"Code": "TransactionCanceledException"}
        answer["CancellationReasons"] = [{"Code": "ThrottlingError"} for _ in request["TransactItems"]]
    return ClientError(answer, name)


def rows(product: Product, incidental: Collection[str] = INCIDENTAL) -> dict[str, Any]:
    """All rows of all tables but for what is incidental."""
    client, found = product.deployment.client, {}
    for variable, table in product.environment.items():
        if variable.endswith("_TABLE"):
            for item in client.scan(TableName=table)["Items"]:
                kept = {name: value for name, value in item.items() if name not in incidental}
                found[f"{table} {item['pk']['S']} {item['sk']['S']}"] = kept
    return found


@pytest.fixture
def undisturbed(empty: Product, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The rows of one load; the tables are empty again."""
    monkeypatch.setattr("backoffice.catalogue.WORKERS", 1)
    load_store(SAMPLE_STORE, empty.deployment)
    expected = rows(empty)
    client = empty.deployment.client
    for variable, table in empty.environment.items():
        if variable.endswith("_TABLE"):
            for item in client.scan(TableName=table)["Items"]:
                client.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
    assert not rows(empty)
    return expected


@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("step", [3, 7])
def test_a_load_that_ends_at_any_write_is_repeated_to_the_same_rows(
    undisturbed: dict[str, Any], empty: Product, step: int, carried_out: bool
) -> None:
    crashes = 0
    for loads in range(1, MOST_LOADS):
        last = loads * step

        def happen(number: int, _name: str, _request: Any, carry_out: Carry, last: int = last) -> Any:
            answer = carry_out() if number < last or carried_out else None
            if number >= last:
                raise Crash
            return answer

        with meeting(happen):
            try:
                load_store(SAMPLE_STORE, empty.deployment)
                break
            except Crash:
                crashes += 1
    else:
        pytest.fail("the load never came to its end")
    assert crashes > 1
    assert rows(empty) == undisturbed
    assert empty.login()


def test_writes_that_are_put_off_now_and_then_are_all_made(
    undisturbed: dict[str, Any], empty: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    VirtualTime().rule(monkeypatch)
    put_off: list[str] = []

    def happen(number: int, name: str, request: Any, carry_out: Carry) -> Any:
        if number % 3 == 0:
            put_off.append(name)
            raise throttled(name, request)
        if name == "BatchWriteItem" and number % 2 == 0:
            ((table, requests),) = request["RequestItems"].items()
            later = requests[len(requests) // 2 :]
            put_off.append("UnprocessedItems")
            request["RequestItems"] = {table: requests[: len(requests) // 2]}
            answer = carry_out() if request["RequestItems"][table] else {}
            return {**answer, "UnprocessedItems": {table: later}}
        return carry_out()

    with meeting(happen):
        load_store(SAMPLE_STORE, empty.deployment)
    assert {"BatchWriteItem", "TransactWriteItems", "UnprocessedItems", "UpdateItem"} <= set(put_off)
    assert rows(empty) == undisturbed


def test_a_stopped_load_says_what_is_written(
    empty: Product, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("backoffice.commands.running.find_deployment", lambda *_: empty.deployment)

    def happen(number: int, _name: str, _request: Any, carry_out: Carry) -> Any:
        if number == 3:
            raise KeyboardInterrupt
        return carry_out()

    with meeting(happen):
        assert run(["load", str(SAMPLE_STORE), "--stack", "any"]) == 3
    groups = len(json.loads((SAMPLE_STORE / "priceListGroups.json").read_text(encoding="utf-8")))
    told = capsys.readouterr().err
    assert told.startswith("stopped: KeyboardInterrupt")
    assert f"Written for certain: configuration.json: 1, priceListGroups.json: {groups}. Load again" in told
    assert run(["load", str(SAMPLE_STORE), "--stack", "any"]) == 0
    assert empty.login()


# --- what people change


@pytest.fixture
def load(product: Product, tmp_path: Path) -> Callable[..., None]:
    """`load("shoppers.json", {…}, …)`: these records."""

    def make(name: str, *records: Any, replace: bool = False) -> None:
        (tmp_path / name).write_text(json.dumps(records), encoding="utf-8")
        load_store(tmp_path, product.deployment, replace=replace)

    return make


def without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


def test_passwords_and_sessions_stay(load: Callable[..., None], product: Product) -> None:
    load("shoppers.json", SHOPPER)
    token = product.login("p1", "Different-1")
    silent = without(SHOPPER, "password", "email") | {"firstName": "Sam"}
    load("shoppers.json", silent)
    answer = product.call("GET", PROFILE, token=token)
    assert (answer.body["firstName"], answer.body["email"]) == ("Sam", "p1@example.com")
    assert product.login("p1", "Different-1")
    assert product.login("shopper")
    # A password that is right already ends no session, another one does.
    load("shoppers.json", SHOPPER)
    assert product.call("GET", PROFILE, token=token).status == 200
    load("shoppers.json", SHOPPER | {"password": "Different-2"})
    assert product.call("GET", PROFILE, token=token).status == 401
    assert product.login("p1", "Different-2")


def test_a_load_to_replace_takes_away_what_it_leaves_out(load: Callable[..., None], product: Product) -> None:
    load("shoppers.json", SHOPPER)
    token = product.login("p1", "Different-1")
    load("shoppers.json", {"id": "p1", "login": "p1"}, replace=True)
    assert product.call("GET", PROFILE, token=token).status == 401
    assert "ProfilesTable login#p1 owner" in rows(product)
    assert "ProfilesTable email#p1@example.com owner" not in rows(product)
    with pytest.raises(AssertionError, match="invalid_grant"):
        product.login("p1", "Different-1")


def test_a_logout_beside_a_load_stays(load: Callable[..., None], product: Product) -> None:
    load("shoppers.json", SHOPPER)
    token, other = product.login("p1", "Different-1"), product.login("p1", "Different-1")
    logged_out: list[int] = []

    def happen(number: int, _name: str, _request: Any, carry_out: Carry) -> Any:
        if number == 1:
            logged_out.append(product.call("POST", "/ccstore/v1/logout", {}, token=token).status)
        return carry_out()

    with meeting(happen):
        load("shoppers.json", SHOPPER | {"firstName": "Sam"})
    assert logged_out == [200]
    assert product.call("GET", PROFILE, token=token).status == 401
    assert product.call("GET", PROFILE, token=other).body["firstName"] == "Sam"


def test_what_an_operator_has_set_stays(load: Callable[..., None], product: Product) -> None:
    deployment = product.deployment
    agent = {"id": "in-100002", "login": "agent", "roles": ["csAgentRole"]}
    logins.set_active(deployment, "agent", internal=True, active=False)
    logins.enroll_authenticator(deployment, "agent")
    row = "IdentitiesTable in-100002 user"
    before = rows(product, ())
    load("users.json", agent)
    assert rows(product, ()) == before
    load("users.json", agent | {"active": True, "password": "Another-2026"})
    after = rows(product)[row]
    assert (after["active"], after["totpSecret"]) == ({"BOOL": True}, before[row]["totpSecret"])
    load("users.json", agent, replace=True)
    assert rows(product, ())[row].keys().isdisjoint({"totpSecret", "passwordHash"})


@pytest.mark.parametrize(
    ("name", "record", "reason"),
    [
        ("users.json", {"id": "u1", "login": "Merchant", "roles": []}, "login: belongs to in-100001"),
        ("shoppers.json", {"id": "p1", "login": "Shopper"}, "login: belongs to se-570031"),
        ("shoppers.json", {"id": "p1", "login": "p1", "email": "kim@example.com"}, "email: belongs to se-570031"),
    ],
)
def test_nobody_loses_an_identifier_to_a_file(
    load: Callable[..., None], product: Product, name: str, record: dict[str, Any], reason: str
) -> None:
    before = rows(product)
    with pytest.raises(BadData, match=reason):
        load(name, record)
    assert rows(product) == before


def test_an_address_is_not_taken_from_one_of_the_file_who_keeps_it(load: Callable[..., None]) -> None:
    load("shoppers.json", SHOPPER)
    taker = {"id": "p2", "login": "p2", "email": SHOPPER["email"]}
    with pytest.raises(BadData, match="email: belongs to p1"):
        load("shoppers.json", without(SHOPPER, "email"), taker)


def test_a_login_that_is_taken_during_the_load_is_not_taken_back(load: Callable[..., None], product: Product) -> None:
    def happen(number: int, _name: str, _request: Any, carry_out: Carry) -> Any:
        if number == 1:
            logins.create_shopper(product.deployment, "p1", None, "Different-2")
        return carry_out()

    with meeting(happen), pytest.raises(BadData, match="p1: login: belongs to somebody else"):
        load("shoppers.json", SHOPPER)
    assert product.login("p1", "Different-2")


def test_a_shopper_type_keeps_what_its_file_leaves_out(
    product: Product, tmp_path: Path, load: Callable[..., None]
) -> None:
    del load
    file = tmp_path / "shopper_type.json"
    declared = {"type": "shortText", "labels": {"en": "Y"}, "searchable": True}

    def put(record: dict[str, Any], *, replace: bool = False) -> dict[str, Any]:
        file.write_text(json.dumps({"properties": {"x_y": record}}), encoding="utf-8")
        load_store(tmp_path, product.deployment, replace=replace)
        token = product.login("merchant", "Merchant-2026", "ccadmin")
        answer = product.call("GET", "/ccadmin/v1/shopperTypes/user", token=token)
        return dict(answer.body["properties"]["x_y"])

    shown = put(declared)
    assert (shown["label"], shown["searchable"]) == ("Y", True)
    assert put({"type": "shortText"}) == shown
    replaced = put({"type": "shortText"}, replace=True)
    assert (replaced["label"], replaced["searchable"]) != ("Y", True)


def test_a_load_that_changes_nothing_writes_no_person(product: Product) -> None:
    def people() -> dict[str, Any]:
        found = rows(product, ())
        return {key: row for key, row in found.items() if key.startswith(("ProfilesTable", "IdentitiesTable"))}

    before = people()
    product.clock.now += timedelta(days=1)
    load_store(SAMPLE_STORE, product.deployment)
    assert people() == before
    assert len(before) > 10
