"""Members of the body as they are stored and answered: profiles.md §1 and §2.

What each member takes and refuses: tests/unit/profiles/test_members.py
"""

from collections.abc import Callable
from typing import Any

from commerce.dates import format_date
from tests.contract.profiles.conftest import Own, OwnOf
from tests.support.deployment import Product
from tests.support.profiles import any_of


def test_members_of_every_kind_are_stored(own: Own) -> None:
    sent = {
        "firstName": "Zoë  Łukasz ", "lastName": "😀" * 254, "middleName": "", "daytimeTelephoneNumber": None,
        "email": "a+b@sub.example.com", "login": "zoë", "gender": "unknown", "locale": "PT-br",
        "dateOfBirth": "1990-02-28T23:30-05:00", "receiveEmail": "no", "GDPRProfileP13nConsentGranted": True,
    }  # fmt: skip
    shown = own.put(sent).body
    stored = {**sent, "locale": "pt_BR", "dateOfBirth": "1990-03-01T04:30:00.000Z"}
    assert {name: shown[name] for name in sent} == stored
    assert own.shown() == shown


def test_the_message_of_22024_names_property_and_value(own: Own) -> None:
    for value, text in ((7, "7"), (7.50, "7.5"), (True, "true"), (["x"], '["x"]'), ({"x": 1}, '{"x":1}')):
        for language in ("en", "de"):
            message = own.put({"lastName": value}, {"X-CCAsset-Language": language}).body["errors"][0]["message"]
            assert message == f"lastName({text}) must be a String"


def test_empty_identifiers(own: Own) -> None:
    for value in ("", None):
        assert own.refused({"email": value}) == [("22003", "email", None)]
        assert own.refused({"login": value}) == [("22026", "login", "login")]


def test_identifiers_of_another_profile(own: Own) -> None:
    for email in ("buyer@example.com", "BUYER@example.COM"):
        assert own.refused({"email": email}) == [("22006", "email", None)]
    for login in ("account-buyer", "Account-BUYER"):
        assert own.refused({"login": login}) == [("22006", "login", None)]


def test_identifiers_are_lower_cased_and_not_case_folded(own: Own, own_of: OwnOf) -> None:
    other = own_of("110001")
    for name in ("email", "login"):
        assert own.put({name: "Straße@example.com"}).status == 200
        assert other.refused({name: "STRAßE@example.com"}) == [("22006", name, None)]
        assert other.put({name: "STRASSE@example.com"}).status == 200


def test_an_email_address_may_equal_the_login_of_another(own: Own, own_of: OwnOf) -> None:
    assert own_of("110001").put({"login": "shared@example.com"}).status == 200
    assert own.put({"email": "shared@example.com"}).status == 200


def test_shared_email_addresses_where_they_are_configured(
    product: Product, make_product: Any, own: Own, own_of: OwnOf
) -> None:
    shared = make_product(UNIQUE_EMAILS="false")
    assert Own(shared, own.token).put({"email": "buyer@example.com"}).body["email"] == "buyer@example.com"
    strict = make_product(UNIQUE_EMAILS="true")
    buyer = own_of("110001").token
    # The address is shared now: both may leave it, and one who keeps it is not in the way.
    assert Own(strict, own.token).put({"email": "kim@example.com"}).status == 200
    assert Own(strict, buyer).put({"email": "robin@example.com"}).status == 200
    assert Own(strict, own.token).put({"email": "Robin@example.com"}).code == "22006"
    assert Own(strict, own.token).put({"email": "buyer@example.com"}).status == 200


def test_an_identifier_given_back_is_free(own: Own, own_of: OwnOf) -> None:
    assert own.put({"email": "new@example.com", "login": "new"}).status == 200
    other = own_of("110001")
    assert other.put({"email": "kim@example.com", "login": "SHOPPER"}).body["login"] == "SHOPPER"
    assert own.refused({"email": "kim@example.com", "login": "shopper"}) == [
        ("22006", "email", None),
        ("22006", "login", None),
    ]


def test_the_own_identifiers_in_other_letters(own: Own, product: Product) -> None:
    answer = own.put({"email": "KIM@example.com", "login": "Shopper"})
    assert (answer.body["email"], answer.body["login"]) == ("KIM@example.com", "Shopper")
    assert product.login("sHOPPER")


def test_a_login_that_was_the_email_address_follows_it(own: Own, own_of: OwnOf, product: Product) -> None:
    assert own.put({"login": "KIM@example.com"}).status == 200
    answer = own.put({"email": "pat@example.com"})
    assert (answer.body["email"], answer.body["login"]) == ("pat@example.com", "pat@example.com")
    assert product.login("pat@example.com")
    own_of("110001").put({"login": "taken@example.com"})
    assert own.refused({"email": "taken@example.com", "firstName": 1}) == [
        ("22006", "email", None),
        ("22024", "firstName", None),
    ]
    answer = own.put({"email": "taken@example.com", "login": "kim"})
    assert (answer.body["email"], answer.body["login"]) == ("taken@example.com", "kim")


def test_per_site_members_and_their_dates(own: Own, product: Product) -> None:
    consent, consent_date = "GDPRProfileP13nConsentGranted", "GDPRProfileP13nConsentDate"
    german = {"x-ccsite": "siteDE"}
    assert own.shown(**german)["receiveEmail"] == "no"
    assert own.shown(**german)[consent] is False
    assert own.shown(**german)["receiveEmailDate"] is own.shown(**german)[consent_date] is None

    first = format_date(product.clock.now)
    own.put({consent: True, "receiveEmail": "yes"}, german)
    product.clock.move(minutes=1)
    own.put({consent: True, "receiveEmail": "yes"}, german)
    shown = own.shown(**german)
    assert (shown[consent], shown[consent_date], shown["receiveEmailDate"]) == (True, first, first)
    assert (own.shown()[consent], own.shown()[consent_date]) == (False, None)
    assert own.shown()["receiveEmailDate"] == "2015-08-04T03:42:42.876Z"

    second = format_date(product.clock.now)
    own.put({consent: None, "receiveEmail": None}, german)
    shown = own.shown(**german)
    assert (shown[consent], shown["receiveEmail"]) == (False, "no")
    assert (shown[consent_date], shown["receiveEmailDate"]) == (second, second)


def test_what_is_absent_stays_and_an_empty_body_changes_nothing(own: Own) -> None:
    before = own.get()
    answer = own.put({})
    assert (answer.status, answer.body) == (200, before.body)
    assert answer.headers["etag"] == before.headers["etag"]
    changed = own.put({"firstName": "Pat"}).body
    assert changed == {**before.body, "firstName": "Pat"}


def test_read_only_members_never_fail(own: Own) -> None:
    before = own.get()
    for value in any_of(None, "x", 7, [], {}, True):
        body = dict.fromkeys(
            ("id", "repositoryId", "links", "roles", "dynamicProperties", "registrationDate", "lifetimeSpend",
             "numberOfOrders", "lastVisitDate", "secondaryAddresses", "parentOrganization", "siteId"), value
        )  # fmt: skip
        answer = own.put(body)
        assert (answer.status, answer.body) == (200, before.body)
        assert answer.headers["etag"] == before.headers["etag"]


def test_failures_come_together_in_the_order_of_the_request(own: Own) -> None:
    body = {
        "lastName": "Fine",
        "gender": "x",
        "shippingAddresses": "none",
        "email": "x",
        "firstName": 7,
        "login": "",
        "dateOfBirth": "never",
        "oldPassword": 1,
        "newPassword": "short",
        "middleName": "a" * 255,
    }
    assert [(code, path) for code, path, _ in own.refused(body)] == [
        ("22026", "gender"),
        ("22026", "shippingAddresses"),
        ("23006", "email"),
        ("22024", "firstName"),
        ("22026", "login"),
        ("22026", "dateOfBirth"),
        ("22024", "oldPassword"),
        ("00004", "middleName"),
    ]


def test_the_last_of_equal_keys_counts(own: Own) -> None:
    assert own.put('{"firstName": 7, "firstName": "Pat"}').body["firstName"] == "Pat"


def test_a_value_stays_valid_while_it_is_stored(stored: Callable[..., Own]) -> None:
    own = stored(id="p1", login="p1", gender="robot", email="no address", locale="EN")
    assert own.put({"gender": "robot", "email": "no address", "locale": "EN", "firstName": "Pat"}).status == 200
    assert own.shown()["locale"] == "EN"
    assert own.put({"gender": "cyborg"}).code == "22026"


def test_what_was_never_there_may_be_cleared(load: Callable[..., Own]) -> None:
    assert load(id="p1", login="p1").put({"email": None, "gender": None, "dateOfBirth": None}).status == 200
