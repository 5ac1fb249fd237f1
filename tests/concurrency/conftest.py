from tests.contract.conftest import issue, token
from tests.contract.profiles.conftest import load, own, own_of
from tools import dynamodb_local

__all__ = ["issue", "load", "own", "own_of", "token"]


def pytest_report_header() -> str:
    """Which emulator the threads of test_real_locks.py meet on."""
    try:
        dynamodb_local.obtain()
    except dynamodb_local.AbsentError as absent:
        return f"real locks: MiniStack's ({absent})"
    return "real locks: DynamoDB Local's"
