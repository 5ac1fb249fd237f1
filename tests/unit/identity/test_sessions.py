"""login, mfalogin, refresh, verify and logout, down to what is read and written: auth.md §1, §2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from pyotp import TOTP

from commerce.call import Api, Call, Cookie, Outcome, TimeBudget
from commerce.configuration import ConfigurationRepository
from commerce.errors import (
    DependencyDown,
    InvalidClient,
    InvalidGrant,
    NotAuthenticated,
    NotPermitted,
    PasswordExpired,
    PasswordGenerated,
    UnsupportedGrantType,
)
from commerce.identity import login_records
from commerce.identity.applications import Applications, key_hash
from commerce.identity.login_records import LockRule, LoginRecords
from commerce.identity.passwords import hash_password
from commerce.identity.sessions import Sessions
from commerce.identity.tokens import KEY, Claims, Tokens
from commerce.settings import Settings
from commerce.storage import Item, Key, Update, WriteLost, encode_document
from tests.support.standing import START
from tests.support.virtual_time import VirtualTime
from tests.unit.identity.issuer import Issuer
from tests.unit.identity.rows import Rows

NOW = int(START.timestamp())
WORD = "Shopper-2026"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SHOPPER, USER = Key("Profiles", "110001", "profile"), Key("Users", "u1", "user")
SHOPPERS_LOGIN, USERS_LOGIN = Key("Profiles", "login#shopper", "owner"), Key("Users", "login#merchant", "owner")
APPLICATION = Key("Users", "importer", "application")
VERSION, CONTENT = Key("Catalogue", "configuration", "version"), Key("Catalogue", "configuration", "content")
SETTINGS = replace(
    Settings(),
    store_token_life=timedelta(minutes=15),
    internal_token_life=timedelta(minutes=20),
    application_token_life=timedelta(minutes=5),
    session_life=timedelta(hours=24),
    internal_password_life=timedelta(days=90),
)
BODY = {"grant_type": "password", "password": WORD}
REVOKED = "hold a token that counts: this one was revoked; log in again"
NAMELESS = "hold the token of a login: this one names nobody"


class Place:
    """One shopper, one internal user and one application, in rows of the test's own."""

    def __init__(self) -> None:
        self.issuer = Issuer()
        people = {"passwordHash": hash_password(WORD), "passwordSetAt": NOW, "generation": 4}
        roles = encode_document({"roles": [{"repositoryId": "csAgentRole"}, {"repositoryId": "adminRole"}]})
        self.rows = Rows({
            SHOPPERS_LOGIN: {"account": "110001"},
            SHOPPER: {"login": "shopper", **people},
            USERS_LOGIN: {"account": "u1"},
            USER: {"login": "merchant", "document": roles, **people},
            APPLICATION: {"apis": "ccadmin,ccapp", "generation": 4},
        })  # fmt: skip
        self.settings = SETTINGS

    @property
    def sessions(self) -> Sessions:
        lock, store = LockRule(6, timedelta(0)), self.rows.store
        return Sessions(
            store=store,
            shoppers=LoginRecords(store, "Profiles", "profile", lock),
            users=LoginRecords(store, "Users", "user", lock),
            applications=Applications(store, "Users"),
            configuration=ConfigurationRepository(store, "Catalogue", "us"),
            tokens=self.tokens,
            settings=self.settings,
            clock=self.issuer.clock,
            new_secret=lambda: "secret",
        )

    @property
    def tokens(self) -> Tokens:
        return self.issuer.tokens

    def change(self, key: Key, **attributes: Any) -> None:
        self.rows.items[key] = {**self.rows.items[key], **attributes}

    def policy(self, **members: Any) -> None:
        document = encode_document({"passwordPolicy": members})
        self.rows.items |= {VERSION: {"version": 1}, CONTENT: {"version": 1, "document": document}}

    def login(self, api: Api = Api.STORE, **form: str) -> Outcome:
        name = "shopper" if api is Api.STORE else "merchant"
        return self.sessions.login(Call(api=api, form={**BODY, "username": name, **form}))

    def claims(self, outcome: Outcome) -> Claims:
        """Those of the token in an answer that is whole."""
        assert isinstance(outcome.body, dict)
        claims = self.tokens.read(outcome.body["access_token"])
        assert claims.expires_at is not None
        life = claims.expires_at - claims.issued_at
        assert outcome.body == {
            "access_token": outcome.body["access_token"], "token_type": "bearer", "expires_in": life,
        }  # fmt: skip
        assert list(outcome.cookies) == [Cookie("FILE_OAUTH_TOKEN", "secret", hidden=True)]
        return claims

    def token(self, **claims: Any) -> str:
        return self.issuer.issue(**{"generation": 4, **claims})

    def users_token(self, issuer: str = "adminUI", **claims: Any) -> str:
        return self.token(issuer=issuer, subject="merchant", profile_id="u1", **claims)

    def applications_token(self, **claims: Any) -> str:
        return self.token(issuer="applicationAuth", subject="importer", profile_id=None, **claims)

    def key(self, **claims: Any) -> str:
        """A key that the application was given."""
        key = self.applications_token(use=KEY, **claims)
        self.change(APPLICATION, keyHash=key_hash(key))
        return key

    def with_key(self, key: str | None, api: Api = Api.APP) -> Outcome:
        return self.sessions.login(Call(api=api, token=key, form={"grant_type": "client_credentials"}))


@pytest.fixture
def place() -> Place:
    return Place()


# --- login


def test_a_shopper_logs_in(place: Place) -> None:
    outcome = place.login()
    assert place.claims(outcome) == Claims("storefrontUI", "shopper", "110001", "id-1", NOW, NOW + 900, NOW, 4)
    assert place.rows.read == [[SHOPPERS_LOGIN, VERSION, CONTENT], [SHOPPER]]
    assert [written.key for written in place.rows.written] == [SHOPPER]


def test_the_configuration_is_read_once_a_minute(place: Place) -> None:
    sessions = place.sessions
    call = Call(api=Api.STORE, form={**BODY, "username": "shopper"})
    for _ in range(2):
        sessions.login(call)
    assert place.rows.read[2:] == [[SHOPPERS_LOGIN], [SHOPPER]]


@pytest.mark.parametrize(("api", "issuer"), [(Api.ADMIN, "adminUI"), (Api.AGENT, "agentUI")])
def test_an_internal_user_logs_in(place: Place, api: Api, issuer: str) -> None:
    assert place.claims(place.login(api)) == Claims(issuer, "merchant", "u1", "id-1", NOW, NOW + 1200, NOW, 4)
    assert place.rows.read == [[USERS_LOGIN], [USER]]


@pytest.mark.parametrize(
    ("api", "form"),
    [
        (Api.STORE, {"password": "wrong"}),
        (Api.STORE, {"username": "merchant"}),
        (Api.ADMIN, {"password": "wrong"}),
        (Api.ADMIN, {"username": "shopper"}),
    ],
)
def test_wrong_credentials(place: Place, api: Api, form: Mapping[str, str]) -> None:
    with pytest.raises(InvalidGrant):
        place.login(api, **form)


@pytest.mark.parametrize(("api", "key"), [(Api.STORE, SHOPPER), (Api.ADMIN, USER)])
def test_a_record_that_is_not_active(place: Place, api: Api, key: Key) -> None:
    place.change(key, active=False)
    with pytest.raises(InvalidGrant):
        place.login(api)


def test_whoever_has_an_authenticator_uses_it(place: Place) -> None:
    place.change(USER, totpSecret=SECRET)
    with pytest.raises(InvalidGrant):
        place.login(Api.ADMIN)
    assert [written.key.pk for written in place.rows.written] == ["#nobody"]


def test_the_agent_api_is_for_agents(place: Place) -> None:
    place.change(USER, document=encode_document({"roles": [{"repositoryId": "adminRole"}]}))
    with pytest.raises(InvalidGrant):
        place.login(Api.AGENT)
    assert place.claims(place.login(Api.ADMIN)).subject == "merchant"


@pytest.mark.parametrize(("api", "key"), [(Api.STORE, SHOPPER), (Api.ADMIN, USER)])
def test_a_generated_password_must_change_first(place: Place, api: Api, key: Key) -> None:
    place.change(key, passwordGenerated=True)
    with pytest.raises(PasswordGenerated):
        place.login(api)


@pytest.mark.parametrize(
    ("policy", "age", "expired"),
    [
        ({}, 9999, False),
        ({"passwordExpirationEnabled": True, "passwordExpirationLength": 10}, 10, True),
        ({"passwordExpirationEnabled": True, "passwordExpirationLength": 10}, 9, False),
        ({"passwordExpirationEnabled": False, "passwordExpirationLength": 10}, 10, False),
    ],
)
def test_when_a_shoppers_password_expires(place: Place, policy: Mapping[str, Any], age: int, expired: bool) -> None:
    place.policy(**policy)
    place.change(SHOPPER, passwordSetAt=NOW - age * 86_400)
    outlived(place.login, expired=expired)


@pytest.mark.parametrize(("life", "age", "expired"), [(90, 89, False), (90, 90, True), (0, 9999, False)])
def test_when_an_internal_users_password_expires(place: Place, life: int, age: int, expired: bool) -> None:
    place.settings = replace(SETTINGS, internal_password_life=timedelta(days=life))
    place.change(USER, passwordSetAt=NOW - age * 86_400)
    outlived(lambda: place.login(Api.ADMIN), expired=expired)


def outlived(login: Callable[[], Outcome], *, expired: bool) -> None:
    if expired:
        with pytest.raises(PasswordExpired):
            login()
    else:
        assert login().body


def test_without_a_signing_key_nothing_is_read_or_used_up(place: Place) -> None:
    def down() -> None:
        raise DependencyDown

    place.issuer.tokens.get_ready = down  # type: ignore[method-assign]
    call = Call(api=Api.ADMIN, form={**BODY, "username": "merchant"})
    for login in (place.sessions.login, place.sessions.mfalogin):
        with pytest.raises(DependencyDown):
            login(call)
    assert (place.rows.read, place.rows.written) == ([], [])


@pytest.mark.parametrize("api", [Api.APP, Api.APP_AGENT])
def test_no_person_logs_in_at_an_application_api(place: Place, api: Api) -> None:
    with pytest.raises(UnsupportedGrantType):
        place.login(api)


# --- mfalogin


def mfalogin(place: Place, code: str | None, **form: str) -> Outcome:
    sent = {**BODY, "username": "merchant", **form} | ({} if code is None else {"totp_code": code})
    return place.sessions.mfalogin(Call(api=Api.ADMIN, form=sent))


def test_password_and_code_together(place: Place) -> None:
    place.change(USER, totpSecret=SECRET, usedCodes={})
    outcome = mfalogin(place, TOTP(SECRET).at(NOW))
    assert place.claims(outcome) == Claims("adminUI", "merchant", "u1", "id-1", NOW, NOW + 1200, NOW, 4)
    assert place.rows.read == [[USERS_LOGIN], [USER]]
    (written,) = place.rows.written
    assert isinstance(written, Update)
    assert written.mark == f"usedCodes.{NOW // 30}"


@pytest.mark.parametrize(
    ("enrolled", "code", "form"),
    [
        (True, "000000", {}),
        (True, None, {}),
        (True, "right", {"password": "wrong"}),
        (True, "right", {"username": "nobody"}),
        (False, "right", {}),
    ],
)
def test_one_of_them_alone(place: Place, enrolled: bool, code: str | None, form: Mapping[str, str]) -> None:
    if enrolled:
        place.change(USER, totpSecret=SECRET, usedCodes={})
    with pytest.raises(InvalidGrant):
        mfalogin(place, TOTP(SECRET).at(NOW) if code == "right" else code, **form)
    (written,) = place.rows.written
    assert isinstance(written, Update)
    assert written.additions == {"failedAttempts": 1}


def test_password_and_code_renew_a_hash_of_earlier_parameters(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.change(USER, totpSecret=SECRET, usedCodes={})
    monkeypatch.setattr(login_records, "is_outdated", lambda _: True)
    monkeypatch.setattr(login_records, "hash_password", lambda word: f"new hash of {word}")
    mfalogin(place, TOTP(SECRET).at(NOW))
    (written,) = place.rows.written
    assert isinstance(written, Update)
    assert written.changes["passwordHash"] == f"new hash of {WORD}"


def test_an_authenticator_of_a_record_that_is_not_active(place: Place) -> None:
    place.change(USER, totpSecret=SECRET, usedCodes={}, active=False)
    with pytest.raises(InvalidGrant):
        mfalogin(place, TOTP(SECRET).at(NOW))


def test_an_application_may_call_it_too(place: Place) -> None:
    call = Call(api=Api.ADMIN, token=place.key(), form={"grant_type": "client_credentials"})
    assert place.claims(place.sessions.mfalogin(call)).subject == "importer"


# --- applications


def test_an_application_logs_in(place: Place) -> None:
    outcome = place.with_key(place.key(life=None))
    assert place.claims(outcome) == Claims("applicationAuth", "importer", None, "id-2", NOW, NOW + 300, NOW, 4)
    assert (outcome.facts, outcome.counted) == ({}, ())
    assert place.rows.read == [[APPLICATION]]


@pytest.mark.parametrize(("days", "soon"), [(15, False), (14, True), (1, True)])
def test_a_key_that_soon_ends_is_counted(place: Place, days: int, soon: bool) -> None:
    outcome = place.with_key(place.key(life=timedelta(days=days)))
    ends = START.replace(microsecond=0) + timedelta(days=days)
    facts = {"application": "importer", "keyEnds": ends.isoformat()}
    assert (outcome.facts, tuple(outcome.counted)) == ((facts, ("EndingKey",)) if soon else ({}, ()))
    assert place.claims(outcome).subject == "importer"


def test_keys_that_do_not_count(place: Place) -> None:
    former = place.key()
    for key in (former, None, "", "x", place.applications_token()):
        if key == former:
            place.key()
        with pytest.raises(InvalidClient):
            place.with_key(key)


def test_an_application_that_is_gone_or_registered_elsewhere(place: Place) -> None:
    key = place.key()
    with pytest.raises(InvalidClient):
        place.with_key(key, Api.APP_AGENT)
    assert place.claims(place.with_key(key, Api.ADMIN)).subject == "importer"
    del place.rows.items[APPLICATION]
    with pytest.raises(InvalidClient):
        place.with_key(key)


# --- refresh and verify


def test_a_refreshed_session_goes_on(place: Place) -> None:
    for api, token in ((Api.STORE, place.token(login_at=NOW - 60)), (Api.AGENT, place.users_token("agentUI"))):
        claims = place.claims(place.sessions.refresh(Call(api=api, token=token)))
        before = place.tokens.read(token)
        assert (claims.issuer, claims.subject, claims.profile_id) == (before.issuer, before.subject, before.profile_id)
        assert (claims.login_at, claims.generation) == (before.login_at, 4)
        assert claims.token_id != before.token_id
    assert place.rows.read == [[SHOPPER], [USER]]


def test_a_session_ends_a_day_after_the_login(place: Place) -> None:
    last = place.token(login_at=NOW - 86_399)
    assert place.claims(place.sessions.refresh(Call(api=Api.STORE, token=last))).login_at == NOW - 86_399
    with pytest.raises(NotAuthenticated) as caught:
        place.sessions.refresh(Call(api=Api.STORE, token=place.token(login_at=NOW - 86_400)))
    assert caught.value.expected == "hold a token of a session that goes on: this one's is over; log in again"


def test_an_applications_session_goes_on_for_ever(place: Place) -> None:
    token = place.applications_token(login_at=0)
    claims = place.claims(place.sessions.refresh(Call(api=Api.APP, token=token)))
    assert claims == Claims("applicationAuth", "importer", None, "id-2", NOW, NOW + 300, NOW, 4)
    assert place.rows.read == [[APPLICATION]]


def test_a_token_that_counts_is_verified(place: Place) -> None:
    for api, token in (
        (Api.STORE, place.token()),
        (Api.ADMIN, place.users_token()),
        (Api.APP, place.applications_token()),
    ):
        assert place.sessions.verify(Call(api=api, token=token)) == Outcome({"success": True})
    assert (place.rows.read, place.rows.written) == ([[SHOPPER], [USER], [APPLICATION]], [])


def each(place: Place) -> list[Callable[[Call], Outcome]]:
    return [place.sessions.refresh, place.sessions.verify, place.sessions.logout]


def refusals(place: Place, api: Api, token: str) -> list[str]:
    found = []
    for call in each(place):
        with pytest.raises(NotAuthenticated) as caught:
            call(Call(api=api, token=token))
        found.append(caught.value.expected)
    return found


def test_tokens_that_do_not_count(place: Place) -> None:
    assert refusals(place, Api.STORE, place.token(generation=3)) == [REVOKED] * 3
    assert refusals(place, Api.STORE, place.token(profile_id="gone")) == [REVOKED] * 3
    assert refusals(place, Api.APP, place.applications_token(generation=3)) == [REVOKED] * 3
    for api, nameless in (
        (Api.STORE, place.token(profile_id="")),
        (Api.ADMIN, place.token(issuer="adminUI", profile_id=None)),
    ):
        assert refusals(place, api, nameless) == [NAMELESS] * 3
    elsewhere = "hold a token of this API's login: this one is for the ccstore API"
    assert refusals(place, Api.ADMIN, place.token()) == [elsewhere] * 3


def test_an_application_that_is_registered_elsewhere(place: Place) -> None:
    for call in each(place):
        with pytest.raises(NotPermitted) as caught:
            call(Call(api=Api.AGENT, token=place.applications_token()))
        assert caught.value.dev_message == "The application must be registered for this API."


# --- logout


def test_a_logout_revokes_the_token(place: Place) -> None:
    assert place.sessions.logout(Call(api=Api.STORE, token=place.token())) == Outcome({"result": True, "success": True})
    (written,) = place.rows.written
    assert isinstance(written, Update)
    assert (written.key, written.changes) == (SHOPPER, {"revoked.id-1": NOW + 900})


def test_a_logout_that_loses_is_decided_again(place: Place) -> None:
    budget = VirtualTime().budget()
    place.rows = Rows(place.rows.items, [WriteLost({})])
    place.sessions.logout(Call(api=Api.STORE, token=place.token(), budget=budget))
    assert (place.rows.read, len(place.rows.written)) == ([[SHOPPER]] * 2, 2)


def test_a_logout_is_done_when_a_rival_has_ended_the_token(place: Place) -> None:
    class Rival(Rows):
        """Whose first write comes after somebody else's."""

        def write(self, *writes: Any) -> None:
            self.items[SHOPPER] = ended
            super().write(*writes)

    ended: Item = place.rows.items[SHOPPER] | {"generation": 5}
    place.rows = Rival(place.rows.items, [WriteLost({})])
    budget: TimeBudget = VirtualTime().budget()
    outcome = place.sessions.logout(Call(api=Api.STORE, token=place.token(), budget=budget))
    assert outcome.body == {"result": True, "success": True}
    assert len(place.rows.written) == 1
