"""POST …/organizationAddresses (contract: organization-addresses.md §8)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("addAddress", parts.organization_addresses.create, parts)
