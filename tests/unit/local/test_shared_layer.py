"""All processes of the local cloud's functions read one copy of the layer."""

import subprocess
import sys
from pathlib import Path

from local.shared_layer import remove_others, share

MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"
# As the emulator puts a layer on the path; `botocore` stands for what its own interpreter has too.
IMPORTING = """
import site, sys
sys.path.insert(0, sys.argv[1] + "/python")
site.addsitedir(sys.argv[2])
import botocore
print(botocore.RELEASE)
"""


def packages(folder: Path, release: str) -> Path:
    """Of a layer with a module of its own."""
    built = folder / "a built layer" / "python"
    (built / "botocore").mkdir(parents=True, exist_ok=True)
    (built / "botocore" / "__init__.py").unlink(missing_ok=True)
    (built / "botocore" / "__init__.py").write_text(f"RELEASE = {release!r}\n", encoding="utf-8")
    return built


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def imported(layer: Path) -> str:
    site = layer / "python" / "lib" / f"python{MINOR}" / "site-packages"
    asked = [sys.executable, "-B", "-c", IMPORTING, str(layer), str(site)]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def test_what_is_deployed_leads_to_the_layer_as_it_was_built(tmp_path: Path) -> None:
    shared = tmp_path / "kept, and é"
    built = packages(tmp_path, "first")
    first = share(built, "1", MINOR, shared)
    assert (imported(first), names(shared / "1")) == ("first", ["botocore"])
    assert list(first.rglob("*.py")) == []


def test_processes_of_the_layer_before_keep_theirs_until_another_is_deployed(tmp_path: Path) -> None:
    shared = tmp_path / "layers"
    share(packages(tmp_path, "first"), "1", MINOR, shared)
    second = share(packages(tmp_path, "second"), "2", MINOR, shared)
    assert imported(second) == "second"
    assert "first" in (shared / "1" / "botocore" / "__init__.py").read_text(encoding="utf-8")
    remove_others("2", shared)
    assert names(shared) == ["2", "leading"]
    assert imported(share(packages(tmp_path, "second"), "2", MINOR, shared)) == "second"


def test_a_copy_that_was_not_finished_is_made_anew(tmp_path: Path) -> None:
    shared = tmp_path / "layers"
    (shared / "1.new" / "botocore").mkdir(parents=True)
    assert imported(share(packages(tmp_path, "first"), "1", MINOR, shared)) == "first"
