"""`make deploy`: what is checked, in which order, and what SAM is told."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
import botocore.exceptions
import pytest

from backoffice import deploy
from local.workspace import SAM


class Aws:
    """What the checks ask for: who calls, and the state of the stack."""

    def __init__(self, state: str | None, *, has_credentials: bool = True) -> None:
        self.state = state
        self.has_credentials = has_credentials
        self.region_name = "eu-central-1"
        self.logging_role = ""
        self.parameters: dict[str, str] = {}
        self.concurrency = 1000
        self.exceptions = boto3.client("cloudformation", region_name="us-east-1").exceptions

    def client(self, _service: str) -> "Aws":
        return self

    def get_caller_identity(self) -> dict[str, str]:
        if not self.has_credentials:
            raise botocore.exceptions.NoCredentialsError
        return {"Account": "123456789012"}

    def get_account(self) -> dict[str, str]:
        return {"cloudwatchRoleArn": self.logging_role} if self.logging_role else {}

    def get_account_settings(self) -> dict[str, Any]:
        return {"AccountLimit": {"ConcurrentExecutions": self.concurrency}}

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803  AWS's name
        if self.state is None:
            message = f"Stack with id {StackName} does not exist"
            raise self.exceptions.ClientError(
                {"Error": {"Code": "ValidationError", "Message": message}}, "DescribeStacks"
            )
        outputs = [{"OutputKey": "BaseUrl", "OutputValue": "https://api.example.com/dev"}]
        parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in self.parameters.items()]
        return {"Stacks": [{"StackStatus": self.state, "Outputs": outputs, "Parameters": parameters}]}


class Steps:
    """The commands that were run: SAM's, with the parameters and the layer's settings of each."""

    def __init__(self, aws: Aws) -> None:
        self.aws = aws
        self.names: list[str] = []
        self.parameters: list[dict[str, str]] = []
        self.environments: list[Mapping[str, str]] = []
        self.commands: list[Sequence[str]] = []

    def run(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        assert command[0] == str(SAM)
        self.commands.append(command)
        self.names.append(command[1])
        self.environments.append(environment)
        for word in command:
            if word.startswith("file://"):
                self.parameters.append(json.loads(Path(word.removeprefix("file://")).read_text(encoding="utf-8")))
        if command[1] == "deploy":
            self.aws.state = "CREATE_COMPLETE"


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    def make(state: str | None, *, has_credentials: bool = True) -> Steps:
        aws = Aws(state, has_credentials=has_credentials)
        steps = Steps(aws)
        monkeypatch.setattr(boto3, "Session", lambda: aws)
        monkeypatch.setattr(deploy, "_run", steps.run)
        monkeypatch.setattr(deploy, "STATE", tmp_path)
        monkeypatch.setattr(deploy, "find_interpreter", lambda minor: f"python{minor}")
        return steps

    return make


def test_an_update(start: Any, capsys: pytest.CaptureFixture[str]) -> None:
    steps = start("UPDATE_COMPLETE")
    deploy.deploy("shop", "prod", {"Runtime": "python3.12", "Architecture": "x86_64"})
    assert steps.names == ["build", "deploy"]
    assert steps.environments[0]["LAYER_PYTHON"] == "3.12"
    assert steps.environments[0]["LAYER_ARCHITECTURE"] == "x86_64"
    (parameters,) = steps.parameters
    assert (parameters["Runtime"], parameters["Architecture"]) == ("python3.12", "x86_64")
    assert (parameters["Stage"], parameters["DeletionProtection"]) == ("prod", "true")
    assert steps.commands[1][steps.commands[1].index("--stack-name") + 1] == "shop"
    assert "https://api.example.com/dev" in capsys.readouterr().out


@pytest.mark.parametrize("state", [None, "REVIEW_IN_PROGRESS"])
def test_a_new_stack_is_protected_in_a_second_step(start: Any, state: str | None) -> None:
    steps = start(state)
    deploy.deploy("shop", "prod", {})
    assert steps.names == ["build", "deploy", "deploy"]
    assert [parameters["DeletionProtection"] for parameters in steps.parameters] == ["false", "true"]
    assert ["--no-confirm-changeset" in command for command in steps.commands] == [False, False, True]


def test_a_new_stack_that_is_not_protected_takes_one_step(start: Any) -> None:
    steps = start(None)
    deploy.deploy("shop", "default", {})
    assert steps.names == ["build", "deploy"]


@pytest.mark.parametrize(
    ("state", "role", "before", "given", "sets"),
    [
        (None, "", {}, {}, "true"),
        (None, "arn:of-another-stack", {}, {}, "false"),
        (None, "arn:of-another-stack", {}, {"GatewayAccount": "true"}, "true"),
        ("UPDATE_COMPLETE", "arn:of-this-stack", {"GatewayAccount": "true"}, {}, "true"),
        ("UPDATE_COMPLETE", "arn:of-another-stack", {"GatewayAccount": "false"}, {}, "false"),
        ("UPDATE_COMPLETE", "arn:of-another-stack", {}, {}, "false"),
    ],
)
def test_the_account_s_role_for_logs_is_left_to_who_has_set_it(
    start: Any, state: str | None, role: str, before: dict[str, str], given: dict[str, str], sets: str
) -> None:
    steps = start(state)
    steps.aws.logging_role = role
    steps.aws.parameters = before
    deploy.deploy("shop", "default", given)
    assert [parameters["GatewayAccount"] for parameters in steps.parameters] == [sets]


CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/c0ffee"
LAYER = "arn:aws:lambda:us-east-1:123456789012:layer:taxes:7"


@pytest.mark.parametrize(
    "given", [{"DomainName": "api.example.com", "CertificateArn": CERTIFICATE}, {"ProviderLayerArn": LAYER}]
)
def test_nothing_is_built_with_what_is_of_another_region(start: Any, given: dict[str, str]) -> None:
    steps = start(None)
    with pytest.raises(SystemExit, match="is of us-east-1; the stack's region is eu-central-1"):
        deploy.deploy("shop", "prod", given)
    assert steps.names == []


def test_nothing_is_built_that_reserves_more_than_there_is(start: Any) -> None:
    steps = start("UPDATE_COMPLETE")
    given = {"LoginConcurrency": "400", "UpdateProfileConcurrency": "500", "GetRegistryConcurrency": "0"}
    deploy.deploy("shop", "prod", given)
    assert steps.names == ["build", "deploy"]
    with pytest.raises(SystemExit, match="reserve 901 environments; of the 1,000"):
        deploy.deploy("shop", "prod", given | {"RefreshConcurrency": "1"})
    assert steps.names == ["build", "deploy"]


@pytest.mark.parametrize("config", ["default", "staging", "prod"])
def test_everything_is_tagged_with_its_stack(start: Any, config: str) -> None:
    steps = start("UPDATE_COMPLETE")
    deploy.deploy("shop", config, {})
    command = steps.commands[1]
    tags = command[command.index("--tags") + 1 : command.index("--parameter-overrides")]
    assert tags == ["product=commerce", "stack=shop", f"stage={steps.parameters[0]['Stage']}"]


@pytest.mark.parametrize(
    ("asks", "state", "steps_unasked"), [(True, "UPDATE_COMPLETE", 0), (False, "UPDATE_COMPLETE", 1), (False, None, 2)]
)
def test_a_program_is_not_asked(start: Any, asks: bool, state: str | None, steps_unasked: int) -> None:
    steps = start(state)
    deploy.deploy("shop", "prod", {}, asks=asks)
    assert sum("--no-confirm-changeset" in command for command in steps.commands) == steps_unasked


def test_nothing_is_built_for_parameters_that_would_fail(start: Any) -> None:
    steps = start(None)
    with pytest.raises(SystemExit, match="exclude each other"):
        deploy.deploy("shop", "prod", {"SnapStart": "PublishedVersions", "ProvisionedConcurrency": "5"})
    assert steps.names == []


def test_nothing_is_built_without_credentials(start: Any) -> None:
    steps = start(None, has_credentials=False)
    with pytest.raises(SystemExit, match="credentials"):
        deploy.deploy("shop", "prod", {})
    assert steps.names == []


def test_nothing_is_built_without_a_region(start: Any) -> None:
    steps = start(None)
    steps.aws.region_name = ""
    with pytest.raises(SystemExit, match="AWS_REGION"):
        deploy.deploy("shop", "prod", {})
    assert steps.names == []


@pytest.mark.parametrize("state", [*deploy.STUCK, "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"])
def test_nothing_is_built_for_a_stack_that_cannot_be_updated(start: Any, state: str) -> None:
    steps = start(state)
    with pytest.raises(SystemExit, match="shop"):
        deploy.deploy("shop", "prod", {})
    assert steps.names == []


def test_a_part_of_the_configuration_that_there_is_not(start: Any) -> None:
    start(None)
    with pytest.raises(SystemExit, match="'production'"):
        deploy.deploy("shop", "production", {})
