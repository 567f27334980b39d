"""The field that the guard reads, and the command that says what the guard says."""

import json
import os
import subprocess
import sys

import pytest

from brokerage.fields import GuardedForm, GuardedText
from shielding.accounts.fields import ORDINARY, Form
from tests.house.code import ROOT


class Asked(GuardedForm, Form):
    reason = GuardedText(label="Why do you need contact?")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("07700 900123", "Your reason seems to include a phone number. Remove it."),
        ("x@y.com SW1A 1AA", "Your reason seems to include an email address and a postcode. Remove"
         " them."),
        ("x" * 301, "Use 300 characters or fewer"),
        ("a\x00b", ORDINARY),
        ("a\u202eb", ORDINARY),
    ],
)  # fmt: skip
def test_what_is_refused_is_named_and_never_repeated(typed, said):
    form = Asked({"reason": typed})
    assert form.errors == {"reason": [said]}
    assert form.questioned == {}


def test_a_form_knows_kinds_and_no_text():
    refused = Asked({"reason": "Mr Smith, 07700 900123"})
    assert refused.refused == {"reason": ("phone",)}
    asked = Asked({"reason": "To plan with Mr Smith \U0001f642"})
    assert (asked.is_valid(), asked.refused) == (True, {})
    assert asked.questioned == {"reason": ("title",)}
    plain = Asked({"reason": "continuity of care"})
    assert (plain.is_valid(), plain.questioned, plain.refused) == (True, {}, {})


def inspected(lines: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run the command where no database can be reached."""
    return subprocess.run(
        [sys.executable, "manage.py", "inspect_text"],
        input=lines,
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
        capture_output=True,
        check=False,
    )


def test_the_command_answers_line_for_line_without_the_text():
    done = inspected(
        b'{"text": "ring 07700 900123"}\n{"text": "we met Mr Smith"}\n{"text": "hi"}\n'
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"verdict": "refused", "kinds": ["phone"]},
        {"verdict": "questioned", "kinds": ["title"]},
        {"verdict": "passed", "kinds": []},
    ]


@pytest.mark.parametrize(
    "bad", [b"canary", b"", b'["canary"]', b'{"text": 7}', b'{"canary": "x"}', b"\xff"]
)
def test_a_bad_line_is_named_by_its_number_alone(bad):
    done = inspected(b'{"text": "hi"}\n' + bad + b"\n")
    assert done.returncode == 2
    assert b"Line 2:" in done.stderr
    assert b"canary" not in done.stderr
