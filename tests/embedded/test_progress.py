"""A line at least every few seconds, and the last words of a step that failed."""

import sys

import pytest

from shielding.embedded import progress


def test_a_long_step_keeps_saying_that_it_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert progress.PATIENCE < 5
    monkeypatch.setattr(progress, "PATIENCE", 0.1)
    said = progress.step("Waiting", [sys.executable, "-c", "import time; time.sleep(1); print(7)"])
    lines = capsys.readouterr().out.splitlines()
    assert (said, lines[0]) == ("7\n", "-> Waiting")
    assert len(lines) > 4


def test_a_failed_step_shows_its_last_words() -> None:
    with pytest.raises(progress.Trouble) as caught:
        progress.step("Trying", [sys.executable, "-c", "print('why'); raise SystemExit(3)"])
    assert str(caught.value) == "Trying: failed.\n   | why"


def test_waiting_has_an_end() -> None:
    with pytest.raises(progress.Trouble, match="Hoping: gave up after 0 s"):
        progress.wait_until(lambda: False, "Hoping", at_most=0.1)
