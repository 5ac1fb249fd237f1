import pytest

from tests.support.organizations import Account


@pytest.fixture
def account() -> Account:
    """The sample store's account, below its parent account."""
    return Account()
