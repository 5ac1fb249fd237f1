"""POST /ccstore/v1/profiles/current/addresses (contract: companions.md §3)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("addProfileAddress", parts.profile_addresses.create, parts)
