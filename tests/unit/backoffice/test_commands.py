"""`python -m backoffice`: how it ends, and how a stack is found."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import click
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from backoffice.checking import CHECKS
from backoffice.commands import operator, run
from backoffice.deployment import Connection, StackError, _variable, find_deployment
from backoffice.loading import LOADERS
from backoffice.stored import READERS
from commerce.settings import Tables
from local.template import read_template
from local.workspace import ROOT

OUTPUTS = {f"{name}TableName": name for name in ("Profiles", "ShopperTypes", "Orders", "Organizations", "Catalogue")}
OUTPUTS |= {"IdentitiesTableName": "Identities", "ExpiringTableName": "Expiring", "SigningKeysSecret": "keys"}
OUTPUTS |= {"BaseUrl": "https://api.example.com/dev"}


def all_verbs(group: click.Group = operator, *path: str) -> Iterator[tuple[list[str], click.Command]]:
    for name, command in group.commands.items():
        yield [*path, name], command
        if isinstance(command, click.Group):
            yield from all_verbs(command, *path, name)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`stack(outputs, parameters)`: what CloudFormation answers; the connection's clients by their service."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    # None whose clients other tests of the process share.
    monkeypatch.setattr("botocore.session.get_session", lambda *_: botocore.session.Session())

    def answer(outputs: dict[str, str], **parameters: str) -> None:
        make = Connection.client

        def client(connection: Connection, service: str) -> Any:
            made = make(connection, service)
            if service == "cloudformation":
                described = {
                    "StackName": "shop",
                    "StackStatus": "CREATE_COMPLETE",
                    "CreationTime": 0,
                    "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()],
                    "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
                }
                stubber = Stubber(made)
                stubber.add_response("describe_stacks", {"Stacks": [described]}, {"StackName": "shop"})
                stubber.activate()
            return made

        monkeypatch.setattr(Connection, "client", client)

    return answer


@pytest.mark.parametrize("path", [path for path, _ in all_verbs()], ids=" ".join)
def test_every_verb_teaches(path: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*path, "--help"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"Usage: python -m backoffice {' '.join(path)}")
    assert "\\b" not in told
    assert re.search(r"\n  Examples?:\n    python -m backoffice ", told) or len(path) > 1


def test_it_is_one_program() -> None:
    command = [sys.executable, "-m", "backoffice"]
    # As .venv has it; another interpreter that the tests run on does not.
    environment = os.environ | {"PYTHONPATH": str(ROOT / "layers" / "commerce")}
    done = subprocess.run([*command, "--help"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "Exit codes:" in done.stdout, done.stderr) == (0, True, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["lod"],
        ["load", "sample_store"],
        ["load", "no_such_folder", "--stack", "shop"],
        ["load", "sample_store", "--stak", "shop"],
        ["keys", "create", "--stack", "shop"],
        ["keys", "create", "--stack", "shop", "--name", "x", "--days", "366"],
        ["keys", "create", "--stack", "shop", "--name", "x", "--apis", "ccstore"],
        ["users", "create-internal", "--stack", "shop", "x"],
    ],
)
def test_a_wrong_command_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert "Usage: python -m backoffice" in capsys.readouterr().err


def test_where_a_stack_is_sought(stack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stack(OUTPUTS)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert find_deployment("shop").client.meta.region_name == "us-west-2"
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    deployment = find_deployment("shop")
    assert (deployment.client.meta.region_name, deployment.is_local) == ("eu-central-1", False)
    assert deployment.base_url == OUTPUTS["BaseUrl"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4780")
    assert find_deployment("shop").is_local
    assert find_deployment("shop").base_url == "http://localhost:4780"
    deployment = find_deployment("shop", Connection("eu-west-1", None, "http://127.0.0.1:4781"))
    for client in (deployment.client, deployment.secrets()):
        assert (client.meta.region_name, client.meta.endpoint_url) == ("eu-west-1", "http://127.0.0.1:4781")


def test_a_profile_is_used(stack: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stack(OUTPUTS)
    configuration = tmp_path / "config"
    configuration.write_text(
        "[profile shop]\nregion = eu-south-1\naws_access_key_id = theirs\naws_secret_access_key = theirs\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
    client = find_deployment("shop", Connection(profile="shop")).client
    signer: Any = client._request_signer  # type: ignore[attr-defined]  # what the stubs leave out
    assert (client.meta.region_name, signer._credentials.access_key) == ("eu-south-1", "theirs")


def test_the_stack_gives_its_settings(stack: Any) -> None:
    parameters = {"UniqueEmails": "false", "DefaultLocale": "de", "Locales": "de,en", "PasswordPolicy": "{}"}
    stack(OUTPUTS, **parameters)
    settings = find_deployment("shop", Connection("eu-west-1")).settings
    assert (settings.unique_emails, settings.default_locale, settings.locales) == (False, "de", ("de", "en"))
    assert settings.tables == Tables(*(OUTPUTS[f"{name}TableName"] for name in _tables()))


def _tables() -> list[str]:
    return ["Profiles", "ShopperTypes", "Orders", "Organizations", "Catalogue", "Identities", "Expiring"]


def test_a_parameter_and_its_variable_are_called_alike() -> None:
    """What `find_deployment` counts on; where functions find AWS is no setting."""
    template = read_template()
    functions = [one for one in template["Resources"].values() if one["Type"] == "AWS::Serverless::Function"]
    given = {
        name: value["Ref"]
        for function in functions
        for name, value in function["Properties"]["Environment"]["Variables"].items()
        if isinstance(value, dict) and value.get("Ref") in template["Parameters"] and not name.startswith("AWS_")
    }
    assert given == {_variable(parameter): parameter for parameter in given.values()}
    assert len(given) > 10


def test_a_stack_of_others(stack: Any) -> None:
    stack({"Url": "x"})
    with pytest.raises(StackError, match=r"shop .* has no output BaseUrl"):
        find_deployment("shop", Connection("eu-west-1"))


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (StackError("there is none"), "there is none"),
        (EndpointConnectionError(endpoint_url="http://localhost:1"), "Could not connect"),
        (KeyboardInterrupt(), "Ctrl-C"),
    ],
)
def test_what_stops_a_verb(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], raised: BaseException, told: str
) -> None:
    def find(*_: object) -> None:
        raise raised

    monkeypatch.setattr("backoffice.commands.running.find_deployment", find)
    assert run(["keys", "list", "--stack", "shop"]) == 3
    assert told in capsys.readouterr().err


def test_no_region_is_said(stack: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    del stack
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    assert run(["keys", "list", "--stack", "shop"]) == 3
    assert "must specify a region" in capsys.readouterr().err


def test_every_file_of_a_store_is_checked_loaded_and_exported_in_one_order() -> None:
    assert list(CHECKS) == list(LOADERS) == list(READERS)
