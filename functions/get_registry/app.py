"""GET …/registry (contract: common.md §13)."""

from commerce.http import endpoint
from commerce.http.registry import registry
from commerce.settings import read_settings

handler = endpoint("getRegistry", registry, read_settings())
