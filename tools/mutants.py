"""Mutation testing of the rooms that decide: ``python -m tools.mutants [ROOM …]`` (``make mutants``), with mutmut.

Every room's mutants are tried by its unit tests, and what survives those by its property tests and the contract tests
of its rules, in stages. mutmut finds a package in ``src`` alone, so it works on a copy of the repository in
``.local/mutants``. A survivor that changes nothing a test could see is explained in ``mutants.toml``. A room's outcome
is kept beside its copy, and every run writes those of all rooms into ``docs/reliability.md``, each with the commit that
it was found at: all rooms together take longer than anyone waits. A run that was ended goes on where it stood, and a
room whose outcome was found on the code and tests as they are is not tried again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any, Final

from local.workspace import ROOT

WORKSHOP: Final = ROOT / ".local" / "mutants"
PYTHON: Final = ROOT / ".local" / "venvs" / "mutants" / "bin" / "python"
TRIALS: Final = Path(__file__).with_name("mutant_trials.py")
EXPLAINED: Final = Path(__file__).with_suffix(".toml")
REPORT: Final = ROOT / "docs" / "reliability.md"
START: Final = "<!-- mutants: written by `make mutants` -->"
END: Final = "<!-- end of mutants -->"
# So many examples of each property are tried on a mutant: a wrong decision shows in the first ones or seldom.
EXAMPLES: Final = 10
# Without the search for the simplest example that fails: nobody reads it.
QUICKLY: Final = f"max_examples={EXAMPLES}, phases=[Phase.explicit, Phase.generate]"
# mutmut's own `show`, for many at once: it takes seconds to start.
SHOW: Final = r"""
import sys
from mutmut.__main__ import show
for name in sys.argv[1:]:
    show.callback(name)
    print(end="\0")
"""
# mutmut's exit codes of a mutant that every test passed, that no test reached, that was not tried; all others mean that
# a test failed or never ended.
SURVIVED: Final = (0, 33, None)
UNSEEN: Final = 0
GOAL: Final = 90


@dataclass(frozen=True)
class Room:
    """`files` of the package `commerce`; `stages` of tests, each tried on what those before it let through."""

    files: Sequence[str]
    stages: Sequence[Sequence[str]]


ROOMS: Final = {
    "pricing": Room(["pricing/*"], [["tests/unit/pricing"], ["tests/property/pricing"]]),
    "orders": Room(
        ["orders/rules.py"],
        [
            ["tests/unit/orders"],
            ["tests/contract/orders/test_lines.py"],
            [
                "tests/contract/orders/test_gifts.py",
                "tests/contract/orders/test_gift_clients.py",
                "tests/contract/orders/test_catalogue_ids.py",
                "tests/contract/orders/test_exactness.py",
                "tests/property/orders",
            ],
        ],
    ),
    "organizations": Room(
        ["organizations/rules.py"],
        [
            ["tests/unit/organizations"],
            ["tests/property/organizations", "tests/contract/organizations/test_update.py"],
        ],
    ),
    "profiles": Room(
        ["profiles/rules.py"],
        [
            ["tests/unit/profiles"],
            ["tests/contract/profiles/test_members.py", "tests/contract/profiles/test_registration.py"],
            ["tests/property/profiles"],
        ],
    ),
    "shopper_types": Room(["shopper_types/rules.py"], [["tests/unit/shopper_types"], ["tests/property/shopper_types"]]),
    "addresses": Room(["addresses/rules.py"], [["tests/unit/addresses"], ["tests/unit/profiles", "tests/unit/orders"]]),
    "visitors": Room(["visitors/rules.py"], [["tests/unit/visitors", "tests/contract/visitors"]]),
    "identity": Room(
        ["identity/*"],
        [
            ["tests/unit/identity"],
            [
                "tests/contract/auth/test_store_login.py",
                "tests/contract/auth/test_store_sessions.py",
                "tests/contract/auth/test_internal_sessions.py",
                "tests/contract/auth/test_small_holes.py",
            ],
            [
                "tests/contract/auth",
                "tests/contract/profiles/test_guard.py",
                "tests/contract/profiles/test_passwords.py",
            ],
        ],
    ),
    "storage": Room(
        ["storage/writes.py", "storage/retry.py"],
        [["tests/unit/storage"], ["tests/concurrency/test_orders.py", "tests/concurrency/test_profiles.py"]],
    ),
}


@dataclass(frozen=True)
class Survivor:
    """A mutant that no test noticed: the function, its line as it is and as the mutant has it."""

    function: str
    line: str
    mutant: str


@dataclass(frozen=True)
class Outcome:
    """What was tried at the repository's `commit`, whose code and tests have this `digest`; `left` survived."""

    commit: str
    digest: str
    mutants: int
    left: Sequence[Survivor]

    @property
    def killed(self) -> int:
        return self.mutants - len(self.left)

    @property
    def explained(self) -> Sequence[tuple[Survivor, str]]:
        """Those that change nothing, with the reason."""
        return [(each, reason) for each in self.left if (reason := _reason(each)) is not None]

    @property
    def survivors(self) -> Sequence[Survivor]:
        """Those that a test should have noticed."""
        return [each for each in self.left if _reason(each) is None]

    @property
    def score(self) -> float:
        """Killed or explained, in percent."""
        return 100 * (self.mutants - len(self.survivors)) / self.mutants


def tried(room: Room, workshop: Path, processes: int, *, again: bool) -> Outcome:
    """Run all mutants of a room, in a folder that is made anew unless this very code was being tried there.

    `again`: where nothing but tests and their helpers were added, only what survived.
    """
    commit, code, digest = _commit(), _digest("layers/"), _digest("layers/", "tests/", room=room)
    done = workshop / "done"
    known = done.read_text(encoding="utf-8").split() if done.exists() else ["", "", "0"]
    if known[:2] != [code, digest]:
        if again and known[0] == code:
            _mend(room, workshop)
            _forget_survivors(room, workshop)
        else:
            shutil.rmtree(workshop, ignore_errors=True)
        _copy(workshop)
        known = [code, digest, "0"]
        done.write_text(" ".join(known), encoding="utf-8")
    _mend(room, workshop)
    for stage in range(int(known[2]), len(room.stages)):
        codes = _codes(room, workshop)
        if not codes or None in codes.values():
            _run(room, workshop, room.stages[stage], processes)
        if stage + 1 < len(room.stages):
            _forget_survivors(room, workshop)
        done.write_text(f"{code} {digest} {stage + 1}", encoding="utf-8")
    codes = _codes(room, workshop)
    return Outcome(commit, digest, len(codes), _shown([name for name in codes if codes[name] in SURVIVED], workshop))


def _copy(workshop: Path) -> None:
    """What git knows of, with the package where mutmut looks for it."""
    for name in _files():
        (workshop / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, workshop / name)
    shutil.copytree(workshop / "layers" / "commerce" / "commerce", workshop / "src" / "commerce", dirs_exist_ok=True)
    for test in (workshop / "tests").rglob("*.py"):
        text = test.read_text(encoding="utf-8")
        few = re.sub(r"max_examples=\d+", f"max_examples={EXAMPLES}", text)
        few = re.sub(r'register_profile\("commerce"', rf"\g<0>, {QUICKLY}", few)
        if QUICKLY in few:
            few = few.replace("from hypothesis import settings", "from hypothesis import Phase, settings")
        if few != text:
            test.write_text(few, encoding="utf-8")


def _files() -> list[str]:
    """What git knows of and would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return sorted(name for name in set(listed.stdout.splitlines()) if (ROOT / name).is_file())


def _commit() -> str:
    """The last one that changed code or tests."""
    asked = subprocess.run(
        ["git", "log", "-1", "--format=%h", "--", "layers", "tests"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return asked.stdout.strip()


def _digest(*folders: str, room: Room | None = None) -> str:
    """Of the files in the folders as they are, committed or not, and of what of a room is tried on what."""
    digest = hashlib.sha256(repr(room).encode())
    for name in _files():
        if name.startswith(folders):
            digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes())
    return digest.hexdigest()


def _run(room: Room, workshop: Path, tests: Sequence[str], processes: int) -> None:
    """Try the mutants of which nothing is known yet. Raises SystemExit when mutmut could not."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    text = text.replace('pythonpath = ["layers/commerce", "."]', 'pythonpath = ["src", "."]')
    text = text.replace(', "--no-loadscope-reorder"', "")  # xdist's, which mutmut's processes stand in for
    copied = sorted(path.name for path in workshop.iterdir() if path.name not in ("src", "mutants", "tests"))
    settings = {
        "source_paths": ["src"],
        "only_mutate": [f"src/commerce/{pattern}" for pattern in room.files],
        "also_copy": copied,
        "use_git_change_detection": False,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    (workshop / "pyproject.toml").write_text(text + "\n[tool.mutmut]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    done = subprocess.run(
        [PYTHON, TRIALS, str(processes), *tests], cwd=workshop, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])


def _codes(room: Room, workshop: Path) -> dict[str, int | None]:
    """Mutant → how its tests ended."""
    codes: dict[str, int | None] = {}
    for file in _records(room, workshop):
        codes.update(json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"])
    return codes


def _forget_survivors(room: Room, workshop: Path) -> None:
    """So that they are tried again, but for those that no test can see."""
    left = [name for name, code in _codes(room, workshop).items() if code in SURVIVED]
    unseen = {name for name, each in zip(left, _shown(left, workshop), strict=True) if _reason(each) is not None}
    for file in _records(room, workshop):
        known = json.loads(file.read_text(encoding="utf-8"))
        for name, code in known["exit_code_by_key"].items():
            if code in SURVIVED:
                known["exit_code_by_key"][name] = UNSEEN if name in unseen else None
        file.write_text(json.dumps(known), encoding="utf-8")


def _mend(room: Room, workshop: Path) -> None:
    """Where the run was ended while a record was written, mutmut makes the file's mutants anew."""
    for file in _records(room, workshop):
        try:
            json.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            file.with_suffix("").unlink()
            file.unlink(missing_ok=True)


def _records(room: Room, workshop: Path) -> list[Path]:
    """What mutmut keeps beside each of the room's files, as it changed them."""
    source = workshop / "mutants" / "src" / "commerce"
    names = sorted(str(file.relative_to(source)) for file in source.rglob("*.py"))
    return [source / f"{name}.meta" for name in names if any(fnmatch(name, pattern) for pattern in room.files)]


def _shown(names: Sequence[str], workshop: Path) -> list[Survivor]:
    shown = subprocess.run(
        [PYTHON, "-c", SHOW, *names], cwd=workshop, capture_output=True, text=True, check=True
    ).stdout
    return [_survivor(name, text) for name, text in zip(names, shown.split("\0"), strict=False)]


def _survivor(name: str, shown: str) -> Survivor:
    changes = {sign: re.search(rf"^\{sign}(?!\{sign})\s*(.*)$", shown, re.MULTILINE) for sign in "-+"}
    function = re.sub(r"\.x[_ǁ]|ǁ", ".", name.partition("__mutmut_")[0])
    line, mutant = (found[1] if found else "" for found in changes.values())
    return Survivor(function, line, mutant)


def _reason(survivor: Survivor) -> str | None:
    """Why no test can see the mutant, None where nothing is known of it."""
    known = _explained()
    for entry in known["unseen"]:
        if (entry["function"], entry["line"]) == (survivor.function, survivor.line) and survivor.mutant in entry[
            "mutants"
        ]:
            return str(entry["because"])
    for rule in known["anywhere"]:
        lines = [re.sub(r",\s*\)", ")", re.sub(rule["without"], "", text)) for text in (survivor.line, survivor.mutant)]
        if lines[0] == lines[1]:
            return str(rule["because"])
    return None


@cache
def _explained() -> Mapping[str, list[dict[str, Any]]]:
    return tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))


def report(outcomes: dict[str, Outcome]) -> str:
    """Markdown: the table, then what survived and why the rest of it cannot be seen."""
    rows = [
        f"| {name} | `{outcome.commit}` | {outcome.mutants} | {outcome.killed} | {len(outcome.explained)} "
        f"| {len(outcome.survivors)} | {outcome.score:.1f} % |"
        for name, outcome in outcomes.items()
    ]
    whole = Outcome(
        "", "",
        sum(outcome.mutants for outcome in outcomes.values()),
        [each for outcome in outcomes.values() for each in outcome.left],
    )  # fmt: skip
    rows.append(
        f"| **all** | | {whole.mutants} | {whole.killed} | {len(whole.explained)} | {len(whole.survivors)} "
        f"| {whole.score:.1f} % |"
    )
    return "\n".join(
        [
            "| Room | at commit | mutants | killed | explained | survived | killed or explained |",
            "|---|---|---:|---:|---:|---:|---:|",
            *rows,
            "",
            "Survivors, and why others cannot be seen:",
            "",
            *_listed([(each, "") for each in whole.survivors] + list(whole.explained)),
        ]
    )


def _listed(survivors: Iterable[tuple[Survivor, str]]) -> list[str]:
    return [
        f"- `{each.function}`: `{each.line}` → `{each.mutant}`" + (f": {reason}" if reason else "")
        for each, reason in survivors
    ]


def _kept(room: str) -> Path:
    return WORKSHOP / f"{room}.json"


def _keep(outcome: Outcome, kept: Path) -> None:
    whole = kept.with_suffix(".new")
    whole.write_text(json.dumps(asdict(outcome)), encoding="utf-8")
    whole.replace(kept)


def _read(kept: Path) -> Outcome:
    found = json.loads(kept.read_text(encoding="utf-8"))
    return Outcome(**found | {"left": [Survivor(**each) for each in found["left"]]})


def main() -> None:
    """Try the rooms, write the report of all that were ever tried here."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"of {', '.join(ROOMS)}; all if none is named")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="at once (%(default)s)")
    parser.add_argument("--again", action="store_true", help="only what survived, where nothing but tests were added")
    asked = parser.parse_args()
    if unknown := set(asked.rooms) - ROOMS.keys():
        parser.error(f"there is no room {', '.join(sorted(unknown))}")
    for name in asked.rooms or ROOMS:
        kept = _kept(name)
        if not kept.exists() or _read(kept).digest != _digest("layers/", "tests/", room=ROOMS[name]):
            _keep(tried(ROOMS[name], WORKSHOP / name, asked.processes, again=asked.again), kept)
        outcome = _read(kept)
        print(f"{name}: {outcome.mutants} mutants, {outcome.score:.1f} % killed or explained", flush=True)
        print("\n".join(_listed((each, "") for each in outcome.survivors)), flush=True)
    outcomes = {name: _read(_kept(name)) for name in ROOMS if _kept(name).exists()}
    text = REPORT.read_text(encoding="utf-8")
    before, after = text.partition(START)[0], text.partition(END)[2]
    REPORT.write_text(f"{before}{START}\n\n{report(outcomes)}\n\n{END}{after}", encoding="utf-8")
    if any(outcome.score < GOAL for outcome in outcomes.values()):
        sys.exit(f"fewer than {GOAL} % of a room's mutants are killed or explained")


if __name__ == "__main__":
    main()
