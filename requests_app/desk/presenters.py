"""What the IW Team's desk shows of one request, as the rows and lists that its page draws.

For the IW Team only: services and people are named.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from requests_app import shield_request_codes as codes
from requests_app import states
from requests_app.desk.queue_rows import due_cell, state_of
from requests_app.models import Request
from shielding import clock
from shielding.accounts.models import User
from shielding.accounts.telling_apart import service_today
from shielding.filled import filled
from shielding.holds.disputes.denials import denials_of
from shielding.holds.involvement import Involvement
from shielding.models import Review
from shielding.records.grounds import GROUND
from shielding.records.presenters import applied_words, ended_words
from shielding.reviews.policies import may_end_first_review
from shielding.reviews.presenters import answer_rows
from shielding.web.cells import (
    Card,
    Cell,
    Due,
    Fact,
    Facts,
    Step,
    Tag,
    When,
    day_and_time,
    moment,
    who,
)
from shielding.web.deadlines import SOON_FIRST_REVIEW, SOON_SIX_MONTHS, deadline

if TYPE_CHECKING:
    pass


def state_tag(request: Request) -> Tag:
    """Return the state as a tag; a request that ended says that first."""
    return state_of(request.state, request.hold.released_how if request.hold else None)


def facts(request: Request, now: datetime) -> Facts:
    """Return where a request is: who asked, by when it is reviewed, what was attested."""
    rows = [
        Fact.of("State", state_tag(request)),
        Fact.of("First review", _review(request, now)),
        Fact("Ground", GROUND[request.ground].label),
        *_not_shielded_because(request),
        Fact("Practitioner", _practitioner(request)),
        Fact("Service", request.service.name),
        *service_today(request.practitioner, request.service),
        *_manager(request),
        Fact(_came(request), when=request.submitted_at),
    ]
    if request.logged_at:
        rows.append(Fact("Entered", moment(request.logged_at, request.logged_by)))
    if request.confirm_by is not None:
        rows.append(Fact("To be confirmed by", due=deadline(request.confirm_by, clock.today(now))))
    rows += _phoned_back(request, now)
    if request.hold is not None:
        rows += [
            Fact(f"Applied on {settings.SYSTEM_NAME}", applied_words(filled(request.hold))),
            Fact("Agreed", _agreed(request)),
        ]
    if request.query:
        rows.append(Fact("Query", _query(request)))
    return rows


def _review(request: Request, now: datetime) -> Cell:
    review = request.review
    if review is None:
        return "None: taken over from a file"
    if review.concluded_at is None:
        return due_cell(review.due, None, now)
    late = f", {review.days_late} days late" if review.days_late else ""
    return f"Concluded {moment(review.concluded_at, review.concluded_by)}{late}"


def _came(request: Request) -> str:
    """Return how a request came, as the words before its moment."""
    if request.is_taken_over:
        return "Taken over from a file"
    return "Call came in" if request.logged_at else "Sent"


def _not_shielded_because(request: Request) -> Facts:
    if request.decision != codes.Decision.CONSIDERED:
        return []
    why = dict(codes.ConsideredReason.choices).get(request.considered_reason, "Not answered yet")
    return [Fact("Considered, not shielded", why)]


def _practitioner(request: Request) -> str:
    if request.practitioner is None:
        return f"{codes.Caller(request.caller).label}: phone their service"
    suspended = "" if request.practitioner.is_active else "\nTheir account is suspended"
    return f"{request.practitioner.name}\n{request.practitioner.email}{suspended}"


def _manager(request: Request) -> Facts:
    manager = request.practitioner and request.practitioner.line_manager
    return (
        [Fact("Line manager in the directory", f"{manager.name}\n{manager.email}")]
        if manager
        else []
    )


def _phoned_back(request: Request, now: datetime) -> Facts:
    """Return by when *another reason* is to be heard by phone, or who phoned about it."""
    words = "Phone them about another reason by"
    if request.phone_by is not None:
        return [Fact(words, due=deadline(request.phone_by, clock.today(now)))]
    if request.phoned_back_at is None:
        return []
    return [
        Fact("Phoned about another reason", moment(request.phoned_back_at, request.phoned_back_by))
    ]


def _agreed(request: Request) -> str:
    hold = filled(request.hold)
    if hold.agreed_at is None:
        return _why_not_agreed(request)
    involvement = Involvement(request.involvement).label
    return f"{moment(hold.agreed_at, hold.agreed_by)}\n{involvement}"


def _why_not_agreed(request: Request) -> str:
    """Return whether it is still to be decided; "No" alone would read as a decision."""
    if request.stands_again:
        return "Not agreed, and stands again"
    if request.state == states.NOT_AGREED:
        return "Not agreed"
    if not request.still_asks:
        return "Not decided before it ended"
    returned = request.state == states.RETURNED
    return "Not yet: returned with a query" if returned else "Not decided yet"


def _query(request: Request) -> str:
    known = codes.LookAgain if request.state == states.LOOK_AGAIN else codes.Query
    return str(dict(known.choices).get(request.query, request.query))


def source_answers(request: Request, now: datetime) -> list[Card]:
    """Return what this request's source was asked and answered, a card for each review.

    Its own first review, and whatever else still waits for their answer.
    """
    if request.hold is None:
        return []
    asked = request.hold.consultations.select_related("review", "hold", "answered_by")
    kept = asked.filter(Q(review=request.review) | Q(answered_at__isnull=True)).order_by("id")
    return [
        Card(
            one.review.get_kind_display(),
            [
                Fact.of("Due", _review_due(one.review, now)),
                *answer_rows(one, open_review=one.review.concluded_at is None),
            ],
        )
        for one in kept
    ]


def _review_due(review: Review, now: datetime) -> Cell:
    if review.concluded_at is not None:
        return When(review.due, date_only=True)
    soon = SOON_SIX_MONTHS if review.kind == Review.Kind.RECORD else SOON_FIRST_REVIEW
    return Due(deadline(review.due, clock.today(now), soon=soon))


def review_to_conclude(request: Request, now: datetime) -> Facts:
    """Return the row that leads to where an agreed request's first review is concluded, and says
    whether that can be done now or what it waits for; none where the review is not open.
    """
    review = request.review
    if review is None:
        return []
    agreed = request.hold is not None and request.hold.agreed_at is not None
    if review.concluded_at is not None or not agreed or not request.still_asks:
        return []
    ready = may_end_first_review(review, now)
    words = "It can be concluded" if ready else "It waits for the practitioner’s answer"
    page = reverse("review_detail", args=[review.reference])
    return [Fact("Its first review", words, url=page, action="Open", hidden="the first review")]


_SENT_BACK = {
    states.RETURNED: "Returned with a query",
    states.LOOK_AGAIN: "Asked to look again",
}


def happened(request: Request, now: datetime) -> list[Step]:
    """Return what became of the request, oldest first, from its own columns.

    And from the logbook what its practitioner said that they had not withdrawn: the columns of what
    stands again have forgotten it.
    """
    hold = request.hold
    ended = hold.get_released_how_display() if hold and hold.released_at else ""
    how = ended_words(hold.released_how) if hold and hold.released_at else ""
    moments = (
        (request.logged_at, "Phoned and logged", request.logged_by, _came_in(request)),
        (request.imported_at, "Taken over from a file", request.imported_by, ""),
        (_sent_at(request), "Sent", request.practitioner, ""),
        (hold and hold.applied_at, "Attested as shielded", hold.applied_by if hold else None, ""),
        (request.confirmed_at, "Confirmed by the practitioner", request.confirmed_by, ""),
        (request.disowned_at, "“This was not me”", request.disowned_by, ""),
        (request.phoned_back_at, "Phoned about another reason", request.phoned_back_by, ""),
        (request.proposed_at, "Proposed not to agree", request.proposed_by, reason(request)),
        (request.decided_at, _decided(request), request.decided_by, ""),
        (hold and hold.released_at, how, hold.released_by if hold else None, ended),
    )
    done = [Step(at, title, by=who(by), text=text) for at, title, by, text in moments if at]
    if sent_back := _SENT_BACK.get(request.state_as_read):  # who did is in the logbook alone
        done.append(Step(request.state_since, sent_back, text=_query(request)))
    said = denials_of([hold], now).get(hold.reference, []) if hold else []
    title = "Said not to have been withdrawn"
    done += [Step(one.at, title, by=one.by, text=one.let_go) for one in said]
    return sorted(done, key=lambda step: step.at)


def _sent_at(request: Request) -> datetime | None:
    """Return when its practitioner sent it: nothing where a call or a file brought it."""
    brought = request.logged_at is not None or request.is_taken_over
    return None if brought else request.submitted_at


def _came_in(request: Request) -> str:
    """Return when a call that was entered later came in, in words."""
    came, entered = request.submitted_at, request.logged_at
    later = came is not None and entered is not None and came < entered
    return f"The call came in on {day_and_time(came)}" if came and later else ""


def reason(request: Request) -> str:
    """Return why it is not to be agreed, in words."""
    return str(dict(codes.NotAgreedReason.choices).get(request.reason, ""))


def _decided(request: Request) -> str:
    return states.LABELS[request.state]


def others(request: Request) -> int:
    """Return how many other requests keep the same record shielded."""
    standing = filled(request.record).holds.standing()
    return standing.exclude(reference=request.reference).count()


def others_words(number: int) -> str:
    """Return that in a sentence, or nothing."""
    if not number:
        return ""
    asks = "1 other request stands" if number == 1 else f"{number} other requests stand"
    return f"{asks} for this record."


def who_may_be_second(request: Request, now: datetime) -> list[str]:
    """Return the names of those who may confirm or overturn a proposal at the moment."""
    members = User.objects.working().iw_team()
    if request.proposed_by_id is not None:
        members = members.exclude(pk=request.proposed_by_id)
    able = members.filter(Q(second_person_from=None) | Q(second_person_from__lte=now))
    return list(able.order_by("sort_name", "id").values_list("name", flat=True))
