"""The operator's commands on a store in use: rivals between their reads and writes, and tables that put writes off."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from backoffice import credentials, logins
from backoffice.loading import load_store
from backoffice.logins import UserError
from backoffice.records import BadData
from commerce.identity.applications import OPEN_APIS, Applications
from commerce.storage import WriteLost
from commerce.storage.remote import TRIES
from tests.contract.profiles.conftest import PROFILE
from tests.support.deployment import Product
from tests.support.rivals import rival_before_method
from tests.support.virtual_time import VirtualTime

Load: TypeAlias = Callable[..., int]
SHOPPER = {"id": "p1", "login": "p1", "email": "p1@example.com", "password": "Different-1", "firstName": "Kim"}


@pytest.fixture
def load(product: Product, tmp_path: Path) -> Load:
    """`load(**{"shoppers.json": […]})`: the number of writes; `during`: what a rival does right before one of them."""

    def make(during: Callable[[], object] = lambda: None, turn: int = 1, **files: Any) -> int:
        for name, content in files.items():
            (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
        deployment = product.deployment
        with rival_before_method(deployment.store, "write", during, turn=turn) as calls:
            load_store(tmp_path, deployment)
        return len(calls)

    return make


@pytest.fixture
def put_off(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """DynamoDB throttles the next so many transactions."""
    call: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]  # botocore's stubs leave it out

    def throttle(times: int) -> None:
        left = iter(range(times))

        def api_call(client: Any, name: str, request: Any) -> Any:
            if name != "TransactWriteItems" or next(left, None) is None:
                return call(client, name, request)
            reasons = [{"Code": "ThrottlingError"} for _ in request["TransactItems"]]
            answer: Any = {
                "Error": {"Code": "TransactionCanceledException"},
                "ResponseMetadata": {"HTTPStatusCode": 400},
                "CancellationReasons": reasons,
            }
            raise ClientError(answer, name)

        monkeypatch.setattr(BaseClient, "_make_api_call", api_call)

    return throttle


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backoffice.writing.PATIENCE_SECONDS", 0.1)


def lose() -> None:
    raise WriteLost({})


def rename(product: Product, login: str) -> None:
    answer = product.call("PUT", PROFILE, {"login": login}, token=product.login("p1", "Different-1"))
    assert answer.status == 200


def test_rows_of_a_person_that_the_table_puts_off_are_written_in_the_end(
    load: Load, product: Product, put_off: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    VirtualTime().rule(monkeypatch)
    put_off(2 * TRIES)
    load(**{"shoppers.json": [SHOPPER]})
    assert product.login("P1", "Different-1")
    with pytest.raises(UserError, match="the email belongs to another user"):
        logins.create_shopper(product.deployment, "p2", "p1@example.com", "Different-1")


@pytest.mark.usefixtures("impatient")
def test_rows_of_a_person_that_stay_unwritten_are_named(load: Load, put_off: Callable[[int], None]) -> None:
    put_off(10**6)
    with pytest.raises(BadData, match=r"the rows of p1 are .* takes no more writes"):
        load(**{"shoppers.json": [SHOPPER]})


def test_what_a_shopper_saves_meanwhile_is_put_back_and_its_tag_is_not_used_again(load: Load, product: Product) -> None:
    load(**{"shoppers.json": [SHOPPER]})
    token = product.login("p1", "Different-1")
    seen: list[str] = []

    def save() -> None:
        answer = product.call("PUT", PROFILE, {"firstName": "Sam", "login": "p9"}, token=token)
        assert answer.status == 200
        seen.append(answer.headers["etag"])

    load(save, **{"shoppers.json": [SHOPPER | {"lastName": "New"}]})
    answer = product.call("GET", PROFILE, token=product.login("p1", "Different-1"))
    assert (answer.body["firstName"], answer.body["login"]) == ("Kim", "p1")
    assert answer.headers["etag"] not in seen
    assert logins.create_shopper(product.deployment, "p9", None, "Different-1")


def test_identifiers_change_hands_within_a_file(load: Load, product: Product) -> None:
    second = SHOPPER | {"id": "p2", "login": "p2", "email": "p2@example.com"}
    load(**{"shoppers.json": [SHOPPER, second]})
    swapped = [
        SHOPPER | {"login": "p2", "email": "p2@example.com"},
        second | {"login": "p1", "email": "p1@example.com"},
    ]
    load(**{"shoppers.json": swapped})
    ids = {
        login: product.call("GET", PROFILE, token=product.login(login, "Different-1")).body["id"]
        for login in ("p1", "p2")
    }
    assert ids == {"p1": "p2", "p2": "p1"}


def test_a_login_that_somebody_takes_while_a_user_is_created(load: Load, product: Product) -> None:
    load(**{"shoppers.json": [SHOPPER]})
    deployment = product.deployment
    with (
        rival_before_method(deployment.store, "write", lambda: rename(product, "wanted")),
        pytest.raises(UserError, match="the login belongs to another user"),
    ):
        logins.create_shopper(deployment, "Wanted", None, "Different-2")
    assert product.login("wanted", "Different-1")


@pytest.mark.parametrize(
    ("turn", "writes", "name", "content"),
    [
        (1, 1, "configuration.json", {"sites": {"siteUS": {}, "siteDE": {}}}),
        (1, 1, "shopper_type.json", {"properties": {"x_y": {"type": "shortText", "labels": {"en": "Y"}}}}),
        (1, 2, "coupons.json", [{"code": "NEW", "promotions": ["pSave"]}]),
        (2, 2, "coupons.json", [{"code": "NEW", "promotions": ["pSave"]}]),
        (1, 2, "organizations.json", [{"id": "o1", "name": "One"}]),
        (2, 2, "organizations.json", [{"id": "o1", "name": "One"}]),
        (1, 1, "users.json", [{"id": "u1", "login": "u1", "roles": ["adminRole"]}]),
        (1, 1, "orders.json", [{"id": "o1", "shopper": "110000", "site": "siteUS", "lines": []}]),
    ],
)
def test_a_lost_write_is_decided_again(load: Load, turn: int, writes: int, name: str, content: Any) -> None:
    assert load(lose, turn, **{name: content}) == writes + 1


def test_a_key_is_given_beside_a_rival(product: Product) -> None:
    deployment = product.deployment
    with rival_before_method(deployment.store, "write", lose) as calls:
        key = credentials.create(deployment, "importer", "Order import", OPEN_APIS, 365)
    assert len(calls) == 2
    assert Applications(deployment.store, deployment.tables.identities).load("importer") is not None
    answer = product.call(
        "POST", "/ccadmin/v1/login?grant_type=client_credentials", "", headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status == 200


def test_an_operator_changes_a_user_beside_a_rival(product: Product) -> None:
    deployment = product.deployment
    with rival_before_method(deployment.store, "write", lose) as calls:
        logins.set_active(deployment, "agent", internal=True, active=False)
    assert len(calls) == 2
