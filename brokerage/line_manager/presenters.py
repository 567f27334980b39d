"""An access request as its requester's line manager reads it: nothing of the record, ever."""

from datetime import datetime

from brokerage import access_request_codes as codes
from brokerage import outcome_words
from brokerage.models import AccessRequest
from shielding.filled import filled
from shielding.web.cells import Fact, Facts, Tag, day

PHONED = "Phoned to the IW Team"


def facts(access: AccessRequest, now: datetime) -> Facts:
    """Return where an access request is and what it asks, as rows of a summary list."""
    who = access.requester.name if access.requester else ""
    rows: Facts = [
        Fact.of("Status", status(access, now)),
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
        Fact(outcome_words.NO_OTHER_WAY, outcome_words.why_not_otherwise(access)),
        Fact("Who would see it", outcome_words.seen_by(access)),
        Fact("Needed until", when=access.needed_until, date_only=True),
        Fact("In their own records", _documented(access)),
    ]


def _decided(access: AccessRequest) -> Facts:
    by = access.manager_decided_by
    if by is None:
        return []
    if not access.decline_reason:
        return [Fact("Agreed", f"{day(access.manager_decided_at)}, by {by.name}")]
    why = codes.DeclineReason(access.decline_reason).label
    value = f"{day(access.manager_decided_at)}, by {by.name}\n{why}"
    return [Fact("Declined", value)]


def _declined_twins(access: AccessRequest) -> Facts:
    """Return what else the same person asked for the same record and was declined.

    So a deputy knows what the manager said. It says nothing of the record: to ask about it again
    is the requester's own doing.
    """
    twins = AccessRequest.objects.declined_twins(access).select_related("manager_decided_by")
    said = [
        f"{day(one.manager_decided_at)}, by {filled(one.manager_decided_by).name}: "
        f"{codes.DeclineReason(one.decline_reason).label}"
        for one in twins
    ]
    return [Fact("The same was declined", "\n".join(said))] if said else []


def _documented(access: AccessRequest) -> str:
    words = str(codes.Documented(access.documented).label)
    return f"{words}\nOn {day(access.documented_on)}" if access.documented_on else words


def status(access: AccessRequest, now: datetime) -> Tag:
    """Return where it is as a tag, in the words its line manager may read."""
    read = outcome_words.status_for_manager(access, now)
    return Tag(read.words, read.colour)
