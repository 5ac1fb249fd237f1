"""GET /ccstore/v1/profiles/current (contract: profiles.md §5)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("getCurrentProfile", parts.profiles.get, parts)
