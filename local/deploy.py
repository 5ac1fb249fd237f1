"""Builds the template and deploys it to the local cloud with the ordinary SAM commands."""

import hashlib
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config

from local import shared_layer
from local.cloud import LOCAL_CLOUD
from local.template import write_as_json
from local.workspace import (
    CLOUD_PYTHON,
    REGION,
    ROOT,
    SAM,
    STACK_NAME,
    STATE,
    client_environment,
    read_json,
    run_step,
    say,
    write_json,
)

BUILD = STATE / "build"
LAYER = "CommerceLayer"
RECORD = STATE / "deployed.json"
STAGE = "local"
SAM_CONFIG = ("--config-file", ROOT / "samconfig.toml", "--config-env", "local")

# What a build is made of. Anything else in the tree changes nothing that is deployed.
SOURCES = ("template.yaml", "samconfig.toml", "requirements/layer.txt", "functions", "layer_build", "layers/commerce")
IGNORED = {"__pycache__"}


def deploy(endpoint: str, base_url: str) -> dict[str, str]:
    """Brings the stack up to date with the sources and returns its outputs; a stack that is so already is left alone.

    base_url: what stands before /ccstore/v1/… in an address, as callers see it.
    Raises StepFailedError.
    """
    minor = _cloud_minor()
    sources = _digest(minor, *(ROOT / name for name in SOURCES))
    record = read_json(RECORD) or {}
    if record.get("built") != sources or not (BUILD / "template.yaml").exists():
        _build(endpoint, minor)
        record = {"built": sources}
        write_json(RECORD, record)
    parameters = _parameters(minor, base_url)
    deployed = [sources, LOCAL_CLOUD.instance(), parameters]
    if record.get("deployed") != deployed:
        packages = BUILD / LAYER / "python"
        layer = _digest(minor, packages)
        _deploy(endpoint, parameters, shared_layer.share(packages, layer, minor))
        write_json(RECORD, {"built": sources, "deployed": deployed})
        shared_layer.remove_others(layer)
    else:
        say("nothing has changed since the last deployment")
    outputs = stack_outputs(endpoint)
    LOCAL_CLOUD.show(f"/restapis/{outputs['ApiId']}/{STAGE}/_user_request_")
    return outputs


def stack_outputs(endpoint: str) -> dict[str, str]:
    """The outputs of the deployed stack, by name."""
    stacks = client("cloudformation", endpoint).describe_stacks(StackName=STACK_NAME)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0]["Outputs"]}


def client(service: str, endpoint: str) -> Any:
    """A botocore client of the local cloud's root user."""
    return botocore.session.get_session().create_client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106  the emulator's documented default
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=60),
    )


def _build(endpoint: str, minor: str) -> None:
    environment = client_environment(endpoint) | {"LAYER_PYTHON": minor, "LAYER_ARCHITECTURE": "native"}
    run_step("sam build", [SAM, "build", *SAM_CONFIG, "--build-dir", BUILD], environment)
    write_as_json(BUILD / "template.yaml")


def _parameters(minor: str, base_url: str) -> dict[str, str]:
    return {
        "Stage": STAGE,
        # The sample store has a tax table, so that an order with a shipping method shows taxes.
        "TaxProvider": "table",
        "Runtime": f"python{minor}",
        "Architecture": _architecture(),
        "DeletionProtection": "false",
        "Alarms": "false",  # the emulator knows no metric math
        "PublicBaseUrl": base_url,
    }


def _deploy(endpoint: str, parameters: Mapping[str, str], layer: Path) -> None:
    template, file = BUILD / "deployed.yaml", STATE / "parameters.yaml"
    built = read_json(BUILD / "template.yaml") or {}
    built["Resources"][LAYER]["Properties"]["ContentUri"] = str(layer)
    write_json(template, built)
    write_json(file, parameters)
    command: list[str | Path] = [SAM, "deploy", *SAM_CONFIG, "--template-file", template]
    run_step("sam deploy", [*command, "--parameter-overrides", f"file://{file}"], client_environment(endpoint))


def _cloud_minor() -> str:
    """Functions run in the interpreter that runs the emulator, whatever the template's Runtime says."""
    probe = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([str(CLOUD_PYTHON), "-c", probe], capture_output=True, text=True, check=True).stdout.strip()


def _architecture() -> str:
    return "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"


def _digest(minor: str, *places: Path) -> str:
    digest = hashlib.sha256(minor.encode())
    for place in places:
        for path in _files(place):
            digest.update(f"{path.relative_to(ROOT)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and not IGNORED.intersection(file.parts))
