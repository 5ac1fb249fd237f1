import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.workspace import ROOT


@pytest.fixture(scope="session")
def built_layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layer as `sam build` makes it, for the interpreter that runs the tests."""
    artifacts = tmp_path_factory.mktemp("layer")
    minor = f"{sys.version_info[0]}.{sys.version_info[1]}"
    subprocess.run(
        [
            "make",
            "--silent",
            "-C",
            str(ROOT / "layers" / "commerce"),
            "build-CommerceLayer",
            f"ARTIFACTS_DIR={artifacts}",
        ],
        env=os.environ | {"LAYER_PYTHON": minor, "LAYER_ARCHITECTURE": "native"},
        check=True,
    )
    return artifacts
