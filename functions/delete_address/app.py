"""DELETE …/organizationAddresses/{id} (contract: organization-addresses.md §8)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("deleteAddress", parts.organization_addresses.delete, parts)
