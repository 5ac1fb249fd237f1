"""Ctrl-C, a closed terminal and a request to end are one thing, and happen once."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 130


@contextlib.contextmanager
def raised() -> Iterator[None]:
    """Within, the first of them is a KeyboardInterrupt; from then on, and afterwards, all are ignored.

    What follows puts things in order, and is not to be disturbed.
    """
    for number in INTERRUPTS:
        signal.signal(number, _raise)
    try:
        yield
    finally:
        _ignore()


@contextlib.contextmanager
def postponed() -> Iterator[None]:
    """Within, they wait: what is begun here is noted before it is interrupted."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[signal.Signals] = []

    def wait(number: int, frame: FrameType | None) -> None:
        del frame
        waiting.append(signal.Signals(number))

    handlers = {number: signal.signal(number, wait) for number in INTERRUPTS}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for arrived in waiting:
            signal.raise_signal(arrived)


def leave() -> NoReturn:
    """Ends this program as an interrupted one, at once: a Python that shuts down hears signals as if it never did."""
    sys.stdout.flush()
    os._exit(INTERRUPTED)


def _raise(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    _ignore()
    raise KeyboardInterrupt


def _ignore() -> None:
    # Not SIG_IGN: of two that come at once the second would find it, and Python writes that to the terminal.
    for number in INTERRUPTS:
        signal.signal(number, lambda *_: None)
