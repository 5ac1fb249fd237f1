"""POST /ccstore/v1/profiles (contract: companions.md §6)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("createProfile", parts.registration.create, parts)
