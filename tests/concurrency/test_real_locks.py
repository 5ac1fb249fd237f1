"""Threads against tables that lock: DynamoDB Local's where it can be had, else MiniStack's."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest

from backoffice.deployment import deployment_of
from backoffice.loading import load_store
from backoffice.reading import rows_of
from backoffice.repricing import load_price_csv
from backoffice.stored import Source
from commerce.call import Api, Call, FinishedAnswer, Outcome, TimeBudget
from commerce.catalogue.selling import LOADING
from commerce.composition import Composition
from commerce.errors import PropertyErrors, RateLimited
from commerce.identity.tokens import ISSUERS
from commerce.settings import read_settings
from commerce.storage import open_session
from local.cloud import Cloud
from local.process import free_port
from local.workspace import client_environment
from tests.support.deployment import ROOT, Clock, create_tables
from tests.support.standing import KEY_RING, LOADED
from tools.dynamodb_local import AbsentError, DynamoDBLocal


@contextlib.contextmanager
def database() -> Iterator[str]:
    """The endpoint of an emulator of its own; the run's header says which (conftest.py)."""
    emulator: DynamoDBLocal | Cloud = DynamoDBLocal("locks-database")
    try:
        endpoint = emulator.start(free_port())
    except AbsentError:
        emulator = Cloud("locks", "dynamodb,iam,sts", enforces_roles=False)
        endpoint = emulator.start(free_port())
    try:
        yield endpoint
    finally:
        emulator.stop()


@pytest.fixture(scope="module")
def locking_tables() -> Iterator[Mapping[str, str]]:
    """The template's tables with the sample store; the environment that names them."""
    with database() as endpoint, pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in client_environment(endpoint).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
        variables = create_tables()
        clock = Clock()
        clock.now = LOADED
        load_store(ROOT / "sample_store", deployment_of(read_settings(variables), clock))
        yield variables


@pytest.fixture(scope="module")
def parts_of(locking_tables: Mapping[str, str]) -> Callable[[], Composition]:
    """One execution environment after another, each with a client of its own; the key ring is the test's own."""
    # What botocore reads of a service takes ten times as long as all else of a client.
    descriptions = open_session().get_component("data_loader")

    def make() -> Composition:
        from commerce.identity.keyring import KeyRing

        parts = Composition(read_settings(locking_tables))
        parts._session = open_session()
        parts._session.register_component("data_loader", descriptions)
        parts.clock = Clock()
        parts.keys = KeyRing(lambda: KEY_RING)
        return parts

    return make


def token_of(parts: Composition, api: Api, profile_id: str, *roles: str) -> str:
    return parts.tokens.issue(
        issuer=ISSUERS[api], subject="x", profile_id=profile_id, roles=roles, life=None, generation=0
    )[0]


def call_of(parts: Composition, body: Mapping[str, Any], token: str, **more: Any) -> Call:
    """A call with a minute, on a machine that does thirty of them at once."""
    budget = TimeBudget(60)
    parts.store.begin(budget)
    return Call(token=token, body=dict(body), budget=budget, **more)


def shown(outcome: Outcome) -> Any:
    """The body of an answer."""
    body = outcome.body
    return json.loads(body.text) if isinstance(body, FinishedAnswer) else body


def update(parts: Composition, profile_id: str, body: Mapping[str, Any], site: str | None = None) -> Any:
    token = token_of(parts, Api.STORE, profile_id)
    return shown(parts.profiles.update(call_of(parts, body, token, api=Api.STORE, site=site)))


def register(parts: Composition, body: Mapping[str, Any], source: str) -> Any:
    """The id of a new profile, or the code of the refusal."""
    budget = TimeBudget(60)
    parts.store.begin(budget)
    call = Call(api=Api.STORE, body=dict(body), budget=budget, source_address=source)
    try:
        return shown(parts.registration.create(call))["id"]
    except PropertyErrors as refused:
        return refused.code


def at_once(send: Callable[[int], Any], numbers: int) -> list[Any]:
    """A thread and an execution environment each; all begin together."""
    together = threading.Barrier(numbers)

    def begin(number: int) -> Any:
        together.wait(timeout=60)
        return send(number)

    with ThreadPoolExecutor(numbers) as pool:
        return list(pool.map(begin, range(numbers)))


@pytest.fixture(scope="module")
def script_environments(parts_of: Callable[[], Composition]) -> list[Composition]:
    """As many as the largest script of one property a call has calls, each with all that it keeps."""
    environments = [parts_of() for _ in range(45)]
    for parts in environments:
        shopper_type(parts)
    return environments


def administrator_call(parts: Composition, body: Mapping[str, Any]) -> Call:
    """With the time that the admin API gives."""
    budget = TimeBudget(Api.ADMIN.budget_seconds)
    parts.store.begin(budget)
    token = token_of(parts, Api.ADMIN, "in-100001", "adminRole")
    return Call(token=token, body=body, budget=budget, api=Api.ADMIN, entity_id="user", asset_language="en")


def shopper_type(parts: Composition) -> Any:
    body = parts.shopper_types.get(administrator_call(parts, {})).body
    assert isinstance(body, dict)
    return body["properties"]


@pytest.mark.parametrize("others", [0, 190])
def test_a_script_adds_forty_five_properties_at_once(script_environments: list[Composition], others: int) -> None:
    """shopper-types.md §3, §10: all are present, on a type of many properties too."""
    filling = {f"filling_{number}": {"type": "shortText", "label": f"Filling {number}"} for number in range(others)}
    if filling:
        first = script_environments[0]
        first.shopper_types.update(administrator_call(first, {"properties": filling}))

    def add(number: int) -> int:
        parts = script_environments[number]
        declared = {f"x_{others}_{number}": {"type": "number", "label": f"Label {number}"}}
        parts.shopper_types.update(administrator_call(parts, {"properties": declared}))
        return parts.store.meter.calls

    calls = at_once(add, len(script_environments))
    shown = shopper_type(script_environments[0])
    labels = [shown[f"x_{others}_{number}"]["label"] for number in range(len(calls))]
    assert labels == [f"Label {number}" for number in range(len(calls))]
    assert shown.keys() >= filling.keys()
    # An attempt is one read and one write, and most rivals keep out of its way.
    assert sum(calls) <= 20 * len(calls)


def test_a_script_logs_in_by_the_dozen(script_environments: list[Composition]) -> None:
    first = script_environments[0]
    first.store.begin(TimeBudget(60))
    key = first.applications.register("script", "Script", [Api.ADMIN], None, first.tokens)

    def log_in(number: int) -> str:
        parts = script_environments[number]
        budget = TimeBudget(Api.ADMIN.budget_seconds)
        parts.store.begin(budget)
        call = Call(api=Api.ADMIN, token=key, form={"grant_type": "client_credentials"}, budget=budget)
        body = parts.sessions.login(call).body
        assert isinstance(body, dict)
        return str(body["access_token"])

    tokens = [token for _ in range(2) for token in at_once(log_in, len(script_environments))]
    assert len(set(tokens)) == len(tokens) == 90


def test_twenty_updates_of_one_order(parts_of: Callable[[], Composition]) -> None:
    """orders.md §10: each succeeds, on one order, whose final state is one of theirs."""
    environments = [parts_of() for _ in range(20)]
    token = token_of(environments[0], Api.STORE, "se-570031")

    def update(number: int) -> Any:
        line = {"productId": "prodA", "catRefId": "skuA", "quantity": number + 1}
        body = {"shoppingCart": {"items": [line]}, "cartName": f"Cart {number}"}
        parts = environments[number]
        return shown(parts.orders.update(call_of(parts, body, token, api=Api.STORE)))

    answers = at_once(update, 20)
    assert len({answer["orderId"] for answer in answers}) == 1
    final = shown(environments[0].orders.get(call_of(environments[0], {}, token, api=Api.STORE)))
    assert final["cartName"] == f"Cart {final['shoppingCart']['items'][0]['quantity'] - 1}"


def test_different_members_all_survive(parts_of: Callable[[], Composition]) -> None:
    address = {"alias": "Bonn", "address1": "1 Example Road", "city": "Bonn", "country": "DE", "postalCode": "53111"}
    updates: list[tuple[dict[str, Any], str | None]] = [
        *(({name: name}, None) for name in ("firstName", "middleName", "lastName", "daytimeTelephoneNumber")),
        ({"gender": "unknown"}, None),
        ({"locale": "pt_BR"}, None),
        ({"dateOfBirth": "1990-01-01T00:00:00.000Z"}, None),
        ({"email": "at.once@example.com"}, None),
        ({"login": "at-once"}, None),
        ({"receiveEmail": "yes"}, "siteUS"),
        ({"receiveEmail": "yes"}, "siteDE"),
        ({"GDPRProfileP13nConsentGranted": True}, "siteUS"),
        ({"GDPRProfileP13nConsentGranted": True}, "siteDE"),
        ({"shippingAddresses": [address]}, None),
    ]
    environments = [parts_of() for _ in range(7)]
    with ThreadPoolExecutor(len(environments)) as pool:
        work = [updates[start :: len(environments)] for start in range(len(environments))]
        list(
            pool.map(
                lambda pair: [update(pair[0], "110001", *change) for change in pair[1]],
                zip(environments, work, strict=True),
            )
        )
    for body, site in updates:
        shown = update(environments[0], "110001", {}, site)
        for name, value in body.items():
            found = [{key: kept[key] for key in address} for kept in shown[name]] if value == [address] else shown[name]
            assert found == value, name


def test_one_identifier_goes_to_one(parts_of: Callable[[], Composition]) -> None:
    profiles = ("se-570031", "110000", "110002")

    def claim(pair: tuple[Composition, str]) -> str | None:
        parts, profile_id = pair
        try:
            return str(update(parts, profile_id, {"login": "The-Only-One"})["id"])
        except PropertyErrors:
            return None

    with ThreadPoolExecutor(6) as pool:
        winners = set(pool.map(claim, [(parts_of(), profile_id) for profile_id in profiles * 2])) - {None}
    assert len(winners) == 1


def test_of_many_who_register_one_address_one_does(parts_of: Callable[[], Composition]) -> None:
    body = {"firstName": "Lee", "lastName": "Park", "receiveEmail": "yes", "password": "Hiking-2026"}
    environments = [parts_of() for _ in range(12)]

    def register_as(number: int) -> Any:
        email = "the.only.one@example.com" if number % 2 else "The.Only.One@example.com"
        return register(environments[number], body | {"email": email}, f"192.0.2.{number}")

    answers = at_once(register_as, 12)
    assert answers.count("22006") == 11
    (made,) = set(answers) - {"22006"}
    record = environments[0].shopper_login_records.find("the.only.one@example.com")
    assert record is not None
    assert record.id == made


def test_a_burst_of_registrations_does_not_pass_the_guard(parts_of: Callable[[], Composition]) -> None:
    body = {"firstName": "Lee", "lastName": "Park", "receiveEmail": "yes", "password": "Hiking-2026"}
    environments = [parts_of() for _ in range(25)]

    def register_as(number: int) -> Any:
        try:
            return register(environments[number], body | {"email": f"burst{number}@example.com"}, "198.51.100.7")
        except RateLimited as error:
            return error.code

    answers = at_once(register_as, 25)
    assert answers.count("00000429") == 5
    assert len(set(answers)) == 21


def test_failures_are_counted_one_by_one(parts_of: Callable[[], Composition]) -> None:
    def fail(parts: Composition) -> bool:
        records = parts.shopper_login_records
        parts.store.begin(TimeBudget(60))
        return records.admitted(records.load("110000"), "wrong", parts.clock()) is not None

    with ThreadPoolExecutor(5) as pool:
        assert not any(pool.map(fail, [parts_of() for _ in range(5)]))
    record = parts_of().shopper_login_records.load("110000")
    assert record is not None
    assert record.failed_attempts == 5


def test_two_loads_at_once_tear_no_record(locking_tables: Mapping[str, str], tmp_path: Path) -> None:
    """Whichever ends last, a record is whole as one of them says, and owns the identifiers that it names alone."""
    numbers = range(12)

    def address(version: str) -> dict[str, str]:
        lies = {"address1": f"{version} Road", "city": version, "country": "LI", "postalCode": "9490"}
        return {"repositoryId": f"twin-{version}", **lies}

    def shopper(number: int, version: str) -> dict[str, Any]:
        named = {"login": f"twin{number}-{version}", "email": f"twin{number}@{version}.example.com"}
        addresses = [{**address(version), "alias": version}]
        return {"id": f"twin{number}", **named, "firstName": version, "lastName": version, "addresses": addresses}

    def account(number: int, version: str) -> dict[str, Any]:
        own = {**address(version), "companyName": version, "phoneNumber": "1234567", "addressType": version}
        own["repositoryId"] += f"-{number}"
        default = {"defaultBilling": own["repositoryId"]}
        return {"id": f"twins{number}", "name": version, "description": version, "addresses": [own], **default}

    def files(version: str) -> Path:
        (folder := tmp_path / version).mkdir()
        for name, record in (("shoppers", shopper), ("organizations", account)):
            (folder / f"{name}.json").write_text(json.dumps([record(number, version) for number in numbers]))
        return folder

    folders = [files(version) for version in "AB"]

    def load(number: int) -> None:
        deployment = deployment_of(read_settings(locking_tables), Clock())
        for turn in range(3):
            load_store(folders[(number + turn) % 2], deployment)

    at_once(load, 2)
    deployment = deployment_of(read_settings(locking_tables), Clock())
    shoppers, accounts = Source(deployment).stored("shoppers"), Source(deployment).stored("organizations")
    owned = set()
    for number in numbers:
        stored = shoppers.record(f"twin{number}")
        assert stored in [shopper(number, version) for version in "AB"]
        owned |= {f"login#{stored['login'].lower()}", f"email#{stored['email'].lower()}"}
        assert accounts.record(f"twins{number}") in [account(number, version) for version in "AB"]
    found = rows_of(deployment, deployment.tables.profiles, sk="owner")
    assert {row["pk"] for row in found if row["account"].startswith("twin")} == owned


def test_prices_of_several_files_at_once_all_stand(locking_tables: Mapping[str, str], tmp_path: Path) -> None:
    """Rows that hold prices of all of them, written in transactions that meet."""
    kinds = ("list", "sale", "shippingSurcharge")
    deployment = deployment_of(read_settings(locking_tables), Clock())
    goods = [{"id": f"shared{at}", "displayName": {"en": "x"}, "skus": [{"id": f"shared{at}-a"}]} for at in range(120)]
    (tmp_path / "products.json").write_text(json.dumps(goods), encoding="utf-8")
    load_store(tmp_path, deployment)
    for number, kind in enumerate(kinds):
        rows = [f"shared{at},,defaultPriceGroup,{kind},{number + 1}.{at}\n" for at in range(len(goods))]
        text = "".join(["productId,skuId,priceListGroupId,type,listPrice\n", *rows])
        (tmp_path / f"{kind}.csv").write_text(text, encoding="utf-8")

    def load(number: int) -> int:
        own = deployment_of(read_settings(locking_tables), Clock())
        return load_price_csv(tmp_path / f"{kinds[number]}.csv", own).written

    assert at_once(load, len(kinds)) == [len(goods)] * len(kinds)
    for kind in kinds:
        assert load_price_csv(tmp_path / f"{kind}.csv", deployment).equal == len(goods)
    assert LOADING not in Source(deployment).selling
