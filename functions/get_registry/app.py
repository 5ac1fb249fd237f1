"""GET …/registry (contract: common.md §13)."""

from commerce.composition import Composition
from commerce.http import endpoint
from commerce.http.registry import registry

parts = Composition()
handler = endpoint("getRegistry", registry, parts)
