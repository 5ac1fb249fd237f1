"""What a parameter switches on comes out of the template as it is meant, and nothing of it where it is off."""

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from backoffice.deploy import configured_parameters
from commerce.http.routes import PREFIXES, ROUTES
from local.template import read_template, resources
from local.transform import as_deployed
from local.watching import stopping
from local.workspace import ROOT
from tests.support.documents import block

FUNCTIONS = resources("AWS::Serverless::Function")
DOMAIN = {
    "DomainName": "api.example.com",
    "CertificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/c0ffee",
    "BasePath": "shop",
    "HostedZoneId": "Z0123456789",
}
LAYER = "arn:aws:lambda:eu-central-1:123456789012:layer:taxes:7"
ON = {
    "GradualDeployment": "Canary10Percent5Minutes",
    "Firewall": "true",
    "FirewallLoginLimit": "50",
    "ProviderLayerArn": LAYER,
    "LoginConcurrency": "20",
    "GetRegistryConcurrency": "0",
    "MonthlyBudget": "200",
    "AlarmEmail": "ops@example.com",
} | DOMAIN
OPTIONAL = {
    "HasDomain": {"Domain", "DomainMapping"},
    "HasHostedZone": {"DomainAddresses"},
    "HasFirewall": {"WebAcl", "WebAclOfApi"},
    "HasBudget": {"Budget"},
}


@pytest.fixture(scope="module")
def sides(processed: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The template with everything off, which is its defaults, and with everything on."""
    (on,) = as_deployed(read_template(), [ON])
    return processed, on


def _holds(processed: Mapping[str, Any], condition: Any) -> bool:
    match condition:
        case str():
            return _holds(processed, processed["Conditions"][condition])
        case {"Condition": name}:
            return _holds(processed, name)
        case {"Fn::Equals": [one, other]}:
            return str(one) == str(other)
        case {"Fn::Not": [inner]}:
            return not _holds(processed, inner)
        case {"Fn::And": parts}:
            return all(_holds(processed, part) for part in parts)
    raise AssertionError(condition)


def _made(processed: Mapping[str, Any]) -> dict[str, Any]:
    """The resources that CloudFormation would make."""
    return {
        name: resource
        for name, resource in processed["Resources"].items()
        if _holds(processed, resource.get("Condition", {"Fn::Equals": ["", ""]}))
    }


def test_all_is_off_by_default(sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    off, on = map(_made, sides)
    of_options = set().union(*OPTIONAL.values())
    gradual = {name for name, resource in on.items() if "CodeDeploy" in f"{resource['Type']}{name}"}
    assert of_options | gradual <= set(on)
    assert not (of_options | gradual) & set(off)
    assert {name for name, resource in on.items() if resource.get("Condition") in OPTIONAL} == of_options
    versions = [re.compile(r"\w+Version\w{10}"), re.compile(r"ApiDeployment\w{10}")]
    more = {name for name in set(on) - set(off) if not any(one.fullmatch(name) for one in versions)}
    assert more == of_options | gradual | {"AlarmSubscription"}


def test_nothing_of_an_option_stands_elsewhere_where_it_is_off(sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    for name, resource in _made(sides[0]).items():
        if resource["Type"] == "AWS::Lambda::Function":
            assert "ReservedConcurrentExecutions" not in resource["Properties"], name
            (layer,) = resource["Properties"]["Layers"]
            assert layer["Ref"].startswith("CommerceLayer")
        assert "UpdatePolicy" not in resource, name


def test_the_deploying_role_may_make_what_there_is(sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """By the actions' service; an action that is missing shows with an account alone."""
    policy = json.loads((ROOT / "docs" / "deploying-role.json").read_text(encoding="utf-8"))
    allowed = {action.partition(":")[0] for statement in policy["Statement"] for action in statement["Action"]}
    services = {"SNS": "sns", "ApiGateway": "apigateway", "WAFv2": "wafv2", "CodeDeploy": "codedeploy"}
    made = {resource["Type"].split("::")[1] for resource in sides[1]["Resources"].values()}
    assert {services.get(name, name.lower()) for name in made} <= allowed
    for statement in policy["Statement"]:
        assert statement["Effect"] == "Allow"
        if statement["Resource"] == "*":
            assert all(":*" not in action for action in statement["Action"])
        assert "*" not in statement["Action"]


def test_the_role_trusts_one_environment_of_one_repository() -> None:
    trust = json.loads(block("docs/operations.md", "Staging, production, and deploying from GitHub").text)
    (statement,) = trust["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "sts:AssumeRoleWithWebIdentity")
    equal = statement["Condition"]["StringEquals"]
    issuer = statement["Principal"]["Federated"].rpartition("oidc-provider/")[2]
    assert equal == {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": "repo:OWNER/REPOSITORY:environment:prod"}


def test_the_workflow_deploys_what_samconfig_names_and_smokes() -> None:
    """`on` is true to YAML."""
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "deploy.yml").read_text(encoding="utf-8"))
    environments = workflow[True]["workflow_dispatch"]["inputs"]["environment"]["options"]
    assert all(configured_parameters(name)["Stage"] == name for name in environments)
    assert workflow["permissions"] == {"contents": "read", "id-token": "write"}
    steps = workflow["jobs"]["deploy"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == ["make deploy YES=1", "make smoke"]
    runtime = read_template()["Parameters"]["Runtime"]["Default"]
    assert [step["with"]["python-version"] for step in steps if "python" in step.get("uses", "")] == [runtime[6:]]


# --- gradual deployment -------------------------------------------------------------------------------------------


def test_every_function_s_calls_move_gradually(sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    made = _made(sides[1])
    aliases = {name: one for name, one in made.items() if one["Type"] == "AWS::Lambda::Alias"}
    assert len(aliases) == len(FUNCTIONS)
    for name, alias in aliases.items():
        function = name.removesuffix("Aliaslive")
        moved = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        assert moved == {
            "ApplicationName": {"Ref": "ServerlessDeploymentApplication"},
            "DeploymentGroupName": {"Ref": f"{function}DeploymentGroup"},
        }
        group = made[f"{function}DeploymentGroup"]["Properties"]
        assert group["DeploymentConfigName"]["Fn::Sub"] == [
            "CodeDeployDefault.Lambda${ConfigName}",
            {"ConfigName": "Canary10Percent5Minutes"},
        ]
        assert group["AutoRollbackConfiguration"]["Enabled"] is True
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        alarms = [alarm["Name"]["Ref"] for alarm in group["AlarmConfiguration"]["Alarms"]]
        assert alarms == stopping(len(FUNCTIONS))
        assert len(alarms) <= 10  # CodeDeploy's limit is 50, and was 10


def test_every_crash_takes_an_update_back(sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    made = _made(sides[1])
    watched = {
        metric["MetricStat"]["Metric"]["Dimensions"][0]["Value"].removeprefix("${").removesuffix("}")
        for name in stopping(len(FUNCTIONS))
        if name.startswith("FunctionErrorAlarm")
        for metric in made[name]["Properties"]["Metrics"]
        if "MetricStat" in metric
    }
    assert watched == set(FUNCTIONS)


@pytest.mark.parametrize("kind", read_template()["Parameters"]["GradualDeployment"]["AllowedValues"])
def test_which_deployments_are_gradual(kind: str) -> None:
    assert read_template()["Mappings"]["GradualDeployments"][kind] == {"IsOne": str(kind != "AllAtOnce").lower()}


# --- a domain of one's own ----------------------------------------------------------------------------------------


def test_the_domain_leads_to_the_stage(sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    made = _made(sides[1])
    domain = made["Domain"]["Properties"]
    assert domain["DomainName"] == DOMAIN["DomainName"]
    assert domain["RegionalCertificateArn"] == DOMAIN["CertificateArn"]
    assert (domain["EndpointConfiguration"], domain["SecurityPolicy"]) == ({"Types": ["REGIONAL"]}, "TLS_1_2")
    (stage,) = (name for name, one in made.items() if one["Type"] == "AWS::ApiGateway::Stage")
    assert made["DomainMapping"]["Properties"] == {
        "DomainName": {"Ref": "Domain"},
        "BasePath": "shop",
        "RestApiId": {"Ref": "Api"},
        "Stage": {"Ref": stage},
    }
    addresses = made["DomainAddresses"]["Properties"]
    assert addresses["HostedZoneId"] == DOMAIN["HostedZoneId"]
    assert [(record["Name"], record["Type"]) for record in addresses["RecordSets"]] == [
        ("api.example.com", "A"),
        ("api.example.com", "AAAA"),
    ]
    assert sides[1]["Outputs"]["BaseUrl"]["Value"] == "https://api.example.com/shop"


def test_a_domain_without_base_path_or_zone() -> None:
    given = {name: value for name, value in DOMAIN.items() if name not in {"BasePath", "HostedZoneId"}}
    (on,) = as_deployed(read_template(), [given])
    made = _made(on)
    assert "BasePath" not in made["DomainMapping"]["Properties"]
    assert "DomainAddresses" not in made
    assert on["Outputs"]["BaseUrl"]["Value"] == "https://api.example.com"


@pytest.mark.parametrize("prefix", PREFIXES)
def test_no_base_path_is_taken_for_the_api_s_own(prefix: str) -> None:
    assert not re.fullmatch(read_template()["Parameters"]["BasePath"]["AllowedPattern"], prefix)


# --- what stands before the API -----------------------------------------------------------------------------------


def _statements(rules: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for rule in rules:
        yield from rule["Statement"].items()


def test_the_web_acl_stands_before_the_stage(sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    made = _made(sides[1])
    assert made["WebAclOfApi"]["Properties"]["WebACLArn"] == {"Fn::GetAtt": ["WebAcl", "Arn"]}
    acl = made["WebAcl"]["Properties"]
    assert acl["Scope"] == "REGIONAL"
    assert [rule["Priority"] for rule in acl["Rules"]] == list(range(len(acl["Rules"])))
    groups = [one["Name"] for kind, one in _statements(acl["Rules"]) if kind == "ManagedRuleGroupStatement"]
    assert len(groups) == 3
    (rate,) = (one for kind, one in _statements(acl["Rules"]) if kind == "RateBasedStatement")
    assert (rate["AggregateKeyType"], rate["Limit"]) == ("IP", "50")


def test_the_association_waits_for_the_stage() -> None:
    """By SAM's transform alone: the language extensions, as SAM CLI has them, put text in the place of a reference."""
    template = read_template()
    alone = {name: template["Resources"][name] for name in ("Api", "WebAclOfApi")}
    (on,) = as_deployed(template | {"Transform": "AWS::Serverless-2016-10-31", "Resources": alone, "Outputs": {}}, [ON])
    (stage,) = (name for name, one in on["Resources"].items() if one["Type"] == "AWS::ApiGateway::Stage")
    before = "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis"
    assert on["Resources"]["WebAclOfApi"]["Properties"]["ResourceArn"] == {
        "Fn::Sub": f"{before}/${{Api}}/stages/${{{stage}}}"
    }


def test_the_rate_rule_counts_logins_and_nothing_else(sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """By the path as callers see it: behind a stage, or behind a base path."""
    rules = _made(sides[1])["WebAcl"]["Properties"]["Rules"]
    (rate,) = (one for kind, one in _statements(rules) if kind == "RateBasedStatement")
    pattern = re.compile(rate["ScopeDownStatement"]["RegexMatchStatement"]["RegexString"])
    counted = set()
    for route, prefix, before in itertools.product(ROUTES, PREFIXES, ("", "/prod", "/shop")):
        path = f"{before}/{prefix}/v1/{route.path}"
        if pattern.search(path):
            counted.add(route.operation)
            assert pattern.search(path + "/"), path
    assert counted == {"login", "mfalogin"}


# --- concurrency, a layer, a budget -------------------------------------------------------------------------------


def test_each_operation_has_a_parameter_for_its_concurrency(sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    parameters = read_template()["Parameters"]
    made = _made(sides[1])
    for name, function in FUNCTIONS.items():
        parameter = f"{name.removesuffix('Function')}Concurrency"
        assert parameters[parameter]["Default"] == ""
        assert function["Properties"]["ReservedConcurrentExecutions"]["Fn::If"][1] == {"Ref": parameter}
        reserved = made[name]["Properties"].get("ReservedConcurrentExecutions")
        assert reserved == ON.get(parameter), name


def test_the_owner_s_layer_lies_over_the_product_s(sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    for name in FUNCTIONS:
        first, second = _made(sides[1])[name]["Properties"]["Layers"]
        assert first["Ref"].startswith("CommerceLayer")
        assert second == LAYER


def test_the_budget_counts_the_stack_and_tells_by_mail(sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    budget = _made(sides[1])["Budget"]["Properties"]
    assert budget["Budget"]["BudgetLimit"] == {"Amount": "200", "Unit": "USD"}
    # What `make deploy` tags with: backoffice/deploy.py.
    raw = read_template()["Resources"]["Budget"]["Properties"]["Budget"]
    assert raw["CostFilters"] == {"TagKeyValue": [{"Fn::Sub": "user:stack$${AWS::StackName}"}]}
    told = [
        (one["Notification"]["NotificationType"], one["Notification"]["Threshold"], one["Subscribers"])
        for one in budget["NotificationsWithSubscribers"]
    ]
    mail = [{"SubscriptionType": "EMAIL", "Address": "ops@example.com"}]
    assert told == [("ACTUAL", 80, mail), ("FORECASTED", 100, mail)]
