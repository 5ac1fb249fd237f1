"""What the local cloud's front adds: the API where a storefront looks for it, and browsers of this machine."""

import os
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

import pytest

from local.certificate import FOLDER, make
from local.cloud import Cloud
from local.process import LOOPBACK, is_taken
from local.workspace import ENVIRONMENT_FILE, ROOT

PROFILE = "/ccstore/v1/profiles/current"


def cors(answer: Any) -> Mapping[str, list[str]]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


def test_the_api_lies_at_the_root(deployed: dict[str, Any]) -> None:
    address = urllib.parse.urlsplit(deployed["baseUrl"])
    assert (address.hostname, address.path) == ("localhost", "")


@pytest.mark.parametrize("origin", ["http://localhost:5173", "http://127.0.0.1:3000", "http://localhost"])
def test_browsers_of_this_machine_may_call(call: Any, login: Any, origin: str) -> None:
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization, content-type"}
    preflight = cors(call("OPTIONS", PROFILE, headers={"Origin": origin, **asked}))
    assert preflight["access-control-allow-origin"] == [origin]
    assert "PUT" in preflight["access-control-allow-methods"][0]
    assert preflight["access-control-allow-headers"] == ["authorization, content-type"]
    answer = call("PUT", PROFILE, {"firstName": "Kim"}, token=login("shopper"), headers={"Origin": origin})
    assert answer.status == 200
    assert cors(answer)["access-control-allow-origin"] == [origin]
    refused = call("PUT", PROFILE, {"firstName": "Kim"}, headers={"Origin": origin})
    assert (refused.status, cors(refused)["access-control-allow-origin"]) == (401, [origin])


@pytest.mark.parametrize(
    "origin", ["https://shop.example", "http://localhost.example", "http://localhost:5173x", "null"]
)
def test_other_browsers_may_not(call: Any, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
    assert cors(call("OPTIONS", PROFILE, headers=asked)) == {}


def test_the_environment_file_is_what_operators_commands_need(deployed: dict[str, Any]) -> None:
    command = f'. {ENVIRONMENT_FILE.relative_to(ROOT)} && "{sys.executable}" -m backoffice keys list --stack "$STACK"'
    bare = {"PATH": os.environ["PATH"]}
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, env=bare, capture_output=True, text=True, check=False)
    assert (done.returncode, "sample-application" in done.stdout) == (0, True), done.stdout + done.stderr


def test_a_certificate_is_kept(tmp_path: Any) -> None:
    files = make(tmp_path)
    made = files.certificate.read_bytes()
    assert (files.key.stat().st_mode & 0o777, make(tmp_path).certificate.read_bytes()) == (0o600, made)


def test_https_is_answered_on_the_next_port() -> None:
    cloud = Cloud("https", "sts")
    # Below the range that outgoing connections take their ports from.
    port = next(
        port for port in range(24_000, 25_000, 2) if not any(is_taken(LOOPBACK, port + more) for more in (0, 1))
    )
    cloud.start(port, https=True)
    try:
        assert cloud.address() == f"https://localhost:{port + 1}"
        trusted = ssl.create_default_context(cafile=FOLDER / "certificate.pem")
        for address, context in ((cloud.address(), trusted), (cloud.endpoint(port), None)):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{address}/ccstore/v1/registry", context=context, timeout=10)  # noqa: S310  loopback
            with refused.value as answer:
                assert (answer.status, answer.read()) == (503, b"The API is not deployed yet.\n")
    finally:
        cloud.stop()
