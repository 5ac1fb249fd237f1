"""The events in events/: operation by folder, outcome by file."""

import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

from commerce.identity.keyring import KeyRing
from commerce.identity.tokens import Tokens
from tests.support.deployment import KEY_RING, START

ROOT = Path(__file__).parents[2]
EVENTS = sorted((ROOT / "events").glob("*/*.json"))
STATUSES = {"ok": 200, "invalid": 400, "unauthorised": 401, "unknown_route": 404}

# A token written down once belongs to a login of long ago: its chain of refreshes must not have ended.
SETTINGS = {"SESSION_HOURS": "876000"}


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def function_of(path: Path) -> str:
    """Logical id of the function that an event is for."""
    return path.parent.name.title().replace("_", "") + "Function"


def standing_token(issuer: str, login: str, profile_id: str, *roles: str) -> str:
    """A token from the moment at which the tests' clock stands until 2100, by the tests' key ring."""
    tokens = Tokens(KeyRing(lambda: KEY_RING), lambda: START, lambda: uuid.uuid4().hex)
    life = datetime(2100, 1, 1, tzinfo=UTC) - START
    return tokens.issue(issuer=issuer, subject=login, profile_id=profile_id, roles=roles, life=life, generation=0)[0]


if __name__ == "__main__":
    print(standing_token(*sys.argv[1:]))
