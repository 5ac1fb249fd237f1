"""The calls that `make run` makes, in order: data, to be extended with every endpoint.

Bodies come from docs/contract/examples, so that what a newcomer sees is what the contract documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Call:
    """One call.

    user: name in the `sample` of .local/stack.json; a login as that user, whose token is kept under the same name.
    token: name of the kept token that the call is made with.
    example: file in docs/contract/examples that is the body.
    expected: status of a call that went well.
    """

    title: str
    method: str
    path: str
    user: str | None = None
    token: str | None = None
    example: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    expected: int = 200


CALLS = (
    Call("A shopper logs in", "POST", "/ccstore/v1/login", user="shopper"),
    Call(
        "The visitor's cookie is issued again",
        "PUT",
        "/ccstore/v1/visitorInfo/current",
        example="update-visitor-info.request.json",
        headers={"Cookie": "xd123_SiteUS=1AbC%3A1700000000000%3A1700000000000%3A1700000000000%3A1%3A1"},
    ),
    Call(
        "The shopper changes the profile",
        "PUT",
        "/ccstore/v1/profiles/current",
        token="shopper",  # noqa: S106  a name, not a token
        example="update-profile.request.json",
    ),
)
