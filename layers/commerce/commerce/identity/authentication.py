"""Which token opens which API (contract: auth.md §5). Revocation is checked on the record an operation reads anyway."""

from __future__ import annotations

from commerce.call import Api, Call
from commerce.errors import NotAuthenticated
from commerce.identity.tokens import APPLICATION, ISSUERS, Claims, Tokens


def authenticate(call: Call, tokens: Tokens) -> Claims:
    """The claims of a token that this API accepts. Raises NotAuthenticated."""
    claims = tokens.read(call.token)
    if not accepted(claims.issuer, call.api):
        raise NotAuthenticated
    return claims


def accepted(issuer: str, api: Api) -> bool:
    """All application tokens are equal and open every API but the store; people's tokens open their own."""
    if issuer == APPLICATION:
        return api is not Api.STORE
    return ISSUERS.get(api) == issuer
