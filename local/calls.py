"""The calls that `make run` makes, in order: data, to be extended with every endpoint.

Most bodies come from docs/contract/examples, so that what a newcomer sees is what the contract documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from commerce.exact_json import JsonObject


@dataclass(frozen=True)
class Call:
    """One call.

    user: name in the `sample` of .local/stack.json; a login as that user, whose token is kept under the same name.
    path and headers may name what the sample holds: {organizationId}; a brace of their own is doubled.
    token: name of the kept token that the call is made with.
    example: file in docs/contract/examples that is the body; body: one that the contract has no example of.
    expected: status of a call that went well.
    """

    title: str
    method: str
    path: str
    user: str | None = None
    token: str | None = None
    example: str | None = None
    body: JsonObject | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    expected: int = 200


GIFT_OF_CHOICE: Final[JsonObject] = {
    "shoppingCart": {
        "items": [
            {"productId": "xprod1047", "catRefId": "xsku1242", "quantity": 1},
            {
                "productId": "camera_1",
                "catRefId": "camerasku_1_red",
                "quantity": 1,
                "giftWithPurchaseSelections": [{"promotionId": "promo10002", "giftWithPurchaseQuantity": 1}],
            },
        ]
    }
}

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
    Call("A merchant logs in", "POST", "/ccadmin/v1/login", user="merchant"),
    Call(
        "The merchant changes the shopper type",
        "PUT",
        "/ccadmin/v1/shopperTypes/user",
        token="merchant",  # noqa: S106
        example="update-shopper-type.request.json",
        headers={"X-CCAsset-Language": "en"},
    ),
    Call("An agent logs in", "POST", "/ccagent/v1/login", user="agent"),
    Call(
        "The agent changes an address of an account, for its administrator",
        "PUT",
        "/ccagent/v1/organizationAddresses/{organizationAddressId}",
        token="agent",  # noqa: S106
        example="update-organization-address.request.json",
        headers={
            "X-CCAgentContext": '{{"shopperProfileId":"{accountAdministrator[profileId]}"}}',
            "X-CCOrganization": "{organizationId}",
        },
    ),
    Call(
        "The shopper changes the current order, which is priced",
        "POST",
        "/ccstore/v1/orders/current",
        token="shopper",  # noqa: S106
        example="update-current-order.request.json",
    ),
    Call(
        "The order has earned a gift of choice: the shopper takes the red camera",
        "POST",
        "/ccstore/v1/orders/current",
        token="shopper",  # noqa: S106
        body=GIFT_OF_CHOICE,
    ),
    Call("An account's shopper logs in", "POST", "/ccstore/v1/login", user="accountAdministrator"),
    Call(
        "The profile says which account the shopper speaks for, and in which roles",
        "GET",
        "/ccstore/v1/profiles/current?fields=login,currentOrganization",
        token="accountAdministrator",  # noqa: S106
        headers={"X-CCOrganization": "{organizationId}"},
    ),
)
