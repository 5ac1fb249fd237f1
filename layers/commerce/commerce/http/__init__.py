"""The only room that knows API Gateway: an event in, a `Call` out; an `Outcome` or an error in, an answer out."""

from commerce.http.endpoint import endpoint, fallback

__all__ = ["endpoint", "fallback"]
