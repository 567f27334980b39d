"""An access request as its requester's line manager reads it: nothing of the record, ever."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import TextChoices
from django.template.defaultfilters import date as in_words
from django.urls import reverse

from brokerage import codes, outcome_words
from brokerage.models import AccessRequest
from shielding import clock
from shielding.filled import filled
from shielding.web.cells import Fact, Facts, Rows, Tag, Text

TO_AGREE_HEADS = ("Reference", "Sent on", "Waiting for")
OTHER_HEADS = ("Reference", "Status", "Sent on", "Agreed or declined on")
PHONED = "Phoned to the IW Team"
# Where the requester's own words would read wrong to somebody else.
_THEIRS: dict[str, str] = {
    codes.SeenBy.ME: "Only the person who asks",
    codes.SeenBy.MANAGER: "Their line manager",
    codes.SeenBy.TEAM: "Colleagues in their team who work on this",
    codes.WhyNotOtherwise.COLLEAGUES_ASKED: "They asked colleagues, and nobody knows whom to ask",
}


def to_agree_rows(requests: Iterable[AccessRequest], today: date) -> Rows:
    """Return what waits for a line manager as rows under TO_AGREE_HEADS: references and dates."""
    return [
        [_link(access), _day(access.submitted_at), _waiting(access.submitted_at, today)]
        for access in requests
    ]


def other_rows(requests: Iterable[AccessRequest], now: datetime) -> Rows:
    """Return the rest as rows under OTHER_HEADS: references, one status for all, dates."""
    return [
        [_link(access), _status(access, now), _sent(access), _day(access.manager_decided_at)]
        for access in requests
    ]


def facts(access: AccessRequest, now: datetime) -> Facts:
    """Return where an access request is and what it asks, as rows of a summary list."""
    who = access.requester.name if access.requester else ""
    rows: Facts = [
        Fact.of("Status", _status(access, now)),
        Fact("Who asks", who),
        Fact(PHONED if access.is_urgent else "Sent", when=access.submitted_at),
        Fact("Purpose", codes.Purpose(access.purpose).label),
        Fact("What they ask for", codes.Sought(access.sought).label),
    ]
    # A call has no form: what follows was not asked.
    if not access.is_urgent:
        rows += _asked(access) + _declined_twins(access)
    return rows + _decided(access)


def _asked(access: AccessRequest) -> Facts:
    return [
        Fact(outcome_words.WITHOUT_IT, outcome_words.need(access)),
        Fact("Why there is no other way", _words(codes.WhyNotOtherwise(access.why_not_otherwise))),
        Fact("Who would see it", "\n".join(_words(codes.SeenBy(code)) for code in access.seen_by)),
        Fact("Needed until", when=access.needed_until, date_only=True),
        Fact("In their own records", _documented(access)),
    ]


def _words(code: TextChoices) -> str:
    """Return a code as it reads to somebody else than the requester."""
    return _THEIRS.get(code, str(code.label))


def _decided(access: AccessRequest) -> Facts:
    by = access.manager_decided_by
    if by is None:
        return []
    if not access.decline_reason:
        return [Fact("Agreed", f"{_day(access.manager_decided_at)}, by {by.name}")]
    why = codes.DeclineReason(access.decline_reason).label
    value = f"{_day(access.manager_decided_at)}, by {by.name}\n{why}"
    return [Fact("Declined", value)]


def _declined_twins(access: AccessRequest) -> Facts:
    """Return what else the same person asked for the same record and was declined.

    So a deputy knows what the manager said. It says nothing of the record: to ask about it again
    is the requester's own doing.
    """
    twins = AccessRequest.objects.declined_twins(access).select_related("manager_decided_by")
    said = [
        f"{_day(one.manager_decided_at)}, by {filled(one.manager_decided_by).name}: "
        f"{codes.DeclineReason(one.decline_reason).label}"
        for one in twins
    ]
    return [Fact("The same was declined", "\n".join(said))] if said else []


def _documented(access: AccessRequest) -> str:
    words = str(codes.Documented(access.documented).label)
    return f"{words}\nOn {_day(access.documented_on)}" if access.documented_on else words


def _status(access: AccessRequest, now: datetime) -> Tag:
    read = outcome_words.status_for_manager(access, now)
    return Tag(read.words, read.colour)


def _sent(access: AccessRequest) -> str:
    day = _day(access.submitted_at)
    return f"{PHONED} on {day}" if access.is_urgent else day


def _waiting(since: datetime | None, today: date) -> str:
    days = (today - clock.today(since)).days if since else 0
    if not days:
        return "Since today"
    return f"{days} day" if days == 1 else f"{days} days"


def _link(access: AccessRequest) -> Text:
    url = reverse("access_approval", args=[access.reference])
    return Text(access.reference, url=url, code=True)


def _day(on: date | datetime | None) -> str:
    if on is None:
        return ""
    return str(in_words(clock.today(on) if isinstance(on, datetime) else on, "j F Y"))
