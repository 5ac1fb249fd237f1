"""`Idempotency-Key` of a new address: as orders.md §7 has it for orders."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.organizations.conftest import ADMINISTRATOR, COMPLETE, MANAGER, Desk
from tests.support.deployment import Answer, Product

NEW = {"addressType": "Branch", "address": COMPLETE}
KEY = {"Idempotency-Key": "key-1"}


def post(desk: Desk, body: Any = NEW, **headers: str) -> Answer:
    return desk.sending({**KEY, **headers}).post(body)


def count(desk: Desk) -> int:
    return len(desk.list()["secondaryAddresses"])


@pytest.mark.parametrize("whose", ["agent", "administrator"])
def test_the_same_request_makes_one_address(request: pytest.FixtureRequest, whose: str) -> None:
    desk: Desk = request.getfixturevalue(whose)
    before = count(desk)
    first = post(desk)
    assert (first.status, first.headers.get("idempotency-replayed")) == (200, None)
    again = post(desk, {"address": dict(reversed(COMPLETE.items())), "addressType": "Branch"})
    assert (again.status, again.headers["idempotency-replayed"], again.text) == (200, "true", first.text)
    assert "etag" not in again.headers
    assert count(desk) == before + 1


def test_another_request_under_the_key_is_refused(agent: Desk) -> None:
    assert post(agent).status == 200
    before = count(agent)
    for answer in (
        post(agent, {**NEW, "address": {**COMPLETE, "city": "Another"}}),
        post(agent.on_behalf_of(MANAGER)),
        post(agent.at("100002")),
    ):
        assert (answer.status, answer.code) == (422, "00000422")
    assert count(agent) == before


def test_callers_have_keys_of_their_own(agent: Desk, administrator: Desk) -> None:
    before = count(agent)
    assert [post(desk).headers.get("idempotency-replayed") for desk in (agent, administrator)] == [None, None]
    assert count(agent) == before + 2


def test_malformed_keys_and_errors(agent: Desk, buyer: Desk) -> None:
    assert (post(agent, **{"Idempotency-Key": "a b"}).status, post(agent, **{"Idempotency-Key": "a b"}).code) == (
        400,
        "00000400",
    )
    # Who may not write is told so first, and after an error the key is free.
    assert post(buyer, **{"Idempotency-Key": "a b"}).code == "89101"
    assert post(agent, {}).code == "100188"
    assert post(agent).status == 200


def test_without_a_key_each_request_makes_an_address(agent: Desk) -> None:
    before = count(agent)
    assert [agent.post(NEW).status for _ in range(2)] == [200, 200]
    assert count(agent) == before + 2


def test_a_kept_answer_ends_after_a_day(agent: Desk, product: Product, fresh: Callable[[], Product]) -> None:
    first = post(agent)
    product.clock.move(hours=24, seconds=1)
    later = Desk(product, product.login("agent", "Agent-2026", "ccagent")).on_behalf_of(ADMINISTRATOR)
    again = post(later)
    assert (again.status, "idempotency-replayed" in again.headers) == (200, False)
    assert again.text != first.text
