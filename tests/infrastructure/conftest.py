"""The template as it is deployed."""

from typing import Any

import pytest

from local.template import read_template
from local.transform import as_deployed


@pytest.fixture(scope="session")
def processed() -> dict[str, Any]:
    """As CloudFormation gets it, all SAM resources written out."""
    (result,) = as_deployed(read_template(), [{}])
    return result
