"""A stand-in for the base image of a Python runtime of Lambda, made from what this machine has.

It holds a CPython of the runtime's minor version, Amazon's runtime client (awslambdaric), the libraries that both are
linked to, and a shell; SAM adds Amazon's runtime interface emulator. A function finds what it finds on Lambda: the same
folders, variables, event loop and order of imports. The operating system is this machine's, not Amazon Linux.
"""

import hashlib
import io
import os
import platform
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from layer_build.interpreter import find_interpreter
from local.workspace import ROOT, StepFailedError, say

REQUIREMENTS = ROOT / "requirements" / "runtime.txt"
LABEL = "commerce.recipe"
# SAM's own steps on top of the image call these.
PROGRAMS = ("sh", "chmod", "cp", "mv", "rm")
# What wheels may take for granted on every Linux (PEP 600) and what looks up names.
ASSUMED = (
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libnss_dns.so.2",
    "libnss_files.so.2",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libstdc++.so.6",
    "libutil.so.1",
)
# Of the interpreter's folder: what no function needs.
LEFT_OUT = re.compile(
    r"share|include|.*\.a|.*/__pycache__/.*\.opt-[12]\.pyc"
    r"|lib/python3[^/]*/(test|idlelib|tkinter|turtledemo|ensurepip|config-.*|site-packages/.*|lib-dynload/_(tkinter|test).*)"
)
VARIABLES = {
    "LANG": "C.UTF-8",
    "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
    "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
    "LAMBDA_TASK_ROOT": "/var/task",
    "LAMBDA_RUNTIME_DIR": "/var/runtime",
}
# The emulator starts it for each environment; the names of layers' folders are those that Lambda documents.
BOOTSTRAP = """#!/bin/sh
export AWS_EXECUTION_ENV=AWS_Lambda_python{minor}
export PYTHONPATH=/var/task:/opt/python/lib/python{minor}/site-packages:/opt/python:/var/runtime
exec /var/lang/bin/python{minor} -m awslambdaric "$_HANDLER"
"""
ACCOUNTS = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/group": "root:x:0:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
}
FOLDERS = {"opt": 0o755, "tmp": 0o1777, "var/task": 0o755, "var/rapid": 0o755}


def name_of(minor: str) -> str:
    """The image that SAM asks for on this machine."""
    architecture = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
    return f"public.ecr.aws/lambda/python:{minor}-{architecture}"


def make(minor: str, settings: Mapping[str, str]) -> None:
    """Gives the engine that `settings` point at the image, unless it has one of this recipe.

    Raises StepFailedError, or SystemExit when there is no CPython of that version here.
    """
    interpreter = find_interpreter(minor)
    recipe = _recipe(interpreter)
    inspected = subprocess.run(
        ["docker", "image", "inspect", "--format", f'{{{{index .Config.Labels "{LABEL}"}}}}', name_of(minor)],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    if inspected.stdout.strip() == recipe:
        return
    with tempfile.TemporaryDirectory() as scratch:
        runtime = Path(scratch) / "runtime"
        _run(
            [
                ROOT / ".venv/bin/uv",
                "pip",
                "install",
                "--quiet",
                "--no-config",
                "--require-hashes",
                "--only-binary",
                ":all:",
                "--python",
                interpreter,
                "--target",
                runtime,
                "-r",
                REQUIREMENTS,
            ]
        )
        archive = Path(scratch) / "image.tar"
        with tarfile.open(archive, "w") as image:
            _fill(image, minor, interpreter, runtime)
        changes = [
            f"ENV {' '.join(f'{name}={value}' for name, value in VARIABLES.items())}",
            "WORKDIR /var/task",
            f"LABEL {LABEL}={recipe}",
        ]
        options = [option for change in changes for option in ("--change", change)]
        docker(settings, "import", *options, str(archive), name_of(minor))
    _remove_derived(settings)
    say(f"image {name_of(minor)} made")


def docker(settings: Mapping[str, str], *arguments: str) -> str:
    """What a command of Docker's prints. Raises StepFailedError."""
    return _run(["docker", *arguments], settings)


def _remove_derived(settings: Mapping[str, str]) -> None:
    """SAM keeps an image of its own over the base image and looks at its name only."""
    listed = docker(settings, "image", "ls", "--format", "{{.Repository}}:{{.Tag}}").split()
    if derived := [name for name in listed if "rapid-" in name]:
        docker(settings, "image", "rm", "--force", *derived)


def _recipe(interpreter: str) -> str:
    version = _run([interpreter, "-VV"])
    parts = [Path(__file__).read_bytes(), REQUIREMENTS.read_bytes(), version.encode()]
    return hashlib.sha256(b"\n".join(parts)).hexdigest()[:16]


def _fill(image: tarfile.TarFile, minor: str, interpreter: str, runtime: Path) -> None:
    prefix = Path(_run([interpreter, "-c", "import sys; print(sys.base_prefix)"]).strip())
    for folder, mode in FOLDERS.items():
        _add_folder(image, folder, mode)
    for name, text in ACCOUNTS.items():
        _add_text(image, name, text, 0o644)
    _add_text(image, "var/runtime/bootstrap", BOOTSTRAP.format(minor=minor), 0o755)
    _add_tree(image, prefix, "var/lang")
    _add_tree(image, runtime, "var/runtime")
    programs = [_found(name) for name in PROGRAMS]
    for name, path in zip(PROGRAMS, programs, strict=True):
        image.add(path.resolve(), f"bin/{name}")
    linked = [prefix / "bin" / f"python{minor}", *programs, *prefix.rglob("*.so"), *runtime.rglob("*.so*")]
    libraries = _libraries(linked)
    (system,) = {library.parent for library in libraries if library.name == "libc.so.6"}
    libraries |= {system / name for name in ASSUMED if (system / name).exists()}
    for library in sorted(libraries):
        if not library.is_relative_to(prefix):
            image.add(library.resolve(), str(library).lstrip("/"))


def _libraries(programs: Iterable[Path]) -> set[Path]:
    """The shared libraries that programs and extension modules are linked to, as the loader finds them here."""
    found = set()
    for program in programs:
        listed = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=False).stdout
        found |= {Path(path) for path in re.findall(r"(/\S+) \(0x", listed)}
    return found


def _add_tree(image: tarfile.TarFile, folder: Path, place: str) -> None:
    for path in _files(folder):
        image.add(path, f"{place}/{path.relative_to(folder)}", recursive=False)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = str(path.relative_to(folder))
        if not any(LEFT_OUT.fullmatch(part) for part in _beginnings(inside)):
            yield path


def _beginnings(path: str) -> list[str]:
    """``a/b/c`` → a, a/b, a/b/c."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _add_folder(image: tarfile.TarFile, name: str, mode: int) -> None:
    folder = tarfile.TarInfo(name)
    folder.type, folder.mode = tarfile.DIRTYPE, mode
    image.addfile(folder)


def _add_text(image: tarfile.TarFile, name: str, text: str, mode: int) -> None:
    content = text.encode()
    file = tarfile.TarInfo(name)
    file.size, file.mode = len(content), mode
    image.addfile(file, io.BytesIO(content))


def _found(program: str) -> Path:
    path = shutil.which(program)
    if not path:
        raise StepFailedError(f"The image needs `{program}`, which this machine does not have.")
    return Path(path)


def _run(command: Iterable[str | Path], settings: Mapping[str, str] | None = None) -> str:
    asked = [str(part) for part in command]
    done = subprocess.run(asked, env=os.environ | (settings or {}), capture_output=True, text=True, check=False)
    if done.returncode:
        raise StepFailedError(f"{done.stdout}{done.stderr}\nThe command above failed: {' '.join(asked)}")
    return done.stdout
