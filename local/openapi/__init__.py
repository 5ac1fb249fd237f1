"""docs/openapi.json, made of the route table, the bodies that rooms describe, and the tree of errors.

`document` puts it together; `operations` says what each operation is for, and what of it no other table knows.
"""

from typing import Final

from local.workspace import ROOT

TARGET: Final = ROOT / "docs" / "openapi.json"
