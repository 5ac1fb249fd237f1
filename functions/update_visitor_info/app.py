"""PUT /ccstore/v1/visitorInfo/current (contract: visitor-info.md)."""

from commerce.composition import Composition
from commerce.http import endpoint
from commerce.visitors.service import VisitorInfoService

parts = Composition()
service = VisitorInfoService(parts.configuration, parts.settings.visitor_cookie_max_age)
handler = endpoint("updateVisitorInfo", service.update, parts.settings, store=parts.store)
