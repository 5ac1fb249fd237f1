"""What newcomers do to the commands: a folder with a blank, odd ports, a Python that is gone, Ctrl-C at any moment."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from local import filling, stack
from local.process import LOOPBACK
from local.workspace import ROOT, SAMPLE_STORE, StepFailedError
from tests.support.terminal import LIMIT_SECONDS, Terminal, environment, pressing, side_by_side

PARTS = ("functions", "layer_build", "layers", "local", "requirements", "sample_store", "tools")
OTHER_PARTS = ("backoffice", "bench", "docs", "events", "examples", "tests")
FILES = ("Makefile", "pyproject.toml", "samconfig.toml", "template.yaml")
PORT = "48566"


def copied(folder: Path, parts: Sequence[str] = PARTS) -> Path:
    """A fresh copy, of what the commands begin with."""
    for part in parts:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, folder / file)
    return folder


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """One in which nothing is installed; its path has a blank."""
    (folder := tmp_path / "fresh copy").mkdir()
    return copied(folder)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with the virtual environments of this folder."""
    return linked(tmp_path_factory)


def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copied(tmp_path_factory.mktemp("installed copy"), PARTS + OTHER_PARTS)
    (folder / ".local" / "venvs").mkdir(parents=True)
    # One by one: what a command installs besides is the copy's own.
    for environment_here in (ROOT / ".venv", *(ROOT / ".local" / "venvs").iterdir()):
        (folder / environment_here.relative_to(ROOT)).symlink_to(environment_here)
    return folder


def make(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    return done.returncode, done.stdout


def test_stopping_and_cleaning_install_nothing(clone: Path) -> None:
    assert make(clone, "down") == (0, "[local] no cloud was running\n")
    assert make(clone, "engine-down") == (0, "[local] no container engine was started here\n")
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("asked", [[], ["INSTALL=1"]])
def test_installing_an_engine_is_asked_for(clone: Path, asked: list[str]) -> None:
    code, told = make(clone, "--dry-run", "engine", *asked)
    assert (code, "local/install.py  dev" in told, "--install" in told) == (0, True, bool(asked))


@pytest.mark.parametrize("port", ["0", "80000", "65536", "abc", "-1", "4566 4567", "٤٥٦٦"])
def test_odd_ports(port: str) -> None:
    with pytest.raises(StepFailedError, match=f"^PORT={port}: a port is a whole number from 1 to 65535.$"):
        stack.read_port(port)


def test_ports() -> None:
    assert (stack.read_port("65535"), stack.read_port("")) == (65535, 4566)
    with pytest.raises(StepFailedError, match="from 1 to 65534"):
        stack.read_port("65535", https=True)


@pytest.mark.parametrize("text", ["shop.example", "https://shop.example/", "ftp://shop.example", "*"])
def test_what_is_no_origin(text: str) -> None:
    with pytest.raises(StepFailedError, match=re.escape(f"STORE_ORIGINS: {text} is no origin.")):
        stack.read_origins(f"https://a.example {text}")


def test_origins() -> None:
    assert stack.read_origins("https://a.example, http://b.example:8080 http://[::1]:3000") == [
        "https://a.example",
        "http://b.example:8080",
        "http://[::1]:3000",
    ]


def test_a_store_of_one_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_store").mkdir()
    assert (stack.read_store(""), stack.read_store("my_store")) == (SAMPLE_STORE, tmp_path / "my_store")
    with pytest.raises(StepFailedError, match=r"^STORE=your_store: there is no such folder\.$"):
        stack.read_store("your_store")


@pytest.mark.parametrize(
    ("written", "loaded"),
    [
        (None, {"sites": {"siteUS": {"origins": {"http://localhost": "*", "https://a.example": "*"}}}}),
        (
            {"sites": {"siteDE": {"priceListGroups": ["euro"], "origins": {"https://b.example": "GET"}}}},
            {
                "sites": {
                    "siteDE": {
                        "priceListGroups": ["euro"],
                        "origins": {"https://b.example": "GET", "http://localhost": "*", "https://a.example": "*"},
                    }
                }
            },
        ),
    ],
    ids=["none yet", "with a configuration"],
)
def test_a_store_is_loaded_with_the_origins_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: object, loaded: dict[str, object]
) -> None:
    store = tmp_path / "my_store"
    (store / "notes").mkdir(parents=True)
    (store / "prices.jsonl").write_text("{}\n")
    if written:
        (store / "configuration.json").write_text(json.dumps(written), encoding="utf-8-sig")
    monkeypatch.setattr(filling, "LOADED_STORE", tmp_path / "loaded")
    monkeypatch.setattr(filling, "METHODS", ["*"])
    folder = filling.with_origins(store, ["https://a.example"])
    allowed = {"http://localhost": "*", "https://a.example": "*"}
    configuration = json.loads((folder / "configuration.json").read_text())
    assert configuration == {**loaded, "adminOrigins": allowed, "agentOrigins": allowed}
    assert sorted(file.name for file in folder.iterdir()) == ["configuration.json", "prices.jsonl"]
    assert (folder / "prices.jsonl").read_text() == "{}\n"


@pytest.mark.parametrize("wrong", ["{", "[]", '{"sites": []}', '{"sites": {"siteUS": "x"}}', '{"agentOrigins": 1}'])
def test_a_configuration_that_is_none_is_left_to_the_loader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    (store := tmp_path / "my_store").mkdir()
    (store / "configuration.json").write_text(wrong)
    monkeypatch.setattr(filling, "LOADED_STORE", tmp_path / "loaded")
    assert (filling.with_origins(store, []) / "configuration.json").read_text() == wrong


def test_what_cannot_be_is_said_in_a_line(installed: Path) -> None:
    assert local(installed, "run", STORE="docs") == (
        1,
        "The calls of `make run` are the sample store's: STORE is for `make up`.",
    )
    assert local(installed, "up", STORE="no_store") == (1, "STORE=no_store: there is no such folder.")
    expected = (1, "PORT=80000: a port is a whole number from 1 to 65535.")
    assert local(installed, "run", "--port", "80000") == expected
    with socket.create_server((LOOPBACK, 0)) as server:
        taken = server.getsockname()[1]
        code, said = local(installed, "up", "--port", str(taken))
    assert (code, said) == (1, f"Port {taken} is in use by another program. Choose one: PORT={taken + 2}.")


def local(folder: Path, *arguments: str, **own: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "local", *arguments],
        cwd=folder,
        env=environment(**own),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    return done.returncode, done.stdout.strip()


@pytest.mark.parametrize("moments", [[0.03], [0.6, 0.65, 0.8]], ids=str)
def test_ctrl_c_while_it_installs(clone: Path, moments: list[float]) -> None:
    code, lines = pressing(moments, clone, "make", "install", f"PYTHON={Path(sys.executable).resolve()}")
    assert code == -signal.SIGINT
    if lines[:1] == ["[install] .venv"]:
        lines.pop(0)
    # make's own word or none, where it had not come further than to the shell.
    assert re.fullmatch(r"|stopped|\[install\] stopped; .*|make: \*\*\* \[.*\] Interrupt", "\n".join(lines))


@pytest.mark.parametrize(
    ("after", "moments"), [(b"", [0.4]), (b"sam build", [0.0, 0.02, 0.3])], ids=["starting", "building"]
)
def test_ctrl_c_while_it_comes_up(installed: Path, after: bytes, moments: list[float]) -> None:
    program = [sys.executable, "-m", "local", "run", "--port", PORT]
    code, lines = pressing(moments, installed, "sh", "local/until_interrupted.sh", *program, after=after)
    assert code == 0
    told = [line for line in lines if not line.startswith(("[local] cloud started", "[local] sam build"))]
    assert told in (["stopped"], ["[local] cloud stopped"])
    assert not (installed / ".local" / "ministack.json").exists()
    with socket.socket() as probe:
        assert probe.connect_ex((LOOPBACK, int(PORT))) != 0


TARGETS = ("check", "endpoints", "deploy")
MOMENTS = ((0.3,), (2.5, 2.55, 2.7))


@pytest.fixture(scope="module")
def interrupted(
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[tuple[str, Sequence[float]], tuple[int, list[str]]]:
    """Status and lines of each target and each way to interrupt it, side by side in copies of their own."""
    stack = ["STACK=shop", f"PARAMETERS=Runtime=python3.{sys.version_info.minor}"]
    python = f"PYTHON={Path(sys.executable).resolve()}"
    cases = [(target, moments) for target in TARGETS for moments in MOMENTS]
    folders = [linked(tmp_path_factory) for _ in cases]
    with socket.create_server((LOOPBACK, 0)) as silent:
        aws = {"AWS_ENDPOINT_URL": f"http://{LOOPBACK}:{silent.getsockname()[1]}", "AWS_REGION": "eu-central-1"}
        aws |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
        started = [
            Terminal(moments, folder, ["make", target, python, *stack], own=aws)
            for (target, moments), folder in zip(cases, folders, strict=True)
        ]
        return dict(zip(cases, side_by_side(started), strict=True))


@pytest.mark.parametrize("moments", MOMENTS, ids=str)
@pytest.mark.parametrize("target", TARGETS)
def test_ctrl_c_in_a_target(
    interrupted: Mapping[tuple[str, Sequence[float]], tuple[int, list[str]]], target: str, moments: Sequence[float]
) -> None:
    code, lines = interrupted[target, moments]
    told = [line for line in lines if "stopped" in line or "***" in line or "Traceback" in line]
    if code == 0:
        assert (target, told) == ("endpoints", []), "it had ended before"
    else:
        assert code == -signal.SIGINT, lines
        assert told == lines[-1:]
        # make's own word or none, where it had not come further than to the shell.
        assert re.fullmatch(r"|stopped.*|\[\w+\] stopped.*|make: \*\*\* \[.*\] Interrupt", "".join(told))


def test_ctrl_c_ends_what_a_guarded_command_started(installed: Path) -> None:
    starts = (
        f"import sys; sys.path.insert(0, '.'); from local.cloud import Cloud; Cloud('guarded', 'sts').start({PORT}); "
    )
    starts += "print('started', flush=True); import time; time.sleep(60)"
    program = [sys.executable, "-m", "local.guard", sys.executable, "-c", starts]
    code, lines = pressing([0.0], installed, "sh", "local/until_interrupted.sh", *program, after=b"started\r")
    assert (code, lines[-2:]) == (0, ["started", "[local] stopped"])
    with socket.socket() as probe:
        assert probe.connect_ex((LOOPBACK, int(PORT))) != 0


def test_two_at_once_come_one_after_the_other(installed: Path) -> None:
    wait = "from local.workspace import alone\nwith alone():\n    print('in', flush=True); input(); print('out')"
    command = [sys.executable, "-c", wait]
    with subprocess.Popen(command, cwd=installed, stdin=-1, stdout=-1, text=True) as first:
        assert line_of(first) == "in"
        with subprocess.Popen(command, cwd=installed, stdin=-1, stdout=-1, text=True) as second:
            assert line_of(second) == "[local] another command is changing the local cloud; waiting for it"
            first.communicate("\n")
            assert line_of(second) == "in"
            second.communicate("\n")


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_an_environment_whose_python_is_gone_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from local import install

    made: list[str] = []
    environment = install.Environment(tmp_path / ".venv", ("requirements/tools.txt",))
    monkeypatch.setattr(install, "DEVELOPMENT", environment)
    monkeypatch.setattr(install, "PYTHON", environment.python)
    monkeypatch.setattr(install, "_make_development", lambda: made.append("new"))
    monkeypatch.setattr(install, "_sync_development", lambda: made.append("synchronized"))
    environment.python.parent.mkdir(parents=True)

    def run(*, chosen: bool = False) -> list[str]:
        made.clear()
        install.install([], chosen=chosen)
        return list(made)

    environment.python.symlink_to(sys.executable)
    assert run() == ["new"], "nothing says that it was finished"
    assert run() == []
    environment.stamp.write_text("{}")
    assert run() == ["synchronized"]
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python3.9")
    assert run() == ["new"]
    environment.python.unlink()
    environment.python.write_text("#!/bin/sh\necho /usr 3.9\n")
    environment.python.chmod(0o755)
    assert run(chosen=True) == ["new"], "another interpreter was asked for"
