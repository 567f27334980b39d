"""The demo's mails: files that a page shows, and only where the demo says so."""

import os
import subprocess
import sys

import pytest
from django.test import Client
from django.utils import timezone

from shielding.notices import delivery
from tests.support import people
from tests.worker.support.machines import ROOT
from tests.worker.support.notices import owe

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    settings.MAIL_FOLDER = str(tmp_path / "mail")
    settings.EMAIL_BACKEND = "shielding.notices.demo_mailbox.Folder"
    return tmp_path / "mail"


def test_what_is_sent_is_a_file_and_is_shown(folder):
    person = people.a_practitioner()
    assert "Nothing was mailed yet" in Client().get("/demo/mail/").content.decode()
    owe("item_changed", "IW-AAAA-AAAA", person)
    delivery.deliver(timezone.now())
    [file] = folder.iterdir()
    assert (file.suffix, folder.stat().st_mode & 0o777) == (".eml", 0o700)
    assert person.email in Client().get("/demo/mail/").content.decode()
    page = Client().get(f"/demo/mail/{file.stem}/").content.decode()
    assert "IW-AAAA-AAAA" in page
    assert '<a href="http://127.0.0.1:8000/"' in page


def test_a_mail_without_a_date_is_of_when_it_was_written(folder):
    folder.mkdir()
    name = "20260105-090000-000000-invented"
    (folder / f"{name}.eml").write_text("To: pat@council.example\nSubject: Hello\n\nText\n")
    for address in ("/demo/mail/", f"/demo/mail/{name}/"):
        page = Client().get(address).content.decode()
        assert "Mon, 05 Jan 2026 09:00:00 +0000" in page
        assert "None" not in page


@pytest.mark.parametrize("name", ["nothing", "20260105-090000-000000-x", "..%2Fsecrets", "a.eml"])
def test_nothing_else_is_shown(folder, name):
    folder.mkdir()
    (folder.parent / "secrets.eml").write_text("To: nobody")
    assert Client().get(f"/demo/mail/{name}/").status_code == 404


def started(**given):
    """Load the product's settings in a process of its own, with these variables."""
    kept = {key: value for key, value in os.environ.items() if key not in ("MAIL_FOLDER",)}
    code = "import django; django.setup(); from shielding.accounts.urls import urlpatterns as u;"
    code += "import sys; sys.stdout.write(str('demo_mails' in [p.name for p in u]))"
    return subprocess.run(
        [sys.executable, "-c", code],
        env=kept | {"DJANGO_SETTINGS_MODULE": "shielding.settings"} | given,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_pages_have_an_address_in_the_demo_alone(tmp_path):
    assert started().stdout == "False"
    assert started(LOCAL_HTTP="1", MAIL_FOLDER=str(tmp_path)).stdout == "True"


def test_a_council_cannot_show_its_mails_by_a_slip(tmp_path):
    refused = started(MAIL_FOLDER=str(tmp_path))
    assert (refused.returncode, "LOCAL_HTTP only" in refused.stderr) == (1, True)


@pytest.mark.parametrize("given", ["nobody", "a@council.example,b c@council.example", "Ann <a@b>"])
def test_a_duty_mailbox_that_is_no_address_stops_the_start_and_is_not_shown(given):
    refused = started(DUTY_MAILBOXES=given)
    assert (refused.returncode, "DUTY_MAILBOXES must be email" in refused.stderr) == (1, True)
    assert given.rpartition(",")[2] not in refused.stderr


def test_several_duty_mailboxes_are_allowed_each_counted_once():
    one, two = "iw.duty@council.example", "iw.nights@council.example"
    assert started(DUTY_MAILBOXES=f"{one}, {two},{one}").returncode == 0


@pytest.mark.parametrize("seconds", ["0", "61"])
def test_the_worker_is_woken_at_least_every_minute(seconds):
    refused = started(TICK_SECONDS=seconds)
    assert (refused.returncode, "TICK_SECONDS must be" in refused.stderr) == (1, True)


def test_a_sender_s_name_is_one_line():
    refused = started(MAIL_SENDER_NAME="IW Team\r\nBcc: all@council.example")
    assert (refused.returncode, "MAIL_SENDER_NAME must be one line" in refused.stderr) == (1, True)
