"""Two calls at once: whatever the moment, the outcome is that of one after the other (contract: common.md §10, §12)."""

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends

from commerce.accounts.directory import Place
from commerce.storage import WriteLost, decode_document
from commerce.storage.items import from_wire
from tests.contract.organizations.conftest import COMPLETE, INHERITED, OTHER_OWN, OWN, PARENT, Desk
from tests.contract.organizations.test_access import arrange, profile
from tests.support.deployment import Product
from tests.support.faster_moto import told_of
from tests.support.rivals import rival_before
from tests.support.virtual_time import VirtualTime

BILLING, SHIPPING = "isDefaultBillingAddress", "isDefaultShippingAddress"


@dataclass(frozen=True)
class Action:
    """One call; `parent`: for the account above. `tagged`: with the tag of before both calls."""

    method: str
    address: str = ""
    body: Any = None
    parent: bool = False
    tagged: bool = False

    @property
    def function(self) -> str:
        kind = {"PUT": "update_address", "POST": "add_address", "DELETE": "delete_address"}
        return kind.get(self.method, "get_address" if self.address else "get_addresses")


def put(address: str, nickname: str | None = None, flags: Mapping[str, bool] | None = None, **members: str) -> Action:
    return Action(
        "PUT", address, {"address": {**members, **(flags or {})}, **({"addressType": nickname} if nickname else {})}
    )


NEW = {"address": {**COMPLETE, BILLING: True}, "addressType": "New"}
ACTIONS = {
    "rename": put(OWN, "Renamed", city="Selma"),
    "rename-and-default": put(OWN, "Both", {BILLING: True, SHIPPING: True}),
    "clear": put(OTHER_OWN, None, {SHIPPING: False}),
    "inherited-default": put(INHERITED, None, {SHIPPING: True}),
    "inherited-change": put(INHERITED, city="Macon"),
    "create": Action("POST", "", NEW),
    "delete": Action("DELETE", OWN),
    "tagged-rename": Action("PUT", OWN, {"addressType": "Tagged"}, tagged=True),
    "tagged-default": Action("PUT", OWN, {"address": {BILLING: True}}, tagged=True),
    "tagged-delete": Action("DELETE", OWN, tagged=True),
    "list": Action("GET"),
    "get": Action("GET", INHERITED),
}
RIVALS = {
    "rename-and-default": put(OWN, "Rival", {BILLING: True, SHIPPING: True}),
    "other-default": put(OTHER_OWN, None, {BILLING: True}, city="Ottawa"),
    "create": Action("POST", "", NEW),
    "delete": Action("DELETE", OWN),
    "delete-other": Action("DELETE", OTHER_OWN),
    "parent-renames": Action("PUT", INHERITED, {"addressType": "HQ", "address": {"city": "Marietta"}}, parent=True),
    "parent-deletes": Action("DELETE", INHERITED, parent=True),
}


class Scene:
    """The sample store, an agent for both accounts, and another agent with an environment of its own as the rival."""

    def __init__(self, product: Product, rivals: Product, token: str) -> None:
        self.product = product
        self.desk = Desk(product, token)
        self.rival = Desk(rivals, token)
        self._tables = dynamodb_backends["123456789012"]["us-east-1"].tables
        role = {"function": "admin", "relativeTo": {"repositoryId": PARENT}}
        profile(product, "110002", parentOrganization={"id": PARENT}, roles=[role])
        self._sample = {key: dict(rows) for key, rows in self._tables["OrganizationsTable"].items.items()}
        self.tag = self.desk.on_behalf_of("110000").get(OWN).headers["etag"]

    def again(self) -> "Scene":
        """The same scene with the organizations as they were."""
        partitions = self._tables["OrganizationsTable"].items
        partitions.clear()
        partitions.update({key: dict(rows) for key, rows in self._sample.items()})
        for module in (*self.product.handlers.values(), *self.rival.product.handlers.values()):
            if module.__file__ and "address" in module.__file__:
                module.parts.organization_addresses._reader._directory._document._kept = None
        return self

    def do(self, action: Action, desk: Desk) -> tuple[int, str]:
        desk = desk.on_behalf_of("110002" if action.parent else "110000")
        headers = {"If-Match": self.tag} if action.tagged else {}
        answer = desk.call(action.method, action.address, action.body, headers)
        return answer.status, stable(answer.text) if answer.status == 200 else answer.code

    def stored(self) -> list[str]:
        """All that is stored of organizations and addresses."""
        partitions = self._tables["OrganizationsTable"].items.values()
        return sorted(told_of(row, shown) for rows in partitions for row in rows.values())


def shown(row: Any) -> str:
    """All of a stored row but its mark."""
    item = from_wire(row.to_json()["Attributes"])
    item.pop("mark", None)
    item["document"] = decode_document(item["document"]) if "document" in item else None
    return stable(repr(sorted(item.items())))


def stable(text: str) -> str:
    """Ids of new addresses are random."""
    return re.sub(r"[0-9a-f]{32}", "<new>", text)


@pytest.fixture(scope="session")
def rivals(office: Product) -> Product:
    """The rival's own execution environments."""
    return Product(office.environment, office.clock)


@pytest.fixture
def now(fresh: Callable[[], Product], rivals: Product, agent_token: str, monkeypatch: pytest.MonkeyPatch) -> Scene:
    # One after the other: which of several reads side by side is the nth would be chance.
    monkeypatch.setattr("commerce.organizations.repository._SIDE_BY_SIDE", 1)
    return Scene(fresh(), rivals, agent_token)


@pytest.mark.parametrize("rival", RIVALS)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_rival_at_every_repository_call(now: Scene, action: str, rival: str) -> None:
    mine, theirs = ACTIONS[action], RIVALS[rival]
    first = now.again().do(mine, now.desk), now.do(theirs, now.rival), now.stored()
    answer = now.again().do(theirs, now.rival)
    serial = [first, (now.do(mine, now.desk), answer, now.stored())]
    if mine.tagged and theirs == ACTIONS["delete"]:
        # Read before the address went: the tag was current then, and the race for it is lost.
        serial.append(((412, "00000412"), answer, now.stored()))
    store = now.product.app(mine.function).parts.store
    for nth in itertools.count(1):
        now.again()
        answers: list[tuple[int, str]] = []
        act = partial(lambda got: got.append(now.do(theirs, now.rival)), answers)
        with rival_before(store, nth, act, surely=False) as waiting:
            outcome = now.do(mine, now.desk)
        if not waiting.acted:
            assert nth > 2
            return
        assert (outcome, answers[0], now.stored()) in serial, f"before call {nth}"


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_renames_and_defaults_set_at_once_both_survive(now: Scene, nth: int) -> None:
    store = now.product.app("update_address").parts.store
    with rival_before(store, nth, lambda: now.do(RIVALS["rename-and-default"], now.rival)):
        assert now.do(put(OWN, None, {SHIPPING: False}, city="Selma"), now.desk)[0] == 200
    listing = now.desk.on_behalf_of("110000").list()
    assert listing["billingAddress"]["repositoryId"] == OWN
    own = listing["secondaryAddresses"][0]
    assert (own["addressType"], own["address"]["city"]) == ("Rival", "Selma")


def test_a_race_lost_for_the_default_alone_is_run_again_though_a_tag_was_sent(now: Scene) -> None:
    """The tag names the address, and the address is as it was."""
    store = now.product.app("update_address").parts.store
    with rival_before(store, 3, lambda: now.do(RIVALS["other-default"], now.rival)):
        assert now.do(ACTIONS["tagged-default"], now.desk)[0] == 200
    assert now.desk.on_behalf_of("110000").list()["billingAddress"]["repositoryId"] == OWN


@pytest.mark.parametrize("rival", ["rename-and-default", "delete"])
def test_a_race_lost_under_a_matching_tag_is_final(now: Scene, rival: str) -> None:
    for action in ("tagged-rename", "tagged-delete"):
        store = now.again().product.app(ACTIONS[action].function).parts.store
        last = 3 if action == "tagged-rename" else 4
        with rival_before(store, last, lambda: now.do(RIVALS[rival], now.rival)):
            assert now.do(ACTIONS[action], now.desk) == (412, "00000412")


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_re_parenting_during_a_call(now: Scene, nth: int) -> None:
    """The call acts on the tree of its start; its pointer to the former ancestor counts as none afterwards."""
    store = now.product.app("update_address").parts.store
    with rival_before(store, nth, lambda: arrange(now.product, o100002=Place(None))):
        status = now.do(put(INHERITED, None, {BILLING: True}), now.desk)[0]
    assert status == (400 if nth == 1 else 200)
    listing = now.desk.on_behalf_of("110000").list()
    assert listing["billingAddress"] is listing["derivedBillingAddress"] is None
    assert [entry["address"]["repositoryId"] for entry in listing["secondaryAddresses"]] == [OWN, OTHER_OWN]


def test_rivals_without_end_are_contention(now: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every write loses; the answer comes within the time budget, and nothing is stored."""
    before = now.stored()

    def lost(*_writes: Any) -> None:
        raise WriteLost({})

    with monkeypatch.context() as patches:
        VirtualTime().rule(patches)
        patches.setattr(now.product.app("update_address").parts.store, "write", lost)
        answer = now.desk.on_behalf_of("110000").put({"addressType": "x"})
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "00000503", "1")
    assert now.stored() == before
