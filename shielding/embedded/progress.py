"""What the person at the terminal sees while the commands work: a line at least every 5 seconds.

Only the standard library, because it is needed before anything is installed.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PATIENCE = 4  # seconds between two lines of one long step
TAIL = 15  # lines of a failed step's output that are shown


class Trouble(Exception):
    """A sentence for the person at the terminal: what is wrong and what to do about it."""


def say(line: str) -> None:
    """Print one line at once, also when the output is a pipe or a log file."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def wait_until(done: Callable[[], bool], what: str, *, at_most: float, pause: float = 0.05) -> None:
    """Return when `done()` is true; say every few seconds what is waited for.

    Raises Trouble when it takes longer than `at_most` seconds.
    """
    started = told = time.monotonic()
    while not done():
        now = time.monotonic()
        if now - started > at_most:
            raise Trouble(f"{what}: gave up after {at_most:.0f} s.")
        if now - told >= PATIENCE:
            say(f"   {what} … {now - started:.0f} s")
            told = now
        time.sleep(pause)


def step(
    what: str,
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    at_most: float = 1800,
) -> str:
    """Run one quiet step, saying its name and that it is still going; return what it printed.

    Raises Trouble with the last lines of its output when it fails.
    """
    say(f"-> {what}")
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until(lambda: process.poll() is not None, what, at_most=at_most)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        output.seek(0)
        printed = output.read().decode(errors="replace")
    if process.returncode:
        tail = "\n".join(f"   | {line}" for line in printed.splitlines()[-TAIL:])
        raise Trouble(f"{what}: failed.\n{tail}")
    return printed
