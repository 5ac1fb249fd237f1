"""Threads against tables that lock: Amazon's DynamoDB Local, where the tool that starts it is present."""

import json
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

from backoffice.deployment import deployment_of
from backoffice.load import load_store
from commerce.call import Api, Call, TimeBudget
from commerce.composition import Composition
from commerce.errors import PropertyErrors
from commerce.settings import read_settings
from tests.support.deployment import LOADED, ROOT, Clock, create_tables

TOOL = ROOT.parent / "shared" / "tools" / "dynamodb-local.sh"

pytestmark = pytest.mark.skipif(not TOOL.is_file(), reason="DynamoDB Local is not present")


@pytest.fixture(scope="module")
def locking_tables() -> Iterator[Mapping[str, str]]:
    """The template's tables with the sample store, in an emulator of their own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    subprocess.run([TOOL, port, "start"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with pytest.MonkeyPatch.context() as monkeypatch:
            for name, value in environment.items():
                monkeypatch.setenv(name, value)
            boto3.DEFAULT_SESSION = None
            variables = create_tables()
            clock = Clock()
            clock.now = LOADED
            load_store(ROOT / "sample_store", deployment_of(read_settings(variables), clock))
            yield variables
    finally:
        boto3.DEFAULT_SESSION = None
        subprocess.run([TOOL, port, "stop"], check=True, stdout=subprocess.DEVNULL)


@pytest.fixture
def parts_of(locking_tables: Mapping[str, str]) -> Callable[[], Composition]:
    """One execution environment after another; the key ring is the test's own."""

    def make() -> Composition:
        from commerce.identity.keyring import KeyRing

        parts = Composition(read_settings(locking_tables))
        parts.clock = Clock()
        parts.keys = KeyRing(lambda: json.dumps({"current": "k1", "k1": "0123456789abcdef" * 4}))
        return parts

    return make


def update(parts: Composition, profile_id: str, body: Mapping[str, Any], site: str | None = None) -> Any:
    token, _ = parts.tokens.issue(issuer="storefrontUI", subject="x", profile_id=profile_id, roles=(), life=None)
    budget = TimeBudget(60)
    parts.store.begin(budget)
    call = Call(api=Api.STORE, token=token, body=dict(body), site=site, budget=budget)
    return parts.profiles.update(call).body


def test_different_members_all_survive(parts_of: Callable[[], Composition]) -> None:
    address = {"alias": "Bonn", "address1": "1 Example Road", "city": "Bonn", "country": "DE", "postalCode": "53111"}
    updates: list[tuple[dict[str, Any], str | None]] = [
        *(({name: name}, None) for name in ("firstName", "middleName", "lastName", "daytimeTelephoneNumber")),
        ({"gender": "unknown"}, None),
        ({"locale": "pt_BR"}, None),
        ({"dateOfBirth": "1990-01-01T00:00:00.000Z"}, None),
        ({"email": "at.once@example.com"}, None),
        ({"login": "at-once"}, None),
        ({"receiveEmail": "yes"}, "siteUS"),
        ({"receiveEmail": "yes"}, "siteDE"),
        ({"GDPRProfileP13nConsentGranted": True}, "siteUS"),
        ({"GDPRProfileP13nConsentGranted": True}, "siteDE"),
        ({"shippingAddresses": [address]}, None),
    ]
    environments = [parts_of() for _ in range(7)]
    with ThreadPoolExecutor(len(environments)) as pool:
        work = [updates[start :: len(environments)] for start in range(len(environments))]
        list(
            pool.map(
                lambda pair: [update(pair[0], "110001", *each) for each in pair[1]],
                zip(environments, work, strict=True),
            )
        )
    for body, site in updates:
        shown = update(environments[0], "110001", {}, site)
        for name, value in body.items():
            assert shown[name] == value or [each["alias"] for each in shown[name]] == ["Bonn"], name


def test_one_identifier_goes_to_one(parts_of: Callable[[], Composition]) -> None:
    profiles = ("se-570031", "110000", "110002")

    def claim(pair: tuple[Composition, str]) -> str | None:
        parts, profile_id = pair
        try:
            return str(update(parts, profile_id, {"login": "The-Only-One"})["id"])
        except PropertyErrors:
            return None

    with ThreadPoolExecutor(6) as pool:
        winners = set(pool.map(claim, [(parts_of(), profile_id) for profile_id in profiles * 2])) - {None}
    assert len(winners) == 1


def test_failures_are_counted_one_by_one(parts_of: Callable[[], Composition]) -> None:
    def fail(parts: Composition) -> bool:
        accounts = parts.shopper_accounts
        parts.store.begin(TimeBudget(60))
        return accounts.password_is_right(accounts.load("110000"), "wrong", parts.clock())

    with ThreadPoolExecutor(5) as pool:
        assert not any(pool.map(fail, [parts_of() for _ in range(5)]))
    account = parts_of().shopper_accounts.load("110000")
    assert account is not None
    assert account.failed_attempts == 5
