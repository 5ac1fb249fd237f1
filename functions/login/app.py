"""POST …/login (contract: auth.md §1)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("login", parts.sessions.login, parts)
