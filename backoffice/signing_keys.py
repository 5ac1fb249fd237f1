"""The ring of keys that sign tokens (contract: auth.md §3): rotated by age, old keys kept while something needs them.

A key's id is ``k<number>-<time it was made, in epoch seconds>``; the first, which the template makes, and those of
earlier releases are ``k<number>``. The secret's text is what `commerce.identity.keyring` reads.
"""

from __future__ import annotations

import json
import re
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from botocore.exceptions import ClientError

from backoffice.deployment import Deployment
from backoffice.writing import write_in_turn
from commerce.dates import epoch_seconds
from commerce.identity.applications import SORT_KEY
from commerce.identity.keyring import MAX_AGE_SECONDS
from commerce.settings import MOST_TOKEN_LIFE
from commerce.storage import WriteLost

Ring = Mapping[str, str]

# A key that no longer signs is needed while tokens signed with it last. Functions sign with it a little longer than it
# is the current one: until they fetch the ring again, and during an outage of Secrets Manager.
NEEDED_FOR: Final = MOST_TOKEN_LIFE + timedelta(seconds=MAX_AGE_SECONDS) + timedelta(hours=1)

_KID: Final = re.compile(r"k(\d+)(?:-(\d+))?")
_CURRENT: Final = "AWSCURRENT"
_PENDING: Final = "AWSPENDING"
# What a rival leaves: the version that was read is the current one no more.
_MOVED: Final = frozenset({"InvalidParameterException", "InvalidRequestException", "ResourceExistsException"})


@dataclass(frozen=True, slots=True)
class Retired:
    """Ids of the keys that were forgotten, and of those that were not, with the reason."""

    forgotten: tuple[str, ...]
    kept: Mapping[str, str]


def rotate(deployment: Deployment, *, older_than_days: int = 0) -> str | None:
    """Sign with a new key from now on, the former ones go on verifying; the new key's id.

    None where the current key is at most `older_than_days` old; one whose age is unknown is older than any. Functions
    know the new key within five minutes, at once when they meet a token signed with it. Of two at once one comes
    after the other, and with `older_than_days` does nothing. Raises BadData when others keep changing the ring.
    """
    now = deployment.clock()

    def rotated(ring: Ring) -> Ring:
        made = _made_at(ring["current"])
        if older_than_days and made is not None and made > epoch_seconds(now - timedelta(days=older_than_days)):
            return ring
        number = max((_number(kid) for kid in ring if kid != "current"), default=0) + 1
        kid = f"k{number}-{epoch_seconds(now)}"
        return {**ring, "current": kid, kid: secrets.token_urlsafe(48)}

    before, after = _revised(deployment, rotated)
    return None if after["current"] == before["current"] else after["current"]


def retire(deployment: Deployment, *, all_but_current: bool = False) -> Retired:
    """Forget the signing keys that nothing needs any longer.

    A key is needed by tokens until `NEEDED_FOR` after the next key was made, and by the application keys that were
    signed with it until each is replaced. `all_but_current`: those too, which ends all that was signed with them.
    Raises BadData when others keep changing the ring.
    """
    now = deployment.clock()
    kept: dict[str, str] = {}

    def without(ring: Ring) -> Ring:
        kept.clear()
        if not all_but_current:
            kept.update(_needed(ring, _applications_by_kid(deployment), now))
        return {kid: key for kid, key in ring.items() if kid in kept or kid in ("current", ring["current"])}

    before, after = _revised(deployment, without)
    return Retired(tuple(sorted(before.keys() - after.keys())), kept)


def read(deployment: Deployment) -> Ring:
    """The ring as it is now."""
    return _read(deployment)[1]


def _needed(ring: Ring, applications: Mapping[str | None, list[str]], now: datetime) -> dict[str, str]:
    """Keys beside the current one that are needed, and why."""
    needed = {}
    for kid in sorted(ring.keys() - {"current", ring["current"]}):
        followed = _followed_at(kid, ring)
        # A key of an application of earlier releases does not say which key has signed it.
        holders = sorted([*applications.get(kid, ()), *applications.get(None, ())])
        if followed is None or followed + NEEDED_FOR.total_seconds() > epoch_seconds(now):
            needed[kid] = "tokens that it has signed may not have ended"
        elif holders:
            needed[kid] = f"it has signed keys of applications, which end with it: {', '.join(holders)}"
    return needed


def _applications_by_kid(deployment: Deployment) -> dict[str | None, list[str]]:
    """Id of a signing key → the applications whose keys it has signed; None → those of which that is not known."""
    pages = deployment.client.get_paginator("scan").paginate(
        TableName=deployment.tables.identities, ConsistentRead=True
    )
    found: dict[str | None, list[str]] = {}
    for item in (item for page in pages for item in page["Items"] if item["sk"]["S"] == SORT_KEY):
        found.setdefault(item.get("signedWith", {}).get("S"), []).append(item["pk"]["S"])
    return found


def _number(kid: str) -> int:
    match = _KID.fullmatch(kid)
    return int(match[1]) if match else 0


def _made_at(kid: str) -> int | None:
    match = _KID.fullmatch(kid)
    return int(match[2]) if match and match[2] else None


def _followed_at(kid: str, ring: Ring) -> int | None:
    """When a later key took over, as far as that is known: in epoch seconds, rather too late than too early."""
    later = [_made_at(other) for other in ring if other != "current" and _number(other) > _number(kid)]
    return min((made for made in later if made is not None), default=None)


def _read(deployment: Deployment) -> tuple[str, Ring]:
    answer = deployment.secrets().get_secret_value(
        SecretId=deployment.settings.signing_keys_secret, VersionStage=_CURRENT
    )
    ring: dict[str, str] = json.loads(answer["SecretString"])
    return answer["VersionId"], ring


def _revised(deployment: Deployment, change: Callable[[Ring], Ring]) -> tuple[Ring, Ring]:
    """The ring before and after `change`, which nobody else's came between.

    Secrets Manager has no conditional write, but it moves the label of the current version only from the version that
    is named, and refuses when that has lost it.
    """

    def attempt() -> tuple[Ring, Ring]:
        version, ring = _read(deployment)
        changed = change(ring)
        if changed == ring:
            return ring, ring
        client, name = deployment.secrets(), deployment.settings.signing_keys_secret
        made = str(uuid.uuid4())
        try:
            client.put_secret_value(
                SecretId=name,
                ClientRequestToken=made,
                SecretString=json.dumps(changed),
                VersionStages=[_PENDING],
            )
            client.update_secret_version_stage(
                SecretId=name, VersionStage=_CURRENT, MoveToVersionId=made, RemoveFromVersionId=version
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _MOVED and _read(deployment)[0] != version:
                raise WriteLost({}) from error
            raise
        return ring, changed

    return write_in_turn("the signing keys", attempt)
