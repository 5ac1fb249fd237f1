"""Who calls an admin, agent or extension API, and with which privilege (contract: auth.md §5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

from commerce.call import Api, Call
from commerce.errors import NotAuthenticated, NotPermitted
from commerce.identity.applications import Applications, registered_for
from commerce.identity.authentication import AGENT_ROLES, OF_A_PERSON, authenticate
from commerce.identity.login_records import REVOKED, LoginRecord, LoginRecords
from commerce.identity.tokens import Claims, Tokens
from commerce.storage import Item, Key


class Caller(Struct, frozen=True):
    """An internal user or an application; `key` is the row that an operation reads along with its own."""

    claims: Claims
    api: Api
    key: Key

    @property
    def is_application(self) -> bool:
        return self.claims.is_application

    @property
    def id(self) -> str:
        return self.key.pk

    @property
    def login(self) -> str:
        return self.claims.subject


class InternalCallers:
    """Authenticates callers of every API but the store."""

    def __init__(self, users: LoginRecords, applications: Applications, tokens: Tokens) -> None:
        self._users = users
        self._applications = applications
        self._tokens = tokens

    def authenticate(self, call: Call) -> Caller:
        """The caller that a token names, before its row is read. Raises NotAuthenticated."""
        claims = authenticate(call, self._tokens)
        if claims.is_application:
            return Caller(claims, call.api, self._applications.key(claims.subject))
        if not claims.profile_id:
            raise NotAuthenticated(expected=OF_A_PERSON)
        return Caller(claims, call.api, self._users.key(claims.profile_id))

    def check(self, caller: Caller, rows: Mapping[Key, Item], roles: Collection[str] | None = None) -> LoginRecord:
        """The caller's row, of a batch that held its key. `roles`: a person needs one of them, None = no role.

        At the agent API a person needs one of `AGENT_ROLES` for whatever it is.

        Raises NotAuthenticated (gone, inactive, token revoked) and NotPermitted (no such role, or an application that
        is not registered for this API).
        """
        item = rows.get(caller.key)
        if item is None:
            raise NotAuthenticated(expected=REVOKED)
        record = LoginRecord(caller.key, item)
        record.check_token(caller.claims)
        if caller.is_application:
            if not registered_for(record, caller.api):
                raise NotPermitted(about="The application", expected="be registered for this API")
            return record
        needed = [roles, AGENT_ROLES if caller.api is Api.AGENT else None]
        for some in needed:
            if some is not None and record.roles.isdisjoint(some):
                raise NotPermitted(expected=f"hold the role {' or '.join(sorted(some))}")
        return record
