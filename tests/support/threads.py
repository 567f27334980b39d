"""Threads that do something at the same time, and must have ended within a minute."""

import threading
import time

AT_MOST = 60  # seconds


def run_together(*threads: threading.Thread) -> None:
    """Start these and wait for their ends. Fails, and names who still runs, after a minute."""
    for thread in threads:
        thread.daemon = True  # one that hangs does not keep the tests from ending
        thread.start()
    have_ended(*threads)


def have_ended(*threads: threading.Thread) -> None:
    """Wait for the ends of these. Fails, and names who still runs, after a minute."""
    until = time.monotonic() + AT_MOST
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    still = [thread.name for thread in threads if thread.is_alive()]
    assert not still, f"still running after {AT_MOST} seconds: {', '.join(still)}"
