"""Writes what the route table says into template.yaml: `python -m local.wiring [--check]`.

For each route: its function, the function's events and its log group. A new function gets the permission that each
caller's token needs; what it may do to which table is for its author to add. `--check` changes nothing, says what is
missing and fails.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from commerce.call import BUDGET_SECONDS, Api
from commerce.http.routes import PREFIXES, ROUTES, Route, routes_beside
from local.template import TEMPLATE

# Functions whose events follow from no route.
OTHERS = {"Fallback"}

_BLOCK = re.compile(r"^  (\w+)Function:\n(?:(?:   .*)?\n)*", re.MULTILINE)
_EVENTS = re.compile(r"^      Events:\n(?:        .*\n)*", re.MULTILINE)


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
    """The template's text with a function for each route, and events as the route table has them."""
    for route in ROUTES:
        block = _block(template, stem(route))
        if block is None:
            template = _before_fallback(template, _new_function(route))
        else:
            template = template.replace(block, _EVENTS.sub(_events(route), block, count=1))
    return template


def differences(template: str) -> Iterator[str]:
    """What is missing in the template's text, or too much, a line each."""
    known = {stem(route) for route in ROUTES}
    for found in _BLOCK.finditer(template):
        if found[1] not in known | OTHERS:
            yield f"{found[1]}Function serves no operation of http/routes.py: rename or remove it, and its log group"
    for route in ROUTES:
        block = _block(template, stem(route))
        if block is None:
            yield f"{stem(route)}Function is missing: python -m local.wiring writes it"
            continue
        events = _EVENTS.search(block)
        there, wanted = set((events[0] if events else "").splitlines()), set(_events(route).splitlines())
        for line in sorted(wanted - there):
            yield f"{stem(route)}Function lacks the event {line.strip()}: python -m local.wiring writes it"
        for line in sorted(there - wanted):
            yield f"{stem(route)}Function has the event {line.strip()} of no route: python -m local.wiring removes it"


def _block(template: str, name: str) -> str | None:
    return next((found[0] for found in _BLOCK.finditer(template) if found[1] == name), None)


def _before_fallback(template: str, block: str) -> str:
    head, separator, tail = template.partition("  FallbackFunction:\n")
    return head + block + "\n" + separator + tail


def _events(route: Route) -> str:
    lines = ["      Events:"]
    for api in route.apis:
        for prefix in (prefix for prefix, of in PREFIXES.items() if of is api):
            path = f"/{prefix}/v1/{route.path}"
            path = f'"{path}"' if "{" in path else path
            name = api.name.title().replace("_", "") + ("Ui" if prefix.endswith("ui") else "")
            for method in (*route.methods, "ANY") if takes_other_verbs(route, api) else route.methods:
                properties = f"RestApiId: !Ref Api, Path: {path}, Method: {method.lower()}"
                lines.append(f"        {name}{method.title()}: {{Type: Api, Properties: {{{properties}}}}}")
    return "\n".join(lines) + "\n"


def _new_function(route: Route) -> str:
    name, kebab = stem(route), folder(route).replace("_", "-")
    policies = """\
      Policies:
        - Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: secretsmanager:GetSecretValue
              Resource: !GetAtt SigningKeys.Id
"""
    budget = int(max(api.budget_seconds for api in route.apis))
    longer = f"      Timeout: {budget + 4}  # the admin API's budget is {budget} s\n"
    timeout = longer if budget > BUDGET_SECONDS else ""
    return f"""\
  {name}Function:
    Type: AWS::Serverless::Function
    Metadata: {{BuildMethod: makefile}}
    Properties:
      <<: *function
{timeout}      LoggingConfig: {{LogFormat: JSON, LogGroup: !Ref {name}LogGroup}}
{_events(route)}{policies if route.token else ""}
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
