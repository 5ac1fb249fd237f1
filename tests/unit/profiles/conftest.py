import pytest

from tests.support.profiles import OwnProfile


@pytest.fixture
def own() -> OwnProfile:
    """The sample shopper's profile."""
    return OwnProfile()
