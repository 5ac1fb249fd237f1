"""Tokens: JWTs that clients may decode with either Base64 alphabet (contract: auth.md §3)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from jwt import PyJWS
from jwt.exceptions import PyJWTError
from msgspec import Struct

from commerce.call import Api
from commerce.dates import Clock, epoch_seconds
from commerce.errors import NotAuthenticated
from commerce.identity.keyring import KeyRing

CLOCK_TOLERANCE_SECONDS: Final = 30
KNOWN_TOKENS: Final = 256
NO_GENERATION: Final = -1
ACCESS: Final = "access"
KEY: Final = "key"
APPLICATION: Final = "applicationAuth"
ISSUERS: Final[Mapping[Api, str]] = {Api.STORE: "storefrontUI", Api.ADMIN: "adminUI", Api.AGENT: "agentUI"}

_ALGORITHM: Final = "HS256"
_AS_GIVEN: Final = "hold an access token as a login answered it: this one is malformed, or of another use or deployment"
_ROLES: Final = "com.oracle.atg.cloud.commerce.roles"
_PROFILE_ID: Final = "occs.admin.profileId"
# Bytes whose Base64 text may need the two characters in which the alphabets differ.
_TROUBLESOME = re.compile("[>?~\x7f]")

_URL_SAFE = str.maketrans("+/", "-_")


class Claims(Struct, frozen=True):
    """A verified token. Times are seconds since 1970; `profile_id` is None for applications.

    `generation`: that of the record for which it was made.
    """

    issuer: str
    subject: str
    profile_id: str | None
    token_id: str
    issued_at: int
    expires_at: int | None
    login_at: int
    generation: int

    @property
    def is_application(self) -> bool:
        return self.issuer == APPLICATION


class Tokens:
    """Issues and reads tokens of one deployment."""

    def __init__(self, keys: KeyRing, clock: Clock, new_id: Callable[[], str]) -> None:
        self._keys = keys
        self._clock = clock
        self._new_id = new_id
        self._jws = PyJWS(algorithms=[_ALGORITHM])
        self._known: dict[tuple[str, str], tuple[str | None, bytes, Claims]] = {}

    def get_ready(self) -> None:
        """Raises DependencyDown while there is no key to sign with: before what only a token makes good."""
        self._keys.current()

    def issue(
        self,
        *,
        issuer: str,
        subject: str,
        profile_id: str | None,
        roles: tuple[str, ...],
        life: timedelta | None,
        generation: int,
        login_at: int | None = None,
        use: str = ACCESS,
    ) -> tuple[str, str]:
        """A new token and its id. `life` None = it never expires; `generation`: of the record it is made for."""
        issued_at = epoch_seconds(self._clock())
        token_id = self._new_id()
        payload: dict[str, Any] = {
            "sub": subject,
            "iss": issuer,
            "iat": issued_at,
            _ROLES: list(roles),
            "jti": token_id,
            "use": use,
            "generation": generation,
            "auth_time": issued_at if login_at is None else login_at,
        }
        if life is not None:
            payload["exp"] = issued_at + int(life.total_seconds())
        if profile_id is not None:
            payload[_PROFILE_ID] = profile_id
        kid, key = self._keys.current()
        text = _ClientSafeJson().encode(payload).encode()
        token = self._jws.encode(text, key, _ALGORITHM, {"kid": kid}, json_encoder=_ClientSafeJson)
        return token, token_id

    def signed_with(self, token: str) -> str:
        """The id of the key that has signed a token made here."""
        return str(self._jws.get_unverified_header(token)["kid"])

    def read(self, token: str | None, use: str = ACCESS) -> Claims:
        """The claims of a token whose signature, time and use are right. Raises NotAuthenticated."""
        if not token:
            raise NotAuthenticated(expected="hold Bearer and a token: it is absent, or holds none")
        signed, dot, signature = token.rpartition(".")
        token = signed + dot + signature.translate(_URL_SAFE).rstrip("=")
        claims = self._verified(token, use)
        now = epoch_seconds(self._clock())
        if claims is None:
            raise NotAuthenticated(expected=_AS_GIVEN)
        if claims.issued_at > now + CLOCK_TOLERANCE_SECONDS:
            raise NotAuthenticated(expected="hold a token that counts already: this one was issued in the future")
        if claims.expires_at is not None and claims.expires_at <= now - CLOCK_TOLERANCE_SECONDS:
            raise NotAuthenticated(
                expected="hold a token that counts: this one has expired; log in, or refresh in time"
            )
        return claims

    def _verified(self, token: str, use: str) -> Claims | None:
        """The claims of a right signature. A client sends its token again and again: verdicts are kept, as long as
        the key that gave them counts.
        """
        known = self._known.get((token, use))
        if known and self._keys.find(known[0]) == known[1]:
            return known[2]
        try:
            kid = self._jws.get_unverified_header(token).get("kid")
            key = self._keys.find(kid)
            payload = json.loads(self._jws.decode(token, key, [_ALGORITHM])) if key else None
        except (PyJWTError, ValueError, RecursionError) as error:
            raise NotAuthenticated(expected=_AS_GIVEN) from error
        claims = _claims(payload, use)
        if key and claims:
            if len(self._known) >= KNOWN_TOKENS:
                self._known.clear()
            self._known[token, use] = (kid, key, claims)
        return claims


def _claims(payload: Any, use: str) -> Claims | None:
    if not isinstance(payload, dict) or payload.get("use") != use:
        return None
    expires_at = payload.get("exp")
    claims = Claims(
        issuer=payload.get("iss", ""),
        subject=payload.get("sub", ""),
        profile_id=payload.get(_PROFILE_ID),
        token_id=payload.get("jti", ""),
        issued_at=payload.get("iat", 0),
        expires_at=expires_at,
        login_at=payload.get("auth_time", 0),
        # Tokens of before there were generations have none. Such a key still counts: its record holds a hash of it.
        generation=payload.get("generation", NO_GENERATION),
    )
    texts = (claims.issuer, claims.subject, claims.token_id, claims.profile_id or "")
    numbers = (claims.issued_at, claims.login_at, claims.generation, 0 if expires_at is None else expires_at)
    well_formed = all(isinstance(text, str) for text in texts) and all(type(number) is int for number in numbers)
    return claims if well_formed else None


class _ClientSafeJson(json.JSONEncoder):
    """JSON whose Base64 text is the same in both alphabets and needs no padding."""

    def encode(self, o: Any) -> str:
        text = json.dumps(o, separators=(",", ":"))
        text = _TROUBLESOME.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
        return text + " " * (-len(text) % 3)
