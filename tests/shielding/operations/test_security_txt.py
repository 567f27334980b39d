"""Whoever found a weakness reads whom to tell; without an address there is nothing to read."""

import os
import subprocess
import sys
from datetime import datetime, timedelta

from django.test import Client

from logbook.days import real_now
from shielding.operations.security_txt import GOOD_FOR

PATH = "/.well-known/security.txt"


def test_it_names_the_council_s_own_address_and_when_to_ask_again(settings):
    settings.SITE_URL = "https://council.example/"
    before = real_now().replace(microsecond=0)
    answer = Client().get(PATH)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    said = dict(line.split(": ", 1) for line in answer.text.splitlines())
    expires = datetime.fromisoformat(said.pop("Expires"))
    assert timedelta() <= expires - before - GOOD_FOR < timedelta(minutes=1)
    assert said == {
        "Contact": "mailto:weakness@council.example",
        "Preferred-Languages": "en",
        "Canonical": f"https://council.example{PATH}",
    }
    settings.SECURITY_CONTACT = "https://council.example/weakness"
    assert "Contact: https://council.example/weakness\n" in Client().get(PATH).text
    settings.SECURITY_CONTACT = ""
    assert Client().get(PATH).status_code == 404


def test_a_contact_that_nobody_can_write_to_stops_the_start():
    said = subprocess.run(
        [sys.executable, "-c", "import shielding.settings"],
        env=os.environ | {"SECURITY_CONTACT": "http://council.example/"},
        capture_output=True,
        text=True,
    )
    assert (said.returncode, "SECURITY_CONTACT must be" in said.stderr) == (1, True)
