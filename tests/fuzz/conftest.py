from tests.contract.conftest import enforced_keys

__all__ = ["enforced_keys"]
