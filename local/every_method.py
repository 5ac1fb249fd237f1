"""`python -m local.every_method TEMPLATE`: names every method of every path in a template that `sam build` made.

For `sam local start-api`, whose gateway takes a path's method for all others for all methods, and answers with either
function where both are meant; which one changes from start to start.
"""

import json
import sys
from pathlib import Path
from typing import Any

from local.template import parse

ANY = "x-amazon-apigateway-any-method"
METHODS = ("delete", "get", "head", "options", "patch", "post", "put")


def spell_out(template: dict[str, Any]) -> None:
    """In place: what is for all other methods is for each of them by name."""
    for operations in template["Resources"]["Api"]["Properties"]["DefinitionBody"]["paths"].values():
        if other := operations.pop(ANY, None):
            for method in METHODS:
                operations.setdefault(method, other)


def main() -> None:
    """The program."""
    file = Path(sys.argv[1])
    template = parse(file.read_text(encoding="utf-8"))
    spell_out(template)
    file.write_text(json.dumps(template, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
