"""What the calls cost: DynamoDB requests by name, whatever the depth of the tree; and how much one account may hold."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from backoffice.loading import load_store
from backoffice.records import BadData
from commerce.accounts.directory import Place
from commerce.accounts.repository import DirectoryRepository
from commerce.organizations.model import Address, AddressContent, Modifier, Organization
from commerce.organizations.repository import OrganizationRepository, address_item, organization_item
from commerce.storage import Attribute, Key
from commerce.storage.items import to_wire
from tests.contract.organizations.conftest import ACCOUNT, COMPLETE, INHERITED, OTHER_OWN, OWN, PARENT, Desk
from tests.contract.organizations.test_access import arrange
from tests.support.deployment import Product

BATCH, WRITE = "BatchGetItem", "TransactWriteItems"
NEW = {"address": COMPLETE, "addressType": "New"}


@contextmanager
def requests(product: Product, function: str) -> Iterator[list[str]]:
    """The names of the requests that a function makes."""
    events = product.app(function).parts.store.client.meta.events
    names: list[str] = []

    def note(model: Any, **_: Any) -> None:
        names.append(model.name)

    events.register("before-call.dynamodb", note)
    try:
        yield names
    finally:
        events.unregister("before-call.dynamodb", note)


@pytest.fixture(params=[0, 1, 12], ids=lambda levels: f"{levels} above")
def levels(request: pytest.FixtureRequest, product: Product) -> int:
    """The account at some depth: with so many accounts above it."""
    number = int(request.param)
    repository = OrganizationRepository(product.deployment.store, product.deployment.tables.organizations)
    names = [f"level-{number}" for number in range(number - 1)]
    for name in names:
        repository.restore(Organization(name, 0, {"name": name}, {}, 0, 0), [])
    line = [ACCOUNT, *names, *([PARENT] if number else [])]
    places = {name: Place(above) for name, above in zip(line, [*line[1:], None], strict=True)}
    DirectoryRepository(product.deployment.store, product.deployment.tables.organizations).arrange(places)
    return number


def test_requests(agent: Desk, product: Product, levels: int) -> None:
    def made(function: str, call: Callable[[], Any]) -> list[str]:
        call_first = agent.list() if function == "get_addresses" else agent.get()
        assert call_first
        with requests(product, function) as names:
            answer = call()
        assert answer.status == 200, answer.text
        return names

    second = BATCH if levels else "GetItem"
    assert made("get_address", agent.get) == [BATCH, second]
    assert made("update_address", lambda: agent.put({"addressType": "One"})) == [BATCH, BATCH, "PutItem"]
    assert made("update_address", lambda: agent.put({"addressType": "One"})) == [BATCH, BATCH]
    default = {"address": {"isDefaultBillingAddress": True}}
    assert made("update_address", lambda: agent.put(default)) == [BATCH, BATCH, "UpdateItem"]
    both = {"addressType": "Two", "address": {"isDefaultBillingAddress": False}}
    assert made("update_address", lambda: agent.put(both)) == [BATCH, BATCH, WRITE]
    if levels:
        assert made("update_address", lambda: agent.put(default, INHERITED)) == [BATCH, BATCH, "UpdateItem"]
    assert made("add_address", lambda: agent.post(NEW)) == [BATCH, "GetItem", WRITE]
    queries = ["Query"] * (levels + 1)
    assert made("get_addresses", lambda: agent.call("GET")) == [BATCH, *queries]
    assert made("delete_address", lambda: agent.delete(OTHER_OWN)) == [BATCH, *queries, WRITE]


def test_refusals_of_who_and_where_cost_one_read(agent: Desk, product: Product) -> None:
    agent.put({"addressType": "x"})
    for desk in (agent.at("999"), agent.on_behalf_of("nobody"), agent.on_behalf_of("110001"), agent.at("100003")):
        with requests(product, "update_address") as names:
            assert desk.put({"addressType": "y"}).status == 400
        assert names == [BATCH]
    with requests(product, "update_address") as names:
        assert Desk(product, "x.y.z").put({}).status == 401
    assert names == []


def test_a_changed_tree_is_read_once(agent: Desk, product: Product) -> None:
    agent.get()
    arrange(product, o100003=Place(None))
    for expected in ([BATCH, BATCH, BATCH], [BATCH, BATCH]):
        with requests(product, "get_address") as names:
            agent.get()
        assert names == expected


def test_a_re_parenting_is_one_transaction(product: Product) -> None:
    deployment = product.deployment
    deployment.store.meter.reset()
    DirectoryRepository(deployment.store, deployment.tables.organizations).arrange({ACCOUNT: Place(None)})
    assert deployment.store.meter.calls == 2


# --- many addresses


def _own(product: Product, count: int) -> None:
    """Give the account `count` addresses, each with long texts; they take the place of its own."""
    note = "".join(chr(0x4E00 + number) for number in range(254))
    content = {**COMPLETE, "address2": note, "county": note[::-1]}
    items: list[dict[str, Attribute]] = [
        {
            "pk": ACCOUNT,
            "sk": f"address#n{number}",
            **address_item(
                Address(ACCOUNT, f"n{number}", 1, number + 1, AddressContent(content, f"N{number}"), Modifier())
            ),
        }
        for number in range(count)
    ]
    items.append(
        {"pk": ACCOUNT, "sk": "organization", **organization_item(Organization(ACCOUNT, 9, {}, {}, count, count))}
    )
    client: Any = product.deployment.client
    for own in (OWN, OTHER_OWN):
        client.delete_item(TableName="OrganizationsTable", Key=Key("", ACCOUNT, f"address#{own}").wire())
    for start in range(0, len(items), 25):
        puts = [
            {"PutRequest": {"Item": {name: to_wire(value) for name, value in item.items()}}}
            for item in items[start : start + 25]
        ]
        client.batch_write_item(RequestItems={"OrganizationsTable": puts})


def test_a_thousand_addresses(agent: Desk, product: Product) -> None:
    _own(product, 1000)
    with requests(product, "get_addresses") as names:
        listing = agent.list()
    assert len(names) > 3  # the account's partition takes more than a page
    ids = [entry["address"]["repositoryId"] for entry in listing["secondaryAddresses"]]
    assert ids == [*(f"n{number}" for number in range(1000)), "280001", "280002"]
    before = len(ids)
    answer = agent.post(NEW)
    assert (answer.status, answer.code) == (400, "100000")
    assert "moreInfo" not in answer.body
    assert agent.post({"address": {**COMPLETE, "city": ""}, "addressType": "New"}).code == "100188"
    assert len(agent.delete("n500").body["secondaryAddresses"]) == before - 1
    assert agent.post(NEW).status == 200
    assert agent.post(NEW).code == "100000"


# --- loading


def load(product: Product, folder: Path, records: Any, *, replace: bool = False) -> int:
    (folder / "organizations.json").write_text(json.dumps(records), encoding="utf-8")
    return load_store(folder, product.deployment, replace=replace)["organizations.json"]


RECORD = {"id": "200", "name": "New", "addresses": [{**COMPLETE, "repositoryId": "a1", "addressType": "A"}]}


def test_loading_puts_an_organization_back(agent: Desk, product: Product, tmp_path: Path) -> None:
    sample = json.loads((Path(__file__).parents[3] / "sample_store" / "organizations.json").read_text(encoding="utf-8"))
    before = agent.list()
    tag = agent.get(OTHER_OWN).headers["etag"]
    agent.put({"address": {"isDefaultBillingAddress": True}, "addressType": "Other"})
    agent.post(NEW)
    agent.delete(OTHER_OWN)
    arrange(product, o100002=Place(None, active=False))
    assert load(product, tmp_path, sample, replace=True) == len(sample)
    assert agent.list() == before
    assert agent.get(OTHER_OWN).headers["etag"] == tag
    assert agent.get(OWN).body["addressType"] == "Montgomery Office Address"


def test_loading_keeps_what_a_record_leaves_out(agent: Desk, product: Product, tmp_path: Path) -> None:
    agent.put({"address": {"isDefaultBillingAddress": True}, "addressType": "Mine"})
    agent.post(NEW)
    before = agent.list()
    created = next(
        entry["address"]["repositoryId"] for entry in before["secondaryAddresses"] if entry["addressType"] == "New"
    )
    silent = {"id": before["id"], "name": before["name"], "parent": PARENT}
    load(product, tmp_path, [silent])
    assert agent.list() == before
    load(product, tmp_path, [silent | {"defaultShipping": created}])
    assert agent.list()["shippingAddress"]["repositoryId"] == created
    with pytest.raises(BadData, match="defaultShipping"):
        load(product, tmp_path, [silent | {"defaultShipping": created}], replace=True)
    load(product, tmp_path, [silent | {"addresses": [{**COMPLETE, "repositoryId": "a1"}]}])
    after = agent.list()
    assert (after["billingAddress"], after["shippingAddress"]) == (None, None)
    assert created not in str(after)


def test_an_address_without_a_nickname_shows_its_id(agent: Desk, product: Product, tmp_path: Path) -> None:
    parent = {"id": PARENT, "name": "P", "addresses": [{**COMPLETE, "repositoryId": "a1"}]}
    load(product, tmp_path, [parent])
    shown = agent.get("a1").body
    assert shown["addressType"] == "a1"
    assert agent.put({"addressType": "a1", "address": shown["address"]}, "a1").status == 200
    assert agent.put({"addressType": "a2"}, "a1").code == "100185"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "a b"}, "letters"), ({"parent": "gone"}, "parent gone"), ({"parent": "200"}, "above itself"),
        ({"name": None}, "name"), ({"color": "red"}, "color"), ({"defaultBilling": "a2"}, "defaultBilling"),
        ({"addresses": [{**COMPLETE, "repositoryId": "a1", "state": "XX"}]}, "state invalid"),
        ({"addresses": [{**COMPLETE, "repositoryId": "a1", "city": ""}]}, "address incomplete"),
        ({"addresses": [{**COMPLETE, "repositoryId": "a1", "custom": {"color": "red"}}]}, "color"),
        ({"addresses": [{**COMPLETE, "repositoryId": "a1", "custom": {"dockCount": "x"}}]}, "address member invalid"),
        ({"addresses": [{**COMPLETE, "repositoryId": "a1"}] * 2}, "twice"),
        ({"addresses": [{**COMPLETE, "repositoryId": f"a{number}"} for number in range(1001)]}, "at most 1000"),
    ],
)  # fmt: skip
def test_bad_data_is_named_and_nothing_is_written(
    product: Product, tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    client = product.deployment.client
    before = client.scan(TableName="OrganizationsTable")["Items"]
    with pytest.raises(BadData, match=reason) as error:
        load(product, tmp_path, [{"id": "199", "name": "First"}, RECORD | change])
    assert "organizations.json, line 1" in str(error.value)
    assert client.scan(TableName="OrganizationsTable")["Items"] == before


def test_loading_new_organizations(product: Product, tmp_path: Path) -> None:
    records = [RECORD, {"id": "201", "name": "Child", "parent": "200", "defaultBilling": "a1"}]
    assert load(product, tmp_path, records) == 2
    assert load(product, tmp_path, records) == 2
    repository = OrganizationRepository(product.deployment.store, product.deployment.tables.organizations)
    tree = DirectoryRepository(product.deployment.store, product.deployment.tables.organizations)
    directory = tree.current(product.deployment.store.get(tree.keys()))
    assert directory.ancestors("201") == ("200",)
    (child, none), (parent, (address,)) = repository.partitions(["201", "200"])
    assert (child.defaults, none, parent.address_count) == ({"defaultBilling": "a1"}, [], 1)
    assert (address.id, address.version, address.content.nickname) == ("a1", 1, "A")


def test_a_tree_too_large_to_store(product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce.accounts.repository.MAX_DIRECTORY_BYTES", 50)
    before = product.deployment.client.scan(TableName="OrganizationsTable")["Items"]
    with pytest.raises(BadData, match="too large"):
        load(product, tmp_path, [{"id": f"many-{number}", "name": "Many"} for number in range(50)])
    assert product.deployment.client.scan(TableName="OrganizationsTable")["Items"] == before
