"""Programs in the background."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from local import process
from local.process import begin, end_group

# In the group a child of one that is outside of it, and asks after no child.
ORPHANED = """
import os, time
if not os.fork():
    os.setpgid(0, 0)
    if child := os.fork():
        os.setpgid(child, os.getsid(0))
        print(os.getpid(), flush=True)
time.sleep(60)
"""

# Its first thread ends, which is also the one that would hear the signal.
HEADLESS = """
import ctypes, signal, threading, time
signal.signal(signal.SIGTERM, lambda *_: None)
threading.Thread(target=time.sleep, args=(20,)).start()
print(flush=True)
ctypes.CDLL(None).pthread_exit(None)
"""

needs_proc = pytest.mark.skipif(not Path("/proc/self").exists(), reason="only /proc tells that a process has ended")


@needs_proc
def test_a_group_has_ended_though_nobody_takes_note_of_it() -> None:
    with begin([sys.executable, "-c", ORPHANED], stdout=-1) as group:
        assert group.stdout
        parent = int(group.stdout.readline())
        try:
            began = time.monotonic()
            end_group(group.pid)
            assert time.monotonic() - began < 5
            os.killpg(group.pid, 0)
            assert group.returncode == -signal.SIGTERM
        finally:
            os.kill(parent, signal.SIGKILL)


@needs_proc
def test_a_process_without_its_first_thread_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "STOP_SECONDS", 0.3)
    with begin([sys.executable, "-c", HEADLESS], stdout=-1) as group:
        assert group.stdout
        group.stdout.readline()
        end_group(group.pid)
        assert group.returncode == -signal.SIGKILL
