"""PUT …/organizationAddresses/{id} (contract: organization-addresses.md)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("updateAddress", parts.organization_addresses.update, parts)
