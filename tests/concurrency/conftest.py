from tests.contract.conftest import issue, token
from tests.contract.profiles.conftest import load, own, own_of

__all__ = ["issue", "load", "own", "own_of", "token"]
