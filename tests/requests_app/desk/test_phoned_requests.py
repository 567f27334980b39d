"""Requests that are phoned in, families that ask the council directly, and bad input to both."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from logbook.models import Entry
from logbook.reading import facts_of
from logbook.references import new_reference
from requests_app.desk import actions, phoned_requests
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from shielding import clock
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.holds import actions as hold_actions
from shielding.holds import letting_go
from shielding.models import Hold, Record
from shielding.notices import delivery
from shielding.notices.models import Notice
from shielding.unshield import other_ends
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import a_phoned_request, born_with_the_form
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import NOW, a_number, a_request
from tests.support.shielded_records import GONE

pytestmark = pytest.mark.django_db
PHONED, REDIRECTED = "/desk/phoned/", "/desk/redirected/"


def a_call(**changed):
    number = a_number()
    return {
        "reference": born_with_the_form(),
        "number": number,
        "number_again": f" {number[:4].lower()} {number[4:]}",
        "ground": "asylum",
        "caller": "gp",
        "email": "",
        "service": "",
    } | changed


def test_a_caller_without_account_stands_through_their_service():
    service, member = a_service("Elm Surgery"), an_iw_member()
    call = a_call(service=service.code)
    page = at_desk(member).post(PHONED, call, follow=True)
    request = Request.objects.get()
    assert page.redirect_chain == [(f"/desk/requests/{request.reference}/", 302)]
    assert "Attest that the record is shielded" in main(page)
    assert (request.reference, request.caller, request.logged_by) == (
        call["reference"].partition(":")[0],
        "gp",
        member,
    )
    assert (request.hold.source, request.hold.service) == (None, service)
    assert Record.objects.get().number_in_clear() == call["number"]


def test_a_practitioner_is_found_by_their_exact_address_and_asked_to_confirm():
    person = a_practitioner(email="sam.carter@council.example")
    call = a_call(caller="practitioner", email=" Sam.Carter@Council.Example ")
    at_desk(an_iw_member()).post(PHONED, call)
    request = Request.objects.get()
    # The service stands in until they confirm: the call may be somebody else's.
    assert (request.practitioner, request.hold.source) == (person, None)
    assert request.hold.service == person.service
    assert Notice.objects.get(recipient=person).kind == "confirm_phoned"


def test_who_could_not_be_asked_while_suspended_is_asked_once_they_are_back():
    """What was mailed, or is done by now, is not asked again."""
    person, member = a_practitioner(), an_iw_member()

    def away_and_back() -> str:
        suspending.suspend(person, by=member, now=now)
        delivery.deliver(now)
        suspending.reactivate(person, by=member, now=now)
        return asked.get().fate

    asked = Notice.objects.filter(kind="confirm_phoned")
    at_desk(member).post(PHONED, a_call(caller="practitioner", email=person.email))
    now = timezone.now()
    assert away_and_back() == "queued"
    delivery.deliver(now + timedelta(minutes=1))
    assert away_and_back() == "sent"
    asked.update(fate="overtaken")
    practitioner_actions.disown_phoned(Request.objects.get(), by=person, now=now)
    assert away_and_back() == "overtaken"


def came(at: datetime) -> dict[str, int]:
    """Return what is typed for a call that came in then."""
    at = at.astimezone(clock.LONDON)
    parts = {"day": at.day, "month": at.month, "year": at.year, "hour": at.hour}
    return {f"came_at_{name}": part for name, part in (parts | {"minute": at.minute}).items()}


def test_when_the_call_came_in_and_when_it_was_entered_are_two_moments():
    person, member = a_practitioner(), an_iw_member(name="Indra Member")
    came_at = (timezone.now() - timedelta(days=3)).replace(second=0, microsecond=0)
    call = a_call(caller="practitioner", email=person.email, **came(came_at))
    page = main(at_desk(member).post(PHONED, call, follow=True))
    request = Request.objects.get()
    entered = request.logged_at
    assert (request.submitted_at, request.hold.placed_at) == (came_at, entered)
    assert request.review.due == clock.today(came_at) + timedelta(days=7)
    assert request.review.consultations.get().asked_at == entered
    # Who is to confirm hears of it when it is entered, and has the working day after that.
    assert request.confirm_by == clock.next_working_day(clock.today(entered))
    for at, words in ((came_at, "Call came in {}"), (entered, "Entered {}, by Indra Member")):
        local = at.astimezone(clock.LONDON)
        time = f"{local:%I:%M%p}".lstrip("0").lower()
        assert words.format(f"{local.day} {local:%B %Y}, {time}") in page
    entries = Entry.objects.filter(reference=request.reference, event__contains="phoned")
    assert facts_of(entries.get())["came_at"] == came_at.isoformat()
    written = Entry.objects.filter(reference=request.reference).exclude(event="request_opened")
    assert set(written.values_list("at", flat=True)) == {entered}


def test_a_call_on_the_phone_now_came_in_as_it_was_entered():
    at_desk(an_iw_member()).post(PHONED, a_call(service=a_service().code))
    request = Request.objects.get()
    assert request.submitted_at == request.logged_at == request.hold.placed_at


@pytest.mark.behind_the_acts("what no act writes: PostgreSQL refuses it")
def test_a_call_that_came_in_after_it_was_entered_is_refused_by_the_database_too():
    at_desk(an_iw_member()).post(PHONED, a_call(service=a_service().code))
    after = timezone.now() + timedelta(minutes=1)
    with pytest.raises(IntegrityError, match="request_call_before_entered"), transaction.atomic():
        Request.objects.update(submitted_at=after)


BAD_MOMENTS = [
    ("31", "2", "2026", "10", "00"),
    ("1", "3", "26", "10", "00"),
    ("1", "3", "2026", "", ""),
    ("", "", "", "10", "00"),
    ("1", "3", "2026", "24", "00"),
    ("1", "3", "2026", "10", "60"),
    ("1", "3", "2026", "-1", "00"),
    ("1", "3", "2026", "1\x00", "00"),
    ("1", "3", "2026", "\u202e10", "00"),
    ("1", "3", "2026", "9" * 400, "00"),
    ("1", "3", "2199", "10", "00"),
    ("1", "3", "2020", "10", "00"),
]


def test_a_moment_that_cannot_be_is_said_beside_it_and_nothing_is_logged():
    browser, call = at_desk(an_iw_member()), a_call(service=a_service().code)
    names = [f"came_at_{name}" for name in ("day", "month", "year", "hour", "minute")]
    typed = [dict(zip(names, parts, strict=True)) for parts in BAD_MOMENTS]
    for given in (*typed, came(timezone.now() + timedelta(minutes=2)), {"came_at_day": "1"}):
        page = browser.post(PHONED, call | given)
        assert (page.status_code, 'id="id_came_at_error"' in page.content.decode()) == (200, True)
    assert (Request.objects.count(), Record.objects.count()) == (0, 0)


@pytest.mark.parametrize(("late", "taken"), [(7, True), (8, False), (-1, False)])
def test_a_call_is_entered_until_the_day_of_its_first_review_has_passed(late, taken):
    def log():
        return phoned_requests.log_phoned(
            reference=new_reference(),
            number=a_number(),
            ground="abuse",
            caller="gp",
            practitioner=None,
            service=a_service(),
            came_at=NOW - timedelta(days=late),
            by=an_iw_member(),
            now=NOW,
        )

    if taken:
        assert log().review.due == clock.today(NOW)
    else:
        with pytest.raises(WrongState, match="call_too_old"):
            log()
        assert Record.objects.count() == 0


def let_go(hold: Hold, by: User) -> None:
    letting_go.withdraw(hold, parting=GONE, by=by, now=timezone.now())


def in_error(hold: Hold, by: User) -> None:
    letting_go.take_back(hold, in_error=True, by=by, now=timezone.now())


def ended(hold: Hold, by: User) -> None:
    record = other_ends.propose_end(hold.record, code="died", by=by, now=timezone.now())
    given = {"seen": [hold.reference], "attested": True, "no_duplicate": True}
    other_ends.confirm_end(record, **given, by=an_iw_member(), now=timezone.now())


@pytest.mark.parametrize("is_theirs", [True, False], ids=["not confirmed yet", "disowned"])
@pytest.mark.parametrize("released", [let_go, in_error, ended], ids=lambda one: one.__name__)
def test_in_whose_name_it_was_phoned_hears_that_it_was_released(released, is_theirs):
    """Before they confirm they are nobody's source, and yet it is gone in their name."""
    person = a_practitioner(manager=a_practitioner())
    request = a_phoned_request(person)
    if ended is released:
        attest_applied(request)
    if not is_theirs:
        practitioner_actions.disown_phoned(request, by=person, now=timezone.now())
    Notice.objects.all().overtake()
    released(Hold.objects.get(reference=request.reference), an_iw_member())
    told = Notice.objects.owed().filter(mentions=request.reference)
    heard = {person.pk, person.line_manager_id} if is_theirs else set()
    assert set(told.values_list("recipient", flat=True)) == heard


def attest_applied(request: Request) -> None:
    given = {"checked_on": timezone.localdate(), "no_duplicate": True}
    hold_actions.attest_applied(request.hold, **given, by=an_iw_member(), now=timezone.now())


def test_sending_the_form_twice_finds_the_first():
    browser, call = at_desk(an_iw_member()), a_call(service=a_service().code)
    first, second = browser.post(PHONED, call), browser.post(PHONED, call)
    assert first.url == second.url
    assert (Request.objects.count(), Hold.objects.count()) == (1, 1)


def test_a_form_sent_again_with_anything_put_right_is_told_that_it_was_logged_as_it_was():
    member = an_iw_member(name="Indra Member")
    browser, person, came_in = at_desk(member), a_practitioner(), timezone.now() - timedelta(days=1)
    gp = a_call(service=a_service().code)
    of_account = a_call(caller="practitioner", email=person.email, **came(came_in))
    for call, others in (
        (
            gp,
            (
                {"ground": "abuse"},
                {"caller": "police"},
                {"service": a_service().code},
                {"caller": "practitioner", "email": person.email},
                came(came_in),
            ),
        ),
        (
            of_account,
            (
                {"email": a_practitioner(service=person.service).email},
                {"caller": "gp", "service": person.service.code},
                came(came_in - timedelta(minutes=1)),
            ),
        ),
    ):
        logged = browser.post(PHONED, call).url
        before = Request.objects.order_by("id").values().last()
        for other in others:
            page = browser.post(PHONED, call | other)
            assert (page.status_code, other) == (409, other)
            assert "the request stands as it was logged first" in main(page)
            assert "Indra Member logged a phoned request" in main(page)
        assert browser.post(PHONED, call).url == logged
        assert Request.objects.order_by("id").values().last() == before
    assert Hold.objects.count() == 2


def test_the_reference_is_born_with_the_form():
    browser = at_desk(an_iw_member())
    born = [
        re.search(r'name="reference" value="(IW-[^":]+)', browser.get(PHONED).content.decode())[1]
        for _ in range(2)
    ]
    assert born[0] != born[1]


def test_only_a_reference_born_with_the_form_is_taken():
    taken, service = a_request(), a_service()
    for reference in (taken.reference, taken.record.reference, new_reference()):
        page = at_desk(an_iw_member()).post(
            PHONED, a_call(service=service.code, reference=reference)
        )
        assert page.status_code == 200
        assert "Open this page again" in main(page)
    assert Hold.objects.count() == 1


def test_a_colleagues_form_is_not_sent_again():
    call = a_call(service=a_service().code)
    at_desk(an_iw_member()).post(PHONED, call)
    page = at_desk(an_iw_member()).post(PHONED, call)
    assert page.status_code == 409
    assert Hold.objects.count() == 1


def test_a_practitioner_who_already_asks_is_not_asked_twice():
    request = a_request()
    number = request.record.number_in_clear()
    call = a_call(
        number=number, number_again=number, caller="practitioner", email=request.practitioner.email
    )
    page = at_desk(an_iw_member()).post(PHONED, call)
    assert page.status_code == 409
    assert "This practitioner already asks for this record." in main(page)


def test_an_address_nobody_has_is_said_beside_the_field():
    suspended = a_practitioner(is_active=False)
    for email in ("nobody@council.example", suspended.email, an_auditor().email):
        page = at_desk(an_iw_member()).post(PHONED, a_call(caller="practitioner", email=email))
        assert page.status_code == 200
        assert "No practitioner with an account has this email address" in main(page)
    assert Request.objects.count() == 0


def test_numbers_that_differ_are_said_beside_the_second():
    call = a_call(number_again=a_number(), service=a_service().code)
    page = at_desk(an_iw_member()).post(PHONED, call)
    assert 'id="id_number_again_error"' in page.content.decode()
    assert "The two numbers are not the same" in main(page)


@pytest.mark.parametrize(
    ("field", "needed"),
    [
        ("number", {}),
        ("number_again", {}),
        ("ground", {}),
        ("caller", {}),
        ("service", {"caller": "police"}),
        ("email", {"caller": "practitioner"}),
    ],
)
@pytest.mark.parametrize(
    "value", ["", "x" * 5000, "a\x00b", "\u202ecod", "\u200b", "1", "[]", "<b>", "SV-ZZZZ"]
)
def test_bad_input_is_said_beside_its_field(field, needed, value):
    call = a_call(service=a_service().code) | needed | {field: value}
    page = at_desk(an_iw_member()).post(PHONED, call)
    assert page.status_code == 200
    assert "There is a problem" in main(page)
    assert f'id="id_{field}_error"' in page.content.decode()
    assert Request.objects.count() == 0


@pytest.mark.parametrize("value", ["", "x", "\x00", "IW-0000-0000", "x" * 5000])
def test_a_form_without_its_reference_is_to_be_opened_again(value):
    call = a_call(service=a_service().code, reference=value)
    page = at_desk(an_iw_member()).post(PHONED, call)
    assert page.status_code == 200
    assert "There is a problem" in main(page)
    assert Request.objects.count() == 0


def test_a_closed_service_takes_no_call():
    closer = an_iw_member()
    service = a_service(closed_at=timezone.now(), closed_by=closer)
    page = at_desk(closer).post(PHONED, a_call(service=service.code))
    assert 'id="id_service_error"' in page.content.decode()


def test_a_redirected_family_leaves_a_day_and_a_kind():
    member, day = an_iw_member(), timezone.localdate()
    answers = {"on_day": day.day, "on_month": day.month, "on_year": day.year, "kind": "teacher"}
    page = at_desk(member).post(REDIRECTED, answers, follow=True)
    assert "It is logged that the family was told" in main(page)
    entry = Entry.objects.get(event="family_redirected")
    assert facts_of(entry) == {"on": day.isoformat(), "kind": "teacher"}
    assert (entry.actor, entry.reference, entry.record) == (member.uid, "", "")


def test_of_a_redirected_family_no_day_to_come_is_kept_and_only_the_iw_team_keeps_one():
    now = timezone.now()
    given = {"on": clock.today(now), "kind": "teacher", "now": now}
    tomorrow = {"on": clock.today(now) + timedelta(days=1)}
    with pytest.raises(WrongState, match="in_future"):
        actions.redirect_family(**given | tomorrow, by=an_iw_member())
    with pytest.raises(NotAllowed):
        actions.redirect_family(**given, by=a_practitioner())
    assert not Entry.objects.filter(event="family_redirected").exists()


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"on_day": "1", "on_month": "1", "on_year": "2199", "kind": "teacher"},
        {"on_day": "1", "on_month": "13", "on_year": "2026", "kind": "teacher"},
        {"on_day": "\x00", "on_month": "1", "on_year": "2026", "kind": "teacher"},
        {"on_day": "1", "on_month": "1", "on_year": "2026", "kind": "\u202e"},
        {"on_day": "1", "on_month": "1", "on_year": "2026", "kind": "x" * 5000},
    ],
)
def test_bad_input_about_a_family_is_said_beside_its_field(answers):
    page = at_desk(an_iw_member()).post(REDIRECTED, answers)
    assert page.status_code == 200
    assert "There is a problem" in main(page)
    assert not Entry.objects.filter(event="family_redirected").exists()


@pytest.mark.parametrize("somebody", [a_practitioner, an_auditor, an_administrator])
@pytest.mark.parametrize("address", [PHONED, REDIRECTED, "/desk/many-requests/"])
def test_these_pages_are_the_iw_teams(somebody, address):
    browser = at_desk(somebody())
    assert browser.get(address).status_code == 403
    assert browser.post(address, {}).status_code == 403
