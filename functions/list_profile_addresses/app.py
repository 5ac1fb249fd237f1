"""GET /ccstore/v1/profiles/current/addresses (contract: companions.md §3)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("listProfileAddresses", parts.profile_addresses.list, parts)
