from tests.contract.profiles.conftest import load, own_of

__all__ = ["load", "own_of"]
