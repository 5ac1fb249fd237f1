"""The built layer: bytecode for every module, nothing that functions do not use."""

import importlib.util
import re
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from layer_build import packages, steps
from layer_build.layer import DESCRIPTIONS
from local.workspace import ROOT
from tests.conftest import make_layer

MEGABYTE = 1_000_000
UNCHECKED_HASH = 0b01


def _modules(layer: Path) -> list[Path]:
    return sorted((layer / "python").rglob("*.py"))


def test_each_module_has_bytecode_that_its_runtime_takes_without_a_look_at_the_source(built_layer: Path) -> None:
    modules = _modules(built_layer)
    assert len(modules) > 200
    for module in modules:
        compiled = Path(importlib.util.cache_from_source(str(module)))
        header = compiled.read_bytes()[:16]
        assert header[:4] == importlib.util.MAGIC_NUMBER, module
        assert int.from_bytes(header[4:8], "little") == UNCHECKED_HASH, module
        assert header[8:16] == importlib.util.source_hash(module.read_bytes()), module


def test_no_bytecode_is_without_its_module(built_layer: Path) -> None:
    modules = set(_modules(built_layer))
    for compiled in built_layer.rglob("*.pyc"):
        assert Path(importlib.util.source_from_cache(str(compiled))) in modules


def test_nothing_is_shipped_that_no_function_imports(built_layer: Path) -> None:
    packages = {path.name for path in (built_layer / "python").iterdir()}
    assert not packages & {
        "boto3",
        "s3transfer",
        "aws_xray_sdk",
        "pip",
        "moto",
        "pytest",
        "cffi",
        "pycparser",
        "pydantic",
    }
    services = {path.name for path in (built_layer / "python" / "botocore" / "data").iterdir() if path.is_dir()}
    assert services == {"dynamodb", "secretsmanager"}
    left = [path for path in built_layer.rglob("*") if path.suffix == ".pyi" or path.name in {"tests", "py.typed"}]
    assert left == []


def test_each_package_comes_with_its_licence(built_layer: Path) -> None:
    pinned = re.findall(
        r"^([a-z0-9-]+)==([^ ]+)", (ROOT / "requirements/layer.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    kept = {path.name.lower().replace("_", "-") for path in (built_layer / "licences").iterdir()}
    assert kept == {f"{name}-{version}" for name, version in pinned}


def test_the_project_s_code_is_there_as_it_is(built_layer: Path) -> None:
    source = ROOT / "layers" / "commerce" / "commerce"
    for path in source.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts and path.name != DESCRIPTIONS:
            copy = built_layer / "python" / "commerce" / path.relative_to(source)
            assert copy.read_bytes() == path.read_bytes()


def test_the_same_sources_make_the_same_layer(built_layer: Path, tmp_path: Path) -> None:
    """An unchanged layer is not published again."""
    again = make_layer(tmp_path, PYTHONHASHSEED="7")
    layers = [
        {path.relative_to(layer): path.read_bytes() for path in layer.rglob("*") if path.is_file()}
        for layer in (built_layer, again)
    ]
    assert layers[0].keys() == layers[1].keys()
    assert [path for path, content in layers[0].items() if layers[1][path] != content] == []


def test_zipped_size(built_layer: Path, tmp_path: Path) -> None:
    archive = tmp_path / "layer.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in sorted(built_layer.rglob("*")):
            zipped.write(path, path.relative_to(built_layer))
    assert archive.stat().st_size <= 6 * MEGABYTE


def test_packages_import_with_nothing_but_the_layer(built_layer: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import argon2, aws_lambda_powertools, aws_lambda_powertools.metrics, botocore.session, jwt\n"
        "import msgspec, orjson, pyotp\n"
        "argon2.PasswordHasher(time_cost=1, memory_cost=64).hash('word')\n"
        "for service in ('dynamodb', 'secretsmanager'):\n"
        "    botocore.session.get_session().create_client(service, region_name='eu-central-1')\n"
        "strangers = [m for m in sys.modules.values() if 'site-packages' in (getattr(m, '__file__', None) or '')]\n"
        "assert not strangers, strangers\n"
    )
    # -S: without site-packages
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", program, str(built_layer / "python")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_builds_side_by_side_make_the_packages_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def make(ready: Path, *_: object) -> None:
        made.append(ready)
        time.sleep(0.2)
        assert len(made) == 1
        ready.mkdir()

    monkeypatch.setattr(packages, "CACHE", tmp_path / "layer")
    monkeypatch.setattr(packages, "_make", make)
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: packages.packages("python", "3.13", "native", steps.ALL), range(4)))
    assert found == set(made)


def test_a_step_is_left_out_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert steps.chosen_steps() == steps.ALL
    monkeypatch.setenv("LAYER_WITHOUT", "precompiled, bytecode")
    assert steps.chosen_steps() == ("prune", "botocore-data", "deferred")


def test_a_step_that_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYER_WITHOUT", "everything")
    with pytest.raises(SystemExit, match="everything"):
        steps.chosen_steps()
