"""Security attributes on core properties, as stored and answered (contract: profiles.md §4).

Each member, each attribute: tests/unit/profiles/test_core_security.py
"""

from collections.abc import Callable

from tests.contract.custom_properties.conftest import ROLE
from tests.support.deployment import Answer

Declare = Callable[..., None]
Send = Callable[..., Answer]
Hold = Callable[..., None]
CLOSED_READ = {"readRole": ROLE, "securityMaskingValue": "*mask*"}
CLOSED_WRITE = {"writeRole": ROLE}


def test_the_whole_answer_can_be_sent_back(declare: Declare, hold: Hold, get: Send, put: Send) -> None:
    declare(
        firstName=CLOSED_READ,
        lastName={"readRole": ROLE},
        gender={"readRole": ROLE},
        email=CLOSED_READ | CLOSED_WRITE | {"writeSecurityLevel": "deny"},
        login=CLOSED_WRITE | {"writeSecurityLevel": "deny"},
        receiveEmail=CLOSED_READ,
    )
    hold("role")
    before = get().body
    hold(None)
    masked = get().body
    assert [masked[name] for name in ("firstName", "lastName", "gender", "email")] == [
        "*mask*",
        None,
        "female",
        "*mask*",
    ]
    assert put(masked).status == 200
    assert put(masked | {"daytimeTelephoneNumber": "2"}).status == 200
    hold("role")
    after = get().body
    assert after | {"daytimeTelephoneNumber": None} == before | {"daytimeTelephoneNumber": None}
