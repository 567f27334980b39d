"""A worker that hears nothing ends itself, so that whoever keeps it starts it again.

A worker that lost Redis in the middle of an acknowledgement was met alive and idle for ever: no
task came, no error, no end. Beat speaks every minute, so silence says that a worker is deaf (or
that Redis is away, and then a new worker loses nothing either).
"""

import os
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

DEAF = 70  # the status it ends with: EX_SOFTWARE


def patience() -> float:
    """Return after how many seconds of silence a worker is deaf: two of beat's rounds, and some."""
    return float(2 * settings.TICK_SECONDS + 30)


class Watchdog:
    """When a worker last heard of a task, and what is done when that is too long ago."""

    def __init__(self, end: Callable[[int], Any] = os._exit) -> None:
        self.last_heard, self.end = time.monotonic(), end

    def hear(self, **_: object) -> None:
        """Note that a task arrived."""
        self.last_heard = time.monotonic()

    def watch(self, **_: object) -> None:
        """Begin to look, beside the worker, whether it still hears."""
        self.hear()
        threading.Thread(target=self._look, name="watchdog", daemon=True).start()

    def _look(self) -> None:
        while time.monotonic() - self.last_heard < patience():
            time.sleep(1)
        # Not asked to stop: a worker that is stuck would not. Nothing it owes is only in it.
        self.end(DEAF)
