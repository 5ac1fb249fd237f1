"""GET …/organizationAddresses/{id} (contract: organization-addresses.md §8)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
addresses = parts.organization_addresses
handler = endpoint("getOrganizationAddress", addresses.get, parts.settings, store=parts.store, tag_keys=parts.keys)
