from tests.contract.profiles.conftest import load, own, own_of

__all__ = ["load", "own", "own_of"]
