"""GET …/organizationAddresses (contract: organization-addresses.md §8)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
addresses = parts.organization_addresses
handler = endpoint("listOrganizationAddresses", addresses.collection, parts.settings, store=parts.store)
