"""Which token opens which API (contract: auth.md §5). Revocation is checked on the record an operation reads anyway."""

from __future__ import annotations

from typing import Final

from commerce.call import Api, Call
from commerce.errors import NotAuthenticated
from commerce.identity.tokens import APPLICATION, ISSUERS, Claims, Tokens

OF_A_PERSON: Final = "hold the token of a login: this one names nobody"
AGENT_ROLES: Final = frozenset({"csAgentRole", "csAgentSupervisorRole"})


def authenticate(call: Call, tokens: Tokens) -> Claims:
    """The claims of a token that this API accepts. Raises NotAuthenticated."""
    claims = tokens.read(call.token)
    if not accepted(claims.issuer, call.api):
        of = next(
            (f"the {api.value} API" for api, issuer in ISSUERS.items() if issuer == claims.issuer), "applications"
        )
        raise NotAuthenticated(expected=f"hold a token of this API's login: this one is for {of}")
    return claims


def shopper_of(claims: Claims) -> str:
    """The profile id of the shopper that a token of the store names. Raises NotAuthenticated: an anonymous one."""
    if not claims.profile_id:
        raise NotAuthenticated(expected=OF_A_PERSON)
    return claims.profile_id


def accepted(issuer: str, api: Api) -> bool:
    """All application tokens are equal and open every API but the store; people's tokens open their own."""
    if issuer == APPLICATION:
        return api is not Api.STORE
    return ISSUERS.get(api) == issuer
