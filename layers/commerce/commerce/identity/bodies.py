"""Bodies of logins and of the calls on a session (contract: auth.md §1, §2)."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from commerce.bodies import Linked


class LoginForm(TypedDict):
    """What a login asks for; members may stand in the query instead."""

    grant_type: Literal["password", "client_credentials"]
    """`password`: somebody by name and password. `client_credentials`: an application, by its key as bearer token."""
    username: NotRequired[str]
    """The login; letters in any case."""
    password: NotRequired[str]


class MfaLoginForm(LoginForm):
    """A login with a second factor."""

    totp_code: NotRequired[str]
    """The six digits that the authenticator shows."""


class AccessToken(Linked):
    """A session."""

    access_token: str
    """What is sent as `Authorization: Bearer …`."""
    token_type: Literal["bearer"]
    expires_in: int
    """The token's whole life in seconds."""


class TokenVerified(Linked):
    """The token is good."""

    success: Literal[True]


class LoggedOut(Linked):
    """The token counts no more."""

    result: Literal[True]
    success: Literal[True]
