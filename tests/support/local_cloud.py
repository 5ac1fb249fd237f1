"""The local cloud, for tests that call it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from local import stack
from local.cloud import LOCAL_CLOUD
from local.stop import down


@contextmanager
def up() -> Iterator[dict[str, Any]]:
    """What .local/stack.json holds of the running cloud, of the code as it is now.

    A cloud that was not running before is stopped afterwards.
    """
    was_running = LOCAL_CLOUD.is_running()
    try:
        yield stack.up(stack.read_port(os.environ.get("PORT", "")))
    finally:
        if not was_running:
            down()
