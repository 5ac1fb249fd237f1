"""Writes docs/openapi.json: `python -m local.openapi [--check]`.

`--check` changes nothing and fails when the file is not what would be written.
"""

import json
import sys

from local.openapi import TARGET
from local.openapi.document import document


def main() -> int:
    """Write the file, or compare."""
    text = json.dumps(document(), indent=1, ensure_ascii=False) + "\n"
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text:
        print("docs/openapi.json is not up to date: python -m local.openapi writes it", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
