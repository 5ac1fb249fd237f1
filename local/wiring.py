"""Writes what the route table says into template.yaml: `python -m local.wiring [--check]`.

The API's paths, which functions its role may call, alarms and dashboard, the parameter that limits each operation, and
for each route its function and its log group. A new function gets the permissions that each call needs, for the
caller's token and for browsers; what else it may do to which table is for its author to add. `--check` changes nothing,
says what is missing and fails.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from difflib import ndiff

from commerce.call import BUDGET_SECONDS, Api
from commerce.http.routes import PREFIXES, ROUTES, Route, routes_beside
from local import watching
from local.template import TEMPLATE

FALLBACK = "Fallback"
# The version of a function that callers get. Written out: what SAM would call it is known to SAM alone.
ALIAS = "live"
# What a function has beyond its calls' time budget.
SPARE_SECONDS = 4
# Every verb by its name: the local cloud does not import the one that stands for all others.
VERBS = ("get", "put", "post", "delete", "patch", "options", "head")
OTHER_VERBS = "x-amazon-apigateway-any-method"

_FUNCTION = re.compile(r"^  (\w+)Function:$", re.MULTILINE)
_CALLED = re.compile(r"(?<=                Action: lambda:InvokeFunction\n                Resource:\n)(?: {18}- .*\n)*")
_TABLE = re.compile(r"^  (\w+Table):$", re.MULTILINE)
_WATCHED = re.compile(rf"^{re.escape(watching.BEGIN)}.*?(?={re.escape(watching.END)})", re.MULTILINE | re.DOTALL)
_STOPPING = re.compile(r"(?<=          Type: !Ref GradualDeployment\n          Alarms: ).*")
_RESERVED = re.compile(
    r"(?<=to the rules: how many calls of an operation run at once\n)(?:  \w+Concurrency:\n(?: {4}.*\n)*)*"
)
_RESERVES = re.compile(r"(?<=`make endpoints` writes what follows, to the resources\n)(?:  Reserves.*\n)*")
_DEFINITION = re.compile(r"^      DefinitionBody:\n(?:        .*\n)*", re.MULTILINE)


def stem(route: Route) -> str:
    """``getAddress`` → ``GetAddress``: what the logical ids of its function and its log group begin with."""
    return route.operation[0].upper() + route.operation[1:]


def folder(route: Route) -> str:
    """``getAddress`` → ``get_address``: its folder in functions/."""
    return re.sub(r"(?=[A-Z])", "_", route.operation).lower()


def takes_other_verbs(route: Route, api: Api) -> bool:
    """Whether the verbs that a path lacks go to this route's function: the first one that writes, else the first.

    A preflight mostly precedes a write, so that the function it wakes is the one that is needed next.
    """
    beside = list(routes_beside(route, api))
    return route is next((other for other in beside if other.method != "GET"), beside[0])


def wired(template: str) -> str:
    """The template's text with a function for each route, the API's paths as the route table has them, and its role."""
    there = _FUNCTION.findall(template)
    for route in ROUTES:
        if stem(route) not in there:
            template = _before_fallback(template, _new_function(route))
    for pattern, wanted in _written(template):
        template = pattern.sub(lambda _, wanted=wanted: wanted, template, count=1)  # type: ignore[misc]
    return template


def differences(template: str) -> Iterator[str]:
    """What is missing in the template's text, or too much, a line each."""
    there, known = set(_FUNCTION.findall(template)), {*map(stem, ROUTES), FALLBACK}
    for name in sorted(there - known):
        yield f"{name}Function serves no operation of http/routes.py: rename or remove it, and its log group"
    for name in sorted(known - there):
        yield f"{name}Function is missing: python -m local.wiring writes it"
    for pattern, wanted in _written(template):
        found = pattern.search(template)
        changes = ndiff((found[0] if found else "").splitlines(), wanted.splitlines())
        changed = next((line for line in changes if line[0] in "+-"), None)
        if changed:
            yield f"what `make endpoints` writes differs, {changed}"


def _written(template: str) -> list[tuple[re.Pattern[str], str]]:
    """Which text of the template is to be what."""
    return [
        (_RESERVED, _reserved()),
        (_RESERVES, _reserves()),
        (_STOPPING, _stopping()),
        (_CALLED, _called()),
        (_WATCHED, _watched(template)),
        (_DEFINITION, _definition()),
    ]


def _before_fallback(template: str, block: str) -> str:
    head, separator, tail = template.partition(f"  {FALLBACK}Function:\n")
    return head + block + "\n" + separator + tail


def _stems() -> tuple[str, ...]:
    return (*map(stem, ROUTES), FALLBACK)


def _reserved() -> str:
    """A parameter for each function."""
    return "".join(
        f"""\
  {name}Concurrency:
    Type: String
    Default: ""
    AllowedPattern: "[0-9]{{0,5}}"
    Description: Environments of {name}Function at most, kept for it alone; blank = as many as there are, 0 = off.
"""
        for name in _stems()
    )


def _reserves() -> str:
    return "".join(f'  Reserves{name}: !Not [!Equals [!Ref {name}Concurrency, ""]]\n' for name in _stems())


def _stopping() -> str:
    """The alarms that take an update back: the gateway's failures and every crash."""
    names = ", ".join(f"!Ref {name}" for name in watching.stopping(len(_stems())))
    return f"!If [HasAlarms, [{names}], [!Ref AWS::NoValue]]"


def _called() -> str:
    """What the API's role may call."""
    names = _stems()
    return "".join(f"                  - !Sub ${{{name}Function.Arn}}:{ALIAS}\n" for name in names)


def _watched(template: str) -> str:
    """Alarms and dashboard."""
    functions = {f"{stem(route)}Function": (route.operation, _timeout(route)) for route in ROUTES}
    functions[f"{FALLBACK}Function"] = ("fallback", int(BUDGET_SECONDS) + SPARE_SECONDS)
    return watching.watched(functions, _TABLE.findall(template))


def _timeout(route: Route) -> int:
    return int(max(api.budget_seconds for api in route.apis)) + SPARE_SECONDS


def _definition() -> str:
    """The API's OpenAPI document: each verb of each path, and which function takes it."""
    paths: dict[str, dict[str, str]] = {place: dict.fromkeys(VERBS, FALLBACK) for place in ("/", "/{proxy+}")}
    for route in ROUTES:
        for prefix, api in PREFIXES.items():
            if api in route.apis:
                verbs = paths.setdefault(f"/{prefix}/v1/{route.path}", {})
                verbs |= dict.fromkeys(map(str.lower, route.methods), stem(route))
                if takes_other_verbs(route, api):
                    verbs[OTHER_VERBS] = stem(route)
    lines = [
        "      DefinitionBody:",
        "        openapi: 3.0.1",
        '        info: {title: !Ref AWS::StackName, version: "1"}',
    ]
    lines.append("        paths:")
    anchored = set[str]()
    for path in sorted(paths):
        lines.append(f'          "{path}":')
        for verb, name in paths[path].items():
            lines.append(f"            {verb}: {f'*{name}' if name in anchored else _integration(name)}")
            anchored.add(name)
    return "\n".join(lines) + "\n"


def _integration(name: str) -> str:
    lambda_path = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions"
    return f"""&{name}
              responses: {{}}
              x-amazon-apigateway-integration:
                type: aws_proxy
                httpMethod: POST
                credentials: !GetAtt CallingRole.Arn
                uri: !Sub {lambda_path}/${{{name}Function.Arn}}:{ALIAS}/invocations"""


def _new_function(route: Route) -> str:
    name, kebab = stem(route), folder(route).replace("_", "-")
    policies = """\
      Policies:
        - Version: "2012-10-17"
          Statement:
            - *configuration
"""
    keys = """\
            - Effect: Allow
              Action: secretsmanager:GetSecretValue
              Resource: !GetAtt SigningKeys.Id
"""
    budget = int(max(api.budget_seconds for api in route.apis))
    longer = f"      Timeout: {budget + SPARE_SECONDS}  # the admin API's budget is {budget} s\n"
    timeout = longer if budget > BUDGET_SECONDS else ""
    return f"""\
  {name}Function:
    Type: AWS::Serverless::Function
    Metadata: {{BuildMethod: makefile}}
    Properties:
      <<: *function
      ReservedConcurrentExecutions: !If [Reserves{name}, !Ref {name}Concurrency, !Ref AWS::NoValue]
{timeout}      LoggingConfig: {{<<: *logging, LogGroup: !Ref {name}LogGroup}}
{policies}{keys if route.token else ""}
  {name}LogGroup:
    Type: AWS::Logs::LogGroup
    Properties: {{LogGroupName: !Sub "/aws/lambda/${{AWS::StackName}}-{kebab}", RetentionInDays: !Ref LogRetentionDays}}
"""


def main() -> int:
    """Write the template, or compare."""
    text = TEMPLATE.read_text(encoding="utf-8")
    if "--check" not in sys.argv[1:]:
        text = wired(text)
        TEMPLATE.write_text(text, encoding="utf-8")
    missing = list(differences(text))
    for line in missing:
        print(f"template.yaml: {line}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
