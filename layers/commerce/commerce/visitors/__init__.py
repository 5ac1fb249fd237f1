"""updateVisitorInfo: the visitor cookie, issued again by the server (contract: visitor-info.md)."""
