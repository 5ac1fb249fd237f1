"""Application keys. Times are those of this machine, in UTC."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from backoffice import signing_keys
from backoffice.deployment import Deployment
from backoffice.writing import write_in_turn
from commerce.call import Api
from commerce.dates import epoch_seconds
from commerce.identity.applications import KEY_WARNING, SORT_KEY, Applications
from commerce.identity.keyring import KeyRing
from commerce.identity.tokens import Tokens

LONGEST_LIFE_DAYS = 365


def create(deployment: Deployment, application_id: str, name: str, apis: Sequence[Api], days: int | None) -> str:
    """Register an application, or give a known one a new key; the key. `days` None = it never expires.

    Raises BadData when others keep changing it.
    """
    ring = KeyRing(lambda: json.dumps(signing_keys.read(deployment)))
    tokens = Tokens(ring, deployment.clock, lambda: uuid.uuid4().hex)
    applications = Applications(deployment.store, deployment.tables.identities)
    life = None if days is None else timedelta(days=days)
    return write_in_turn(
        f"the keys of {application_id}", lambda: applications.register(application_id, name, apis, life, tokens)
    )


def revoke(deployment: Deployment, application_id: str) -> None:
    """Remove an application: its key and all tokens made from it end at once. Raises WriteLost if there is none."""
    Applications(deployment.store, deployment.tables.identities).remove(application_id)


def listing(deployment: Deployment) -> list[str]:
    """One line an application: id, name, APIs, when its key ends."""
    pages = deployment.client.get_paginator("scan").paginate(TableName=deployment.tables.identities)
    items = [item for page in pages for item in page["Items"] if item["sk"]["S"] == SORT_KEY]
    now = deployment.clock()
    return sorted(
        f"{item['pk']['S']}  {item['name']['S']}  {item['apis']['S']}  {_end_of_key(item, now)}" for item in items
    )


def _end_of_key(item: Mapping[str, Any], now: datetime) -> str:
    """A key of before its end was kept says itself when that is, to whoever logs in with it."""
    if "signedWith" not in item:
        return "end of its key unknown"
    if "keyEnds" not in item:
        return "its key never ends"
    left = timedelta(seconds=int(item["keyEnds"]["N"]) - epoch_seconds(now))
    if left <= timedelta():
        return "ITS KEY HAS ENDED"
    return f"its key ends in {left.days} days" + (": REPLACE IT" if left <= KEY_WARNING else "")
