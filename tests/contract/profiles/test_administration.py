"""Profiles of all shoppers, read by administrators (contract: companions.md §7)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from backoffice import credentials
from backoffice.people import Person, put_person
from commerce.call import Api
from commerce.identity.applications import OPEN_APIS
from commerce.identity.tokens import APPLICATION, ISSUERS
from commerce.profiles.index import ProfileIndex
from commerce.profiles.repository import PROFILE as PROFILE_ROW
from tests.contract.profiles.conftest import PROFILES, Desk, Own, OwnOf
from tests.support.deployment import Product

PATH = PROFILES
IDS = ["110000", "110001", "110002", "110003", "se-570031"]


# --- who may -----------------------------------------------------------------------------------------------------


def application_token(product: Product, apis: Sequence[Api]) -> str:
    key = credentials.create(product.deployment, "crm", "CRM", apis, 365)
    headers = {"Authorization": f"Bearer {key}"}
    answer = product.call("POST", "/ccappagent/v1/login", "grant_type=client_credentials", headers=headers)
    return str(answer.body["access_token"])


@pytest.fixture
def without_role(product: Product) -> Desk:
    return Desk(product, product.issue("in-100004", "clerk", issuer=ISSUERS[Api.ADMIN], roles=("reportingRole",)))


@pytest.fixture
def application(product: Product) -> str:
    return application_token(product, OPEN_APIS)


def test_it_takes_the_role_of_an_administrator(without_role: Desk) -> None:
    for path in ("", "/se-570031", "/nobody"):
        answer = without_role.ask(path)
        assert (answer.status, answer.body["errorCode"]) == (403, "00002000")
        assert "adminRole" in answer.body["devMessage"]
        assert "kim@example.com" not in answer.text


def test_no_token_and_other_apis_tokens_are_refused(product: Product) -> None:
    tokens = [
        None,
        product.issue(),
        product.issue("in-100002", "agent", issuer=ISSUERS[Api.AGENT], roles=("adminRole",)),
    ]
    for token in tokens:
        for path in ("", "/se-570031"):
            answer = product.call("GET", PATH + path, token=token)
            assert (answer.status, answer.body["errorCode"]) == (401, "00001000")


@pytest.mark.parametrize("base", ["/ccadmin/v1", "/ccadminui/v1", "/ccapp/v1"])
def test_an_application_reads_them_under_each_name(product: Product, application: str, base: str) -> None:
    listed = product.call("GET", f"{base}/profiles", token=application)
    one = product.call("GET", f"{base}/profiles/se-570031", token=application)
    assert [item["id"] for item in listed.body["items"]] == IDS
    assert one.body["email"] == "kim@example.com"
    assert listed.body["links"][0]["href"] == f"https://shop.example.com{base}/profiles"


def test_an_application_of_other_apis_alone_is_refused(product: Product) -> None:
    token = application_token(product, [Api.AGENT, Api.APP_AGENT])
    answer = product.call("GET", PATH, token=token)
    assert (answer.status, answer.body["errorCode"]) == (403, "00002000")


def test_the_registry_knows_them(product: Product) -> None:
    rows = product.call("GET", "/ccadmin/v1/registry").body["endpointMap"]
    assert (rows["listProfiles"]["url"], rows["listProfiles"]["singular"]) == (PATH, False)
    assert rows["getProfile"]["url"] == f"{PATH}/{{}}"


# --- one profile -------------------------------------------------------------------------------------------------


def test_a_profile_is_shown_as_to_its_owner_and_whether_it_is_active(desk: Desk, own: Own) -> None:
    shown, owners = desk.shown(), own.shown()
    assert {**owners, "active": True, "links": shown["links"]} == shown
    assert desk.shown("110003")["active"] is False


def test_a_profile_that_is_not_there(desk: Desk) -> None:
    for profile_id in ("nobody", "email%23kim@example.com", "login%23shopper", "x" * 300, "%20", "a%00b"):
        answer = desk.ask(f"/{profile_id}")
        assert (answer.status, answer.body["errorCode"]) == (404, "22002"), answer.text
    assert desk.ask("/nobody").body["moreInfo"] == "nobody"


def test_the_tag_names_who_changed_it_last(desk: Desk, own: Own) -> None:
    def user() -> tuple[int, str, str]:
        tag = json.loads(base64.b64decode(desk.ask("/se-570031").headers["etag"].strip('"')))
        return tag["version"], tag["uri"], tag["user"]

    assert user() == (1, f"{PATH}/se-570031", "")
    own.put({"firstName": "Pat"})
    assert user() == (2, f"{PATH}/se-570031", "shopper")


def test_members_of_a_site_are_the_default_one_s(desk: Desk, own: Own) -> None:
    own.put({"receiveEmail": "no"}, {"x-ccsite": "siteUS"})
    own.put({"receiveEmail": "yes"}, {"x-ccsite": "siteDE"})
    for headers in ({}, {"x-ccsite": "siteDE"}, {"x-ccsite": "unknown"}):
        assert desk.shown(**headers)["receiveEmail"] == "no"


def test_labels_are_in_the_language_of_the_call(product: Product, desk: Desk) -> None:
    body = {"properties": {"credit_rating": {"label": "Bonität"}}}
    product.call("PUT", "/ccadmin/v1/shopperTypes/user", body, token=desk.token, headers={"X-CCAsset-Language": "de"})
    labels = {entry["id"]: entry["label"] for entry in desk.shown(**{"X-CCAsset-Language": "de"})["dynamicProperties"]}
    assert labels["credit_rating"] == "Bonität"


# --- property security -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Secured:
    """A custom property of the buyer, with the value ``secret``."""

    desk: Desk

    def __call__(self, **attributes: Any) -> None:
        declared = {"x_note": {"type": "shortText", "label": "Note", **attributes}}
        answer = self.desk.product.call(
            "PUT", "/ccadmin/v1/shopperTypes/user", {"properties": declared}, token=self.desk.token,
            headers={"X-CCAsset-Language": "en"},
        )  # fmt: skip
        assert answer.status == 200, answer.text

    def seen(self, token: str | None = None) -> Any:
        shown = Desk(self.desk.product, token or self.desk.token).shown("110001")["dynamicProperties"]
        return next((entry["value"] for entry in shown if entry["id"] == "x_note"), "absent")


@pytest.fixture
def secured(product: Product, desk: Desk, own_of: OwnOf) -> Secured:
    declare = Secured(desk)
    declare()
    assert own_of("110001").put({"x_note": "secret"}).status == 200
    return declare


def test_internal_only_properties_are_shown_to_administrators_alone(
    secured: Secured, own_of: OwnOf, application: str
) -> None:
    secured(internalOnly=True)
    assert secured.seen() == "secret"
    assert secured.seen(application) == "secret"
    assert "x_note" not in own_of("110001").get().text


def test_what_shoppers_may_read_of_their_own_opens_nothing_here(secured: Secured) -> None:
    secured(readRole="r-100003", shopperReadable=True, securityMaskingValue="***")
    assert secured.seen() == "***"


def test_a_role_opens_for_its_holders(secured: Secured, application: str) -> None:
    secured(readRole="adminRole", readSecurityLevel="deny")
    assert secured.seen() == "secret"
    assert secured.seen(application) == "secret"
    secured(readRole="anotherRole")
    assert secured.seen() == secured.seen(application) == "absent"


def test_what_is_denied_may_not_be_named(secured: Secured) -> None:
    secured(readRole="anotherRole", readSecurityLevel="deny")
    desk = secured.desk
    for path, fields in (
        ("/110001", "x_note"),
        ("/110001", "dynamicProperties.x_note"),
        ("", "items.x_note"),
        ("", "items.dynamicProperties.x_note"),
    ):
        answer = desk.ask(path, fields=fields)
        assert (answer.status, answer.body["errorCode"]) == (403, "00002000")
    assert desk.ask("", fields="items.id").status == 200


@pytest.mark.parametrize("member", ["login", "email"])
def test_no_search_tells_what_the_caller_may_not_read(
    product: Product, desk: Desk, application: str, member: str
) -> None:
    other = ({"login", "email"} - {member}).pop()
    known = desk.shown()
    hidden = {"readRole": "anotherRole", "securityMaskingValue": "***"}
    answer = product.call(
        "PUT", "/ccadmin/v1/shopperTypes/user", {"properties": {member: hidden}}, token=desk.token,
        headers={"X-CCAsset-Language": "en"},
    )  # fmt: skip
    assert answer.status == 200, answer.text
    assert desk.shown()[member] == "***"
    forms = (
        f'{member} eq "{known[member]}"',
        f'{member} eq "nobody@example.com"',
        f'{member} sw "{known[member][:2]}"',
        f'id eq "110001" OR {member} eq "{known[member]}"',
    )
    for caller in (desk, Desk(product, application)):
        for q in forms:
            refused = caller.ask("", q=q)
            assert (refused.status, refused.body["errorCode"]) == (403, "00002000"), q
        assert caller.ids(f'{other} eq "{known[other]}"') == ["se-570031"]
        assert caller.ids('id eq "110001"') == ["110001"]
        assert caller.ids() == IDS


# --- the list ----------------------------------------------------------------------------------------------------


def test_everybody_by_id(desk: Desk) -> None:
    page = desk.found()
    assert [item["id"] for item in page["items"]] == IDS
    rest = {name: page[name] for name in ("total", "totalResults", "offset", "limit", "count", "sort")}
    assert rest == {"total": 5, "totalResults": 5, "offset": 0, "limit": 250, "count": 5, "sort": None}
    whole = desk.shown("110001")
    del whole["links"]
    assert page["items"][1] == whole


def test_pages_join_without_gap_or_repetition(desk: Desk) -> None:
    for limit in (1, 2, 3, 5, 6):
        pages = [desk.found(limit=limit, offset=offset) for offset in range(0, 7, limit)]
        assert [item["id"] for page in pages for item in page["items"]] == IDS
        assert {page["total"] for page in pages} == {5}
        assert [page["count"] for page in pages] == [len(page["items"]) for page in pages]


def test_limits(desk: Desk) -> None:
    assert desk.found(limit=0)["total"] == 5
    assert desk.ids(limit=0) == desk.ids(offset=99) == []
    assert desk.found(limit=9999)["limit"] == 250
    assert desk.ids(limit="x", offset="-1") == IDS


def test_totals_cost_nothing_where_nobody_asks(desk: Desk) -> None:
    page = desk.found(totalResults="false", limit=2)
    assert (page["total"], page["totalResults"], page["count"]) == (None, None, 2)
    page = desk.found('login eq "shopper"', totalResults="false")
    assert (page["total"], page["count"]) == (None, 1)


def test_to_the_end_over_more_than_a_page_of_dynamodb(desk: Desk, many: Callable[[int], list[str]]) -> None:
    """It reads 1 MB at a time: here about a hundred rows."""
    expected = sorted([*IDS, *many(320)])
    assert desk.found(fields="total,count") == {"total": 325, "count": 250}
    found = desk.ids(fields="items.id") + desk.ids(fields="items.id", offset=250)
    assert found == expected
    assert desk.ids(fields="items.id", offset=249, limit=3) == expected[249:252]

    def following() -> Iterator[str]:
        last = ""
        while page := desk.ids(f'id gt "{last}"', totalResults="false", limit=50, fields="items.id"):
            yield from page
            last = page[-1]

    assert list(following()) == expected
    assert desk.ids('id sw "many-"', sort="id:desc", limit=1, fields="items.id") == ["many-00319"]
    assert desk.found('id sw "many-"', fields="total")["total"] == 320


def test_a_page_that_fits_no_answer_says_what_to_do(desk: Desk, product: Product) -> None:
    deployment = product.deployment
    address = {"address1": "x" * 12_000, "country": "US"}
    addresses = [{**address, "repositoryId": f"a{place}", "alias": f"Address {place}"} for place in range(10)]
    for number in range(60):
        person = Person(f"z{number:02}", f"z{number}", {"addresses": addresses})
        put_person(deployment, deployment.tables.profiles, PROFILE_ROW, person)
    answer = desk.ask()
    assert (answer.status, answer.body["errorCode"]) == (400, "00000400")
    assert answer.body["devMessage"].startswith("limit must be smaller, or fields")
    assert len(desk.ids(fields="items.id")) == 65
    # Without its repetition a page may do.
    page = desk.found('id sw "z"', limit=40)
    assert page["count"] == 40
    assert "secondaryAddresses" not in page["items"][0]
    assert "secondaryAddresses" in desk.found('id sw "z"', limit=2)["items"][0]


# --- the search --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('id eq "110001"', ["110001"]),
        ('id eq "SE-570031"', []),
        ('login eq "SHOPPER"', ["se-570031"]),
        ('login eq "kim@example.com"', []),
        ('email eq "KIM@example.com"', ["se-570031"]),
        ('email eq "nobody@example.com"', []),
        ('id eq "110001" or email eq "buyer@example.com"', ["110001"]),
        ('email eq "kim@example.com" OR login eq "account-buyer" or id eq "x"', ["110001", "se-570031"]),
        ('id sw "11"', ["110000", "110001", "110002", "110003"]),
        ('id sw "12"', []),
        ('id gt "110002"', ["110003", "se-570031"]),
        ('id gt "z"', []),
        ('email sw "B"', ["110001"]),
        ('login sw "Account-"', ["110002", "110000", "110001"]),
        ('email sw "#"', []),
    ],
)  # fmt: skip
def test_what_is_found(desk: Desk, query: str, found: list[str]) -> None:
    page = desk.found(query)
    assert [item["id"] for item in page["items"]] == found
    assert page["total"] == page["count"] == len(found)


def test_what_clients_send_beside_it(desk: Desk) -> None:
    query = {"queryFormat": "SCIM", "useAdvancedQParser": "true", "expand": "basic", "includeResult": "full"}
    assert desk.ids('email eq "kim@example.com"', **query) == ["se-570031"]


def test_found_ones_come_page_by_page(desk: Desk) -> None:
    query = 'id eq "110002" or id eq "110000" or login eq "account-buyer"'
    assert [desk.ids(query, limit=1, offset=offset) for offset in range(4)] == [["110000"], ["110001"], ["110002"], []]
    assert desk.found(query, limit=1)["total"] == 3
    assert desk.ids('login sw "account-"', limit=1, offset=1) == ["110000"]


def test_the_order_can_be_turned_around(desk: Desk) -> None:
    backwards = IDS[::-1]
    assert desk.ids(sort="id:desc") == desk.ids(sort=" id:DESC ") == backwards
    assert desk.ids(sort="id:desc", offset=1, limit=2) == backwards[1:3]
    assert (
        desk.ids(sort="id") == desk.ids(sort="id:asc") == desk.ids(sort="firstName:desc") == desk.ids(sort=":") == IDS
    )
    assert desk.ids('login sw "account-"', sort="login:desc") == ["110001", "110000", "110002"]
    assert desk.ids('login sw "account-"', sort="id:desc") == ["110002", "110000", "110001"]
    assert desk.ids('id eq "110002" or id eq "110000"', sort="id:desc") == ["110002", "110000"]
    assert desk.found(sort="id:desc")["sort"] == "id:desc"


def test_refused_only_to_those_who_may_search(without_role: Desk, desk: Desk) -> None:
    assert without_role.ask(q="x").status == 403
    assert Desk(desk.product, "x").ask(q="x").status == 401


def test_who_changes_an_identifier_is_found_by_the_new_one(desk: Desk, own: Own) -> None:
    assert own.put({"email": "pat@example.com", "login": "pat"}).status == 200
    assert desk.ids('email eq "kim@example.com"') == desk.ids('login sw "shopper"') == []
    assert desk.ids('email sw "pat"') == desk.ids('login eq "PAT"') == ["se-570031"]


def test_who_is_loaded_is_found(desk: Desk, load: Callable[..., Own]) -> None:
    load(id="p1", login="New-One", email="new@example.com")
    assert desk.ids('email sw "new"') == desk.ids('login eq "new-one"') == desk.ids('id sw "p"') == ["p1"]


def test_who_has_gone_since_the_index_was_written_is_left_out(
    desk: Desk, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ProfileIndex.page
    monkeypatch.setattr(ProfileIndex, "page", lambda *given, **named: (["110000", "gone"], page(*given, **named)[1]))
    assert desk.ids() == ["110000"]


def test_the_log_says_who_looked_and_at_whom(desk: Desk, printed: Callable[[], str]) -> None:
    desk.shown()
    line = json.loads(printed().splitlines()[0])
    assert (line["callerId"], line["profileId"]) == ("in-100001", "se-570031")
    desk.ids('email eq "kim@example.com"')
    text = printed()
    assert json.loads(text.splitlines()[0])["callerId"] == "in-100001"
    assert "kim@" not in text


def test_a_token_s_issuer_decides(product: Product) -> None:
    """An application's token that no application stands behind opens nothing."""
    token = product.issue(None, "nobody", issuer=APPLICATION)
    assert product.call("GET", PATH, token=token).status == 401
