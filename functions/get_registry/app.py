"""GET …/registry (contract: common.md §13)."""

from commerce.http import Tableless, endpoint
from commerce.http.registry import registry
from commerce.settings import read_settings

handler = endpoint("getRegistry", registry, Tableless(read_settings()))
