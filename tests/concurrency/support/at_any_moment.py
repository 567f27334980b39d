"""What is so at any moment, asked from the tables. Each question is one statement, and so of one
moment: it may be asked while others act.
"""

from django.db.models import Count, F

from requests_app.models import Request
from shielding.models import Consultation, Hold, Record, Review
from shielding.records import states


def no_record_is_open_while_anybody_asks_and_no_review_is_lost() -> None:
    opened = Record.objects.filter(state__in=states.OPEN_TO_ALL)
    assert not Hold.objects.standing().filter(record__in=opened).exists(), "open while held"
    shielded = Record.objects.exclude(state__in=states.OPEN_TO_ALL)
    assert not shielded.filter(review_due=None).exists()
    # An overdue review is open until somebody concludes it: nothing closes one by itself.
    silent = Review.objects.filter(concluded_by=None).exclude(concluded_at=None)
    assert not silent.exists()
    # Who answers for a claim has its request on their list.
    standing = Request.objects.filter(hold__released_at=None).exclude(hold__source=None)
    assert not standing.exclude(practitioner=F("hold__source")).exists()


def what_was_found_and_asked_is_whole() -> None:
    """Found open, nothing is attested any more; a claim has one added review, and only while it
    stands.
    """
    attested = Hold.objects.standing().exclude(applied_at=None)
    waiting = attested.filter(record__state=states.TO_SHIELD)
    assert not waiting.exists(), "attested as applied while its record is to be shielded"
    known_open = Hold.objects.exclude(found_open_at=None).exclude(applied_at=None)
    assert not known_open.exists(), "found open and attested at once"
    several = Review.objects.open().added().order_by().values("hold").annotate(of=Count("pk"))
    assert not several.filter(of__gt=1).exists(), "two added reviews of one claim"
    let_go = Consultation.objects.owed().exclude(hold__released_at=None)
    assert not let_go.exists(), "an answer is owed by who let go"
