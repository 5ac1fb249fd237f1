"""Containers for the functions and an emulator for their data, both started and stopped here."""

import json
import os
import platform
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from backoffice.deployment import deployment_of
from backoffice.loading import load_store
from commerce.settings import read_settings
from local.cloud import Cloud
from local.deploy import SAM_CONFIG
from local.process import LOOPBACK, free_port
from local.template import table_definitions, write_as_json
from local.workspace import ROOT, SAM, STATE, client_environment, run_step
from tests.support.deployment import SECRET, Clock, create_secret, create_tables
from tests.support.events import SETTINGS, function_of
from tests.support.standing import LOADED
from tools import container_engine
from tools.lambda_image import name_of

HOST_FROM_CONTAINERS = "host.docker.internal"
RUNTIME = os.environ.get("RUNTIME") or "3.13"
BUILD = STATE / "build-sam-local"


@dataclass(frozen=True)
class Engine:
    """A container engine. `gateway`: the host's address on the containers' network, where the host has one."""

    architecture: str
    gateway: str | None
    has_image: bool


@pytest.fixture(scope="session", autouse=True)
def engine() -> Iterator[Engine]:
    """Ends the run where there is none: nothing here is tried without one."""
    try:
        settings = container_engine.environment()
    except container_engine.AbsentError as absent:
        pytest.exit(str(absent), returncode=1)
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        yield _engine()


def _engine() -> Engine:
    machine = _docker("version", "--format", "{{.Server.Arch}}").stdout.strip()
    architecture = "arm64" if machine in {"arm64", "aarch64"} else "x86_64"
    bridge = _docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}").stdout.strip()
    has_image = not _docker("image", "inspect", name_of(RUNTIME)).returncode
    return Engine(architecture, bridge if _is_here(bridge) else None, has_image)


@pytest.fixture(scope="session")
def built(engine: Engine) -> Path:
    """The template built for the containers."""
    environment = client_environment("") | {"LAYER_PYTHON": RUNTIME, "LAYER_ARCHITECTURE": engine.architecture}
    run_step("sam build for containers", [SAM, "build", *SAM_CONFIG, "--build-dir", BUILD], environment)
    template = BUILD / "template.yaml"
    write_as_json(template)
    return template


@pytest.fixture(scope="session", autouse=True)
def emulator(engine: Engine) -> Iterator["Emulator"]:
    """Tables, key ring and sample store as the tests on moto have them, where containers can reach them."""
    host = engine.gateway or LOOPBACK
    cloud = Cloud("emulator", "dynamodb,secretsmanager,sts", host, enforces_roles=False)
    port = free_port(host)
    endpoint = cloud.start(port)
    try:
        with pytest.MonkeyPatch.context() as monkeypatch:
            for name, value in client_environment(endpoint).items():
                monkeypatch.setenv(name, value)
            variables = create_tables() | {"SIGNING_KEYS_SECRET": SECRET}
            create_secret()
            clock = Clock()
            clock.now = LOADED
            # The bridge to the containers is an address of this machine, though not a loopback one.
            deployment = replace(deployment_of(read_settings(variables), clock), is_local=True)
            load_store(ROOT / "sample_store", deployment)
            client = boto3.client("dynamodb", endpoint_url=endpoint)
            items = {table: client.scan(TableName=table)["Items"] for table in table_definitions()}
        yield Emulator(endpoint, port, variables, client, items)
    finally:
        cloud.stop()


@dataclass(frozen=True)
class Emulator:
    endpoint: str
    port: int
    variables: dict[str, str]
    client: Any
    items: dict[str, list[dict[str, Any]]]

    @property
    def reached_at(self) -> str:
        """Its address for the containers."""
        return f"http://{HOST_FROM_CONTAINERS}:{self.port}"

    def restore(self) -> None:
        """Puts back what calls have changed."""
        for table, items in self.items.items():
            wanted = {(item["pk"]["S"], item["sk"]["S"]): item for item in items}
            for item in self.client.scan(TableName=table)["Items"]:
                before = wanted.pop((item["pk"]["S"], item["sk"]["S"]), None)
                if before is None:
                    self.client.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})
                elif before != item:
                    self.client.put_item(TableName=table, Item=before)
            for item in wanted.values():
                self.client.put_item(TableName=table, Item=item)


@pytest.fixture(scope="session")
def container_arguments(engine: Engine) -> list[str]:
    """What SAM is told besides, so that the containers reach the emulator, and no registry is asked."""
    host = f"{HOST_FROM_CONTAINERS}:{engine.gateway or 'host-gateway'}"
    return ["--add-host", host, *(["--skip-pull-image"] if engine.has_image else [])]


@pytest.fixture
def invoke(
    engine: Engine, emulator: Emulator, container_arguments: list[str], built: Path, tmp_path: Path
) -> Callable[[Path], dict[str, Any]]:
    """`invoke(event_file)`: the answer of the event's function in a container, on a fresh sample store."""

    def run(event: Path) -> dict[str, Any]:
        emulator.restore()
        variables = tmp_path / "variables.json"
        variables.write_text(json.dumps({"Parameters": {**emulator.variables, **SETTINGS}}), encoding="utf-8")
        parameters = {
            "Runtime": f"python{RUNTIME}",
            "Architecture": engine.architecture,
            "DynamoDBEndpoint": emulator.reached_at,
            "SecretsManagerEndpoint": emulator.reached_at,
        }
        command = [
            str(SAM),
            *("local", "invoke", function_of(event)),
            *("--template", str(built)),
            *("--event", str(event)),
            *("--env-vars", str(variables)),
            *container_arguments,
            *("--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())),
        ]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=client_environment(emulator.endpoint),  # SAM asks who it is
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        lines = done.stdout.strip().splitlines()
        assert done.returncode == 0 and lines, done.stderr  # noqa: PT018  one fact: it answered
        answer: dict[str, Any] = json.loads(lines[-1])
        assert "statusCode" in answer, done.stdout + done.stderr
        return answer

    return run


def _docker(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)


def _is_here(address: str) -> bool:
    """Whether the containers' gateway is an address of this host; Docker Desktop has it in a machine of its own."""
    if platform.system() != "Linux" or not address:
        return False
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
