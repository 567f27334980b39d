"""A worker that gets no task any more ends itself, so that its supervisor starts it again.

It has happened that a worker lost Redis in the middle of an acknowledgement, and then stayed
alive and idle for ever, without any error. Beat sends a task every minute. So a long silence means
that the worker is cut off, or that Redis is away; in both cases a new worker loses nothing.
"""

import os
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

DEAF = 70  # the status it ends with: EX_SOFTWARE


def patience() -> float:
    """Return after how many seconds without a task a worker ends: two rounds of beat and more."""
    return float(2 * settings.TICK_SECONDS + 30)


class Watchdog:
    """Knows when a worker last got a task, and ends the worker when that is too long ago."""

    def __init__(self, end: Callable[[int], Any] = os._exit) -> None:
        self.last_heard, self.end = time.monotonic(), end

    def hear(self, **_: object) -> None:
        """Note that a task arrived."""
        self.last_heard = time.monotonic()

    def watch(self, **_: object) -> None:
        """Start a thread beside the worker that looks whether tasks still arrive."""
        self.hear()
        threading.Thread(target=self._look, name="watchdog", daemon=True).start()

    def _look(self) -> None:
        while time.monotonic() - self.last_heard < patience():
            time.sleep(1)
        # It is ended, not asked to stop: a worker that is stuck would not stop. All that is still
        # to be done is in the database, so nothing is lost with it.
        self.end(DEAF)
