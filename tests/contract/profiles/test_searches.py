"""What `q` finds beyond ids and identifiers: by what the index says of each profile (contract: companions.md §7)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from backoffice.indexing import Indexed, index_profiles
from commerce.profiles.index import ProfileIndex
from commerce.storage import indexes
from tests.conftest import with_sample
from tests.contract.profiles.conftest import PROFILES, Desk, Own, OwnOf
from tests.contract.profiles.test_indexing import forget
from tests.support.deployment import Product, gateway_event

KIM, ADMIN, BUYER, MANAGER, INACTIVE = "se-570031", "110000", "110001", "110002", "110003"
ACCOUNT = [ADMIN, BUYER, MANAGER, INACTIVE]
EVERYBODY = [*ACCOUNT, KIM]
NUMBERS = {ADMIN: 2, BUYER: "10", MANAGER: -3.5}


@pytest.fixture
def declared(product: Product, desk: Desk) -> Callable[..., None]:
    """`declared(x_points={"type": "number"})`: custom properties of shoppers."""

    def declare(**properties: Any) -> None:
        answer = product.call(
            "PUT", "/ccadmin/v1/shopperTypes/user",
            {"properties": {name: {"label": name, "internalOnly": False, **one} for name, one in properties.items()}},
            token=desk.token, headers={"X-CCAsset-Language": "en"},
        )  # fmt: skip
        assert answer.status == 200, answer.text

    return declare


@pytest.fixture
def valued(declared: Callable[..., None], own_of: OwnOf) -> None:
    """Custom properties of each type, and some profiles that have values of them."""
    declared(
        x_points={"type": "number"}, x_since={"type": "date"}, x_flag={"type": "checkbox"}, x_note={"type": "richText"}
    )
    for profile_id, points in NUMBERS.items():
        assert own_of(profile_id).put({"x_points": points}).status == 200
    assert own_of(ADMIN).put({"x_since": "2026-03-14", "favorite_color": "Dark Blue", "x_flag": True}).status == 200
    assert own_of(BUYER).put({"x_since": "2026-03-14T09:26:53.589Z", "x_flag": False, "x_note": "Note"}).status == 200


# --- what is found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('lastName eq "Anderson"', [KIM]),
        ('lastName eq "EXAMPLE"', ACCOUNT),
        ('LASTNAME EQ "example"', ACCOUNT),
        ('lastName ne "example"', [KIM]),
        ('firstName sw "a"', [ADMIN]),
        ('firstName co "O"', [BUYER, INACTIVE]),
        ('firstName gt "kim"', [BUYER, MANAGER]),
        ('firstName ge "Kim"', [BUYER, MANAGER, KIM]),
        ('firstName lt "kim"', [ADMIN, INACTIVE]),
        ('firstName le "kim"', [ADMIN, INACTIVE, KIM]),
        ("middleName pr", []),
        ("daytimeTelephoneNumber pr", [KIM]),
        ('daytimeTelephoneNumber ne "212-555-1977"', ACCOUNT),
        ('email co "@EXAMPLE.com"', EVERYBODY),
        ('email co "er@"', [BUYER, MANAGER]),
        ('login co "account" and firstName co "a"', [ADMIN, MANAGER]),
        ('parentOrganization eq "100002"', ACCOUNT),
        ('parentOrganization.id eq "100002"', ACCOUNT),
        ("parentorganization.ID eq 100002", ACCOUNT),
        ("not (parentOrganization pr)", [KIM]),
        ('registrationDate lt "2016-01-01"', [KIM]),
        ('registrationDate eq "2015-08-04T05:42:42.876+02:00"', [KIM]),
        ("active eq false", [INACTIVE]),
        ('active eq "True"', [ADMIN, BUYER, MANAGER, KIM]),
        ("active ne true", [INACTIVE]),
        ("active pr", EVERYBODY),
        ('id co "10"', ACCOUNT),
        ('id ne "110000"', EVERYBODY[1:]),
        ('id lt "110002"', [ADMIN, BUYER]),
        ('id ge "110002" and id le "110003"', [MANAGER, INACTIVE]),
        ('id eq "110001" and active eq true', [BUYER]),
        ('id eq "110003" and active eq true', []),
        ('id eq "110001" and login eq "ACCOUNT-BUYER"', [BUYER]),
        ('id eq "110001" and id eq "110002"', []),
        ('id sw "11" and firstName sw "j"', [INACTIVE]),
        ('lastName eq "example" and id gt "110001"', [MANAGER, INACTIVE]),
        ('id gt "110001" or id gt "110002"', [MANAGER, INACTIVE, KIM]),
        ('id eq "se-570031" or login sw "account-b"', [BUYER, KIM]),
        # `and` before `or`, and what parentheses say before both.
        ('firstName eq "kim" or firstName eq "jo" and active eq true', [KIM]),
        ('(firstName eq "kim" or firstName eq "jo") and active eq true', [KIM]),
        ('(firstName eq "kim" or firstName eq "jo") AND NOT (active eq true)', [INACTIVE]),
        ('not(firstName eq "kim")and(active eq true)', [ADMIN, BUYER, MANAGER]),
        ('((firstName eq "kim"))', [KIM]),
        ('firstName eq "Robin" and lastName eq "Anderson"', []),
        (r'firstName eq "\"Kim\""', []),
        ('firstName eq ":v0 OR attribute_exists(pk)"', []),
    ],
)  # fmt: skip
def test_by_members(desk: Desk, query: str, found: list[str]) -> None:
    page = desk.found(query)
    assert [item["id"] for item in page["items"]] == found
    assert page["total"] == page["totalResults"] == page["count"] == len(found)


@pytest.mark.usefixtures("valued")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('favorite_color eq "dark blue"', [ADMIN]),
        ('Favorite_Color co "BLUE"', [ADMIN]),
        ("favorite_color pr", [ADMIN]),
        ("x_points eq 10", [BUYER]),
        ("x_points eq 10.0", [BUYER]),
        ('x_points eq "1e1"', [BUYER]),
        ("x_points gt 2", [BUYER]),
        ("x_points ge 2", [ADMIN, BUYER]),
        ("x_points lt 2", [MANAGER]),
        ("x_points le -3.5", [MANAGER]),
        ("x_points ne 10", [ADMIN, MANAGER, INACTIVE, KIM]),
        ('x_since eq "2026-03-14"', [ADMIN]),
        ('x_since ge "2026-03-14"', [ADMIN, BUYER]),
        ('x_since gt "2026-03-14T09:00Z"', [BUYER]),
        ("x_flag eq true", [ADMIN]),
        ("x_flag eq false", [BUYER]),
        ("x_flag ne true", [BUYER, MANAGER, INACTIVE, KIM]),
        ("not (x_flag pr)", [MANAGER, INACTIVE, KIM]),
    ],
)
def test_by_custom_properties(desk: Desk, query: str, found: list[str]) -> None:
    assert desk.ids(query) == found


def test_a_profile_without_a_value_of_its_own_has_the_default(desk: Desk, own: Own) -> None:
    """It shows it, so it is found by it."""
    assert own.put({"newsletter_topic": "shoes"}).status == 200
    assert desk.ids('newsletter_topic eq "General"') == desk.ids('newsletter_topic co "gen"') == ACCOUNT
    assert desk.ids('newsletter_topic ne "general"') == [KIM]
    assert desk.ids("newsletter_topic pr") == EVERYBODY
    assert desk.ids("not (newsletter_topic pr)") == []


def test_an_own_value_that_nothing_can_be_compared_with_is_no_default(
    desk: Desk, declared: Callable[..., None], own_of: OwnOf, stored: Callable[..., Own]
) -> None:
    """The profile shows it, so it is not found by the default."""
    names = [f"x_{number:038}" for number in range(300)]
    declared(**{name: {"type": "shortText", "default": "usual"} for name in ("x_mood", *names)})
    assert own_of(BUYER).put({"x_mood": ""}).status == 200
    stored(id="p1", login="p1", custom={"x_mood": "y" * 255, **dict.fromkeys(names, "y" * 254)})
    for member in ("x_mood", names[-1]):
        shown = {profile["id"]: profile["dynamicProperties"] for profile in desk.found()["items"]}
        usual = [name for name, values in shown.items() if _value(values, member) == "usual"]
        assert desk.ids(f'{member} eq "usual"') == desk.ids(f'{member} lt "v"') == usual
        assert desk.ids(f'{member} ne "usual"') == [name for name in ["110001", "p1"] if name not in usual]
        assert desk.ids(f"not ({member} pr)") == [name for name in ["110001", "p1"] if name not in usual]


def _value(values: Sequence[dict[str, Any]], member: str) -> Any:
    return next(entry["value"] for entry in values if entry["id"] == member)


def test_a_part_of_a_word_is_found_in_whatever_case(desk: Desk, own: Own) -> None:
    """Of the two forms of the Greek sigma one ends words."""
    assert own.put({"lastName": "Παπασταύρου", "firstName": "Μάριος"}).status == 200
    assert desk.ids('lastName sw "ΠΑΠΑΣ" and lastName co "ΑΣ" and firstName eq "ΜΆΡΙΟΣ"') == [KIM]


def test_as_many_negations_as_may_be_in_each_other(desk: Desk) -> None:
    deep = " or ".join(f'{"not (" * 15}lastName eq "example"{")" * 15}' for _ in range(20))
    assert desk.ids(deep) == [KIM]


def test_half_a_character_is_none(desk: Desk) -> None:
    """No gateway sends one; whoever calls the function does."""
    for query in ('lastName co "\ud800"', 'id eq "\ud800"', 'login sw "\ud800"', 'login eq "\ud800"', "\ud800 pr"):
        event = gateway_event("GET", PROFILES, token=desk.token)
        event["queryStringParameters"] = {"q": query}
        event["multiValueQueryStringParameters"] = {"q": [query]}
        assert desk.product.app("list_profiles").handler(event, None)["statusCode"] == 400


def test_a_property_in_another_case_where_one_alone_is_meant(
    desk: Desk, declared: Callable[..., None], own_of: OwnOf
) -> None:
    declared(x_tone={"type": "shortText"})
    assert own_of(BUYER).put({"x_tone": "a"}).status == 200
    assert desk.ids('X_TONE eq "a"') == [BUYER]
    declared(X_Tone={"type": "shortText"})
    assert own_of(MANAGER).put({"X_Tone": "a"}).status == 200
    assert desk.ids('x_tone eq "a"') == [BUYER]
    assert desk.ids('X_Tone eq "a"') == [MANAGER]
    assert desk.ask(q='X_TONE eq "a"').status == 400


def test_a_change_is_found_and_what_was_is_not(desk: Desk, own: Own) -> None:
    assert own.put({"lastName": "Berg"}).status == 200
    assert desk.ids('lastName eq "berg"') == [KIM]
    assert desk.ids('lastName eq "anderson"') == []
    answer = desk.product.call("PUT", f"/ccadmin/v1/profiles/{KIM}", {"active": False}, token=desk.token)
    assert answer.status == 200
    assert desk.ids("active eq false") == [INACTIVE, KIM]


def test_items_are_as_of_the_call(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was found a moment ago may no longer be what was looked for."""
    monkeypatch.setattr(ProfileIndex, "page", lambda *_, **__: ([KIM, "gone"], 2))
    (item,) = desk.found('lastName eq "Miller"')["items"]
    assert item["lastName"] == "Anderson"


# --- pages


def test_pages_join_without_gap_or_repetition(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    query = 'lastName eq "example" and active eq true'
    expected = [ADMIN, BUYER, MANAGER]
    for stride in (1, 2, 1000):
        monkeypatch.setattr(indexes, "FIRST_STRIDE", stride)
        for limit in (1, 2, 3, 4):
            pages = [desk.found(query, limit=limit, offset=offset) for offset in range(0, 5, limit)]
            assert [item["id"] for page in pages for item in page["items"]] == expected
            assert {page["total"] for page in pages} == {3}
        assert desk.found(query, limit=0)["total"] == desk.found(query, offset=9)["total"] == 3
        backwards = [desk.ids(query, limit=1, offset=offset, sort="id:desc") for offset in range(4)]
        assert backwards == [[MANAGER], [BUYER], [ADMIN], []]


def test_page_after_page_by_the_last_id(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexes, "FIRST_STRIDE", 1)
    found, last = [], ""
    while page := desk.found(
        f'lastName eq "example" and id gt "{last}"' if last else 'lastName eq "example"', limit=1, totalResults="false"
    )["items"]:
        last = page[0]["id"]
        found.append(last)
    assert found == ACCOUNT
    assert desk.found('lastName eq "example"', totalResults="false")["total"] is None


def test_to_the_end_over_more_than_a_page_of_dynamodb(desk: Desk, many: Callable[[int], list[str]]) -> None:
    """It looks at 1 MB at a time: here about a hundred rows."""
    ids = many(320)
    index_profiles(desk.product.deployment, Indexed(), lambda _: None)
    query = 'login sw "many-" and id ne "many-00007"'
    expected = [profile_id for profile_id in ids if profile_id != "many-00007"]
    assert desk.found(query, fields="total,count") == {"total": 319, "count": 250}
    assert desk.ids(query, fields="items.id") + desk.ids(query, fields="items.id", offset=250) == expected
    assert desk.ids('login eq "many-00319" and active eq true', fields="items.id") == ["many-00319"]


# --- what is refused


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("kim", "q must be terms like"),
        ("lastName eq Anderson", "q must be terms like"),
        ('lastName eq "Anderson', "q must be terms like"),
        ('lastName eq "Anderson" lastName pr', "q must be terms like"),
        ('lastName eq "Anderson" xor lastName pr', "q must be terms like"),
        ('(lastName eq "Anderson"', "q must be terms like"),
        ('lastName eq "Anderson")', "q must be terms like"),
        ('not lastName eq "Anderson"', "q must be terms like"),
        ("()", "q must be terms like"),
        ("lastName eq null", "q must be terms like"),
        ("(" * 17 + "lastName pr" + ")" * 17, "q must be terms like"),
        ("(" * 3000, "q must be terms like"),
        ('gender eq "female"', "q must name id, login, firstName"),
        ('profileType eq "b2c"', "q must name id, login, firstName"),
        ('parentOrganization.name eq "National"', "q must name id, login, firstName"),
        ('password pr or id eq "110001"', "q must name id, login, firstName"),
        ("passwordHash pr", "q must name id, login, firstName"),
        ('x_unknown eq "a"', "q must name id, login, firstName"),
        ("searched pr", "q must name id, login, firstName"),
        ('lastName ew "son"', "q must compare texts by eq, ne, co, sw"),
        ('lastName xx "son"', "q must compare texts by eq, ne, co, sw"),
        ('active co "tr"', "q must compare what is true or false by eq or ne"),
        ('active eq "yes"', "q must compare what is true or false by eq or ne"),
        ('registrationDate sw "2026"', "q must compare dates by eq, ne, gt"),
        ('registrationDate gt "yesterday"', "q must compare dates by eq, ne, gt"),
        ('lastName co ""', "q must compare with texts of 1 to 254 characters"),
        (f'lastName co "{"x" * 255}"', "q must compare with texts of 1 to 254 characters"),
        (" or ".join(["lastName pr"] * 21), "q must have at most 20 terms"),
    ],
)
def test_what_cannot_be_searched_is_told_in_plain_words(desk: Desk, query: str, told: str) -> None:
    answer = desk.ask(q=query)
    assert (answer.status, answer.body["errorCode"]) == (400, "00000400")
    assert answer.body["devMessage"].startswith(told)
    assert "Anderson" not in answer.body["devMessage"].replace('lastName eq "Anderson"', "")
    assert answer.body["message"] == "This list cannot be searched like that."
    german = desk.ask(headers={"X-CCAsset-Language": "de"}, q=query)
    assert german.body["message"] == "Diese Liste lässt sich so nicht durchsuchen."


@pytest.mark.usefixtures("valued")
@pytest.mark.parametrize("query", ['x_points eq "many"', "x_points sw 1", 'x_note co "note"', "x_since eq 7"])
def test_what_fits_no_type(desk: Desk, query: str) -> None:
    assert desk.ask(q=query).body["errorCode"] == "00000400"


def test_as_much_as_may_be_asked_at_once(desk: Desk, declared: Callable[..., None]) -> None:
    """DynamoDB takes 4 KB of expression."""
    names = [f"x_{'n' * 36}{number:02}" for number in range(20)]
    declared(**{name: {"type": "shortText", "default": "d"} for name in names})
    query = " or ".join(f'not (not ({name} eq "d"))' for name in names)
    assert desk.ids(query) == EVERYBODY
    assert desk.ids(f"{'(' * 16}lastName pr{')' * 16}") == EVERYBODY


def test_who_has_no_time_left_is_told_how_to_narrow_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexes, "RESERVED", 1)
    monkeypatch.setattr(indexes, "OWN_SHARE", 0)
    answer = desk.ask(q='lastName eq "example"')
    assert (answer.status, answer.body["errorCode"]) == (400, "00000400")
    assert answer.body["message"] == "The search takes too long. Narrow it down."
    for word in ("id gt", "id sw", "totalResults=false"):
        assert word in answer.body["devMessage"]
    assert desk.ids('login sw "account-b"') == [BUYER]
    assert desk.ids() == EVERYBODY


# --- property security


FORMS: Sequence[str] = (
    '{} eq "secret"',
    '{} ne "secret"',
    '{} sw "s"',
    "{} pr",
    "not ({} pr)",
    'lastName eq "example" and {} co "e"',
    'id eq "110001" or {} gt "a"',
    'not (id eq "110001" and (lastName pr or {} lt "z"))',
)


@pytest.mark.parametrize(
    ("member", "level"),
    [
        ("x_secret", "deny"),
        *((name, "ignore") for name in ("x_secret", "X_SECRET", "lastName", "firstname", "email", "login")),
    ],
)
def test_no_search_tells_what_the_caller_may_not_read(
    desk: Desk, declared: Callable[..., None], own_of: OwnOf, member: str, level: str
) -> None:
    declared(x_secret={"type": "shortText"})
    assert own_of(BUYER).put({"x_secret": "secret"}).status == 200
    assert desk.ids('x_secret eq "secret"') == [BUYER]
    closed = {"readRole": "anotherRole", "readSecurityLevel": level}
    name = {"x_secret": "x_secret", "lastname": "lastName", "firstname": "firstName"}.get(member.lower(), member)
    answer = desk.product.call(
        "PUT", "/ccadmin/v1/shopperTypes/user", {"properties": {name: closed}}, token=desk.token,
        headers={"X-CCAsset-Language": "en"},
    )  # fmt: skip
    assert answer.status == 200, answer.text
    for form in FORMS:
        if name == "lastName" and "lastName" in form:
            continue
        refused = desk.ask(q=form.format(member))
        assert (refused.status, refused.body["errorCode"]) == (403, "00002000"), form
        assert refused.body["devMessage"] == desk.ask(q=f'{member} eq "another"').body["devMessage"]
    assert desk.ids('daytimeTelephoneNumber co "555"') == [KIM]


def test_what_cannot_be_read_comes_before_what_may_not_be(desk: Desk) -> None:
    assert desk.ask(q='credit_rating eq "A"').status == 403
    assert desk.ask(q='credit_rating eq "A" and nothing pr').status == 400
    assert desk.ask(q='credit_rating eq "A" and', fields="items.id").status == 400


def test_internal_properties_are_searched(desk: Desk, declared: Callable[..., None]) -> None:
    declared(x_internal={"type": "shortText", "internalOnly": True})
    answer = desk.product.call("PUT", f"/ccadmin/v1/profiles/{BUYER}", {"x_internal": "vip"}, token=desk.token)
    assert answer.status == 200
    assert desk.ids('x_internal eq "VIP"') == [BUYER]


def test_the_log_tells_nothing_of_it(desk: Desk, printed: Callable[[], str]) -> None:
    desk.ids('lastName eq "anderson"')
    text = printed()
    assert json.loads(text.splitlines()[0])["callerId"] == "in-100001"
    assert "nderson" not in text


# --- shared addresses, and rows of an earlier release


@pytest.fixture
def sharing(make_product: Callable[..., Product], sample_items: Any, desk: Desk) -> Desk:
    """The sample store where e-mail addresses may be shared, and two share one."""
    product = with_sample(make_product(UNIQUE_EMAILS="false"), sample_items)
    assert product.call(
        "PUT", f"/ccadmin/v1/profiles/{BUYER}", {"email": "Kim@Example.com"}, token=desk.token
    ).status == 200  # fmt: skip
    return Desk(product, desk.token)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('email eq "KIM@example.com"', [BUYER, KIM]),
        ('email sw "kim@"', [BUYER, KIM]),
        ('email eq "manager@example.com" or id eq "se-570031"', [MANAGER, KIM]),
        ('email eq "kim@example.com" and id gt "2"', [KIM]),
        ('login eq "shopper"', [KIM]),
    ],
)
def test_shared_addresses_are_found(sharing: Desk, query: str, found: list[str]) -> None:
    page = sharing.found(query)
    assert ([item["id"] for item in page["items"]], page["total"]) == (found, len(found))


def test_rows_of_an_earlier_release_are_found_once_they_are_indexed(desk: Desk, product: Product) -> None:
    forget(product, BUYER, KIM)
    queries = ("lastName pr", 'lastName ne "x"', "active eq true or active eq false", 'not (lastName eq "x")')
    for query in queries:
        assert desk.ids(query) == [ADMIN, MANAGER, INACTIVE], query
    assert desk.ids() == EVERYBODY
    assert desk.ids('login eq "shopper"') == desk.ids('email sw "kim"') == [KIM]
    index_profiles(product.deployment, Indexed(), lambda _: None)
    for query in queries:
        assert desk.ids(query) == EVERYBODY, query
