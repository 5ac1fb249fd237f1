"""GET …/organizationAddresses/{id} (contract: organization-addresses.md §8)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("getAddress", parts.organization_addresses.get, parts)
