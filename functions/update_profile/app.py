"""PUT /ccstore/v1/profiles/current (contract: profiles.md)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("updateProfile", parts.profiles.update, parts)
