"""Updates of one profile without a table."""

import hashlib
import itertools
from datetime import UTC, datetime
from typing import Any

from commerce.addresses.regions import Regions
from commerce.identity.login_records import LoginRecord
from commerce.profiles.custom import DeclaredProperties
from commerce.profiles.model import Profile
from commerce.profiles.rules import UpdateContext, updated_profile
from commerce.shopper_types.model import LabelledType, ShopperType
from commerce.shopper_types.security import Holdings
from commerce.storage import Key

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)


def profile() -> Profile:
    document = {"firstName": "Kim", "email": "kim@example.com", "gender": "female"}
    return Profile(LoginRecord(Key("T", "p1", "profile"), {"login": "kim"}), document, 1)


def apply(before: Profile, body: dict[str, Any]) -> Profile:
    """The profile after an update that is accepted. New ids depend on the body alone."""
    numbers = itertools.count()
    seed = hashlib.sha256(repr(body.get("shippingAddresses")).encode()).hexdigest()[:8]
    draft = updated_profile(
        before,
        body,
        UpdateContext(
            site="siteUS",
            now=NOW,
            regions=Regions(),
            new_id=lambda: f"{seed}{next(numbers)}",
            taken=lambda _kind, _text: False,
            declared=undeclared(),
        ),
    )
    return Profile(LoginRecord(before.login_record.key, {"login": draft.login}), draft.document, before.version + 1)


def undeclared() -> DeclaredProperties:
    labelled = LabelledType(ShopperType(0, "", {}, {}), "en", "en", {}, {})
    return DeclaredProperties(labelled, Holdings(frozenset(), frozenset()))
