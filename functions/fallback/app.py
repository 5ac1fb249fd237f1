"""Unknown routes and methods, and preflights (contract: common.md §1, §9)."""

from commerce.composition import Composition
from commerce.http import fallback

parts = Composition()
handler = fallback(parts)
