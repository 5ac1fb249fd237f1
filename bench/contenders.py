"""Who is measured: this project's functions on their built layer, and peers on packages as they are installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layer_build.interpreter import find_interpreter
from layer_build.layer import build
from layer_build.packages import NATIVE
from local.workspace import ROOT, STATE

PEERS = Path(__file__).parent / "peers"
PEERS_VENV = STATE / "venvs" / "bench"
WORK = STATE / "bench"
REGION_DATA = ROOT / "layers" / "commerce" / "commerce" / "addresses"
P = "plain json + boto3 (P)"
PEER_FOLDERS = {
    P: "plain_boto3",
    "powertools resolver with validation + boto3": "powertools_resolver",
    "FastAPI + Mangum + boto3": "fastapi_mangum",
    "Flask + serverless-wsgi + pydantic + boto3": "flask_serverless_wsgi",
}
OURS = "this project"


@dataclass(frozen=True)
class Contender:
    """One handler: the folder of its app.py, and where its packages are."""

    name: str
    folder: Path
    path: str


@dataclass(frozen=True)
class Field:
    """The interpreter that all run on, and the handlers."""

    python: str
    version: str
    functions: Mapping[str, Contender]
    peers: Mapping[str, Contender]

    @property
    def minor(self) -> str:
        """Of the version: ``3.13``."""
        return self.version.rpartition(".")[0]

    @property
    def ours(self) -> Contender:
        """The function that does what the peers do."""
        return self.functions["update_profile"]


def prepare(default_minor: str = "3.13", *, peers: bool = True) -> Field:
    """Builds the layer and the functions, installs the peers, compiles all; on the template's runtime if it is here.

    `peers` False: none of them, for what measures this project alone.
    """
    try:
        minor, python = default_minor, find_interpreter(default_minor)
    except SystemExit:
        minor, python = f"{sys.version_info[0]}.{sys.version_info[1]}", sys.executable
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    layer = _built_layer(minor)
    shutil.copytree(ROOT / "functions", WORK / "functions")
    shutil.copytree(PEERS, WORK / "peers")
    _run(python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(WORK))
    functions = {
        folder.name: Contender(folder.name, folder, str(layer / "python"))
        for folder in sorted((WORK / "functions").iterdir())
        if (folder / "app.py").exists()
    }
    version = _run(python, "-c", "import platform; print(platform.python_version())").strip()
    return Field(python, version, functions, _peers(python, minor) if peers else {})


def _peers(python: str, minor: str) -> dict[str, Contender]:
    path = os.pathsep.join([str(WORK / "peers"), str(_peers_packages(python, minor))])
    return {name: Contender(name, WORK / "peers" / folder, path) for name, folder in PEER_FOLDERS.items()}


def events(name: str) -> tuple[list[dict[str, Any]], str]:
    """A function's event and the outcome it stands for."""
    folder = ROOT / "events" / name
    for outcome in ("ok", "unknown_route", "invalid", "unauthorised"):
        file = folder / f"{outcome}.json"
        if file.exists():
            return [json.loads(file.read_text(encoding="utf-8"))], outcome
    raise FileNotFoundError(f"no event for {name}")


def profile_updates() -> list[dict[str, Any]]:
    """Two updates of 2 KB by turns, so that each changes something; what the peers can do."""
    (event,), _ = events("update_profile")
    both = []
    for last_name in ("Black", "White"):
        addresses = [
            {
                "alias": f"Address {number}",
                "firstName": "Jack",
                "lastName": "Black",
                "address1": f"{number} Example Street",
                "city": "Wake Forest",
                "country": "US",
                "state": "NC",
                "postalCode": "27587",
                "phoneNumber": "555-1234",
                "types": [{"id": "SHIPPING"}],
            }
            for number in range(1, 10)
        ]
        body = {"firstName": "Jack", "lastName": last_name, "shippingAddresses": addresses}
        both.append({**event, "body": json.dumps(body)})
    return both


def _built_layer(minor: str) -> Path:
    artifacts = WORK / "layer"
    build(artifacts, minor, NATIVE)
    return artifacts


def _peers_packages(python: str, minor: str) -> Path:
    uv = str(ROOT / ".venv" / "bin" / "uv")
    _run(uv, "venv", "--quiet", "--allow-existing", "--python", python, str(PEERS_VENV))
    installer = [uv, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python"]
    _run(*installer, str(PEERS_VENV / "bin" / "python"), str(ROOT / "requirements" / "bench.txt"))
    return PEERS_VENV / "lib" / f"python{minor}" / "site-packages"


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
