"""The work phone number of staff: the IW Team keeps it, nobody their own, and it is a number."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from shielding.accounts import actions
from shielding.accounts.models import User
from shielding.web import cells
from shielding.web.refusals import NotAllowed, Refused
from tests.requests_app.support.desk import at_desk, main
from tests.shielding.accounts.support.directory import NOW, refused
from tests.support.entries import entries
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)

pytestmark = pytest.mark.django_db


def _posted(person, phone, member=None):
    page = reverse("person_phone", args=[person.uid])
    return at_desk(member or an_iw_member()).post(page, {"phone": phone})


def test_a_member_sets_a_number_and_the_entry_holds_everything_but_it():
    member, person = an_iw_member(), a_practitioner()
    _posted(person, " (01632) 960-001 EXT 12 ", member)
    person.refresh_from_db()
    assert person.phone == "01632 960 001 ext 12"
    facts = {"person": str(person.uid), "kept": True}
    assert entries("person_phone_set") == [("person_phone_set", str(member.uid), facts)]
    _posted(person, "", member)
    person.refresh_from_db()
    assert person.phone == ""
    assert [facts["kept"] for _, _, facts in entries("person_phone_set")] == [True, False]


def test_what_is_there_already_is_found_kept():
    member, person = an_iw_member(), a_practitioner()
    for phone in ("01632 960001", "(01632) 960001"):
        actions.set_phone(person, phone, by=member, now=NOW)
    assert len(entries("person_phone_set")) == 1


def test_it_may_be_given_with_a_new_account():
    member, service = an_iw_member(), a_service()
    answers = {"name": "Ann", "email": "ann@council.example", "service": service.code}
    at_desk(member).post(reverse("person_add"), answers | {"phone": "+44 1632 960001"})
    assert User.objects.get(name="Ann").phone == "+44 1632 960001"
    assert [event for event, _, _ in entries()][-2:] == ["person_added", "person_phone_set"]


@pytest.mark.parametrize(
    "text",
    [
        "Ann is at her mother’s",
        "01632 960 001 ask for her mother",
        "01632 960 001 ext home",
        "943 476 5919",  # as an NHS number is written
        "CP12345678",
        "12345678",
        "0",
        "01632  x",
        "0" * 39,
        "01632 960 001\x00",
        "٠١٦٣٢٩٦٠٠٠١",
    ],
)
def test_nothing_else_passes_for_a_number(text):
    person, member = a_practitioner(), an_iw_member()
    refused(
        Refused,
        "unfit_phone",
        lambda: actions.set_phone(person, text, by=member, now=NOW),
    )
    answer = _posted(person, text)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["phone"]
    with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
        User.objects.filter(pk=person.pk).update(phone=text)
    person.refresh_from_db()
    assert person.phone == ""


def test_nobody_sets_their_own_and_nobody_but_the_iw_team_any():
    person, member = a_practitioner(), an_iw_member()
    pairs = [(member, member), (person, person)]
    pairs += [(by, person) for by in (a_practitioner(), an_auditor(), an_administrator())]
    for by, of in pairs:
        refused(
            NotAllowed,
            "may_not_set_phone",
            lambda by=by, of=of: actions.set_phone(of, "01632 960 001", by=by, now=NOW),
        )
    for by, of in pairs:
        assert _posted(of, "01632 960 001", by).status_code == 403
    assert not User.objects.exclude(phone="").exists()


def test_the_page_says_who_set_it_and_when_and_its_owner_reads_it():
    member, person, now = an_iw_member(name="Mal Member"), a_practitioner(), timezone.now()
    reader, page = at_desk(an_iw_member()), reverse("person", args=[person.uid])
    assert "Work phone number None in the directory" in main(reader.get(page))
    actions.set_phone(person, "01632 960 001", by=member, now=now)
    read = main(reader.get(page))
    assert "Work phone number 01632 960 001" in read
    assert f"Phone number set {cells.moment(now, member)}" in read
    own = main(at_desk(person).get(reverse("your_account")))
    assert "Work phone number 01632 960 001" in own
