"""DELETE /ccstore/v1/profiles/current/addresses/{id} (contract: companions.md §3)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("deleteProfileAddress", parts.profile_addresses.delete, parts)
