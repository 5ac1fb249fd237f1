"""One call to one base URL: bounded in time and size, never redirected, in plain text on this machine alone."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from backoffice.deployment import on_this_machine

MAX_BYTES: Final = 20 * 1024 * 1024
_AGENT: Final = "commerce-compare"
_PATIENCE: Final = 0.05  # seconds


class BadAddress(ValueError):
    """Text that is no base URL to call; says why."""


class NoAnswer(Exception):
    """The call came to no answer. Its text holds nothing that was sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers`: names in lower case, each with all of its lines."""

    status: int
    headers: Mapping[str, Sequence[str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """What stands before /ccstore/v1/… in an address."""

    secure: bool
    host: str
    port: int | None
    path: str

    @classmethod
    def read(cls, text: str) -> BaseUrl:
        """Raises BadAddress."""
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            raise BadAddress("is no URL") from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise BadAddress("must look like https://api.example.com/shop")
        if parts.username is not None or parts.query or parts.fragment:
            raise BadAddress("must be an address alone, without a user, a query or a fragment")
        if parts.scheme == "http" and not on_this_machine(text):
            raise BadAddress("must begin with https: passwords and tokens are sent there")
        return cls(parts.scheme == "https", parts.hostname, port, parts.path.rstrip("/"))

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, timeout: float) -> Answer:
        """Make one call, within `timeout` seconds from the first to the last byte. Raises NoAnswer.

        A redirect is an answer like any other: nobody follows it, so that no token reaches another host.
        """
        connection = (
            http.client.HTTPSConnection(self.host, self.port, timeout=timeout, context=ssl.create_default_context())
            if self.secure
            else http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        )
        late, over = threading.Event(), threading.Event()
        clock = threading.Timer(timeout, _hang_up, (connection, late, over))
        clock.daemon = True
        clock.start()
        try:
            connection.request(method, self.path + target, body, {"User-Agent": _AGENT, **headers})
            received = connection.getresponse()
            content = received.read(MAX_BYTES + 1)
            lines: dict[str, list[str]] = {}
            for name, value in received.getheaders():
                lines.setdefault(name.lower(), []).append(value)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer(_why(error, timeout, late=late.is_set())) from error
        finally:
            over.set()
            clock.cancel()
            connection.close()
        if late.is_set():
            raise NoAnswer(f"no whole answer within {timeout:g} seconds")
        if len(content) > MAX_BYTES:
            raise NoAnswer(f"its answer is larger than {MAX_BYTES:,} bytes")
        return Answer(received.status, lines, content)


def _hang_up(connection: http.client.HTTPConnection, late: threading.Event, over: threading.Event) -> None:
    """A read that waits ends at once; a close alone would leave it waiting.

    Again and again: of a connection that is still being made there is nothing to hang up yet.
    """
    late.set()
    while True:
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)
        if over.wait(_PATIENCE):
            return


def _why(error: Exception, timeout: float, *, late: bool) -> str:
    """In words of our own: an error's own text may repeat what was sent."""
    if late or isinstance(error, TimeoutError):
        return f"no whole answer within {timeout:g} seconds"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
