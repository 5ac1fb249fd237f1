"""`erase-shopper`, `export-shopper`, `delete`: what they take, what they leave, and that they can be repeated."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient

from backoffice.commands import run
from backoffice.deleting import delete_record
from backoffice.erasing import erase_shopper, shopper_data
from backoffice.people import Person, put_person
from backoffice.records import BadData
from backoffice.stored import Source
from commerce.accounts.directory import Place
from commerce.accounts.repository import DirectoryRepository
from commerce.exact_json import dumps
from commerce.organizations.model import Organization
from commerce.organizations.repository import OrganizationRepository
from commerce.storage.documents import decode_text
from tests.support.deployment import Product
from tests.support.used_store import PROFILE, done, use

SHOPPER, ADMINISTRATOR = "se-570031", "110000"
WRITES = ("DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem")


@pytest.fixture
def used(product: Product) -> Product:
    """The sample store after people have used it, some of them wrongly."""
    use(product)
    for _ in range(2):
        card = {"type": "physicalGiftCard", "giftCardNumber": "123", "giftCardPin": "0000", "amount": "1.0"}
        lines = [{"productId": "prodB", "catRefId": "skuB", "quantity": 5}]
        body = {"shoppingCart": {"items": lines}, "payments": [card]}
        answer = product.call("POST", "/ccstore/v1/orders/current", body, token=product.login())
        assert answer.code == "28340", answer.text
        product.call("PUT", PROFILE, {"email": "administrator@example.com"}, token=product.login())
    return product


def rows(product: Product) -> dict[str, str]:
    """Every row of every table by its keys, as text, what is compressed too."""
    client, found = product.deployment.client, {}
    for variable, table in product.environment.items():
        if variable.endswith("_TABLE"):
            for item in client.scan(TableName=table)["Items"]:
                parts = [decode_text(value["B"]) for value in item.values() if "B" in value]
                plain = {name: value for name, value in item.items() if "B" not in value}
                found[f"{table} {item['pk']['S']} {item['sk']['S']}"] = json.dumps(plain) + " ".join(parts)
    return found


def naming(product: Product, *words: str) -> list[str]:
    return [key for key, text in rows(product).items() if any(word in key + text for word in words)]


def test_nothing_of_a_shopper_is_left(used: Product) -> None:
    token = used.login()
    assert len(naming(used, SHOPPER)) >= 6
    before = rows(used)
    own = set(naming(used, SHOPPER, "new@example.com"))
    counts = erase_shopper(used.deployment, SHOPPER)
    assert counts.keys() == {"profile", "orders", "guards and kept answers"}
    assert naming(used, SHOPPER, "new@example.com", "Élodie", "login#shopper") == []
    left = rows(used)
    assert left == {key: text for key, text in before.items() if key in left}
    assert before.keys() - left.keys() >= own
    assert used.call("GET", PROFILE, token=token).status == 404
    with pytest.raises(AssertionError, match="invalid_grant"):
        used.login()
    assert erase_shopper(used.deployment, SHOPPER) == {}


def test_an_organization_keeps_its_address_without_the_name(used: Product) -> None:
    assert [key for key in naming(used, ADMINISTRATOR) if "address#" in key]
    counts = erase_shopper(used.deployment, ADMINISTRATOR)
    assert counts["signatures of addresses"] == 1
    assert naming(used, ADMINISTRATOR, "account-administrator") == []
    account = Source(used.deployment).stored("organizations").record("100002")
    assert account is not None
    assert account["addresses"][-1]["addressType"] == "New"


def test_erasing_ends_wherever_it_was_stopped(used: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    call: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]  # the stubs leave it out
    left = [0]

    def api_call(client: Any, name: str, request: Any) -> Any:
        answer = call(client, name, request)
        if name in WRITES:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", api_call)
    stops = 0
    for _ in range(50):
        left[0] = 2
        try:
            erase_shopper(used.deployment, SHOPPER)
            break
        except KeyboardInterrupt:
            stops += 1
    assert stops > 1
    assert naming(used, SHOPPER, "new@example.com", "login#shopper") == []


def test_an_order_made_while_its_shopper_is_erased_goes_too(used: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    from backoffice import erasing

    signed = erasing._signed_addresses
    table = used.deployment.tables.orders

    def late(*of: Any) -> Any:
        item = {"pk": {"S": SHOPPER}, "sk": {"S": "order#late"}, "version": {"N": "1"}}
        used.deployment.client.put_item(TableName=table, Item=item)
        return signed(*of)

    monkeypatch.setattr(erasing, "_signed_addresses", late)
    erase_shopper(used.deployment, SHOPPER)
    assert naming(used, SHOPPER) == []


@pytest.mark.parametrize("name", ["shopper", "guard", "123"])
def test_a_shopper_whose_id_is_a_word_of_the_tables_takes_nothing_of_others(used: Product, name: str) -> None:
    """``123`` is the number of a gift card that somebody guessed."""
    put_person(used.deployment, used.deployment.tables.profiles, "profile", Person(name, f"own-{name}", {}))
    before = rows(used)
    assert [key for key in before if key.startswith(("ExpiringTable guard#123 giftCardPin", "ExpiringTable shopper#"))]
    assert erase_shopper(used.deployment, name) == {"profile": 1}
    own = {f"ProfilesTable {name} profile", f"ProfilesTable login#own-{name} owner"}
    assert rows(used) == {key: text for key, text in before.items() if key not in own}


def test_everything_of_a_shopper_is_handed_over(used: Product) -> None:
    data = shopper_data(used.deployment, SHOPPER)
    assert data is not None
    assert (data["profile"]["firstName"], data["profile"]["custom"]["favorite_color"]) == ("Élodie", "red")
    assert (data["login"]["hasPassword"], data["login"]["passwordSetAt"][:4]) == (True, "2026")
    assert {order["cartName"] for order in data["orders"]} == {"Party"}
    assert data["guessesOfTheLastHours"] == {"giftCards": 2, "identifiers": 2}
    assert data["answersKeptForADay"] == 1
    assert "argon2" not in dumps(data)
    account = shopper_data(used.deployment, ADMINISTRATOR)
    assert account is not None
    assert [one["organization"] for one in account["organizationAddressesLastModified"]] == ["100002"]
    assert shopper_data(used.deployment, "nobody") is None


@pytest.fixture
def operator(product: Product, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.setattr("backoffice.commands.running.find_deployment", lambda *_: product.deployment)

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([*arguments, "--stack", "any"])
        told = capsys.readouterr()
        return code, told.out, told.err

    return command


def test_the_verbs(operator: Any, product: Product) -> None:
    code, out, _ = operator("export-shopper", SHOPPER)
    assert (code, json.loads(out)["profile"]["email"]) == (0, "kim@example.com")
    assert operator("export-shopper", "nobody")[0] == 1
    code, _, err = operator("erase-shopper", SHOPPER)
    assert (code, "say --yes" in err) == (2, True)
    assert product.login()
    code, out, _ = operator("erase-shopper", SHOPPER, "--yes")
    assert (code, out) == (0, "orders: 2, profile: 1\n")
    code, _, err = operator("erase-shopper", SHOPPER, "--yes")
    assert (code, err) == (1, f"there is nothing of a shopper {SHOPPER}\n")


@pytest.mark.parametrize(
    ("kind", "name", "file"),
    [
        ("coupons", "SAVE5", "coupons"),
        ("prices", "euroPriceGroup/prodA", "prices"),
        ("giftCards", "6035710988880101071", "giftCards"),
        ("taxRates", "US-GA", "taxRates"),
        ("locations", "", "locations"),
        ("orderProperties", "", "orderProperties"),
        ("users", "in-100002", "users"),
        ("orders", "se-570031/o10001", "orders"),
        ("organizations", "100009", "organizations"),
    ],
)
def test_a_record_goes_and_nothing_else(product: Product, kind: str, name: str, file: str) -> None:
    def kept(other: str) -> list[Any]:
        stored = Source(product.deployment).stored(other)
        return [stored.record(one) for one in stored.rows]

    tree = DirectoryRepository(product.deployment.store, product.deployment.tables.organizations)
    bare = Organization("100009", 0, {"name": "Nobody's"}, {}, 0, 0)
    OrganizationRepository(product.deployment.store, product.deployment.tables.organizations).restore(bare, [])
    tree.arrange({"100009": Place("100002")})
    before = {other: kept(other) for other in ("products", "promotions", "shoppers", file)}
    stored = Source(product.deployment).stored(file)
    first = next(iter(stored.rows))
    own = {"locations": first, "orderProperties": first.replace(" ", "/"), "taxRates": first}.get(kind, name)
    assert delete_record(product.deployment, kind, own) is True
    assert delete_record(product.deployment, kind, own) is False
    after = {other: kept(other) for other in before}
    assert len(after.pop(file)) == len(before.pop(file)) - 1
    assert after == before


def test_a_product_takes_its_prices_with_it(product: Product) -> None:
    done_before = len(Source(product.deployment).stored("prices").rows)
    assert delete_record(product.deployment, "products", "prodA")
    prices = Source(product.deployment).stored("prices").rows
    assert not [name for name in prices if name.endswith(" prodA")]
    assert len(prices) < done_before


@pytest.mark.parametrize(
    ("kind", "name", "reason"),
    [
        ("promotions", "pSave", "is named by the coupon SAVE5"),
        ("priceListGroups", "euroPriceGroup", "is named by the site siteDE"),
        ("shippingMethods", "groundShipping", "is named by the promotion"),
        ("products", "camera_1", "is named by the promotion"),
        ("prices", "prodA", "an id of prices is PRICE_LIST_GROUP/PRODUCT"),
        ("organizations", "100001", "stands above the organization 100002, 100003"),
        ("organizations", "100002", "has the member 110000, 110001, 110002, 110003. --release-members"),
        ("organizations", "100003", "has the member 110000. --release-members"),
        ("orderProperties", "cart/x", "an id of orderProperties is order/ID or line/ID"),
    ],
)
def test_what_others_name_stays(product: Product, kind: str, name: str, reason: str) -> None:
    with pytest.raises(BadData, match=reason):
        delete_record(product.deployment, kind, name)


def test_a_users_login_is_free_again(product: Product, operator: Any) -> None:
    from backoffice import logins

    code, out, err = operator("delete", "users", "in-100002", "nobody", "--yes")
    assert (code, out, err) == (1, "users in-100002: gone\n", "users nobody: is not there\n")
    assert logins.create_internal_user(product.deployment, "agent", ["csAgentRole"], "Different-1")


ACCOUNTS = "/ccstore/v1/organizationAddresses"


def cart_of_account(product: Product, token: str) -> None:
    line = {"productId": "prodB", "catRefId": "skuB", "quantity": 1}
    done(product, "POST", "/ccstore/v1/orders/current", {"shoppingCart": {"items": [line]}}, token)


def test_members_of_a_deleted_organization_stay_without_it(used: Product) -> None:
    token = used.login("account-administrator", "Administrator-2026")
    cart_of_account(used, token)
    assert used.call("GET", ACCOUNTS, token=token).status == 200
    with pytest.raises(BadData, match="is what a cart is for: 110000/"):
        delete_record(used.deployment, "organizations", "100002")
    before = rows(used)
    assert delete_record(used.deployment, "organizations", "100002", release_members=True)
    assert naming(used, '"100002"', "/100002") == []
    shown = used.call("GET", PROFILE, token=token).body
    assert shown["parentOrganization"] is None
    assert [one["id"] for one in shown["secondaryOrganizations"]] == ["100003"]
    assert [role["repositoryId"] for role in shown["roles"]] == ["r-100002"]
    # The one that is left is closed.
    assert used.call("GET", ACCOUNTS, token=token).status == 400
    assert used.call("GET", "/ccstore/v1/orders/current", token=token).status == 204
    cart_of_account(used, token)
    # Nobody else's row is another, and the tree holds the others.
    own = ("OrganizationsTable", "OrdersTable 110000", *(f"ProfilesTable 11000{at}" for at in range(4)))
    left = {key: text for key, text in before.items() if not key.startswith(own)}
    assert left == {key: text for key, text in rows(used).items() if not key.startswith(own)}
    assert set(Source(used.deployment).stored("organizations").rows) == {"100001", "100003"}
    assert delete_record(used.deployment, "organizations", "100002", release_members=True) is False


def test_deleting_an_organization_ends_wherever_it_was_stopped(used: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    cart_of_account(used, used.login("account-administrator", "Administrator-2026"))
    call: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]  # the stubs leave it out
    left = [0]

    def api_call(client: Any, name: str, request: Any) -> Any:
        answer = call(client, name, request)
        if name in WRITES:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", api_call)
    stops = 0
    for _ in range(50):
        left[0] = 2
        try:
            delete_record(used.deployment, "organizations", "100002", release_members=True)
            break
        except KeyboardInterrupt:
            stops += 1
            # Half of it gone, no call fails.
            assert (
                used.call("GET", PROFILE, token=used.login("account-administrator", "Administrator-2026")).status == 200
            )
    assert stops > 1
    assert naming(used, '"100002"', "/100002") == []


def test_an_option_for_organizations_alone(operator: Any) -> None:
    assert operator("delete", "coupons", "SAVE5", "--yes", "--release-members")[0] == 2


def test_a_deleted_order_is_current_no_longer(product: Product) -> None:
    token = product.login()
    assert product.call("GET", "/ccstore/v1/orders/current", token=token).status == 200
    assert delete_record(product.deployment, "orders", "se-570031/o10001")
    assert product.call("GET", "/ccstore/v1/orders/current", token=token).status == 204
    line = {"productId": "prodB", "catRefId": "skuB", "quantity": 1}
    done(product, "POST", "/ccstore/v1/orders/current", {"shoppingCart": {"items": [line]}}, token)
