"""Each member of the body: profiles.md §1 and §2."""

import pytest

from commerce.dates import format_date
from tests.support.profiles import OwnProfile, any_of

TEXTS = ("firstName", "middleName", "lastName", "daytimeTelephoneNumber")
STRINGS = (*TEXTS, "email", "login", "gender", "dateOfBirth", "receiveEmail", "locale")


def test_texts_are_stored_as_sent(own: OwnProfile) -> None:
    for name in TEXTS:
        for value in ("Zoë  Łukasz ", " ", "a" * 254, "😀" * 254, "{firstName}", ""):
            assert own.put({name: value})[name] == value, name
        assert own.put({name: None})[name] is None
    assert own.shown()["firstName"] is None


def test_wrong_kinds_and_lengths(own: OwnProfile) -> None:
    for name in STRINGS:
        for value in (7, True, ["x"]):
            assert own.refused({name: value}) == [("22024", name, None)], (name, value)
    for name in (*TEXTS, "email", "login"):
        assert own.refused({name: "a" * 255}) == [("00004", name, None)]
    assert own.refused({"locale": "a" * 33}) == [("00004", "locale", None)]


@pytest.mark.parametrize(
    "email", ["a@b.c", "a+b@sub.example.com", "ü@exämple.de", "a@b.c.", "A" * 240 + "@example.com"]
)
def test_email_addresses_that_are_taken(own: OwnProfile, email: str) -> None:
    shown = own.put({"email": email})
    assert (shown["email"], shown["login"]) == (email, "shopper")


def test_email_addresses_that_are_malformed(own: OwnProfile) -> None:
    for email in ("x", "@b.c", "a@", "a@b", "a@.c", "a@b.", "a@@b.c", "a@b@c.d", "a b@c.d", "a@b. c", "a\u00a0@b.c"):
        assert own.refused({"email": email}) == [("23006", "email", None)], email
    for email in ("a\n@b.c", "a\x7f@b.c", "a@b\x00.c", "a@b.c\r\n", "a@b.c\u0085", "a\u2028@b.c"):
        assert own.refused({"email": email}) == [("23006", "email", None)], repr(email)


def test_empty_identifiers(own: OwnProfile) -> None:
    for value in ("", None):
        assert own.refused({"email": value}) == [("22003", "email", None)]
        assert own.refused({"login": value}) == [("22026", "login", "login")]


def test_gender(own: OwnProfile) -> None:
    for value in ("male", "female", "unknown"):
        assert own.put({"gender": value})["gender"] == value
    assert own.put({"gender": None})["gender"] is None
    for value in ("", "Male", "other"):
        assert own.refused({"gender": value}) == [("22026", "gender", "gender")]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("1990-02-28", "1990-02-28T00:00:00.000Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999Z"),
        ("1990-02-28T23:30", "1990-02-28T23:30:00.000Z"),
        ("1990-02-28T23:30:15", "1990-02-28T23:30:15.000Z"),
        ("1990-02-28T23:30:15.1", "1990-02-28T23:30:15.100Z"),
        ("1990-02-28T23:30:15.12345Z", "1990-02-28T23:30:15.123Z"),
        ("1990-02-28T23:30-05:00", "1990-03-01T04:30:00.000Z"),
        ("1990-03-01T00:30:00+01:00", "1990-02-28T23:30:00.000Z"),
        ("", None),
        ("null", None),
        (None, None),
    ],
)
def test_dates_of_birth(own: OwnProfile, sent: str | None, shown: str | None) -> None:
    own.put({"dateOfBirth": "1970-01-01"})
    assert own.put({"dateOfBirth": sent})["dateOfBirth"] == shown
    assert own.shown()["dateOfBirth"] == shown


def test_dates_of_birth_that_are_none(own: OwnProfile) -> None:
    for text in (
        "1990-02-30", "1990-2-3", "19900203", "28.02.1990", "1990-02-28T", "1990-02-28T24:00", "1990-02-28T23:30:61",
        "1990-02-28 23:30", "1990-02-28T23:30Z+01:00", "1990-02-28T23:30+24:00", "0000-01-01", "10000-01-01", "NULL",
        "0001-01-01T00:00+01:00", "9999-12-31T23:59-01:00", "1990-02-28T23:30:15.", "١٩٩٠-02-28", " 1990-02-28",
    ):  # fmt: skip
        assert own.refused({"dateOfBirth": text}) == [("22026", "dateOfBirth", "dateOfBirth")], text


def test_locales_get_one_form(own: OwnProfile) -> None:
    for sent, shown in (("PT-br", "pt_BR"), ("en", "en"), ("DE_at", "de_AT"), ("tlh", "tlh"), ("", ""), (None, None)):
        assert own.put({"locale": sent})["locale"] == shown


def test_receive_email_and_consent_take_their_values_alone(own: OwnProfile) -> None:
    for value in ("", "Yes", "true"):
        assert own.refused({"receiveEmail": value}) == [("22026", "receiveEmail", "receiveEmail")]
    name = "GDPRProfileP13nConsentGranted"
    for value in any_of("true", "", 1, 0, [], {}):
        assert own.refused({name: value}) == [("22026", name, name)]


def test_per_site_members_and_their_dates(own: OwnProfile) -> None:
    consent, consent_date = "GDPRProfileP13nConsentGranted", "GDPRProfileP13nConsentDate"
    german = "siteDE"
    assert own.shown(german)["receiveEmail"] == "no"
    assert own.shown(german)[consent] is False
    assert own.shown(german)["receiveEmailDate"] is own.shown(german)[consent_date] is None

    first = format_date(own.now)
    own.put({consent: True, "receiveEmail": "yes"}, german)
    own.later(minutes=1)
    own.put({consent: True, "receiveEmail": "yes"}, german)
    shown = own.shown(german)
    assert (shown[consent], shown[consent_date], shown["receiveEmailDate"]) == (True, first, first)
    assert (own.shown()[consent], own.shown()[consent_date]) == (False, None)
    assert own.shown()["receiveEmailDate"] == "2015-08-04T03:42:42.876Z"

    second = format_date(own.now)
    own.put({consent: None, "receiveEmail": None}, german)
    shown = own.shown(german)
    assert (shown[consent], shown["receiveEmail"]) == (False, "no")
    assert (shown[consent_date], shown["receiveEmailDate"]) == (second, second)


def test_read_only_members_never_fail(own: OwnProfile) -> None:
    for value in any_of(None, "x", 7, [], {}, True):
        body = dict.fromkeys(
            ("id", "repositoryId", "links", "roles", "dynamicProperties", "registrationDate", "lifetimeSpend",
             "numberOfOrders", "lastVisitDate", "secondaryAddresses", "parentOrganization", "siteId"), value
        )  # fmt: skip
        assert own.unchanged_by(body)


def test_failures_come_together_in_the_order_of_the_request(own: OwnProfile) -> None:
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


def test_a_value_stays_valid_while_it_is_stored() -> None:
    stored = {"gender": "robot", "email": "no address", "locale": "EN"}
    own = OwnProfile(stored)
    shown = own.put({**stored, "firstName": "Pat"})
    assert {name: shown[name] for name in stored} == stored
    assert shown["firstName"] == "Pat"
    assert own.refused({"gender": "cyborg"}) == [("22026", "gender", "gender")]


def test_what_was_never_there_may_be_cleared() -> None:
    assert OwnProfile({}).unchanged_by({"email": None, "gender": None, "dateOfBirth": None})


def test_identifiers_of_others() -> None:
    own = OwnProfile(others=["taken@example.com", "taken"])
    assert own.refused({"email": "taken@example.com"}) == [("22006", "email", None)]
    assert own.refused({"login": "taken"}) == [("22006", "login", None)]
    # As it is stored, it is nobody else's affair.
    assert OwnProfile(others=["kim@example.com", "shopper"]).unchanged_by(
        {"email": "kim@example.com", "login": "shopper"}
    )


def test_a_login_that_was_the_email_address_follows_it() -> None:
    def own() -> OwnProfile:
        return OwnProfile(login="KIM@example.com", others=["taken@example.com"])

    shown = own().put({"email": "pat@example.com"})
    assert (shown["email"], shown["login"]) == ("pat@example.com", "pat@example.com")
    assert own().refused({"email": "taken@example.com", "firstName": 1}) == [
        ("22006", "email", None),
        ("22024", "firstName", None),
    ]
    shown = own().put({"email": "pat@example.com", "login": "kim"})
    assert (shown["email"], shown["login"]) == ("pat@example.com", "kim")
    shown = OwnProfile().put({"email": "pat@example.com"})
    assert shown["login"] == "shopper"


def test_the_first_value_of_a_site(own: OwnProfile) -> None:
    del own.document["sites"]
    assert own.put({"receiveEmail": "yes"})["receiveEmail"] == "yes"
    assert own.shown("siteDE")["receiveEmail"] == "no"
