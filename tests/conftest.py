"""Fixtures: the product on moto, with the sample store loaded."""

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import argon2
import boto3
import botocore.session
import pytest
from hypothesis import settings
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from xdist.scheduler import LoadScopeScheduling

from backoffice.loading import load_store
from commerce.identity import passwords
from commerce.storage import open_session
from local.workspace import ROOT
from tests.support.deployment import SECRET, Clock, Product, create_secret, create_tables
from tests.support.direct_moto import answer_directly
from tests.support.faster_moto import make_faster
from tests.support.lean_clients import remember, take_values_directly
from tests.support.standing import LOADED

# How long an example takes is the machine's affair.
settings.register_profile("commerce", deadline=None)
settings.load_profile("commerce")

SAMPLE_STORE = Path(__file__).parents[1] / "sample_store"


# The stack and the layer that these tests need are made once: one process has all tests of a stack, one of the layer.
ROOMS_OF_ONE_PROCESS = {"tests/end_to_end": "deployed", "tests/infrastructure": "layer", "tests/performance": "layer"}


class _ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """A process takes a file at a time, or all files that share what is costly to make; of `tests/fuzz` and
    `tests/faults` a test.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith(("tests/fuzz/", "tests/faults/")):
            return nodeid
        return ROOMS_OF_ONE_PROCESS.get("/".join(file.split("/")[:2]), file)

    def _assign_work_unit(self, node: Any) -> None:
        """What is done is forgotten: it would be counted again after each test."""
        done = [scope for scope, tests in self.assigned_work.get(node, {}).items() if all(tests.values())]
        for scope in done:
            del self.assigned_work[node][scope]
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _ByFile(config, log)


def pytest_configure() -> None:
    """What is made is kept, most of it; looking through it again and again took a tenth of the tests' time."""
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    """What is there now stays to the end."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how many requests were generated."""
    properties = (entry for report in terminalreporter.getreports("passed") for entry in report.user_properties)
    sent = sum(int(value) for name, value in properties if name == "requests")
    if sent:
        terminalreporter.write_line(f"{sent:,} generated requests")


@pytest.fixture(scope="session")
def built_layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layer as `sam build` makes it, for the interpreter that runs the tests."""
    return make_layer(tmp_path_factory.mktemp("layer"))


def make_layer(artifacts: Path, **environment: str) -> Path:
    """Builds the layer into `artifacts`."""
    minor = f"{sys.version_info[0]}.{sys.version_info[1]}"
    subprocess.run(
        [
            "make",
            "--silent",
            "-C",
            str(ROOT / "layers" / "commerce"),
            "build-CommerceLayer",
            f"ARTIFACTS_DIR={artifacts}",
        ],
        env=os.environ | {"LAYER_PYTHON": minor, "LAYER_ARCHITECTURE": "native"} | environment,
        check=True,
    )
    return artifacts


@pytest.fixture(scope="session")
def aws(session_monkeypatch: pytest.MonkeyPatch) -> Iterator[Mapping[str, str]]:
    """moto with the template's tables and a key ring; the environment that names them."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_SERVICE_NAME": "commerce",
        "POWERTOOLS_METRICS_NAMESPACE": "commerce",
    }.items():
        session_monkeypatch.setenv(name, value)
    # Service descriptions are read once, and clients made once, not for each function of each test.
    sessions = [botocore.session.get_session(), open_session()]
    session_monkeypatch.setattr("botocore.session.get_session", lambda *_: sessions[0])
    for opened in ("commerce.storage.open_session", "commerce.storage.remote.open_session"):
        session_monkeypatch.setattr(opened, lambda: sessions[1])
    make_faster(session_monkeypatch)
    answer_directly(session_monkeypatch)
    take_values_directly(session_monkeypatch)
    with mock_aws():
        for session in sessions:
            session_monkeypatch.setattr(session, "create_client", _shared_clients(session.create_client))
        variables = create_tables()
        create_secret()
        yield variables | {"SIGNING_KEYS_SECRET": SECRET, "VALIDATE_PARAMETERS": "true"}


def _shared_clients(create_client: Callable[..., Any]) -> Callable[..., Any]:
    made: dict[str, Any] = {}

    def shared(service: str, **options: Any) -> Any:
        config = options.get("config")
        described = options | {"config": config and sorted(vars(config).items())}
        endpoint = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
        known = repr((service, sorted(described.items()), endpoint))
        if known not in made:
            client = made[known] = create_client(service, **options)
            if not endpoint:  # moto looks at no signature
                client.meta.events.unregister(f"request-created.{service}", client._request_signer.handler)
                remember(client)
        return made[known]

    return shared


@pytest.fixture(scope="session", autouse=True)
def quick_password_hashes(session_monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes as slow as deployed ones are for tests/unit/identity/test_passwords.py and the local cloud."""
    quick = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    session_monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    session_monkeypatch.setattr(passwords, "_NOBODY", quick.hash("nobody"))


@pytest.fixture(scope="session")
def session_monkeypatch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield monkeypatch


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_product(
    aws: Mapping[str, str], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Product]]:
    """`make_product(UNIQUE_EMAILS="false")`: the product with settings of its own, on empty tables."""

    def make(**settings: str) -> Product:
        environment = {**aws, **settings}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("commerce.composition.utc_now", clock)
        return Product(environment, clock)

    yield make
    for table in dynamodb_backends[ACCOUNT_ID]["us-east-1"].tables.values():
        table.items.clear()


@pytest.fixture
def empty(make_product: Callable[..., Product]) -> Product:
    """The product on empty tables."""
    return make_product()


@pytest.fixture(scope="session")
def sample_items(aws: Mapping[str, str], session_monkeypatch: pytest.MonkeyPatch) -> Mapping[str, list[dict[str, Any]]]:
    """Every item of the sample store, as the loader wrote it."""
    del session_monkeypatch
    product = Product(aws, Clock())
    product.clock.now = LOADED
    load_store(SAMPLE_STORE, product.deployment)
    client = boto3.client("dynamodb")
    names = [name for variable, name in aws.items() if variable.endswith("_TABLE")]
    items = {name: client.scan(TableName=name)["Items"] for name in names}
    for table in dynamodb_backends[ACCOUNT_ID]["us-east-1"].tables.values():
        table.items.clear()
    return items


@pytest.fixture
def product(sample_items: Mapping[str, list[dict[str, Any]]], make_product: Callable[..., Product]) -> Product:
    """The product with the sample store."""
    return with_sample(make_product(), sample_items)


def with_sample(product: Product, sample_items: Mapping[str, list[dict[str, Any]]]) -> Product:
    """Puts items into the product's tables.

    moto takes each item apart when it is written; what it makes of a list of items is kept and put in place again: what
    is stored does not change (`faster_moto.replace_items`).
    """
    client = boto3.client("dynamodb")
    tables = dynamodb_backends[ACCOUNT_ID]["us-east-1"].tables
    for name, items in sample_items.items():
        kept = _WRITTEN.get((name, id(items)))
        if kept is None:
            present, tables[name].items = tables[name].items, type(tables[name].items)(dict)
            for start in range(0, len(items), 25):
                client.batch_write_item(
                    RequestItems={name: [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]}
                )
            # The list is kept too, so that its id stays its own.
            kept = _WRITTEN[name, id(items)] = (items, dict(tables[name].items))
            tables[name].items = present
        for partition, rows in kept[1].items():
            tables[name].items[partition].update(rows)
    return product


_WRITTEN: dict[tuple[str, int], tuple[list[dict[str, Any]], dict[Any, Any]]] = {}
