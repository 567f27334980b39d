"""Workers killed, Redis emptied and taken away, two beats: nothing lost, nothing needlessly twice.

Real processes on the test's own PostgreSQL. The full counts are `make soak`'s.
"""

import re
import subprocess
import time
from collections import Counter
from datetime import datetime
from email import message_from_bytes

import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from requests_app.models import Request
from shielding.notices import delivery
from shielding.notices.models import Mail, Notice
from shielding.operations.health import what_is_wrong
from shielding.operations.worker_watchdog import DEAF
from tests.support import people
from tests.support.requests import a_request
from tests.worker.support.machines import Engine, Listener, PostOffice, wait_for
from tests.worker.support.notices import MINUTE, all_sent, five_minutes_pass, many, owe
from tests.worker.support.smtp import SMTP

soak = pytest.mark.soak
DUTY = ("iw.duty@council.example", "iw.nights@council.example")


@pytest.mark.parametrize(
    ("owed", "kills", "flushes", "restarts"),
    [(50, 2, 1, 0), pytest.param(1000, 50, 20, 10, marks=soak)],
)
def test_killed_workers_and_an_emptied_redis_lose_nothing(
    engine: Engine, owed: int, kills: int, flushes: int, restarts: int
) -> None:
    engine.office.seconds_a_mail = 0.05
    everybody = many(owed)
    worker, _ = engine.worker(), engine.beat()
    pause = 0.5 if kills > 10 else 1.0
    for number in range(max(kills, flushes, restarts)):
        part = everybody[number * owed // kills : (number + 1) * owed // kills]
        owe("item_changed", "IW-AAAA-AAAA", *part)
        _in_the_middle_of_a_mail(engine.office, accepted=bool(number % 2))
        engine.kill(worker)
        if number < flushes:
            engine.flush_redis()
        if number < restarts:
            engine.stop_redis()
            time.sleep(pause)
            engine.start_redis()
        five_minutes_pass()
        worker = engine.worker()
    wait_for(lambda: _healed(), seconds=60 + owed)
    received = engine.office.received()
    assert set(received) == {person.email for person in everybody}
    assert engine.office.extras() <= kills
    assert len(engine.office.message_ids()) == Mail.objects.count() == owed
    print(f"R1: {owed} owed, {kills} kills: none lost, {engine.office.extras()} twice")


def _in_the_middle_of_a_mail(office: PostOffice, *, accepted: bool) -> None:
    """Return when the worker waits for an answer: before the mail is accepted, or just after."""
    begun, came = office.begun, len(office.mails)
    wait_for(lambda: len(office.mails) > came if accepted else office.begun > begun)


def _healed() -> bool:
    five_minutes_pass()
    time.sleep(1)
    return all_sent()


@pytest.mark.parametrize(("asked", "kills"), [(12, 3), pytest.param(500, 50, marks=soak)])
def test_killed_workers_and_two_beats_lose_no_duty_alert(
    engine: Engine, asked: int, kills: int
) -> None:
    """Requests to shield come while workers die: each is alerted to, in each mailbox, once."""
    engine.duty_mailboxes, engine.office.seconds_a_mail = ",".join(DUTY), 0.05
    worker, _ = engine.worker(), [engine.beat() for _ in range(2)]
    requests = []
    for number in range(kills):
        requests += [a_request(now=timezone.now()) for _ in range(asked // kills)]
        _in_the_middle_of_a_mail(engine.office, accepted=bool(number % 2))
        engine.kill(worker)
        five_minutes_pass()
        worker = engine.worker()
    wait_for(lambda: _alerted(requests), seconds=60 + asked)
    named = _named_once_in_each_mail(engine.office)
    assert named == {(box, one.reference): 1 for box in DUTY for one in requests}
    again = len(engine.office.mails) - len(engine.office.message_ids())
    assert again <= kills
    print(f"R1: {asked} requests to shield, {kills} kills: no alert lost, {again} mails twice")


@pytest.mark.parametrize(
    ("owed", "asked"),
    [(200, 20), pytest.param(10_000, 0, marks=soak), pytest.param(0, 1000, marks=soak)],
)
def test_after_a_standstill_two_beats_and_several_workers_send_nothing_twice(
    engine: Engine, owed: int, asked: int
) -> None:
    """Nobody looked for five hours: each person is mailed once, and of three alerts the last."""
    engine.duty_mailboxes = ",".join(DUTY)
    requests = [a_request(now=timezone.now() - 5 * 60 * MINUTE) for _ in range(asked)]
    everybody = many(owed) if owed else []
    owe("item_changed", "IW-AAAA-AAAA", *everybody)
    started = time.monotonic()
    for _ in range(2):
        engine.beat()
    for _ in range(2 if owed < 1000 else 4):
        engine.worker()
    wait_for(lambda: _told_of(requests), seconds=60 + owed / 10 + asked)
    took = time.monotonic() - started
    time.sleep(2 * engine.tick_seconds)  # whoever looks again finds nothing
    received = engine.office.received()
    to_people = {address: times for address, times in received.items() if address not in DUTY}
    assert to_people == {person.email: 1 for person in everybody}
    named = _named_once_in_each_mail(engine.office)
    alerted = {(box, one): times for (box, one), times in named.items() if box in DUTY}
    assert alerted == {(box, one.reference): 1 for box in DUTY for one in requests}
    assert len(engine.office.mails) == len(engine.office.message_ids())
    alerts = Notice.objects.filter(kind="to_shield").order_by("mailbox", "subject", "step")
    assert list(alerts.values_list("step", "fate")) == [
        (0, "overtaken"),
        (1, "overtaken"),
        (2, "sent"),
    ] * (asked * len(DUTY))
    print(f"R2: {owed} owed, {asked} to shield, two beats: no duplicate, {took:.0f} s")


def _alerted(requests: list[Request]) -> bool:
    """Whether every request was alerted to and nothing is owed; claims of the killed are over."""
    five_minutes_pass()
    time.sleep(0.5)
    return _told_of(requests)


def _told_of(requests: list[Request]) -> bool:
    """Whether every request was alerted to, and nobody is owed anything."""
    told = Notice.objects.filter(subject__in=[one.reference for one in requests], fate="sent")
    every = told.values("subject", "mailbox").distinct().count() == len(requests) * len(DUTY)
    return every and not Notice.objects.owed().exists()


def _named_once_in_each_mail(office: PostOffice) -> Counter[tuple[str, str]]:
    """Count in how many mails each reference came to each address; one that came twice is one."""
    mails = {str(message_from_bytes(raw)["Message-ID"]): (to, raw) for to, raw in office.mails}
    return Counter(
        (to, reference)
        for to, raw in mails.values()
        for reference in set(re.findall(r"IW-[A-Z0-9]{4}-[A-Z0-9]{4}", raw.decode()))
    )


@pytest.mark.parametrize("away", [10, pytest.param(600, marks=soak)])
def test_while_redis_is_away_pages_work_and_afterwards_the_rest_is_sent(
    engine: Engine, away: int
) -> None:
    practitioner, member = people.a_practitioner(), people.an_iw_member()
    engine.kept_worker(), engine.beat()
    owe("item_changed", "IW-AAAA-AAAA", practitioner)
    wait_for(all_sent)
    engine.stop_redis()
    until, answers, number = time.monotonic() + away, [], 0
    client = Client()
    client.force_login(member)
    while time.monotonic() < until:
        number += 1
        if number % 10 == 1:
            a_request(practitioner, now=timezone.now())
        owe("item_changed", f"IW-BBBB-{number:04}", practitioner, member)
        answers += [client.get(page).status_code for page in ("/", reverse("desk_queue"))]
        time.sleep(0.2)
    assert set(answers) == {200}
    assert Notice.objects.filter(fate="queued").count() >= number
    engine.start_redis()
    started = time.monotonic()
    wait_for(all_sent, seconds=120)
    took = time.monotonic() - started
    print(f"R3: {len(answers)} pages, the backlog sent {took:.0f} s after Redis was back")


@pytest.mark.parametrize("owed", [200, pytest.param(1_000, marks=pytest.mark.soak)])
def test_one_bad_address_among_many_keeps_nobody_else_waiting(
    transactional_db: None, office: PostOffice, owed: int
) -> None:
    everybody, now = many(owed), timezone.now()
    bad = everybody[owed // 2]
    office.refuses.add(bad.email)
    owe("item_changed", "IW-AAAA-AAAA", *everybody, now=now)
    with override_settings(EMAIL_BACKEND=SMTP, EMAIL_HOST="127.0.0.1", EMAIL_PORT=office.port):
        for attempt in range(1, 9):
            call = now if attempt == 1 else now + attempt * 61 * MINUTE
            _deliver_everything(call)
            fate = Notice.objects.get(recipient=bad).fate
            assert fate == ("failed" if attempt < 8 else "given_up")
        _deliver_everything(now + 600 * MINUTE)
    assert set(office.received().values()) == {1}
    assert len(office.mails) == owed - 1
    assert Mail.objects.get(recipient=bad).attempt == 8
    [visible] = Notice.objects.exclude(fate="sent")
    assert (visible.recipient, visible.fate) == (bad, "given_up")


def _deliver_everything(now: datetime) -> None:
    """Look until nothing is due: on a busy machine one look may not do."""
    delivery.deliver(now)
    while Mail.objects.due(now, now).exists():
        delivery.deliver(now)


def test_a_mail_server_that_is_away_costs_nobody_a_try(
    transactional_db: None, office: PostOffice
) -> None:
    owe("item_changed", "IW-AAAA-AAAA", *many(3))
    now = timezone.now()
    office.close()
    with override_settings(EMAIL_BACKEND=SMTP, EMAIL_HOST="127.0.0.1", EMAIL_PORT=office.port):
        for minute in range(12):
            delivery.deliver(now + minute * MINUTE)
        assert set(Mail.objects.values_list("fate", "attempt")) == {("queued", 0)}
        assert "mail" in what_is_wrong(now + 12 * MINUTE)
        office.open()
        delivery.deliver(now + 12 * MINUTE)
    assert all_sent()
    assert len(office.mails) == 3


def test_the_canary_is_in_no_mail_no_message_and_no_log(engine: Engine) -> None:
    canary = "Canary7f3a"
    service = people.a_service(name=f"{canary} School")
    manager = people.a_practitioner(service=service, name=f"{canary} Manager")
    person = people.a_practitioner(service=service, manager=manager, name=f"{canary} Person")
    request = a_request(person, number="CP73570001", supporter=manager)
    engine.office.refuses.add(manager.email)
    with Listener(engine) as listener:
        engine.worker(), engine.beat()
        owe("item_changed", request.reference, person, manager)
        Client().post(reverse("account_reset_password"), {"email": person.email})
        wait_for(lambda: len(engine.office.mails) == 2)
        wait_for(lambda: Notice.objects.filter(recipient=manager, fate="failed").exists())
    assert "deliver_mail" in listener.said  # it was listening
    for place in (listener.said, engine.log(), *[str(raw) for _, raw in engine.office.mails]):
        assert canary.lower() not in place.lower()
        assert "CP73570001" not in place
    assert person.email not in listener.said + engine.log()


def test_a_worker_or_beat_that_stops_is_told_within_ten_minutes_and_drain_alone_delivers(
    engine: Engine, settings
) -> None:
    worker, beat = engine.worker(), engine.beat()
    wait_for(lambda: what_is_wrong(timezone.now()) == [])
    assert Client().get("/health/ready").json() == {"status": "ok"}
    engine.kill(worker), engine.kill(beat)
    owe("item_changed", "IW-AAAA-AAAA", people.a_practitioner())
    assert what_is_wrong(timezone.now() + 9 * MINUTE) == []
    assert what_is_wrong(timezone.now() + 11 * MINUTE) == ["timer", "mail"]
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        SMTP,
        "127.0.0.1",
        engine.office.port,
    )
    call_command("drain")
    assert all_sent()
    assert len(engine.office.mails) == 1
    assert what_is_wrong(timezone.now() + 9 * MINUTE) == []


def test_without_redis_one_process_does_the_round_again_and_again(engine: Engine) -> None:
    round_after_round = engine.drain("--every", "1")
    for number in range(2):
        owe("item_changed", f"IW-AAAA-AAA{number}", people.a_practitioner())
        wait_for(lambda number=number: len(engine.office.mails) == number + 1)
    assert round_after_round.poll() is None


def test_a_worker_that_hears_nothing_ends_and_one_that_hears_does_not(engine: Engine) -> None:
    """Both at once, each with a Redis of its own; the one that hears has worked for longer."""
    other = Engine(engine.office)
    try:
        other.start_redis()
        hearing, beat = other.worker(), other.beat()
        wait_for(lambda: what_is_wrong(timezone.now()) == [])
        deaf = engine.worker()
        assert deaf.wait(90) == DEAF
        with pytest.raises(subprocess.TimeoutExpired):
            hearing.wait(5)
        assert beat.poll() is None
    finally:
        other.end()
