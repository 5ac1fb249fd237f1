"""Tables, logs, the secret, and the limits of CloudFormation."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from commerce.call import Api
from commerce.http.routes import split_path
from commerce.settings import DEFAULTS, SettingsError, read_settings
from local import limits
from local.template import environment_variables, integrations, read_template, resources
from local.transform import as_deployed

TABLES = resources("AWS::DynamoDB::Table")
FUNCTIONS = resources("AWS::Serverless::Function")
# A stack whose first creation fails takes everything with it: what is kept would bar the next one's way.
WHEN_DELETED = {"Fn::If": ["KeepsData", "RetainExceptOnCreate", "Delete"]}
WHEN_REPLACED = {"Fn::If": ["KeepsData", "Retain", "Delete"]}


@pytest.mark.parametrize("name", TABLES)
def test_table(name: str) -> None:
    table = TABLES[name]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == (WHEN_DELETED, WHEN_REPLACED)
    properties = table["Properties"]
    assert properties["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert properties["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert "TableName" not in properties  # a name of its own would forbid replacement and a second stack


def test_only_rows_made_to_expire_do_so() -> None:
    expiring = {name: table["Properties"].get("TimeToLiveSpecification") for name, table in TABLES.items()}
    # Orders carry the attribute only where CartLifetimeDays is set.
    assert {name for name, setting in expiring.items() if setting} == {"ExpiringTable", "OrdersTable"}
    for name in ("ExpiringTable", "OrdersTable"):
        assert expiring[name] == {"AttributeName": "expiresAt", "Enabled": True}


def test_nothing_is_kept_of_a_stack_whose_first_creation_fails() -> None:
    kept = {
        name
        for name, resource in read_template()["Resources"].items()
        if "Retain" in str(resource.get("DeletionPolicy"))
    }
    assert kept == {*TABLES, "SigningKeys", "GatewayLoggingRole", "GatewayLogging"}
    for name in kept:
        policy = read_template()["Resources"][name]["DeletionPolicy"]
        assert policy in (WHEN_DELETED, "RetainExceptOnCreate")


@pytest.mark.parametrize(("sets", "before_the_stage"), [("true", {"Ref": "GatewayLogging"}), ("false", "account")])
def test_the_account_s_role_for_logs_is_set_where_that_is_asked_for_and_before_the_stage(
    sets: str, before_the_stage: Any
) -> None:
    (deployed,) = as_deployed(read_template(), [{"GatewayAccount": sets}])
    conditional = {
        name for name, resource in deployed["Resources"].items() if resource.get("Condition") == "SetsGatewayAccount"
    }
    assert conditional == {"GatewayLoggingRole", "GatewayLogging"}
    assert deployed["Conditions"]["SetsGatewayAccount"] == {"Fn::Equals": [sets, "true"]}
    (stage,) = (one for one in deployed["Resources"].values() if one["Type"] == "AWS::ApiGateway::Stage")
    assert stage["Properties"]["Variables"] == {"logging": before_the_stage}


def test_functions_have_no_names_of_their_own() -> None:
    """Names of 64 characters, the operation's among them, would leave a stack's name 24."""
    assert not [name for name, function in FUNCTIONS.items() if "FunctionName" in function["Properties"]]


def test_data_is_kept_in_production_only() -> None:
    assert read_template()["Conditions"]["KeepsData"] == {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
    assert read_template()["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_the_secret_is_generated_and_kept_with_the_data() -> None:
    (secret,) = resources("AWS::SecretsManager::Secret").values()
    assert (secret["DeletionPolicy"], secret["UpdateReplacePolicy"]) == (WHEN_DELETED, WHEN_REPLACED)
    assert "Name" not in secret["Properties"]
    generate = secret["Properties"]["GenerateSecretString"]
    assert generate["PasswordLength"] >= 64
    assert json.loads(generate["SecretStringTemplate"]) == {"current": generate["GenerateStringKey"]}
    assert "SecretString" not in secret["Properties"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_ends_before_its_calls_time_budget(name: str) -> None:
    """Of all APIs that it serves, and with room to answer: below the gateway's 29 s (contract: common.md §10)."""
    function = FUNCTIONS[name]["Properties"]
    served = [split_path(path) for _, path, serving in integrations() if serving == name]
    apis = [place[1] for place in served if place]
    seconds = max((api.budget_seconds for api in apis), default=Api.STORE.budget_seconds)
    assert function["Timeout"] == seconds + 4 < 29


def test_each_function_logs_to_a_group_that_forgets() -> None:
    groups = resources("AWS::Logs::LogGroup")
    assert all(group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())
    used = [
        function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
        for function in resources("AWS::Serverless::Function").values()
    ]
    assert len(used) == len(set(used))
    assert set(used) < set(groups)


def test_lambda_filters_each_function_s_log_by_the_parameter() -> None:
    """In Lambda's own words for the levels, which it knows for lines of JSON only."""
    levels = {"Fn::If": ["LogsWarnings", "WARN", {"Ref": "LogLevel"}]}
    for name, function in FUNCTIONS.items():
        logging = function["Properties"]["LoggingConfig"]
        assert (logging["LogFormat"], logging["ApplicationLogLevel"]) == ("JSON", levels), name
    template = read_template()
    assert template["Conditions"]["LogsWarnings"] == {"Fn::Equals": [{"Ref": "LogLevel"}, "WARNING"]}
    assert set(template["Parameters"]["LogLevel"]["AllowedValues"]) - {"WARNING"} < {"DEBUG", "INFO", "ERROR", "FATAL"}


def test_access_logs_tell_where_a_call_came_from() -> None:
    """What a caller chooses stands before all else: a JSON reader takes the last of two members of a name."""
    stage_log = read_template()["Resources"]["Api"]["Properties"]["AccessLogSetting"]["Format"]
    members = json.loads(stage_log)
    assert next(iter(members.items())) == ("userAgent", "$context.identity.userAgent")
    assert members["sourceIp"] == "$context.identity.sourceIp"


def test_all_functions_have_the_same_environment() -> None:
    """Written once, with the first (template.yaml)."""
    assert all(
        function["Properties"]["Environment"]["Variables"] == environment_variables() for function in FUNCTIONS.values()
    )
    assert "Globals" not in read_template()


def test_the_settings_are_the_template_s_variables() -> None:
    asked: set[str] = set()

    class Environment(dict[str, str]):
        def get(self, name: str, default: Any = None) -> Any:
            asked.add(name)
            return default

    read_settings(Environment())
    for_libraries = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "LOG_LEVEL"}
    endpoints = {"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_SECRETS_MANAGER"}
    variables = set(environment_variables())
    only_in_tests = {"VALIDATE_PARAMETERS"}
    assert variables - for_libraries - endpoints == asked - only_in_tests


def _parameters_of_settings() -> dict[str, tuple[str, dict[str, Any]]]:
    """Variable → name and definition of the parameter that gives its value."""
    parameters = read_template()["Parameters"]
    named = {
        variable: value["Ref"]
        for variable, value in environment_variables().items()
        if isinstance(value, dict) and "Ref" in value
    }
    return {variable: (name, parameters[name]) for variable, name in named.items() if name in parameters}


def test_a_parameter_has_the_default_of_its_setting() -> None:
    parameters = _parameters_of_settings()
    environment = {variable: str(parameter["Default"]) for variable, (_, parameter) in parameters.items()}
    deployed = read_settings(environment)
    assert deployed.stage == "dev"
    assert replace(deployed, stage=DEFAULTS.stage) == DEFAULTS


def test_what_a_parameter_allows_its_setting_takes_and_no_more() -> None:
    bounds = {
        variable: (parameter["MinValue"], parameter.get("MaxValue"))
        for variable, (_, parameter) in _parameters_of_settings().items()
        if parameter["Type"] == "Number"
    }
    assert len(bounds) > 10
    for variable, (least, most) in bounds.items():
        refused = [least - 1] + ([most + 1] if most else [])
        for value in [least] + ([most] if most else [10**6]):
            read_settings({variable: str(value)})
        for value in refused:
            with pytest.raises(SettingsError, match=variable):
                read_settings({variable: str(value)})
    for variable, (_, parameter) in _parameters_of_settings().items():
        if parameter.get("AllowedValues") == ["true", "false"]:
            for value in parameter["AllowedValues"]:
                read_settings({variable: value})
            with pytest.raises(SettingsError, match=variable):
                read_settings({variable: "yes"})


def test_parameters_are_described_or_chosen_from_a_list_and_have_defaults() -> None:
    for name, parameter in read_template()["Parameters"].items():
        assert "Default" in parameter, name
        assert parameter.get("Description") or parameter.get("AllowedValues"), name


def test_the_stack_keeps_below_aws_s_limits_at_its_largest(processed: dict[str, Any]) -> None:
    (largest,) = as_deployed(read_template(), [limits.LARGEST])
    groups = sum(resource["Type"] == "AWS::CodeDeploy::DeploymentGroup" for resource in largest["Resources"].values())
    assert len(largest["Resources"]) - len(processed["Resources"]) == groups + 2 == len(FUNCTIONS) + 2
    taken = limits.taken(largest)
    assert {limit.limit for limit in taken} >= {500, 1_000_000, 4096, 10_240, 20_480}
    assert [str(limit) for limit in taken if limit.taken > 0.9 * limit.limit] == []


def test_the_gateway_responses_are_in_the_deployed_definition(processed: dict[str, Any]) -> None:
    body = processed["Resources"]["Api"]["Properties"]["Body"]
    too_large = body["x-amazon-apigateway-gateway-responses"]["REQUEST_TOO_LARGE"]
    assert too_large["responseParameters"] == {"gatewayresponse.header.Cache-Control": "'no-store'"}


def test_permissions_count_by_function() -> None:
    """There are none: the API calls by a role of its own, for 234 methods would not fit (decision 12)."""
    properties = {"FunctionName": {"Ref": "LoginFunction"}, "Action": "lambda:InvokeFunction"}
    permission = {"Type": "AWS::Lambda::Permission", "Properties": properties}
    others = {"Type": "AWS::Lambda::Permission", "Properties": properties | {"FunctionName": {"Ref": "Other"}}}
    one = limits._permission_bytes({"Resources": {"a": permission}})
    assert one > 300
    assert limits._permission_bytes({"Resources": {"a": permission, "b": permission, "c": others}}) == 2 * one
    assert limits._permission_bytes({"Resources": {}}) == 0
