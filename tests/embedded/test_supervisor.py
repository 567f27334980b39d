"""Whatever `make run` started ends with it, also when nobody is left to tell it so."""

import os
import signal
import subprocess
import sys

from shielding.embedded.supervisor import end_with

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_whose_parent_was_killed_before_it_asked_does_not_begin() -> None:
    first = end_with(os.getppid(), signal.SIGKILL)  # not who starts it: that one is gone
    assert subprocess.Popen(SLEEP, preexec_fn=first).wait(30) == 1  # noqa: PLW1509 - as it is there
