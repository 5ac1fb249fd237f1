"""PUT /ccstore/v1/profiles/current/addresses/{id} (contract: companions.md §3)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("updateProfileAddress", parts.profile_addresses.update, parts)
