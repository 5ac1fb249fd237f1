"""Deploys to AWS: `make deploy STACK=commerce CONFIG=prod PARAMETERS="LogLevel=DEBUG"`.

Checks what it can before it builds: parameters and their combinations, a Python of the runtime's version, credentials
and region, the state of the stack, the region's concurrency. The layer is built for the parameters Runtime and
Architecture. A new stack is made without deletion protection, which its rollback could not undo, and protected in a
second step.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import boto3
import botocore.exceptions

from backoffice.parameters import parse_words, refusals, reserved_concurrency, with_defaults
from layer_build.interpreter import find_interpreter
from local.interrupts import leave, raised
from local.process import begin, end_group
from local.template import read_template
from local.workspace import ROOT, SAM, STATE

PROTECTION = "DeletionProtection"
GATEWAY_ACCOUNT = "GatewayAccount"
# What an account must leave to functions that reserve nothing (Lambda developer guide, "Reserving concurrency").
UNRESERVED = 100
# Parameters whose ARN belongs to the stack's region.
REGIONAL = ("CertificateArn", "ProviderLayerArn")
# State of a stack → what to do first. docs/operations.md
STUCK = {
    "ROLLBACK_COMPLETE": "its first creation failed. Delete it: aws cloudformation delete-stack --stack-name {stack}",
    "ROLLBACK_FAILED": "its first creation failed and could not be undone: docs/operations.md, stuck stacks",
    "DELETE_FAILED": "it could not be deleted: docs/operations.md, stuck stacks",
    "UPDATE_ROLLBACK_FAILED": (
        "an update could not be undone: aws cloudformation continue-update-rollback --stack-name {stack}"
    ),
}
NEXT_STEPS = """
{stack} answers at {url}

To make its five calls, by users that go again (docs/operations.md):
  make smoke STACK={stack}
A new stack is empty, and needs a store before that:
  .venv/bin/python -m backoffice load FOLDER --stack {stack}
  .venv/bin/python -m backoffice users create-internal --stack {stack} --roles adminRole NAME
  .venv/bin/python -m backoffice keys create --stack {stack} --name "order import"
"""


def deploy(stack: str, config: str, given: Mapping[str, str], *, asks: bool = True) -> None:
    """`asks`: SAM shows the changes and asks. Raises SystemExit with a sentence for people."""
    template = read_template()
    values = with_defaults(template, configured_parameters(config) | dict(given))
    if reasons := list(refusals(template, values, stack)):
        raise SystemExit("\n".join(reasons))
    environment = build_environment(values)
    find_interpreter(environment["LAYER_PYTHON"])
    session = boto3.Session()
    is_new = check_account(session, stack) is None
    check_region(session, values, sum(reserved_concurrency(template, values).values()))
    if GATEWAY_ACCOUNT not in given:
        values[GATEWAY_ACCOUNT] = sets_gateway_account(session, stack, is_new=is_new)
    _run([str(SAM), "build", "--config-env", config], os.environ | environment)
    unasked = ["--no-confirm-changeset"]
    first = [] if asks else unasked
    if is_new and values[PROTECTION] == "true":
        _run([*deploy_command(stack, config, values | {PROTECTION: "false"}), *first], os.environ)
        _run([*deploy_command(stack, config, values), *unasked], os.environ)
    else:
        _run([*deploy_command(stack, config, values), *first], os.environ)
    print(NEXT_STEPS.format(stack=stack, url=_outputs(session, stack)["BaseUrl"]))


def configured_parameters(config: str) -> dict[str, str]:
    """The parameters of a part of samconfig.toml. Raises SystemExit when there is no such part."""
    return parse_words(shlex.split(_configured(config)["parameter_overrides"]))


def cost_tags(stack: str, config: str, values: Mapping[str, str]) -> dict[str, str]:
    """What CloudFormation tags everything with that can be tagged: those of samconfig.toml, the stack and its stage."""
    tags = parse_words(shlex.split(_configured(config).get("tags", "")))
    return tags | {"stack": stack, "stage": values["Stage"]}


def _configured(config: str) -> dict[str, Any]:
    known = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    try:
        parameters: dict[str, Any] = known[config]["deploy"]["parameters"]
        parameters["parameter_overrides"]
    except (KeyError, TypeError) as error:
        raise SystemExit(f"samconfig.toml has no parameters to deploy {config!r} with.") from error
    return parameters


def build_environment(values: Mapping[str, str]) -> dict[str, str]:
    """What the layer is built for: the parameters are the one source."""
    return {
        "LAYER_PYTHON": values["Runtime"].removeprefix("python"),
        "LAYER_ARCHITECTURE": values["Architecture"],
    }


def check_account(session: boto3.Session, stack: str) -> str | None:
    """The state of the stack, None when there is none.

    Raises SystemExit without credentials or a region, and for a stack that is stuck or under way.
    """
    if not session.region_name:
        raise SystemExit("No region: set AWS_REGION, or a profile with one.")
    try:
        account = session.client("sts").get_caller_identity()["Account"]
        state = _state(session, stack)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        raise SystemExit(f"AWS cannot be called with these credentials: {error}") from error
    print(f"{stack}, account {account}, {session.region_name}: {state or 'a new stack'}")
    if state in STUCK:
        raise SystemExit(f"{stack} cannot be deployed to: {STUCK[state].format(stack=stack)}")
    if state and state.endswith("_IN_PROGRESS") and state != "REVIEW_IN_PROGRESS":
        raise SystemExit(f"{stack} is being changed ({state}). Wait until that has ended.")
    return None if state in {"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"} else state


def check_region(session: boto3.Session, values: Mapping[str, str], reserved: int) -> None:
    """Raises SystemExit for what belongs to another region, and for more reserved concurrency than the region has."""
    for name in REGIONAL:
        region = (values[name].split(":") + [""] * 4)[3]
        if values[name] and region != session.region_name:
            raise SystemExit(f"{name} is of {region}; the stack's region is {session.region_name}.")
    if not reserved:
        return
    limit = session.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    if reserved > limit - UNRESERVED:
        raise SystemExit(
            f"The operations would reserve {reserved:,} environments; "
            f"of the {limit:,} of the account in this region {UNRESERVED} stay unreserved."
        )


def sets_gateway_account(session: boto3.Session, stack: str, *, is_new: bool) -> str:
    """Whether the stack sets the role by which the account's REST APIs log: "true" where none is set, and where it did.

    There is one for all of an account and region; a stack that set its own would take it from the others.
    """
    if not is_new:
        described = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
        known = {one["ParameterKey"]: one["ParameterValue"] for one in described.get("Parameters", [])}
        if GATEWAY_ACCOUNT in known:
            return known[GATEWAY_ACCOUNT]
    role = session.client("apigateway").get_account().get("cloudwatchRoleArn")
    print(
        f"the account's REST APIs log by {role}, which stays"
        if role
        else "the stack sets the role by which REST APIs log"
    )
    return "false" if role else "true"


def deploy_command(stack: str, config: str, values: Mapping[str, str]) -> list[str]:
    """SAM's command; every parameter is given, so that none of an earlier deployment stays by itself."""
    file = STATE / "parameters.yaml"  # JSON is YAML, and SAM reads no JSON here
    file.write_text(json.dumps(dict(values), indent=1), encoding="utf-8")
    tags = [f"{name}={value}" for name, value in cost_tags(stack, config, values).items()]
    given = ["--parameter-overrides", f"file://{file}"]
    return [str(SAM), "deploy", "--config-env", config, "--stack-name", stack, "--tags", *tags, *given]


def _state(session: boto3.Session, stack: str) -> str | None:
    cloudformation = session.client("cloudformation")
    try:
        state: str = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    except cloudformation.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return state


def _outputs(session: boto3.Session, stack: str) -> dict[str, Any]:
    found = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in found}


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    running = begin(command, cwd=ROOT, env={**environment, "SAM_CLI_TELEMETRY": "0"})
    try:
        failed = running.wait()
    except KeyboardInterrupt:
        end_group(running.pid)
        raise
    if failed:
        raise SystemExit(f"`{' '.join(command[:2])}` failed: the reason is above.")


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(prog="python -m backoffice.deploy", description=__doc__)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--config", default="default", help="part of samconfig.toml: default, staging, prod")
    parser.add_argument("--parameters", default="", help="of the template: Name=value …, quoted as for a shell")
    parser.add_argument("--yes", action="store_true", help="do not show the changes and ask")
    chosen = parser.parse_args()
    if region := os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = region  # boto3 and SAM read this one alone
    try:
        with raised():
            deploy(chosen.stack, chosen.config, parse_words(shlex.split(chosen.parameters)), asks=not chosen.yes)
    except KeyboardInterrupt:
        print("\nstopped; what CloudFormation has begun goes on: docs/operations.md, stuck stacks")
        leave()


if __name__ == "__main__":
    main()
