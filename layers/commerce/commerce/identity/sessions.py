"""login, refresh, verify and logout of every API (contract: auth.md §1, §2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from commerce.call import Api, Call, Outcome
from commerce.dates import Clock, epoch_seconds
from commerce.errors import (
    InvalidClient,
    InvalidGrant,
    InvalidRequest,
    NotAuthenticated,
    PasswordExpired,
    PasswordGenerated,
    SamlNotOffered,
    UnsupportedGrantType,
)
from commerce.exact_json import UnusableJson, loads
from commerce.identity.accounts import Account, Accounts
from commerce.identity.authentication import authenticate
from commerce.identity.tokens import ISSUERS, Claims, Tokens
from commerce.settings import Settings


class StoreSessions:
    """Sessions of shoppers."""

    def __init__(
        self, accounts: Accounts, tokens: Tokens, settings: Settings, clock: Clock, new_secret: Callable[[], str]
    ) -> None:
        self._accounts = accounts
        self._tokens = tokens
        self._settings = settings
        self._clock = clock
        self._new_secret = new_secret

    def login(self, call: Call) -> Outcome:
        """Password grant. Raises the LoginRefused errors, in OAuth form."""
        form = read_form(call)
        check_grant(form, offered=("password",))
        now = self._clock()
        username, password = form["username"], form["password"]
        account = self._accounts.find(username)
        if not self._accounts.password_is_right(account, password, now) or account is None or not account.active:
            raise InvalidGrant
        self._check_password_age(account, now)
        return self._answer(call, account, login_at=None)

    def refresh(self, call: Call) -> Outcome:
        """A new token for one that is still valid, up to 24 h after the login. Raises NotAuthenticated."""
        claims, account = self._current(call)
        if epoch_seconds(self._clock()) >= claims.login_at + int(self._settings.session_life.total_seconds()):
            raise NotAuthenticated
        return self._answer(call, account, login_at=claims.login_at)

    def verify(self, call: Call) -> Outcome:
        """Raises NotAuthenticated."""
        self._current(call)
        return Outcome({"success": True})

    def logout(self, call: Call) -> Outcome:
        """Revokes the token that was sent. Raises NotAuthenticated."""
        claims, account = self._current(call)
        self._accounts.revoke(account, claims, self._clock())
        return Outcome({"result": True, "success": True})

    def _current(self, call: Call) -> tuple[Claims, Account]:
        claims = authenticate(call, self._tokens)
        account = self._accounts.load(claims.profile_id) if claims.profile_id else None
        if account is None:
            raise NotAuthenticated
        account.check_token(claims)
        return claims, account

    def _check_password_age(self, account: Account, now: datetime) -> None:
        if account.password_generated:
            raise PasswordGenerated
        policy = self._settings.password_policy
        life = timedelta(days=policy.password_expiration_length)
        if policy.password_expiration_enabled and epoch_seconds(now - life) >= account.password_set_at:
            raise PasswordExpired

    def _answer(self, call: Call, account: Account, login_at: int | None) -> Outcome:
        life = self._settings.store_token_life
        token, _ = self._tokens.issue(
            issuer=ISSUERS[Api.STORE],
            subject=account.login,
            profile_id=account.id,
            roles=account.roles,
            life=life,
            login_at=login_at,
            not_before=account.tokens_valid_after,
        )
        return token_answer(token, life, secret=self._new_secret(), secure=call.secure)


def token_answer(token: str, life: timedelta, *, secret: str, secure: bool) -> Outcome:
    """What login and refresh answer; the cookie means nothing here, but admin clients fail without one."""
    cookie = f"FILE_OAUTH_TOKEN={secret}; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
    body = {"access_token": token, "token_type": "bearer", "expires_in": int(life.total_seconds())}
    return Outcome(body, cookies=[cookie])


def read_form(call: Call) -> dict[str, str]:
    """Parameters of the body (form text, or a JSON object whatever the media type) and of the query; the body wins.

    Raises InvalidRequest for an unreadable body.
    """
    text = call.text
    if text is None:
        raise InvalidRequest
    sent: Mapping[str, object]
    if text.lstrip().startswith("{"):
        try:
            sent = loads(text)
        except UnusableJson as error:
            raise InvalidRequest from error
    else:
        sent = dict(parse_qsl(text.strip(), keep_blank_values=True))
    return dict(call.query) | {name: value for name, value in sent.items() if isinstance(value, str)}


def check_grant(form: Mapping[str, str], offered: tuple[str, ...]) -> None:
    """Raises InvalidRequest, SamlNotOffered, InvalidClient or UnsupportedGrantType."""
    grant = form.get("grant_type")
    if not grant:
        raise InvalidRequest
    if grant == "saml_credentials":
        raise SamlNotOffered
    if grant == "client_credentials" and grant not in offered:
        raise InvalidClient
    if grant not in offered:
        raise UnsupportedGrantType
    if grant == "password" and not (form.get("username") and form.get("password")):
        raise InvalidRequest
