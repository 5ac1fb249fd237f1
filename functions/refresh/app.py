"""POST …/refresh (contract: auth.md §2)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("refresh", parts.sessions.refresh, parts)
