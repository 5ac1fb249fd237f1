"""Rotation: of the keys that sign tokens, of application keys, and what tells that one is due."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.secretsmanager.models import SecretsManagerBackend

from backoffice import credentials, signing_keys
from commerce.identity.applications import KEY_WARNING, OPEN_APIS
from commerce.identity.keyring import MAX_AGE_SECONDS
from tests.support.deployment import SECRET, Answer, Clock, Product
from tests.support.standing import KEY_RING

VERIFY = "/ccstore/v1/verify"


@pytest.fixture(autouse=True)
def ring_of_other_tests(product: Product, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Moto moves the label of the current version, and hands out the former one on."""
    move = SecretsManagerBackend.update_secret_version_stage

    def moved(
        self: Any, secret_id: str, version_stage: str, remove_from_version_id: str, move_to_version_id: str
    ) -> Any:
        answer = move(self, secret_id, version_stage, remove_from_version_id, move_to_version_id)
        self.secrets[secret_id].set_default_version_id(move_to_version_id)
        return answer

    monkeypatch.setattr(SecretsManagerBackend, "update_secret_version_stage", moved)
    yield
    boto3.client("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=KEY_RING)


def another_environment(product: Product) -> Product:
    """One that starts now: it fetches the ring when it first needs it."""
    return Product(product.environment, product.clock)


def kid(token: str) -> str:
    head = token.partition(".")[0]
    return str(json.loads(base64.b64decode(head + "=" * (-len(head) % 4)))["kid"])


def verified(product: Product, token: str) -> int:
    return product.call("POST", VERIFY, token=token).status


def key_login(product: Product, key: str) -> Answer:
    headers = {"Authorization": f"Bearer {key}"}
    return product.call("POST", "/ccadmin/v1/login?grant_type=client_credentials", "", headers=headers)


def test_a_rotation_from_end_to_end(product: Product) -> None:
    """Tokens of before are good after; new tokens are by the new key; the old key goes when its time is over."""
    deployment, clock = product.deployment, product.clock
    before = product.login()
    assert kid(before) == "k1"
    new = signing_keys.rotate(deployment)
    assert new == f"k2-{int(clock.now.timestamp())}"

    # An environment that has the old ring goes on with it, and learns of the new key from a token signed with it.
    fresh = another_environment(product)
    after = fresh.login()
    assert kid(after) == new
    assert [verified(one, token) for one in (product, fresh) for token in (before, after)] == [200] * 4

    assert signing_keys.retire(deployment).forgotten == ()
    clock.now += signing_keys.NEEDED_FOR - timedelta(seconds=1)
    assert signing_keys.retire(deployment).kept == {"k1": "tokens that it has signed may not have ended"}
    clock.move(seconds=1)
    assert signing_keys.retire(deployment) == signing_keys.Retired(("k1",), {})
    assert signing_keys.read(deployment).keys() == {"current", new}
    assert verified(another_environment(product), before) == 401
    assert kid(another_environment(product).login()) == new


def test_no_token_outlives_its_key(product: Product) -> None:
    """Even of an environment that signs with the old key as long as it may, and with the longest life there is."""
    issued_at_the_latest = timedelta(seconds=MAX_AGE_SECONDS)
    assert issued_at_the_latest + timedelta(minutes=1440) < signing_keys.NEEDED_FOR


def test_a_key_of_an_application_keeps_its_signing_key(product: Product) -> None:
    deployment, clock = product.deployment, product.clock
    key = credentials.create(deployment, "importer", "Order import", OPEN_APIS, 365)
    new = signing_keys.rotate(deployment)
    clock.now += signing_keys.NEEDED_FOR
    kept = signing_keys.retire(deployment).kept
    assert kept == {"k1": "it has signed keys of applications, which end with it: importer"}
    assert key_login(product, key).status == 200

    newer = credentials.create(deployment, "importer", "Order import", OPEN_APIS, 365)
    assert kid(newer) == new
    assert signing_keys.retire(deployment).forgotten == ("k1",)
    assert [key_login(another_environment(product), one).status for one in (key, newer)] == [401, 200]


def test_an_application_of_an_earlier_release_keeps_every_key(product: Product) -> None:
    """Its row does not say which key has signed its own."""
    deployment = product.deployment
    key = credentials.create(deployment, "importer", "Order import", OPEN_APIS, None)
    boto3.client("dynamodb").update_item(
        TableName=deployment.tables.identities,
        Key={"pk": {"S": "importer"}, "sk": {"S": "application"}},
        UpdateExpression="REMOVE signedWith",
    )
    signing_keys.rotate(deployment)
    product.clock.now += signing_keys.NEEDED_FOR
    assert "importer" in signing_keys.retire(deployment).kept["k1"]
    assert key_login(product, key).status == 200
    assert credentials.listing(deployment) == [
        "importer  Order import  ccadmin,ccagent,ccapp,ccappagent  end of its key unknown"
    ]


def test_a_ring_of_an_earlier_release(product: Product) -> None:
    """Its keys do not say when they were made: they go by the next one that does."""
    boto3.client("secretsmanager").put_secret_value(
        SecretId=SECRET, SecretString=json.dumps({"current": "k2", "k1": "a" * 64, "k2": "b" * 64})
    )
    deployment, clock = product.deployment, product.clock
    clock.move(days=400)
    assert signing_keys.retire(deployment).kept.keys() == {"k1"}
    third = signing_keys.rotate(deployment, older_than_days=90)
    assert third
    assert third.startswith("k3-")
    assert signing_keys.retire(deployment).kept.keys() == {"k1", "k2"}
    clock.now += signing_keys.NEEDED_FOR
    assert signing_keys.retire(deployment).forgotten == ("k1", "k2")


def test_a_leaked_key_is_forgotten_at_once(product: Product) -> None:
    token = product.login()
    key = credentials.create(product.deployment, "importer", "Order import", OPEN_APIS, 365)
    signing_keys.rotate(product.deployment)
    assert signing_keys.retire(product.deployment, all_but_current=True).forgotten == ("k1",)
    fresh = another_environment(product)
    assert (verified(fresh, token), key_login(fresh, key).status) == (401, 401)


def test_a_command_of_every_day_rotates_when_it_is_time(product: Product) -> None:
    deployment, clock = product.deployment, product.clock
    made = []
    for _ in range(200):
        if kid_made := signing_keys.rotate(deployment, older_than_days=90):
            made.append(kid_made)
        signing_keys.retire(deployment)
        clock.move(days=1)
    assert [one.partition("-")[0] for one in made] == ["k2", "k3", "k4"]
    assert signing_keys.read(deployment).keys() == {"current", made[-1]}


def test_two_rotations_at_once_lose_no_key(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rival goes through between the reading and the writing of the other."""
    deployment = product.deployment
    read, rival = signing_keys._read, list[str | None]()

    def read_before_the_rival(deployment: Any) -> Any:
        answer = read(deployment)
        if not rival:
            rival.append("under way")
            rival.append(signing_keys.rotate(deployment))
        return answer

    monkeypatch.setattr(signing_keys, "_read", read_before_the_rival)
    monkeypatch.setattr("commerce.call.time.sleep", lambda _: None)
    mine = signing_keys.rotate(deployment)
    ring = read(deployment)[1]
    assert [str(one).partition("-")[0] for one in (rival[1], mine)] == ["k2", "k3"]
    assert ring.keys() == {"current", "k1", rival[1], mine}
    assert ring["current"] == mine


def test_of_two_commands_of_every_day_at_once_one_rotates(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    deployment = product.deployment
    read, rival = signing_keys._read, list[str | None]()

    def read_before_the_rival(deployment: Any) -> Any:
        answer = read(deployment)
        if not rival:
            rival.append("under way")
            rival.append(signing_keys.rotate(deployment, older_than_days=90))
        return answer

    monkeypatch.setattr(signing_keys, "_read", read_before_the_rival)
    monkeypatch.setattr("commerce.call.time.sleep", lambda _: None)
    assert signing_keys.rotate(deployment, older_than_days=90) is None
    assert read(deployment)[1].keys() == {"current", "k1", rival[1]}


def test_what_is_no_rival_is_told(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    client: Any = product.deployment.secrets()

    def refused(**_: Any) -> None:
        error: Any = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
        raise ClientError(error, "PutSecretValue")

    with monkeypatch.context() as patched:
        patched.setattr(type(client), "put_secret_value", lambda *_, **__: refused())
        with pytest.raises(ClientError, match="AccessDenied"):
            signing_keys.rotate(product.deployment)


# --- keys of applications that end


@pytest.mark.parametrize(("days", "warned"), [(15, False), (14, True), (1, True), (0, False)])
def test_a_login_with_a_key_that_soon_ends_is_counted(
    product: Product, printed: Callable[[], str], days: int, warned: bool
) -> None:
    """`days`: of the key's life; 0 = for ever."""
    key = credentials.create(product.deployment, "importer", "Order import", OPEN_APIS, days or None)
    printed()
    assert key_login(product, key).status == 200
    (line,) = map(json.loads, printed().splitlines())
    assert line.get("EndingKey") == ([1.0] if warned else None)
    assert line.get("application") == ("importer" if warned else None)
    ends = (product.clock.now + timedelta(days=days)).replace(microsecond=0)
    assert line.get("keyEnds") == (ends.isoformat() if warned else None)


def test_the_list_of_applications_tells_when_keys_end(product: Product, clock: Clock) -> None:
    def told() -> list[str]:
        return [line.rpartition("  ")[2] for line in credentials.listing(product.deployment)]

    for name, days in (("a", 365), ("b", 20), ("c", None)):
        credentials.create(product.deployment, name, name, OPEN_APIS, days)
    assert told() == ["its key ends in 365 days", "its key ends in 20 days", "its key never ends"]
    clock.now += timedelta(days=20) - KEY_WARNING
    assert told()[1] == "its key ends in 14 days: REPLACE IT"
    clock.move(days=14)
    assert told()[1] == "ITS KEY HAS ENDED"
