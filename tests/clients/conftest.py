"""The local cloud that the examples' clients call, as it is when it has just come up."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.stack import load_store
from tests.support import local_cloud


@pytest.fixture(scope="session")
def deployed() -> Iterator[dict[str, Any]]:
    """What .local/stack.json holds."""
    with local_cloud.up() as stack:
        load_store(stack["endpointUrl"], replace=True)
        yield stack
