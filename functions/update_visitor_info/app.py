"""PUT /ccstore/v1/visitorInfo/current (contract: visitor-info.md)."""

from commerce.composition import Composition
from commerce.http import endpoint

parts = Composition()
handler = endpoint("updateVisitorInfo", parts.visitors.update, parts)
