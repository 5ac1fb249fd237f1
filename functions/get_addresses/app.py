"""GET …/organizationAddresses (contract: organization-addresses.md §8)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("getAddresses", parts.organization_addresses.collection, parts)
