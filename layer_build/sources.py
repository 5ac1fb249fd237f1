"""Where the layer is made from."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
PACKAGE = PROJECT / "layers" / "commerce" / "commerce"
REQUIREMENTS = PROJECT / "requirements" / "layer.txt"
