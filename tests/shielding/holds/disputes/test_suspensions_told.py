"""Who is told of a suspension; the mail and its link, which answers the same in any state."""

import re
import time
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.signing import TimestampSigner, b62_encode
from django.test import Client
from django.utils import timezone

from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.accounts.suspensions import SuspensionTold
from shielding.notices import delivery, told_links
from shielding.notices.models import Notice
from tests.requests_app.support.desk import main
from tests.shielding.holds.disputes.support.suspensions import HOUR, LATER, in_state
from tests.support import hand_overs
from tests.support.attempts import almost_too_often
from tests.support.entries import entries
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import NOW
from tests.support.shielded_records import DAY

pytestmark = pytest.mark.django_db


def told_of(person: User) -> set[User]:
    return {one.person for one in SuspensionTold.objects.filter(suspension__person=person)}


def test_the_person_and_their_manager_are_told_at_once(stopped):
    assert told_of(stopped.source) == {stopped.source, stopped.manager}
    owed = Notice.objects.filter(kind="suspension").values_list("mentions", "due_at", "fate")
    assert list(owed) == [(stopped.suspension.reference, stopped.suspended_at, "queued")] * 2


@pytest.mark.parametrize(("days", "hears"), [(27, True), (28, False)])
def test_whoever_managed_them_in_the_last_28_days_is_told(days, hears):
    service, member = a_service(), an_iw_member()
    before, since = a_practitioner(service=service), a_practitioner(service=service)
    person = a_practitioner(service=service, manager=before)
    directory.set_line_manager(person, since, by=member, now=NOW)
    suspending.suspend(person, by=member, now=NOW + days * DAY)
    assert told_of(person) == {person, since} | ({before} if hears else set())


@pytest.mark.parametrize("whom", [an_iw_member, an_auditor, an_administrator])
def test_of_any_other_role_the_person_is_told_as_well(whom):
    person, manager = whom(), an_iw_member()
    if person.is_iw:
        person.line_manager = manager
        person.save()
    suspending.suspend(person, by=an_administrator(), now=NOW)
    assert told_of(person) == {person} | ({manager} if person.is_iw else set())
    letter = mailed(person)[0]
    assert "/suspended/" in letter.body


def test_each_suspension_is_told_anew(stopped):
    suspending.reactivate(stopped.source, by=stopped.third, now=NOW + 2 * HOUR)
    suspending.suspend(stopped.source, by=stopped.third, now=NOW + 3 * HOUR)
    assert Notice.objects.filter(kind="suspension", recipient=stopped.source).count() == 2


def test_a_hand_over_afterwards_does_not_overtake_the_word_of_it(stopped):
    colleague = a_practitioner(service=stopped.service)
    hand_overs.hand_over(stopped.source, to=colleague, by=stopped.third, now=LATER)
    assert not Notice.objects.filter(kind="suspension").exclude(fate="queued").exists()


def mailed(person: User) -> tuple[Any, str]:
    """Deliver what is owed; return the letter this person got, and the path of its link."""
    delivery.deliver(timezone.now())
    letters = [one for one in outbox.outbox if one.to == [person.email]]
    (letter,) = [one for one in letters if "/suspended/" in one.body]
    links = set(re.findall(r"http://127\.0\.0\.1:8000(/suspended/\S+)", letter.body))
    assert len(links) == 1
    return letter, links.pop()


def test_a_suspended_person_says_so_without_signing_in_and_only_a_post_acts(stopped):
    link, browser = mailed(stopped.source)[1], Client()
    page = main(browser.get(link))
    assert "This is wrong" in page
    assert "was suspended" in page
    assert not stopped.suspension.is_disputed
    browser.post(link)
    assert stopped.suspension.disputed_by == stopped.source
    said = entries("suspension_disputed")
    assert [(actor, facts) for _, actor, facts in said] == [
        (
            str(stopped.source.uid),
            {"person": str(stopped.source.uid), "suspended_by": str(stopped.stopper.uid)},
        )
    ]


def test_the_mail_says_only_the_reference_and_where_to_go(stopped):
    letter, link = mailed(stopped.manager)
    whole = letter.body + letter.alternatives[0].content + letter.subject
    assert stopped.suspension.reference in whole
    hold, record = stopped.hold, stopped.record
    secrets = (hold.reference, record.reference, stopped.source.name, stopped.stopper.name, "abuse")
    for secret in secrets:
        assert secret not in whole
    assert letter.body.count("IW-") - letter.body.count(link) * link.count("IW-") == 1


def test_it_is_the_mail_of_a_hand_over_but_for_its_link(stopped):
    """Whoever looks over a shoulder learns no more from one than from the other."""
    letter, link = mailed(stopped.manager)
    told = letter.body.replace(link, "").replace(stopped.suspension.reference, "")
    outbox.outbox.clear()
    leaver = a_practitioner(service=stopped.service, manager=stopped.manager)
    colleague = a_practitioner(service=stopped.service)
    hand_overs.hand_over(leaver, to=colleague, by=an_iw_member(), now=timezone.now())
    delivery.deliver(timezone.now())
    (other,) = [one for one in outbox.outbox if one.to == [stopped.manager.email]]
    handed = re.sub(r"/changed-hands/\S+", "", other.body)
    assert re.sub(r"IW-\w{4}-\w{4}", "", handed) == told
    assert other.subject == letter.subject


def aged(reference: str, days: float, salt: str = "shielding.suspension") -> str:
    class Before(TimestampSigner):
        def timestamp(self) -> str:
            return b62_encode(int(time.time() - days * 24 * 3600))

    return Before(salt=salt).sign(reference)


def answers(token: str) -> list[Any]:
    """Return what a browser of its own gets: the page, and the answer to its button."""
    browser, link = Client(), f"/suspended/{token}/"
    pages = [browser.get(link), browser.post(link)]
    return [(page.status_code, main(page)) for page in pages]


def test_every_link_answers_alike_and_a_bad_one_does_nothing(stopped):
    good = stopped.told(stopped.source).reference
    bad = [
        "nonsense",
        f"{good}:1:x",
        aged(good, 28.1),
        aged(good, 0, salt="shielding.hand_over"),
        told_links.token_for("hand_over", good),
        told_links.token_for("suspension", "IW-ZZZZ-ZZZZ"),
        told_links.token_for("suspension", stopped.suspension.reference),
        good,
        "%00",
        "x" * 4000,
    ]
    found = [answers(token) for token in bad]
    assert not stopped.suspension.is_disputed
    first = answers(aged(good, 27.9))
    assert stopped.suspension.disputed_by == stopped.source
    again = answers(told_links.token_for("suspension", good))
    assert all(one == first for one in [*found, again])
    assert len(entries("suspension_disputed")) == 1


def test_a_link_of_a_suspension_says_nothing_of_a_hand_over(stopped):
    colleague = a_practitioner(service=stopped.service)
    hand_overs.hand_over(stopped.source, to=colleague, by=stopped.third, now=LATER)
    token = told_links.token_for("suspension", stopped.told(stopped.source).reference)
    Client().post(f"/changed-hands/{token}/")
    assert entries("hand_over_disputed", "suspension_disputed") == []


STATES = ["to shield", "shielded", "let go", "unshielding", "open", "closed", "no hold"]


@pytest.mark.parametrize("state", STATES)
def test_the_reply_is_the_same_in_every_state(case, state):
    in_state(case, state)
    token = told_links.token_for("suspension", case.told(case.manager).reference)
    assert answers(token) == answers("nonsense")


def test_guesses_are_limited_and_keep_no_true_word_out(stopped):
    token = told_links.token_for("suspension", stopped.told(stopped.source).reference)
    link, browser = f"/suspended/{token}/", Client()
    almost_too_often("127.0.0.1")
    codes = [browser.post("/suspended/nonsense/").status_code for _ in range(3)]
    assert codes == [200, 429, 429]
    assert browser.post(link).status_code == 200
    assert stopped.suspension.disputed_by == stopped.source
