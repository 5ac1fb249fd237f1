"""Errors as they are answered (contract: common.md §5, auth.md §6), and the registry (contract: common.md §13)."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from commerce.bodies import Linked

# The name of the member is none in Python.
_Place = TypedDict("_Place", {"o:errorPath": str}, total=False)


class ErrorEntry(_Place):
    """One of several errors (contract: common.md §5.2)."""

    message: str
    """For people, in the request's language."""
    errorCode: str
    """A code of docs/contract/errors.md, the same in every language."""
    status: str
    """The HTTP status as a text."""
    moreInfo: NotRequired[str]
    """A detail for programs, only where docs/contract/errors.md says so."""
    devMessage: NotRequired[str]
    """For the developer, in English: which member, and what was expected."""


class ErrorModel(ErrorEntry, total=False):
    """Every error but those of logins (contract: common.md §5.1). Of several errors the members are the first one's."""

    type: str
    """What RFC 9110 says of the status."""
    errors: list[ErrorEntry]
    """All of them, where members of a profile were refused: in the order of the request's members, one for each."""


class OAuthError(TypedDict):
    """How a login is refused (contract: auth.md §6)."""

    error: Literal[
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "password_expired",
        "password_generated",
        "unsupported_grant_type",
    ]
    """The kind of refusal."""
    error_description: NotRequired[str]
    """For the developer, in English: what was expected."""


class RegistryRow(TypedDict):
    """One operation."""

    id: str
    """The operation's registry id."""
    method: str
    url: str
    """Its path, `{}` in place of each parameter."""
    requestType: str | None
    responseType: str
    authRequired: bool
    httpsRequired: bool
    useOptimisticLock: bool
    cachingEnabled: bool
    hasPathParams: bool
    hasDoc: bool
    singular: bool
    localeHint: str | None


class Registry(Linked):
    """All operations of one API (contract: common.md §13)."""

    crossDomainRequestsEnabled: bool
    endpointMap: dict[str, RegistryRow]
    """Registry id → operation."""
