"""GET /ccagent/v1/addresses and the store's (contract: companions.md §4)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("listAddresses", parts.organization_addresses.page, parts)
