"""A request of DynamoDB's on the straight way from botocore's serializer to botocore's HTTP session.

On its own way botocore makes three kinds of request, and asks a dozen handlers how to sign, what else to send and
whether to try again. Here the answers are known: signature version 4, nothing, no. botocore also asks the handlers of
``before-call`` whether one has the answer already, as its own `Stubber` does: the one here, the last of them, signs and
sends. What it does not know is botocore's to send, as if there were no such handler.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.compat import get_current_datetime
from botocore.credentials import ReadOnlyCredentials
from botocore.endpoint import convert_to_response_dict
from botocore.hooks import first_non_none_response

from commerce.storage.answers import PROTOCOL

Headers: TypeAlias = dict[str, str]

_SIGNED: Final = frozenset({"Content-Type", "X-Amz-Target"})
# Neither is signed; the second is Lambda's.
_KNOWN: Final = _SIGNED | {"User-Agent", "X-Amzn-Trace-Id"}
_SCOPE: Final = frozenset({"region", "signing_name"})


class DirectRequests:
    """The requests of one client that is told to try once. `parsers`: the session's."""

    def __init__(self, client: Any, parsers: Any) -> None:
        self._events = client.meta.events
        self._parser = parsers.create_parser(PROTOCOL)
        self._http: Any = None

    def register(self) -> None:
        """The first request goes all of botocore's way: at its end the HTTP session is handed over."""
        self._events.register("needs-retry", self._learn, "direct-requests-session")
        self._events.register_last("before-call", self._answer, "direct-requests")

    def _learn(self, endpoint: Any, **_: object) -> None:
        self._http = endpoint.http_session

    def _answer(
        self, model: Any, params: Mapping[str, Any], request_signer: Any, context: Mapping[str, Any], **_: object
    ) -> tuple[AWSResponse, dict[str, Any]] | None:
        """What was answered, as it came and as it reads. None: to be sent by botocore. Raises what botocore does."""
        signed = signed_headers(params, request_signer, context) if self._http is not None else None
        if signed is None:
            return None
        # As botocore leaves them, for those who look at a request before it is sent.
        headers: Any = {name: value.encode() for name, value in signed.items()}
        headers["Content-Length"] = str(len(params["body"]))
        request = AWSPreparedRequest(
            params["method"], params["url"], headers, params["body"], stream_output=False, context=context
        )
        event = f"before-send.{model.service_model.service_id.hyphenize()}.{model.name}"
        response = first_non_none_response(self._events.emit(event, request=request))
        if response is None:
            response = self._http.send(request)
        return response, self._read(response, model)

    def _read(self, response: AWSResponse, model: Any) -> dict[str, Any]:
        answer = convert_to_response_dict(response, model)
        read: dict[str, Any] = self._parser.parse(answer, model.output_shape)
        if response.status_code >= 300:
            error = model.service_model.shape_for_error_code(read.get("Error", {}).get("Code"))
            if error is not None:
                read.update(self._parser.parse(answer, error))
        read["ResponseMetadata"] |= {"MaxAttemptsReached": True, "RetryAttempts": 0}
        return read


def signed_headers(params: Mapping[str, Any], signer: Any, context: Mapping[str, Any]) -> Headers | None:
    """A request's headers, signed as botocore's `SigV4Auth` signs them; None for what is botocore's to sign.

    `params`, `context`: what botocore made of the call. `signer`: its `RequestSigner`, who knows the credentials.
    """
    body, host, signing = params["body"], _host(params["url"]), context.get("signing", {})
    if not (
        host
        and params["method"] == "POST"
        and isinstance(body, bytes)
        and _SIGNED <= params["headers"].keys() <= _KNOWN
        and (context.get("auth_type") or signer.signature_version) == "v4"
        and not context["client_config"].auth_scheme_preference
        and context.get("payload_signing_enabled", True)
        and signing.keys() <= _SCOPE
    ):
        return None
    region, service = signing.get("region") or signer.region_name, signing.get("signing_name") or signer.signing_name
    signature = signer.get_auth_instance(service, region, "v4")
    credentials = signature.credentials
    if type(signature) is not SigV4Auth or credentials is None:
        return None
    headers: Headers = {**params["headers"], "X-Amz-Date": get_current_datetime().strftime(SIGV4_TIMESTAMP)}
    if credentials.token:
        headers["X-Amz-Security-Token"] = credentials.token
    headers["Authorization"] = _authorization(headers, body, host, credentials, region, service)
    return headers


def _authorization(headers: Headers, body: bytes, host: str, credentials: Any, region: str, service: str) -> str:
    """Signature version 4 of a POST to the root of a host, without a query."""
    time, token, token_name = headers["X-Amz-Date"], "", ""
    if credentials.token:
        token, token_name = f"x-amz-security-token:{credentials.token}\n", "x-amz-security-token;"
    names = f"content-type;host;x-amz-date;{token_name}x-amz-target"
    canonical = (
        f"POST\n/\n\ncontent-type:{headers['Content-Type']}\nhost:{host}\nx-amz-date:{time}\n"
        f"{token}x-amz-target:{headers['X-Amz-Target']}\n\n{names}\n{sha256(body).hexdigest()}"
    )
    day = time[:8]
    scope = f"{day}/{region}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    key = _signing_key(credentials.secret_key, day, region, service)
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    return f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"


@lru_cache(maxsize=1)
def _signing_key(secret_key: str, day: str, region: str, service: str) -> bytes:
    """The last one is kept: until the day ends, or botocore has other credentials."""
    key = f"AWS4{secret_key}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


@lru_cache(maxsize=4)
def _host(url: str) -> str:
    """As botocore signs it; blank for a URL that names more than a host."""
    parts, nobody = urlsplit(url), ReadOnlyCredentials("", "", None)
    if parts.path != "/" or parts.query:
        return ""
    host: str = SigV4Auth(nobody, "", "").headers_to_sign(AWSRequest("POST", url))["host"]
    return host
