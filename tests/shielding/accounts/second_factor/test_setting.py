"""The second factor is switched off in the demo alone, and every page says so there."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.test import Client


def started(**given):
    """Return what a process of the product says of the setting, or why it does not start."""
    code = "from django.conf import settings as s; print(s.SECOND_FACTOR, end='')"
    demos = ("DEMO_CLOCK", "MAIL_FOLDER", "SECOND_FACTOR", "BEHIND_TLS_PROXY", "LOCAL_HTTP")
    kept = {name: value for name, value in os.environ.items() if name not in demos}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=kept | {"DJANGO_SETTINGS_MODULE": "shielding.settings"} | given,
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_on_and_switched_off_in_the_demo_alone(tmp_path):
    mails = {"MAIL_FOLDER": str(tmp_path), "LOCAL_HTTP": "1"}
    assert started().stdout == "True"
    assert started(SECOND_FACTOR="0", **mails).stdout == "False"
    for elsewhere in ({}, {"LOCAL_HTTP": "1"}, mails | {"BEHIND_TLS_PROXY": "1"}):
        refused = started(SECOND_FACTOR="0", **elsewhere)
        assert (refused.returncode, "in the demo only" in refused.stderr) == (1, True), elsewhere


@pytest.mark.django_db
def test_every_page_says_so(settings):
    for on, said in ((True, False), (False, True)):
        settings.SECOND_FACTOR = on
        page = Client().get("/sign-in/").content.decode()
        assert ("a password alone signs you in here" in page) is said
