"""The use case; it keeps no state of its own (contract: visitor-info.md §3)."""

from __future__ import annotations

from commerce.call import Call, Cookie, Outcome
from commerce.configuration import ConfigurationRepository
from commerce.visitors.rules import cookie_domain, sent_value, visitor_cookie


class VisitorInfoService:
    """`cookie_max_age` in seconds."""

    def __init__(self, configuration: ConfigurationRepository, cookie_max_age: int) -> None:
        self._configuration = configuration
        self._cookie_max_age = cookie_max_age

    def update(self, call: Call) -> Outcome:
        """Issue the visitor's cookie again.

        Raises UnknownSite, VisitorInfoMissing, VisitorInfoNameMissing, VisitorInfoMalformed, VisitorCookieMissing.
        """
        self._configuration.check_site(call.site)
        name, domain = visitor_cookie(call.body)
        value = sent_value(call.cookies, name)
        # Scripts read it, so it is not hidden from them.
        cookie = Cookie(name, value, self._cookie_max_age, cookie_domain(domain, call.host))
        body = {"infoName": name} | ({"infoDomain": domain} if domain else {})
        return Outcome(body, cookies=[cookie])
