"""What stands still in the tests: the moment that their clock begins at, and the key that signs their tokens."""

import json
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 14, 9, 26, 53, 589_000, tzinfo=UTC)
LOADED = START - timedelta(days=1)
KEY_RING = json.dumps({"current": "k1", "k1": "0123456789abcdef" * 4})
