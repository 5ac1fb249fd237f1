"""Rewrite the public suffixes of the layer from a maintained package.

    pip install tldextract
    python -m tools.public_suffix_data

The package carries a snapshot of the Public Suffix List. What is kept are the suffixes, the private section's included:
one a line, lower case, in the `xn--` form, with the list's own signs for wildcards (``*.``) and exceptions (``!``).
"""

from __future__ import annotations

import importlib
from pathlib import Path

TARGET = Path(__file__).parent.parent / "layers" / "commerce" / "commerce" / "visitors" / "public_suffixes.txt"


def main() -> None:
    """Write public_suffixes.txt."""
    package = Path(str(importlib.import_module("tldextract").__file__)).parent
    lines = (package / ".tld_set_snapshot").read_text(encoding="utf-8").splitlines()
    rules = {_ascii(line.strip()) for line in lines if line.strip() and not line.startswith("//")}
    TARGET.write_text("\n".join(sorted(rules)) + "\n", encoding="ascii")


def _ascii(rule: str) -> str:
    labels = rule.lower().split(".")
    return ".".join(label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in labels)


if __name__ == "__main__":
    main()
