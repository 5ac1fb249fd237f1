"""POST /ccadmin/v1/mfalogin (contract: auth.md §1)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("mfalogin", parts.sessions.mfalogin, parts)
