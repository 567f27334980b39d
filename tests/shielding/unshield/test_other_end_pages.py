"""The other ends of a record on the pages: proposed, taken back, confirmed by another."""

import pytest
from django.utils import timezone

from shielding.accounts.models import User
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.hand_over.models import HandOver
from shielding.models import Hold, Record
from shielding.unshield import other_ends
from tests.requests_app.support.desk import at_desk, main
from tests.shielding.unshield.support.pages import long_signed_in, page_of, state
from tests.support import hand_overs
from tests.support.people import a_practitioner, an_iw_member
from tests.support.shielded_records import DAY, at, place, shielded_for

pytestmark = pytest.mark.django_db
LIST = "/records/ends-to-confirm/"


@pytest.fixture
def two() -> tuple[User, User]:
    return an_iw_member(name="Ann First"), an_iw_member(name="Bob Second")


@pytest.fixture
def record() -> Record:
    then = at(timezone.localdate() - 20 * DAY)
    return shielded_for(a_practitioner(name="Pat Asks"), now=then)[0].record


def proposed(record: Record, by: User, code: str = "moved_away") -> Record:
    receipt = None
    if code == "moved_away":
        receipt = other_ends.Receipt(on=timezone.localdate(), came="mail")
    return other_ends.propose_end(record, code=code, receipt=receipt, by=by, now=timezone.now())


def moved(**changed: str) -> dict[str, str]:
    """Return what is posted of a child who moved away: the receipt came today."""
    day = timezone.localdate()
    parts = {f"receipt_on_{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    return {"code": "moved_away", "receipt_came": "phone"} | parts | changed


def seen() -> str:
    return " ".join(Hold.objects.standing().values_list("reference", flat=True))


def test_two_members_end_a_record_that_moved_away(two, record):
    first, second = at_desk(two[0]), at_desk(two[1])
    assert "The record has ended" in main(first.get(page_of(record)))
    page = first.post(page_of(record, "end/"), moved(), follow=True)
    assert "Proposed. Another member must confirm it." in main(page)
    assert "by Ann First" in main(page)
    assert "Look at it and confirm" not in main(page)
    assert state(record) == "shielded"
    assert record.reference in main(second.get(LIST))
    asked = second.get(page_of(record, "end/confirm/"))
    assert "The child moved to another authority" in main(asked)
    assert "The other authority confirmed it on" in main(asked)
    assert "by phone" in main(asked)
    assert "Pat Asks" in main(asked)
    page = second.post(
        page_of(record, "end/confirm/"), {"seen": seen(), "finding": "shielded"}, follow=True
    )
    assert "Confirmed: the record has ended." in main(page)
    assert "because the record ended" in main(page)
    assert (state(record), record.closed_by) == ("closed", two[1])
    assert second.get(LIST).context["page"].paginator.count == 0
    again = second.post(page_of(record, "end/confirm/"), {"seen": "", "finding": "shielded"})
    assert again.status_code == 409


def test_the_proposal_is_taken_back_once(two, record):
    proposed(record, two[0])
    browser = at_desk(two[1])
    page = browser.post(page_of(record, "end/withdraw/"), follow=True)
    assert "The proposal is taken back." in main(page)
    assert (state(record), record.end_code) == ("shielded", "")
    assert browser.post(page_of(record, "end/withdraw/")).status_code == 409
    assert browser.get(page_of(record, "end/confirm/")).url == page_of(record)


def test_a_merged_duplicate_asks_whether_the_surviving_record_is_shielded(two, record):
    proposed(record, two[0], "merged_duplicate")
    browser, address = at_desk(two[1]), page_of(record, "end/confirm/")
    assert "The surviving record is shielded" in main(browser.get(address))
    page = browser.post(address, {"seen": seen(), "finding": "shielded"})
    assert 'id="id_attested_error"' in page.content.decode()
    assert state(record) == "shielded"
    browser.post(address, {"seen": seen(), "finding": "shielded", "attested": "on"})
    assert state(record) == "closed"


def test_a_request_the_page_did_not_show_is_not_ended(two, record):
    proposed(record, two[0])
    browser, address = at_desk(two[1]), page_of(record, "end/confirm/")
    for other in ("", "IW-2222-2222"):
        refused = browser.post(address, {"seen": other, "finding": "shielded"})
        assert refused.status_code == 409
        assert "The requests for this record changed: look again." in main(refused)
    for odd in ("nonsense", "\x00"):
        assert browser.post(address, {"seen": odd, "finding": "shielded"}).status_code == 200
    before = seen()
    place(record, now=timezone.now())
    # A request that arrives takes the proposal back, whatever page was open.
    assert browser.post(address, {"seen": before, "finding": "shielded"}).url == page_of(record)
    assert state(record) == "shielded"


def test_not_by_the_one_who_proposed_nor_after_they_left(two, record):
    proposed(record, two[0])
    own = at_desk(two[0])
    assert own.get(page_of(record, "end/confirm/")).url == page_of(record)
    told = {"seen": seen(), "finding": "shielded"}
    assert own.post(page_of(record, "end/confirm/"), told).status_code == 403
    User.objects.filter(pk=two[0].pk).update(is_active=False)
    assert at_desk(two[1]).post(page_of(record, "end/confirm/"), told).status_code == 403
    assert state(record) == "shielded"


def said_to_be_wrong(record: Record) -> HandOver:
    leaver = Hold.objects.get(record=record).source
    heir = a_practitioner(service=leaver.service)
    hand_overs.hand_over(leaver, to=heir, by=an_iw_member(), now=timezone.now())
    hand_over = HandOver.objects.get(person=leaver)
    disputes.say_wrong(hand_over.told.get(person=leaver), by=leaver, now=timezone.now())
    return hand_over


def test_the_page_says_what_to_settle_in_place_of_the_link(two, record):
    hand_over, browser = said_to_be_wrong(record), at_desk(two[0])
    page = main(browser.get(page_of(record)))
    words = f"Said to be wrong, and to be settled first: hand-over {hand_over.reference}."
    assert f"It cannot be said yet that the record has ended. {words}" in page
    assert "The record has ended" not in page
    assert browser.get(page_of(record, "end/")).url == page_of(record)
    refused = browser.post(page_of(record, "end/"), {"code": "died"})
    assert refused.status_code == 409
    assert words in main(refused)
    assert Record.objects.get().end_code == ""


def test_the_page_says_what_to_settle_in_place_of_the_button(two, record):
    proposed(record, two[0])
    hand_over, browser = said_to_be_wrong(record), at_desk(two[1])
    page = main(browser.get(page_of(record)))
    words = f"Said to be wrong, and to be settled first: hand-over {hand_over.reference}."
    assert f"Nobody can confirm it yet. {words}" in page
    assert "Look at it and confirm" not in page
    assert "Take the proposal back" in page
    address = page_of(record, "end/confirm/")
    assert browser.get(address).url == page_of(record)
    refused = browser.post(address, {"seen": seen(), "finding": "shielded"})
    assert refused.status_code == 409
    assert words in main(refused)
    assert state(record) == "shielded"


@pytest.mark.parametrize("bad", [{}, {"code": "lost"}, {"code": "\x00"}])
def test_an_end_is_one_of_those_shown(two, record, bad):
    page = at_desk(two[0]).post(page_of(record, "end/"), bad)
    assert 'id="id_code_error"' in page.content.decode()
    assert Record.objects.get().end_code == ""


def test_a_second_proposal_is_refused(two, record):
    proposed(record, two[0])
    browser = at_desk(two[1])
    assert browser.get(page_of(record, "end/")).url == page_of(record)
    assert browser.post(page_of(record, "end/"), {"code": "died"}).status_code == 409


def test_a_page_that_was_open_meanwhile_confirms_no_end_that_its_reader_never_saw(two, record):
    first = proposed(record, two[0], code="archived")
    browser, address = at_desk(two[1]), page_of(record, "end/confirm/")
    shown = first.end_proposed_at.isoformat()
    assert f'name="proposed" value="{shown}"' in browser.get(address).content.decode()
    other_ends.withdraw_end(record, by=two[0], now=timezone.now())
    proposed(record, two[0], code="died")
    given = {"seen": seen(), "finding": "shielded", "attested": "on", "proposed": shown}
    answer = browser.post(address, given)
    assert answer.status_code == 409
    assert "was taken back, and an end proposed again" in main(answer)
    assert state(record) == "shielded"


def test_the_password_is_asked_for_before_an_end_is_confirmed(two, record):
    proposed(record, two[0])
    browser = long_signed_in(two[1])
    answer = browser.post(page_of(record, "end/confirm/"), {"seen": seen(), "finding": "shielded"})
    assert answer.url.partition("?")[0] == "/confirm-it-is-you/"
    assert state(record) == "shielded"


def test_an_end_proposed_by_somebody_who_left_is_only_taken_back(two, record):
    proposed(record, two[0])
    User.objects.filter(pk=two[0].pk).update(is_active=False)
    browser = at_desk(two[1])
    page = main(browser.get(page_of(record)))
    assert "Whoever proposed it has left the IW Team since" in page
    assert "Look at it and confirm" not in page
    assert "Take the proposal back" in page
    assert browser.get(page_of(record, "end/confirm/")).url == page_of(record)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"receipt_came": ""}, "receipt_came"),
        ({"receipt_came": "pigeon"}, "receipt_came"),
        ({"receipt_on_day": ""}, "receipt_on"),
        ({"receipt_on_year": "2999"}, "receipt_on"),
        ({"receipt_on_day": "", "receipt_on_month": "", "receipt_on_year": ""}, "receipt_on"),
    ],
)
def test_a_receipt_that_is_not_whole_is_said_beside_its_field(two, record, changed, field):
    page = at_desk(two[0]).post(page_of(record, "end/"), moved(**changed))
    assert page.status_code == 200
    assert f'id="id_{field}_error"' in page.content.decode()
    assert state(record) == "shielded"
    record.refresh_from_db()
    assert record.end_code == ""


def test_what_is_said_of_a_receipt_of_another_end_is_passed_over(two, record):
    browser = at_desk(two[0])
    page = browser.post(
        page_of(record, "end/"), moved(code="died", receipt_on_year="x"), follow=True
    )
    assert "Proposed. Another member must confirm it." in main(page)
    record.refresh_from_db()
    assert (record.end_code, record.receipt_on) == ("died", None)


def test_without_a_receipt_the_page_says_to_propose_it_anew(two, record):
    proposed(record, two[0])
    Record.objects.filter(pk=record.pk).update(receipt_on=None, receipt_came="")
    page = main(at_desk(two[1]).get(page_of(record)))
    assert "It was proposed before the other authority confirmed that it keeps the shield" in page
    assert "Look at it and confirm" not in page
