"""login, mfalogin, refresh, verify and logout of every API (contract: auth.md §1, §2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

from msgspec.structs import replace

from commerce.call import Api, Call, Cookie, Outcome
from commerce.configuration import ConfigurationRepository
from commerce.dates import Clock, epoch_seconds
from commerce.errors import (
    InvalidClient,
    InvalidGrant,
    InvalidRequest,
    NotAuthenticated,
    NotPermitted,
    PasswordExpired,
    PasswordGenerated,
    SamlNotOffered,
    UnsupportedGrantType,
)
from commerce.identity.applications import KEY_WARNING, Applications, is_current_key, registered_for
from commerce.identity.authentication import AGENT_ROLES, OF_A_PERSON, authenticate
from commerce.identity.login_records import REVOKED, LoginRecord, LoginRecords, revocation
from commerce.identity.one_time_codes import matching_step
from commerce.identity.passwords import verify_password
from commerce.identity.tokens import APPLICATION, ISSUERS, KEY, Claims, Tokens
from commerce.settings import Settings
from commerce.storage import Store, retry_on_lost_write

PASSWORD: Final = "password"  # noqa: S105  # a grant type
BEARER: Final = "bearer"
CLIENT: Final = "client_credentials"
# Metric: logins with an application key that soon ends.
ENDING_KEY: Final = "EndingKey"
GRANTS: Final[Mapping[Api, tuple[str, ...]]] = {
    Api.STORE: (PASSWORD,),
    Api.ADMIN: (PASSWORD, CLIENT),
    Api.AGENT: (PASSWORD,),
    Api.APP: (CLIENT,),
    Api.APP_AGENT: (CLIENT,),
}


class Sessions:
    """Sessions of shoppers, internal users and applications."""

    def __init__(
        self,
        *,
        store: Store,
        shoppers: LoginRecords,
        users: LoginRecords,
        applications: Applications,
        configuration: ConfigurationRepository,
        tokens: Tokens,
        settings: Settings,
        clock: Clock,
        new_secret: Callable[[], str],
    ) -> None:
        self._store = store
        self._shoppers = shoppers
        self._users = users
        self._applications = applications
        self._configuration = configuration
        self._tokens = tokens
        self._settings = settings
        self._clock = clock
        self._new_secret = new_secret

    def login(self, call: Call) -> Outcome:
        """The grants that the API offers. Raises the LoginRefused errors, in OAuth form."""
        form = checked_form(call, GRANTS[call.api])
        if form["grant_type"] == CLIENT:
            return self._application_login(call)
        now = self._clock()
        self._tokens.get_ready()
        records = self._shoppers if call.api is Api.STORE else self._users
        # Of the configuration, the password policy is needed: it is read along, once a minute.
        due = self._configuration.keys_when_due() if call.api is Api.STORE else []
        record, rows = records.find_beside(form["username"], due)
        if due:
            self._configuration.current(rows)
        if record is not None and "totpSecret" in record.item:
            record = None  # whoever has an authenticator enrolled must use it
        admitted = records.admitted(record, form["password"], now)
        if admitted is None or not admitted.active:
            raise InvalidGrant
        if call.api is Api.AGENT and admitted.roles.isdisjoint(AGENT_ROLES):
            raise InvalidGrant
        return self._person_login(call, admitted, now)

    def mfalogin(self, call: Call) -> Outcome:
        """Password and one-time code, or an application key. Raises the LoginRefused errors."""
        form = checked_form(call, GRANTS[Api.ADMIN])
        if form["grant_type"] == CLIENT:
            return self._application_login(call)
        now = self._clock()
        # A code is used up below: the keys that sign the token for it must be at hand before.
        self._tokens.get_ready()
        record = self._users.find(form["username"])
        right = verify_password(form["password"], record.password_hash if record else None)
        step = matching_step(record.item.get("totpSecret") if record else None, form.get("totp_code", ""), now)
        both_right = right and step is not None
        admitted = self._users.settle_attempt(record, form["password"], right=both_right, now=now, code_step=step)
        if admitted is None or not admitted.active:
            raise InvalidGrant
        return self._person_login(call, admitted, now)

    def refresh(self, call: Call) -> Outcome:
        """A new token for one that is still valid; a person's chain ends 24 h after the login.

        Raises NotAuthenticated, NotPermitted.
        """
        claims, record = self._current(call)
        if claims.is_application:
            return self._application_answer(record)
        if epoch_seconds(self._clock()) >= claims.login_at + int(self._settings.session_life.total_seconds()):
            raise NotAuthenticated(expected="hold a token of a session that goes on: this one's is over; log in again")
        return self._person_answer(call, record, login_at=claims.login_at)

    def verify(self, call: Call) -> Outcome:
        """Raises NotAuthenticated, NotPermitted."""
        self._current(call)
        return Outcome({"success": True})

    def logout(self, call: Call) -> Outcome:
        """Revokes the token that was sent. Raises NotAuthenticated, NotPermitted, Contention."""
        attempts = count(1)

        def revoke() -> None:
            first = next(attempts) == 1
            try:
                claims, record = self._current(call)
            except NotAuthenticated:
                if first:
                    raise
                return  # what was faster has ended this token too
            self._store.write(revocation(record, claims, self._clock()))

        retry_on_lost_write(call.budget, revoke)
        return Outcome({"result": True, "success": True})

    def _current(self, call: Call) -> tuple[Claims, LoginRecord]:
        """The token's claims and the row of its owner, on which the token still counts."""
        claims = authenticate(call, self._tokens)
        record: LoginRecord | None = None
        if claims.is_application:
            record = self._applications.load(claims.subject)
        elif not claims.profile_id:
            raise NotAuthenticated(expected=OF_A_PERSON)
        else:
            record = (self._shoppers if call.api is Api.STORE else self._users).load(claims.profile_id)
        if record is None:
            raise NotAuthenticated(expected=REVOKED)
        record.check_token(claims)
        if claims.is_application and not registered_for(record, call.api):
            raise NotPermitted(about="The application", expected="be registered for this API")
        return claims, record

    def _application_login(self, call: Call) -> Outcome:
        try:
            claims = self._tokens.read(call.token, use=KEY)
        except NotAuthenticated as error:
            raise InvalidClient from error
        application = self._applications.load(claims.subject)
        if application is None or not call.token or not is_current_key(application, call.token):
            raise InvalidClient
        if not registered_for(application, call.api):
            raise InvalidClient
        answer = self._application_answer(application)
        ends = claims.expires_at
        if ends is not None and ends <= epoch_seconds(self._clock() + KEY_WARNING):
            facts = {"application": application.id, "keyEnds": datetime.fromtimestamp(ends, UTC).isoformat()}
            return replace(answer, facts=facts, counted=(ENDING_KEY,))
        return answer

    def _person_login(self, call: Call, record: LoginRecord, now: datetime) -> Outcome:
        """Right credentials; raises PasswordGenerated or PasswordExpired where the password must change first."""
        if record.password_generated:
            raise PasswordGenerated
        if call.api is Api.STORE:
            policy = self._configuration.recent().password_policy
            life = timedelta(days=policy.password_expiration_length if policy.password_expiration_enabled else 0)
        else:
            life = self._settings.internal_password_life
        if life and epoch_seconds(now - life) >= record.password_set_at:
            raise PasswordExpired
        return self._person_answer(call, record, login_at=None)

    def _person_answer(self, call: Call, record: LoginRecord, login_at: int | None) -> Outcome:
        settings = self._settings
        life = settings.store_token_life if call.api is Api.STORE else settings.internal_token_life
        token, _ = self._tokens.issue(
            issuer=ISSUERS[call.api],
            subject=record.login,
            profile_id=record.id,
            roles=tuple(sorted(record.roles)),
            life=life,
            login_at=login_at,
            generation=record.generation,
        )
        return self._answer(token, life)

    def _application_answer(self, application: LoginRecord) -> Outcome:
        life = self._settings.application_token_life
        token, _ = self._tokens.issue(
            issuer=APPLICATION,
            subject=application.id,
            profile_id=None,
            roles=(),
            life=life,
            generation=application.generation,
        )
        return self._answer(token, life)

    def _answer(self, token: str, life: timedelta) -> Outcome:
        """What login and refresh answer; the cookie means nothing here, but admin clients fail without one."""
        cookie = Cookie("FILE_OAUTH_TOKEN", self._new_secret(), hidden=True)
        body = {"access_token": token, "token_type": BEARER, "expires_in": int(life.total_seconds())}
        return Outcome(body, cookies=[cookie])


def checked_form(call: Call, offered: tuple[str, ...]) -> Mapping[str, str]:
    """A login's parameters. Raises InvalidRequest, SamlNotOffered, InvalidClient or UnsupportedGrantType."""
    form = call.form
    if form is None:
        raise InvalidRequest(about="The body", expected="be form text: grant_type=password&username=NAME&password=WORD")
    grant, wanted = form.get("grant_type"), f"be {' or '.join(offered)}"
    if not grant:
        raise InvalidRequest(expected=wanted)
    if grant == "saml_credentials":
        raise SamlNotOffered
    if grant == CLIENT and grant not in offered:
        raise InvalidClient(about="grant_type", expected=f"{wanted}: no application key opens this API")
    if grant not in offered:
        raise UnsupportedGrantType(expected=wanted)
    if grant == PASSWORD and not (form.get("username") and form.get("password")):
        raise InvalidRequest(about="username and password", expected="be sent, neither of them empty")
    return form
