"""POST …/logout (contract: auth.md §2)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("logout", parts.sessions.logout, parts)
