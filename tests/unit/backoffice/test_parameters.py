"""What would fail minutes later on AWS is refused at once."""

import pytest

from backoffice.parameters import (
    ENVIRONMENT_LIMIT,
    environment_bytes,
    longest_values,
    parse_words,
    refusals,
    with_defaults,
)
from commerce.locales import ALL_LOCALES
from local.template import read_template

TEMPLATE = read_template()
CANARY = "Canary10Percent5Minutes"
CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/c0ffee"
LAYER = "arn:aws:lambda:eu-central-1:123456789012:layer:taxes:7"


def _refused(stack: str = "commerce", **given: str) -> list[str]:
    return list(refusals(TEMPLATE, with_defaults(TEMPLATE, given), stack))


def test_the_template_s_defaults_are_taken() -> None:
    assert _refused() == []


def test_words() -> None:
    assert parse_words(["Stage=prod", "PublicBaseUrl=https://a/?b=1", "Locales="]) == {
        "Stage": "prod",
        "PublicBaseUrl": "https://a/?b=1",
        "Locales": "",
    }
    with pytest.raises(SystemExit, match="'prod'"):
        parse_words(["prod"])


def test_a_parameter_that_there_is_not() -> None:
    with pytest.raises(SystemExit, match="LogLevle"):
        with_defaults(TEMPLATE, {"LogLevle": "DEBUG"})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SnapStart": "PublishedVersions", "Runtime": "python3.11"}, "SnapStart needs python3.12 or newer."),
        (
            {"SnapStart": "PublishedVersions", "ProvisionedConcurrency": "1"},
            "SnapStart and provisioned concurrency exclude each other.",
        ),
        ({"LogLevel": "debug"}, "LogLevel is 'debug'; it can be DEBUG, INFO, WARNING, ERROR."),
        ({"Stage": "my stage"}, "Stage is 'my stage', which does not match [a-zA-Z0-9_]{1,20}."),
        ({"MemorySize": "64"}, "MemorySize is 64; it goes from 128 to 10240."),
        ({"SessionHours": "0"}, "SessionHours is 0; it goes from 1 to 876000."),
        ({"MemorySize": "much"}, "MemorySize is 'much', not a whole number."),
        ({"GradualDeployment": CANARY, "Alarms": "false"}, "A gradual deployment needs Alarms, which stop it."),
        (
            {"GradualDeployment": CANARY, "ProvisionedConcurrency": "1"},
            "A gradual deployment and provisioned concurrency exclude each other.",
        ),
        ({"DomainName": "api.example.com"}, "DomainName needs CertificateArn."),
        ({"CertificateArn": CERTIFICATE}, "CertificateArn is that of DomainName, which is blank."),
        ({"BasePath": "shop"}, "BasePath is a part of DomainName, which is blank."),
        ({"HostedZoneId": "Z1"}, "HostedZoneId is the zone of DomainName, which is blank."),
        ({"TaxProvider": "taxes:make"}, "A TaxProvider of your own needs ProviderLayerArn."),
        ({"GiftCardProvider": "cards:make"}, "A GiftCardProvider of your own needs ProviderLayerArn."),
        ({"ExternalPriceValidator": "prices:make"}, "An ExternalPriceValidator needs ProviderLayerArn."),
        ({"MonthlyBudget": "100"}, "MonthlyBudget needs AlarmEmail."),
        ({"FirewallLoginLimit": "9"}, "FirewallLoginLimit is 9; it goes from 10 to 2000000000."),
        (
            {"UpdateProfileConcurrency": "4", "ProvisionedConcurrency": "5"},
            "UpdateProfileConcurrency is 4, less than ProvisionedConcurrency, 5.",
        ),
    ],
)
def test_refused(given: dict[str, str], said: str) -> None:
    assert _refused(**given) == [said]


@pytest.mark.parametrize(
    "given",
    [
        {"SnapStart": "PublishedVersions", "Runtime": "python3.12"},
        {"ProvisionedConcurrency": "1", "Runtime": "python3.11"},
        {"GradualDeployment": CANARY},
        {"DomainName": "api.example.com", "CertificateArn": CERTIFICATE},
        {"DomainName": "api.example.com", "CertificateArn": CERTIFICATE, "BasePath": "shop", "HostedZoneId": "Z1"},
        {"TaxProvider": "table"},
        {"TaxProvider": "taxes:make", "GiftCardProvider": "cards:make", "ProviderLayerArn": LAYER},
        {"ExternalPriceValidator": "prices:make", "ProviderLayerArn": LAYER},
        {"MonthlyBudget": "100", "AlarmEmail": "ops@example.com"},
        {"UpdateProfileConcurrency": "5", "ProvisionedConcurrency": "5"},
        {"GetRegistryConcurrency": "1", "ProvisionedConcurrency": "5"},
    ],
)
def test_taken(given: dict[str, str]) -> None:
    assert _refused(**given) == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("DomainName", "https://api.example.com"),
        ("DomainName", "API.example.com"),
        ("CertificateArn", "c0ffee"),
        ("BasePath", "a/b"),
        ("BasePath", "ccstore"),
        ("HostedZoneId", "example.com"),
        ("ProviderLayerArn", "arn:aws:lambda:eu-central-1:123456789012:layer:taxes"),
        ("LoginConcurrency", "-1"),
    ],
)
def test_a_value_of_another_form(name: str, wrong: str) -> None:
    assert any(said.startswith(f"{name} is {wrong!r}, which does not match") for said in _refused(**{name: wrong}))


@pytest.mark.parametrize(
    ("name", "is_one"), [("a", True), ("A-1" * 40, True), ("a" * 129, False), ("1a", False), ("a_b", False)]
)
def test_a_stack_s_name(name: str, is_one: bool) -> None:
    assert bool(_refused(name)) is not is_one


def test_no_value_of_a_parameter_is_too_long_for_lambda() -> None:
    """Every setting at its longest, in a stack of the longest name."""
    longest = longest_values(TEMPLATE)
    assert {"Locales", "PublicBaseUrl", "SessionHours", "Explain"} <= longest.keys()
    lengths = {name: len(value) for name, value in longest.items()}
    assert lengths["AllowedCountries"] >= len(",".join(["DE"] * 249))  # all of ISO 3166
    assert lengths["Locales"] >= len(",".join(ALL_LOCALES))
    assert environment_bytes(TEMPLATE, with_defaults(TEMPLATE, longest), "a" * 128) <= ENVIRONMENT_LIMIT
    assert _refused(PublicBaseUrl="x" * lengths["PublicBaseUrl"]) == []
    assert _refused(PublicBaseUrl="x" * 201) == ["PublicBaseUrl has 201 bytes; it takes 200."]
