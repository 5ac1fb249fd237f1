"""Programs in the background."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from local.process import begin, end_group

# In the group a child of one that is outside of it, and asks after no child.
PROGRAM = """
import os, time
if not os.fork():
    os.setpgid(0, 0)
    if child := os.fork():
        os.setpgid(child, os.getsid(0))
        print(os.getpid(), flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only /proc tells that a process has ended")
def test_a_group_has_ended_though_nobody_takes_note_of_it() -> None:
    with begin([sys.executable, "-c", PROGRAM], stdout=-1) as group:
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
