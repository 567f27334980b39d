"""The process document's steps of shielding, in order, by the pages each person has.

Every step is read back where it belongs: on the practitioner's own page, on the IW Team's, and by
an auditor in the logbook, as sentences, with nothing about the family in them.
"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.models import Request
from requests_app.questions import SHEET
from shielding import clock
from shielding.accounts.models import User
from shielding.models import Record
from shielding.notices.models import Notice
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import born_with_the_form
from tests.requests_app.support.posts import DECLARED, address, on, posts, sheet_post
from tests.support.people import a_practitioner, a_service, an_auditor, an_iw_member
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db(transaction=True)


def ask(browser: Client, *, number: str, **changed: dict[str, object]) -> Request:
    """Start a request, answer every sheet that is asked, and send it; return it."""
    before = set(Request.objects.values_list("pk", flat=True))
    browser.post(reverse("request_start"))
    request = Request.objects.exclude(pk__in=before).get()
    for slug in SHEET:
        typed = sheet_post(request, slug, posts(number=number) | changed)
        assert browser.post(address(request, slug), typed).status_code == 302, slug
    sent = browser.post(address(request, "check"), DECLARED, follow=True)
    assert request.reference in main(sent)
    request.refresh_from_db()
    return request


def do(browser: Client, request: Request, act: str, **answers: object) -> str:
    """Send one of the desk's forms as the page has it now; return what comes back."""
    seen = Request.objects.get(pk=request.pk).changed_at.isoformat()
    where = reverse("desk_request", args=[request.reference])
    reply = browser.post(f"{where}{act}/", {"seen": seen} | answers, follow=True)
    assert reply.status_code == 200
    return main(reply)


def an_auditor_reads(request: Request, *sentences: str, hidden: tuple[str, ...]) -> None:
    """See these sentences in the logbook, in this order, and none of what is hidden."""
    page = at_desk(an_auditor()).get(reverse("logbook"), {"reference": request.reference})
    rows = re.findall(r"<tr.*?</tr>", page.content.decode(), re.DOTALL)
    told = [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in reversed(rows)]
    found = [next(place for place, row in enumerate(told) if one in row) for one in sentences]
    assert found == sorted(found)
    # The filter names every service, to whom may read names: it says nothing of this request.
    read = re.sub("<select.*?</select>", "", page.content.decode(), flags=re.DOTALL)
    for word in hidden:
        assert word not in read


@pytest.fixture
def manager() -> User:
    return a_practitioner(service=a_service("St Anne's School"), name="Morgan Hill")


@pytest.fixture
def asker(manager: User) -> User:
    return a_practitioner(service=manager.service, manager=manager, name="Pat Reed")


def test_a_family_asks_and_the_record_is_shielded_within_the_week(asker, manager):
    """First table, steps 1 to 7, and steps 3, 4 and 7 of the second."""
    her, number = at_desk(asker), a_number()
    # She hears the family, explains, decides with her manager's support, and sends the form.
    request = ask(her, number=number, manager={"supporter": str(manager.uid), **on("supported_on")})
    mine = main(her.get(address(request)))
    assert "With the IW Team" in mine
    # It is the loudest thing on the IW Team's home page until it is attested as applied.
    one, two = at_desk(an_iw_member()), at_desk(an_iw_member())
    assert request.reference in main(one.get(reverse("home")))
    do(one, request, "applied", finding="shielded", **on("checked_on"))
    assert "Records to shield, not yet applied: 1" not in main(two.get(reverse("home")))
    # The first review is due in seven days; agreeing concludes it.
    assert request.review.due == clock.first_review_due(request.submitted_at)
    do(two, request, "agree", involvement="on_record")
    mine = main(her.get(address(request)))
    assert "Agreed" in mine
    assert "Applied on ContactPoint and checked" in mine
    # Whoever asked and their manager are told that something changed, and the manager only that.
    kinds = set(Notice.objects.filter(recipient=manager).values_list("kind", flat=True))
    assert kinds == {"named_as_supporter", "team_item_changed"}
    assert request.reference in main(at_desk(manager).get(reverse("supporting")))
    assert number not in main(at_desk(manager).get(reverse("supporting")))
    an_auditor_reads(
        request,
        "started a draft",
        "placed a hold on record",
        "opened the first review",
        "asked to shield record",
        "attested that record",
        "is known to be involved",
        "agreed the request",
        hidden=(number, number[2:], "St Anne"),
    )


def test_two_services_ask_for_one_record_and_only_one_of_them_is_not_agreed(asker):
    """Second table, steps 6 and 9: several requests for one record, and each stands by itself."""
    number, other = a_number(), a_practitioner(service=a_service("Elm Surgery"), name="Sam Lake")
    hers = ask(at_desk(asker), number=number)
    his = ask(
        at_desk(other),
        number=number,
        ground={"ground": "asylum"},
        points=posts(ground="asylum")["points"],
    )
    one, two = at_desk(an_iw_member()), at_desk(an_iw_member())
    do(one, hers, "applied", finding="shielded", **on("checked_on"))
    before = main(at_desk(other).get(address(his)))
    # Not agreed takes two, and neither practitioner reads of it before.
    do(one, hers, "propose", reason="well_known")
    assert "With the IW Team" in main(at_desk(asker).get(address(hers)))
    seen = Request.objects.get(pk=hers.pk).changed_at.isoformat()
    where = reverse("desk_request", args=[hers.reference])
    assert one.post(f"{where}confirm/", {"seen": seen, "finding": "shielded"}).status_code == 403
    do(two, hers, "confirm", finding="shielded")
    assert "Not agreed" in main(at_desk(asker).get(address(hers)))
    # The record stays shielded, for him; his page reads as it did.
    record = Record.objects.get()
    assert (record.state, record.holds.standing().get().reference) == ("shielded", his.reference)
    assert main(at_desk(other).get(address(his))) == before
    for person, request in ((asker, his), (other, hers)):
        assert at_desk(person).get(address(request)).status_code == 404
    an_auditor_reads(
        hers,
        "asked to shield record",
        "attested that record",
        "proposed not to agree",
        "released the hold",
        "is not agreed",
        hidden=(number, "Elm", "St Anne", his.reference),
    )


def test_a_doctor_phones_and_the_record_is_shielded_before_anything_is_decided():
    """Second table, step 4: an urgent request of somebody without an account."""
    surgery, number = a_service("Elm Surgery"), a_number()
    one, two = at_desk(an_iw_member()), at_desk(an_iw_member())
    call = {
        "reference": born_with_the_form(), "number": number, "number_again": number,
        "ground": "abuse", "caller": "gp", "email": "", "service": surgery.code,
    }  # fmt: skip
    assert one.post(reverse("phoned"), call).status_code == 302
    request = Request.objects.get()
    do(one, request, "applied", finding="shielded", **on("checked_on"))
    assert Record.objects.get().state == "shielded"
    # Who logged it leaves the decision to another.
    assert "agree/" not in one.get(reverse("desk_request", args=[request.reference])).text
    do(two, request, "agree", involvement="manager_confirmed")
    request.refresh_from_db()
    assert (request.state, request.hold.source, request.hold.service) == ("agreed", None, surgery)
    an_auditor_reads(
        request,
        "placed a hold on record",
        "logged a phoned request",
        "attested that record",
        "agreed the request",
        hidden=(number, "Elm"),
    )


def test_considered_and_not_shielded_is_looked_at_again_and_then_shielded(asker):
    """First table, the decision not to shield: logged too, and looked at by a second person."""
    her, number = at_desk(asker), a_number()
    typed = posts(number=number)
    request = ask(her, number=number, decision={"decision": "considered"})
    assert (request.hold, request.record.state) == (None, "not_shielded")
    member = at_desk(an_iw_member())
    do(member, request, "look-again", query="risk")
    assert "Look again" in main(her.get(address(request)))
    for slug in ("decision", "done"):
        her.post(address(request, slug), sheet_post(request, slug, typed))
    assert her.post(address(request, "check"), DECLARED).status_code == 302
    request.refresh_from_db()
    assert request.hold.is_standing
    do(member, request, "agree", involvement="on_record")
    assert "Records to shield, not yet applied: 1" in main(member.get(reverse("home")))
    do(member, request, "applied", finding="shielded", **on("checked_on"))
    assert Record.objects.get().state == "shielded"
    an_auditor_reads(
        request,
        "considered shielding record",
        "asked the practitioner to look again",
        "placed a hold on record",
        "again (shield",
        "agreed the request",
        "attested that record",
        hidden=(number, "St Anne"),
    )
