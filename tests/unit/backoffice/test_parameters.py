"""What would fail minutes later on AWS is refused at once."""

import pytest

from backoffice.parameters import ENVIRONMENT_LIMIT, environment_bytes, parse_words, refusals, with_defaults
from local.template import read_template

TEMPLATE = read_template()


def _refused(stack: str = "commerce", **given: str) -> list[str]:
    return list(refusals(TEMPLATE, with_defaults(TEMPLATE, given), stack))


def test_the_template_s_defaults_are_taken() -> None:
    assert _refused() == []


def test_words() -> None:
    assert parse_words(["Stage=prod", 'AdminOrigins={"https://a":"GET=1"}', "Locales="]) == {
        "Stage": "prod",
        "AdminOrigins": '{"https://a":"GET=1"}',
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
        ({"SessionHours": "0"}, "SessionHours is 0; it goes from 1 to any number."),
        ({"MemorySize": "much"}, "MemorySize is 'much', not a whole number."),
    ],
)
def test_refused(given: dict[str, str], said: str) -> None:
    assert _refused(**given) == [said]


@pytest.mark.parametrize(
    "given",
    [
        {"SnapStart": "PublishedVersions", "Runtime": "python3.12"},
        {"ProvisionedConcurrency": "1", "Runtime": "python3.11"},
    ],
)
def test_taken(given: dict[str, str]) -> None:
    assert _refused(**given) == []


@pytest.mark.parametrize(
    ("name", "is_one"), [("a", True), ("A-1" * 40, True), ("a" * 129, False), ("1a", False), ("a_b", False)]
)
def test_a_stack_s_name(name: str, is_one: bool) -> None:
    assert bool(_refused(name)) is not is_one


def test_an_environment_that_lambda_would_not_take() -> None:
    room = ENVIRONMENT_LIMIT - environment_bytes(TEMPLATE, with_defaults(TEMPLATE, {}), "commerce")
    fits = '{"' + "x" * (room - 4 + len("{}")) + '"}'
    assert _refused(AdminOrigins=fits) == []
    (said,) = _refused(AdminOrigins=f"{fits} ")
    assert "4,097 bytes of the 4,096" in said
    assert f"AdminOrigins with {len(fits) + 1:,}" in said


def test_the_environment_without_settings_leaves_half_of_it() -> None:
    assert environment_bytes(TEMPLATE, with_defaults(TEMPLATE, {}), "a" * 30) <= ENVIRONMENT_LIMIT / 2
