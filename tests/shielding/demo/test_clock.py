"""The demo's clock: moved on, never back, for everybody; and nothing else can move any clock."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from logbook.days import both_clocks, clock_now, london_day, real_now
from logbook.models import Entry
from logbook.reading import clock_moves, written_when
from logbook.sentences import lines
from logbook.writing import log_entry, log_entry_alone
from shielding.accounts.colleagues import MOST_A_DAY, TOO_OFTEN, named_by_email, note_nobody_named
from shielding.accounts.models import User
from shielding.demo.moving import keep_file, move_clock
from shielding.notices import delivery
from shielding.notices.timers import Timer
from shielding.operations.health import what_is_wrong
from shielding.tasks import ROUND, look
from shielding.web.refusals import WrongState
from tests.support.people import PASSWORD, a_practitioner, an_auditor, an_iw_member
from tests.worker.support.machines import ROOT
from tests.worker.support.notices import owe

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.shielding.demo.support.urls")]
MONTH, MINUTE = timedelta(days=28), timedelta(minutes=1)


@pytest.fixture
def file(settings, tmp_path):
    settings.DEMO_CLOCK = str(tmp_path / "clock")
    keep_file()
    return tmp_path / "clock"


def ahead():
    return round((clock_now() - timezone.now()) / timedelta(days=1), 3)


def press(step, seen):
    return Client().post("/demo/", {"step": step, "seen": str(seen)}, secure=True)


def test_a_day_a_week_and_a_month_move_it_on_and_the_banner_says_which_day(file):
    assert ahead() == 0
    assert press("day", 0).status_code == 302
    assert press("week", 1).status_code == 302
    assert (ahead(), file.read_text()) == (8, "8")
    assert press("month", 8).status_code == 302
    assert ahead() in {36, 37, 38, 39}
    day = london_day(clock_now())
    for address in ("/sign-in/", "/demo/", "/no-such-page/"):
        page = Client().get(address, secure=True).content.decode()
        assert f"In this demo it is {day:%A} {day.day} {day:%B} {day.year}" in page
    said = Entry.objects.filter(event="demo_clock_moved").order_by("id")
    assert [one.facts for one in said][:2] == [
        '{"ahead":1,"days":1}',
        '{"ahead":8,"days":7}',
    ]
    assert {one.actor for one in said} == {None}


def test_the_page_says_that_the_mail_of_a_day_goes_at_nine(file, monkeypatch):
    for hour, said in ((7, True), (9, False)):
        at = datetime(2026, 12, 1, hour, 30, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        assert ("It is earlier than that" in Client().get("/demo/").content.decode()) is said


PRESSED = """
import django, sys
django.setup()
from logbook.days import clock_now
from shielding.demo.moving import move_clock
from shielding.web.refusals import WrongState
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
try:
    sys.stdout.write(str(move_clock("week", seen=0, now=clock_now())))
except WrongState as error:
    sys.stdout.write(error.code)
"""


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_move_it_at_once_move_it_once(file):
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    env = {"DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}"}
    env |= {"DJANGO_SETTINGS_MODULE": "shielding.settings", "LOCAL_HTTP": "1"}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", PRESSED],
            env=os.environ | env | {"DEMO_CLOCK": str(file)},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert {one.stdout.readline() for one in both} == {"ready\n"}
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    assert sorted(one.communicate(timeout=60)[0] for one in both) == ["7", "clock_moved"]
    assert (file.read_text(), Entry.objects.filter(event="demo_clock_moved").count()) == ("7", 1)


def test_it_never_goes_back_nor_twice_by_one_press_nor_for_ever(file):
    file.write_text("8")
    for step, seen in (("day", 0), ("day", 9), ("week", 7)):
        press(step, seen)
    for step, seen in (("year", 8), ("-1", 8), ("", 8), ("day", -8), ("day", "x"), ("day", "")):
        assert press(step, seen).status_code == 404
    file.write_text("3650")
    with pytest.raises(WrongState):
        move_clock("day", seen=3650, now=clock_now())
    assert (ahead(), Entry.objects.filter(event="demo_clock_moved").count()) == (3650, 0)


@pytest.mark.parametrize("text", ["", "-3", "1.5", "a day"])
def test_a_file_of_anything_else_stops_everything_rather_than_put_the_clock_back(file, text):
    file.write_text(text)
    with pytest.raises(ValueError, match="number of days"):
        clock_now()


def test_without_its_entry_it_is_not_moved(file, monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")
    with pytest.raises(Exception, match="read-only"), transaction.atomic():
        move_clock("day", seen=0, now=clock_now())
    assert file.read_text() == "0"


def test_sessions_and_the_password_stay_on_real_time(file):
    person = an_iw_member()
    client = Client()
    client.post("/sign-in/", {"login": person.email, "password": PASSWORD}, secure=True)
    file.write_text("400")
    assert client.get("/", secure=True).status_code == 200
    assert client.get("/people/add/", secure=True).status_code == 200


def test_the_watch_over_the_tasks_stays_on_real_time_and_finds_them_stopped(file):
    file.write_text("400")
    for name in ROUND:
        look(name, *both_clocks())
    assert abs(Timer.objects.get(name="deliver_mail").last_run_at - real_now()) < MINUTE
    file.write_text("430")
    assert what_is_wrong(clock_now()) == []
    assert what_is_wrong(clock_now() + timedelta(minutes=11)) == ["timer"]


def test_one_worker_has_a_mail_for_five_real_minutes(file):
    owe("item_changed", "IW-AAAA-AAAA", a_practitioner())
    delivery.gather(clock_now())
    assert delivery.claim(clock_now())
    file.write_text("30")
    assert delivery.claim(clock_now()) is None
    assert delivery.claim(clock_now() + 6 * MINUTE)


def written(at):
    with transaction.atomic():
        log_entry("signed_in", by=an_iw_member(), at=at)
    return Entry.objects.newest_first().first()


def test_an_entry_may_be_as_far_ahead_as_the_clock_was_and_no_further(file, settings):
    before = written(real_now())
    early = written(real_now() + timedelta(days=7))
    move_clock("week", seen=0, now=clock_now())
    late = written(clock_now())
    false = written(clock_now() - timedelta(days=3))
    assert [one.is_misdated for one in lines([before, early, late, false])] == [
        False,
        True,
        False,
        True,
    ]
    # The days that an auditor asks for are the demo's: of those that were leapt over, nothing.
    now = real_now()
    assert abs(written_when(now + timedelta(days=3)) - now) < MINUTE
    assert written_when(now + timedelta(days=8)) == now + timedelta(days=1)
    assert written_when(now - timedelta(days=1)) == now - timedelta(days=1)
    # Where there is no demo, an entry of it excuses nothing and moves nothing.
    settings.DEMO_CLOCK = ""
    assert lines([late])[0].is_misdated
    assert written_when(now) == now
    with pytest.raises(WrongState):
        move_clock("day", seen=0, now=clock_now())
    assert ahead() == 0


def test_a_lost_file_stops_everything_until_the_demo_is_started_again(file):
    move_clock("week", seen=0, now=clock_now())
    file.unlink()
    with pytest.raises(ValueError, match="number of days"):
        clock_now()
    keep_file()
    assert (ahead(), file.read_text()) == (7, "7")
    file.write_text("8")
    keep_file()
    assert ahead() == 8


def test_what_an_entry_of_a_move_says_is_trusted_as_far_as_it_can_be_read(file):
    """Somebody with the database's password wrote entries; and a process was stopped once."""
    unread = [{}, {"days": 1}, {"days": 1, "ahead": "x"}, {"days": 1, "ahead": 10**30}]
    unread += [{"days": 1, "ahead": None}, {"days": 1, "ahead": -4}, {"days": 0, "ahead": 9}]
    move_clock("day", seen=0, now=clock_now())
    for facts in unread:
        _written_behind("demo_clock_moved", json.dumps(facts, separators=(",", ":")))
    _written_behind("demo_clock_moved", "[1")
    # Its entry was written, its file was not.
    log_entry_alone("demo_clock_moved", by=None, at=clock_now(), days=30, ahead=31)
    move_clock("week", seen=1, now=clock_now())
    assert [by.days for _, by in clock_moves()] == [1, 8]
    auditor = Client()
    auditor.force_login(an_auditor())
    assert auditor.get("/logbook/", secure=True).status_code == 200


def _written_behind(event, facts):
    """Write an entry as only somebody with the database's password does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO logbook_entry (schema, salt, at, role, service, event, reference, record,"
            " facts) VALUES (1, decode(repeat('5a', 16), 'hex'), now(), '', '', %s, '', '', %s)",
            [event, facts],
        )


def test_a_look_that_the_clock_leaps_in_takes_no_mail_twice(file):
    owe("item_changed", "IW-AAAA-AAAA", a_practitioner())
    now, real = both_clocks()
    delivery.gather(now)
    move_clock("month", seen=0, now=now)
    assert delivery.claim(now, real)
    assert delivery.claim(*both_clocks()) is None
    look("deliver_mail", now, real)
    assert Timer.objects.get(name="deliver_mail").last_run_at == real


def test_who_tried_too_many_addresses_is_kept_out_for_a_real_day(file):
    person = a_practitioner()
    for _ in range(MOST_A_DAY):
        note_nobody_named(by=person, now=clock_now())
    move_clock("week", seen=0, now=clock_now())
    with pytest.raises(ValidationError, match=TOO_OFTEN):
        named_by_email("who@council.example", User.objects.all(), by=person, now=clock_now())


def started(**given):
    code = "import django; django.setup(); import sys; from shielding.urls import urlpatterns as u;"
    code += "from logbook.days import days_ahead as d;"
    code += "sys.stdout.write(f'{any(str(p.pattern) == \"demo/\" for p in u)} {d()}')"
    kept = {name: value for name, value in os.environ.items() if name != "DEMO_CLOCK"}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=kept | {"DJANGO_SETTINGS_MODULE": "shielding.settings"} | given,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_outside_the_demo_there_is_no_such_page_and_the_setting_stops_the_start(file):
    file.write_text("9")
    assert started().stdout == "False 0"
    assert started(LOCAL_HTTP="1", DEMO_CLOCK=str(file)).stdout == "True 9"
    for councils in ({}, {"LOCAL_HTTP": "1", "BEHIND_TLS_PROXY": "1"}):
        refused = started(DEMO_CLOCK=str(file), **councils)
        assert (refused.returncode, "DEMO_CLOCK lets everybody" in refused.stderr) == (1, True)
