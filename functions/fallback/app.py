"""Unknown routes and methods, and preflights (contract: common.md §1, §9)."""

from commerce.http import fallback
from commerce.settings import read_settings

handler = fallback(read_settings())
