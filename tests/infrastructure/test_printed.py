"""What documents print is run as printed: every block of code by the test that names it, every command in a text here.

Blocks that need the local cloud: tests/end_to_end/test_printed.py; a browser: tests/pages; Bruno: tests/clients. What
takes an AWS account, or half an hour, goes as far as it can without: make says what it would run and with which values,
parameters are held against the template, options against the program's own list, calls of AWS against botocore's model.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name
from click.testing import CliRunner
from jsonschema_rs import Draft202012Validator

from backoffice.commands import operator
from backoffice.deploy import configured_parameters
from backoffice.parameters import parse_words, refusals, with_defaults
from local.openapi.schemas import REFERENCE
from local.template import read_template
from local.workspace import ROOT, SAM
from tests.support.described import description
from tests.support.documents import DOCUMENTS, Block, Command, block, blocks, commands

NAMED = re.compile(r"block\(\"([^\"]+)\", \"([^\"]+)\"(?:, \"(\w+)\")?\)")
ROOMS = ("local", "layer_build", "tests")
SOURCES = [ROOT / "Makefile", *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]
EMPTY: Mapping[str, str] = {}
COMMANDS = commands()
JSON_OBJECT = re.compile(r"`(\{\"[^`]*\})`")
SHORTENED = re.compile(r"…|<\w+>|\{\"\w+\"[,}]")  # `{"id","name"}`: members without their values
ASKING_SAM = """
import sys
from click.testing import CliRunner
from samcli.cli.main import cli
for verbs in sys.argv[1:]:
    told = CliRunner().invoke(cli, [*verbs.split(), "--help"], prog_name="sam")
    if told.exit_code:
        sys.exit(told.output)
    print(told.output, end="\\0")
"""


@cache
def help_of(*program: str | Path) -> str:
    """What it says of itself."""
    return run(*program, "--help", own={"COLUMNS": "300"})


@cache
def sam_s_help() -> Mapping[str, str]:
    """Verbs → what `sam` says of them, asked in one process; that it is a program: tests/end_to_end."""
    verbs = list(dict.fromkeys(sam_s_verbs(command) for command in of("sam")))
    own = {"SAM_CLI_TELEMETRY": "0", "COLUMNS": "300"}
    *told, rest = run(SAM.with_name("python"), "-c", ASKING_SAM, *verbs, own=own).split("\0")
    assert rest == ""
    return dict(zip(verbs, told, strict=True))


def sam_s_verbs(command: Command) -> str:
    return " ".join(word for word in command.words[1:] if re.fullmatch(r"[a-z-]+", word) and not word.startswith("-"))


@cache
def operator_s_help(*verbs: str) -> str:
    """What the command says of a verb; that it is a program: tests/unit/backoffice/test_commands.py."""
    told = CliRunner(env={"COLUMNS": "300"}).invoke(operator, [*verbs, "--help"])
    assert told.exit_code == 0, told.output
    return told.output


@cache
def collected() -> Sequence[str]:
    """The tests that all of the printed commands find, by one run."""
    paths = dict.fromkeys(path for command in of(".venv/bin/pytest") for path in command.words[1:])
    listed = run(".venv/bin/pytest", *paths, "--collect-only", "--quiet", "-p", "no:cacheprovider")
    return [line for line in listed.splitlines() if "::" in line]


def run(*command: str | Path, folder: Path = ROOT, own: Mapping[str, str] = EMPTY) -> str:
    """What it prints. It must go well."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(command, cwd=folder, env=kept | dict(own), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def of(program: str) -> list[Command]:
    return [command for command in COMMANDS if command.words[0] == program]


def aws_calls() -> list[str]:
    """Calls of AWS's command line, those in blocks too."""
    printed = "\n".join(one.text for one in blocks()).replace("\\\n", " ")
    return [command.text for command in of("aws")] + re.findall(r"\baws [a-z]+ [a-z-]+ --[^|>)\n]+", printed)


def of_module(*, own: bool) -> list[Command]:
    """Those of `python -m`: of the operator's command, or of others."""
    return [
        command
        for command in COMMANDS
        if command.words[0].endswith("python") and (command.words[2] == "backoffice") == own
    ]


def test_every_block_is_run_by_a_test() -> None:
    printed = [(one.document, one.heading, one.language) for one in blocks()]
    assert len(set(printed)) == len(printed), "two blocks under one heading have one name"
    named = {triple for path in (ROOT / "tests").rglob("test_*.py") for triple in NAMED.findall(path.read_text())}
    # Without a language it is the only one, for `block` finds no other.
    assert [one for one in printed if one not in named and (*one[:2], "") not in named] == []


def test_every_command_has_its_kind() -> None:
    kinds = [of("make"), of("sam"), of("aws"), of("git"), of_module(own=True), of_module(own=False)]
    kinds += [[command for command in COMMANDS if command.words[0] in {".venv/bin/pytest", ".venv/bin/ruff"}]]
    assert all(kinds)
    assert [command for command in COMMANDS if sum(command in kind for kind in kinds) != 1] == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.text)
def test_what_is_set_for_a_command_is_read(command: Command) -> None:
    settings = re.findall(r"\b([A-Z_]+)=", f"{command.settings} {command.text}")
    for name in settings:
        assert any(re.search(rf"\b{name}\b", path.read_text(encoding="utf-8")) for path in SOURCES), name


@pytest.mark.parametrize("command", of("make"), ids=lambda command: f"{command.settings} {command.text}".strip())
def test_make_has_the_target(command: Command) -> None:
    settings = parse_words(command.settings.split())
    # A stack's name is what a deployment does not go without.
    assert run("make", "--dry-run", *command.words[1:], own={"STACK": "name"} | settings)


@pytest.mark.parametrize("command", of("sam"), ids=lambda command: command.text)
def test_sam_has_the_options(command: Command) -> None:
    told = sam_s_help()[sam_s_verbs(command)]
    for option in command.words[1:]:
        assert not option.startswith("--") or re.search(rf"{option}\b", told), option


@pytest.mark.parametrize("line", aws_calls())
def test_aws_has_the_call(line: str) -> None:
    _, service, call, *options = line.split()
    model = botocore.session.get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    members = model.operation_model(operations[call]).input_shape
    known = {xform_name(name, "-") for name in members.members} if members else set()
    given = {option.removeprefix("--") for option in options if option.startswith("--")}
    assert {name.removeprefix("no-") for name in given} - {"query", "output"} <= known


@pytest.mark.parametrize("command", of("git"), ids=lambda command: command.text)
def test_git_has_the_verb(command: Command) -> None:
    assert re.search(rf"^ *{command.words[1]}\b", run("git", "help", "--all", "--no-external-commands"), re.MULTILINE)


@pytest.mark.parametrize("command", of_module(own=True), ids=lambda command: command.text)
def test_the_operator_s_command_has_the_verbs_and_options(command: Command) -> None:
    _, _, _, *words = command.words
    for way in " ".join(words).split("|"):
        verbs = [word for word in way.split() if re.fullmatch(r"[a-z][a-z-]*", word)]
        told = operator_s_help(*verbs)
        for option in re.findall(r"--[a-z-]+", way):
            assert option in told


def test_the_readme_names_every_verb() -> None:
    (listed,) = re.findall(
        r", with the verbs (.+?)\. Each", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert sorted(re.findall(r"`([a-z-]+)`", listed)) == sorted(operator.commands)


@pytest.mark.parametrize("command", of_module(own=False), ids=lambda command: command.text)
def test_a_module_is_there_with_its_options(command: Command) -> None:
    module = command.words[2]
    file = ROOT / Path(*module.removesuffix(".NAME").split("."))
    assert file.with_suffix(".py").exists() or file.is_dir()
    options = re.findall(r"--[a-z-]+", command.text)
    told = help_of(sys.executable, "-m", module) if options else ""
    assert [option for option in options if option not in told] == []


@pytest.mark.parametrize("command", of(".venv/bin/pytest"), ids=lambda command: command.text)
def test_pytest_finds_tests(command: Command) -> None:
    for path in command.words[1:]:
        assert sum(test.startswith(path) for test in collected()) > 10


@pytest.mark.parametrize("command", of(".venv/bin/ruff"), ids=lambda command: command.text)
def test_ruff_mends(command: Command, tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "one.py").write_text('"""One."""\n\nimport os\nimport json\nOF = json.dumps( [ 1 ] )\n')
    run("sh", "-ec", command.text, folder=tmp_path)
    assert (tmp_path / "one.py").read_text() == '"""One."""\n\nimport json\n\nOF = json.dumps([1])\n'


@pytest.mark.parametrize(
    "printed",
    [
        block("README.md", "Two commands"),
        block("README.md", "One function at a time"),
        block("CONTRIBUTING.md", "Set up"),
    ],
    ids=lambda printed: printed.heading,
)
def test_what_make_would_run(printed: Block) -> None:
    """`make run` is run by tests/end_to_end, the others by whoever runs this."""
    for line in printed.text.splitlines():
        assert run("sh", "-ec", line, own={"MAKEFLAGS": "n"})


def deployments() -> list[str]:
    printed = [block("README.md", "Deploy to AWS"), block("docs/operations.md", "Deploy")]
    lines = [line for one in printed for line in one.text.splitlines() if line.startswith("make deploy")]
    assert len(lines) >= 4
    return lines


@pytest.mark.parametrize("line", deployments())
def test_a_deployment_is_asked_for_as_it_is_meant(line: str, tmp_path: Path) -> None:
    """Up to what asks AWS: the line reaches the program, whose stack and parameters the template takes."""
    (tmp_path / "python").write_text(
        f"#!{Path(sys.executable).resolve()}\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n"
    )
    (tmp_path / "python").chmod(0o755)
    printed = run("sh", "-ec", line, own={"MAKEFLAGS": f"s -- BIN={tmp_path} PYTHON=true"})
    module, name, *options = json.loads(printed.splitlines()[-1])
    assert (module, name) == ("-m", "backoffice.deploy")
    given = dict(zip(options[::2], options[1::2], strict=True))
    template = read_template()
    values = with_defaults(template, configured_parameters(given["--config"]) | as_words(given["--parameters"]))
    assert list(refusals(template, values, given["--stack"])) == []


def as_words(text: str) -> dict[str, str]:
    return parse_words(shlex.split(text))


def test_the_parameters_in_the_text_are_the_template_s() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (parameters,) = re.findall(r"`PARAMETERS=\"([^`]+)\"`", text)
    template = read_template()
    assert list(refusals(template, with_defaults(template, as_words(parameters)), "name")) == []


def test_the_layout_is_that_of_the_folder() -> None:
    for line in block("README.md", "Layout").text.splitlines():
        assert (ROOT / line.split()[0]).exists(), line


def test_json_in_a_text_is_json() -> None:
    found = {code for document in DOCUMENTS for code in JSON_OBJECT.findall(document.read_text(encoding="utf-8"))}
    whole = [code for code in found if not SHORTENED.search(code)]
    assert len(whole) > 10
    errors = [body for body in map(json.loads, whole) if "errorCode" in body]
    assert errors
    model = Draft202012Validator({"$ref": f"{REFERENCE}ErrorModel", "components": description()["components"]})
    assert [body for body in errors if not model.is_valid(body)] == []


def linked(folder: Path, rooms: Sequence[str]) -> Path:
    for room in rooms:
        (folder / room).symlink_to(ROOT / room)
    return folder


def test_the_events_of_a_new_endpoint(tmp_path: Path) -> None:
    rooms = [".venv", "backoffice", "docs", "layers", "local", "sample_store", "template.yaml", "tests"]
    folder = linked(tmp_path, rooms)
    (folder / "events").mkdir()
    printed = block("CONTRIBUTING.md", "Add an endpoint").text
    run("sh", "-ec", printed, folder=folder)
    made = sorted((folder / "events" / "get_current_profile").iterdir())
    assert [file.name for file in made] == ["ok.json", "unauthorised.json"]
    for file in made:
        ours = json.loads((ROOT / file.relative_to(folder)).read_text(encoding="utf-8"))
        assert without_token(json.loads(file.read_text(encoding="utf-8"))) == without_token(ours)


def without_token(event: object) -> object:
    """A token has an id of its own."""
    return json.loads(re.sub(r"Bearer [\w.+/=-]+", "Bearer", json.dumps(event)))


def test_events_are_printed() -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for line in block("events/README.md", "Events").text.splitlines():
        event = json.loads(run("sh", "-ec", line, own={"PATH": path}))
        assert ("Authorization" in event["headers"]) == ("--token" in line)


def test_the_pictures_show_what_there_is() -> None:
    """Names of rooms and classes; the arrows are drawn by hand."""
    rooms = ROOT / "layers" / "commerce" / "commerce"
    assert "layer" not in block("ARCHITECTURE.md", "The system").text
    for room in ("http", "pricing", "storage"):
        assert re.search(rf"\b{room}\b", block("ARCHITECTURE.md", "The system").text)
        assert (rooms / room).is_dir()
    code = "\n".join(path.read_text(encoding="utf-8") for path in (rooms / "pricing").rglob("*.py"))
    nouns = set(re.findall(r"\b[A-Z]\w+\b", block("ARCHITECTURE.md", "Pricing").text)) - {"TB"}
    assert len(nouns) > 15
    assert [noun for noun in sorted(nouns) if not re.search(rf"^class {noun}\b|^{noun} = ", code, re.MULTILINE)] == []
