"""Tries the mutants of a room, run in its workshop by the Python that has mutmut: ``trials.py PROCESSES TEST…``.

mutmut starts pytest anew for every mutant, which takes longer than the tests that notice it. Here one session collects
the tests and passes them once, to see how long each takes and which functions it runs through; then every mutant is
tried in a fork of it until a test fails: first those that noticed others of the function, then the quickest. Verdicts
go where mutmut keeps its own.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Any, Final

import pytest
from mutmut.__main__ import copy_also_copy_files, copy_src_dir, create_mutants, setup_source_paths
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.utils.format_utils import mangled_name_from_mutant_name

SURVIVED, KILLED, NO_TESTS = 0, 1, 33
# Processor seconds that a mutant's tests may take beyond ten times of what they take without it, and how long they may
# stand still.
PATIENCE: Final = 5
STANDSTILL: Final = 600


class Trials:
    """A pytest plugin that runs the tests many times: `records` hold the mutants, tried where nothing is known."""

    def __init__(self, records: Sequence[SourceFileMutationData], processes: int) -> None:
        self.records = records
        self.processes = processes
        self.seconds: dict[pytest.Item, float] = {}
        self.tests: dict[str, list[pytest.Item]] = {}
        self.running: dict[int, tuple[SourceFileMutationData, str, int]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        set_mutant_under_test("stats")
        hits = state()._stats  # noqa: SLF001  # the functions that were called: mutmut has no other name for them
        following: list[Any] = [*session.items[1:], session]
        for item, next_item in zip(session.items, following, strict=True):
            began = time.process_time()
            hits.clear()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=next_item)
            self.seconds[item] = time.process_time() - began
            for function in hits:
                self.tests.setdefault(function, []).append(item)
        set_mutant_under_test("")
        for through in self.tests.values():
            through.sort(key=lambda test: self.seconds[test])
        gc.freeze()  # what is there stays shared with the forks
        if session.testsfailed or os.waitpid(self.fork(session, "", session.items)[0], 0)[1]:
            raise session.Failed("the tests fail without any mutant")
        for record in self.records:
            for name in [name for name, code in record.exit_code_by_key.items() if code is None]:
                tests = self.tests.get(mangled_name_from_mutant_name(name))
                if not tests:
                    self.decide(record, name, NO_TESTS)
                    continue
                while len(self.running) >= self.processes:
                    self.wait()
                pid, noticed = self.fork(session, name, tests)
                self.running[pid] = record, name, noticed
        while self.running:
            self.wait()
        return True

    def fork(self, session: pytest.Session, name: str, tests: Sequence[pytest.Item]) -> tuple[int, int]:
        """The process that tries a mutant, and where it says which test failed; it ends with 0 if none does."""
        noticed, says = os.pipe()
        pid = os.fork()
        if pid:
            os.close(says)
            return pid, noticed
        code = KILLED
        try:
            seconds = PATIENCE + ceil(10 * sum(self.seconds[test] for test in tests))
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            signal.alarm(STANDSTILL)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            set_mutant_under_test(name)
            following: list[Any] = [*tests[1:], session]
            for at, (item, next_item) in enumerate(zip(tests, following, strict=True)):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=next_item)
                if session.testsfailed:
                    os.write(says, str(at).encode())
                    break
            else:
                code = SURVIVED
        finally:
            os._exit(code)

    def wait(self) -> None:
        """The verdict of the next mutant that has one; a process that ended by a signal never came to an end itself."""
        pid, status = os.wait()
        if pid not in self.running:
            return
        record, name, noticed = self.running.pop(pid)
        with os.fdopen(noticed) as pipe:
            at = pipe.read()
        if at:
            tests = self.tests[mangled_name_from_mutant_name(name)]
            tests.insert(0, tests.pop(int(at)))
        self.decide(record, name, KILLED if status else SURVIVED)

    def decide(self, record: SourceFileMutationData, name: str, code: int) -> None:
        record.exit_code_by_key[name] = code
        record.save()


def main() -> int:
    """Make the mutants where that was not done, and try them. 0 = all have a verdict."""
    processes, tests = int(sys.argv[1]), sys.argv[2:]
    set_mutant_under_test("mutant_generation")
    copy_src_dir()
    copy_also_copy_files()
    setup_source_paths()
    create_mutants(processes)
    records = []
    for file in sorted(Path("mutants").rglob("*.py.meta")):
        # Its place is told relative to the folder of the workshop, where it is saved too.
        record = SourceFileMutationData(path=file.relative_to("mutants").with_suffix(""))
        record.meta_path = file.absolute()
        record.load()
        records.append(record)
    os.chdir("mutants")
    options = ["--rootdir=.", "--assert=plain", "--tb=native", "-q", "-x", "-s", "-p", "no:cacheprovider"]
    return int(pytest.main([*options, *tests], plugins=[Trials(records, processes)]))


if __name__ == "__main__":
    sys.exit(main())
