"""Application keys and signing keys. Times are those of this machine, in UTC."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta

from backoffice.deployment import Deployment
from backoffice.writing import write_in_turn
from commerce.call import Api
from commerce.identity.applications import SORT_KEY, Applications
from commerce.identity.keyring import KeyRing
from commerce.identity.tokens import Tokens

LONGEST_LIFE_DAYS = 365


def create(deployment: Deployment, application_id: str, name: str, apis: Sequence[Api], days: int | None) -> str:
    """Register an application, or give a known one a new key; the key. `days` None = it never expires.

    Raises BadData when others keep changing it.
    """
    ring = KeyRing(lambda: json.dumps(_signing_keys(deployment)))
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
    """One line an application: id, name, APIs."""
    pages = deployment.client.get_paginator("scan").paginate(TableName=deployment.tables.identities)
    items = [item for page in pages for item in page["Items"] if item["sk"]["S"] == SORT_KEY]
    return sorted(f"{item['pk']['S']}  {item['name']['S']}  {item['apis']['S']}" for item in items)


def rotate_signing_key(deployment: Deployment) -> str:
    """Sign with a new key from now on; the former ones go on verifying. The new key's id.

    Functions know the new key within five minutes, at once when they meet a token signed with it.
    """
    ring = _signing_keys(deployment)
    kid = f"k{max((int(known[1:]) for known in ring if known[1:].isdecimal()), default=0) + 1}"
    _keep(deployment, ring | {"current": kid, kid: secrets.token_urlsafe(48)})
    return kid


def retire_signing_keys(deployment: Deployment) -> list[str]:
    """Forget all signing keys but the current one: tokens and application keys signed with them end."""
    ring = _signing_keys(deployment)
    kept = {"current": ring["current"], ring["current"]: ring[ring["current"]]}
    _keep(deployment, kept)
    return sorted(ring.keys() - kept.keys())


def _signing_keys(deployment: Deployment) -> dict[str, str]:
    client, name = deployment.secrets(), deployment.settings.signing_keys_secret
    ring: dict[str, str] = json.loads(client.get_secret_value(SecretId=name)["SecretString"])
    return ring


def _keep(deployment: Deployment, ring: dict[str, str]) -> None:
    name = deployment.settings.signing_keys_secret
    deployment.secrets().put_secret_value(SecretId=name, SecretString=json.dumps(ring))
