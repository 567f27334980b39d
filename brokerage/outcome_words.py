"""An access request in words: to requester and line manager the same ones for every record.

Before the publication nobody can tell whether the IW Team has finished; after it, what it did is
one of two words, whichever of its outcomes is behind them.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices

from brokerage import publication, questions, states
from brokerage.access_request_codes import (
    CONTACT,
    PASSED_ON,
    Outcome,
    QuietReason,
    SeenBy,
    WhyNotOtherwise,
)
from brokerage.models import AccessRequest
from shielding import clock


@dataclass(frozen=True)
class Status:
    """A status in words, and the colour of its tag."""

    words: str
    colour: str


DRAFT = Status("Draft", "grey")
WITH_MANAGER = Status("With the line manager", "yellow")
DECLINED = Status("Declined by the line manager", "orange")
WITH_IW = Status("With the IW Team", "blue")
CONTACTED = Status("You will be contacted", "green")
FINISHED = Status("The IW Team has finished with this request", "grey")
# The line manager never answered: it tells nothing of the record, which nobody looked at.
NOT_IN_TIME = Status("Not answered in time", "grey")
WITHDRAWN = Status("You withdrew it", "grey")
# The IW Team ended it for a leaver or mover, whose colleague asks anew: requester and line manager
# read the same.
NOBODY_ASKS = Status("Withdrawn", "grey")

# What a requester reads while the end is still to come.
GOES_ON = (WITH_MANAGER, WITH_IW)

# What the line manager reads in place of what is said to the requester.
THEY_ARE_CONTACTED = Status("They will be contacted", "green")
THEY_WITHDREW = Status("They withdrew it", "grey")

_PUT: dict[str, str] = {
    Outcome.PUT_IN_TOUCH: "Put in touch through the IW Team",
    Outcome.VIEWED: "Viewed for the requester by the IW Team",
}
_TO_PASS_ON = {code: f"{words}, to be passed on by phone" for code, words in _PUT.items()}

WITHOUT_IT = questions.PAGE["need"].title


# Where the requester's own words would read wrong to somebody else: their line manager, the desk.
_THEIRS: dict[str, str] = {
    SeenBy.ME: "Only the person who asks",
    SeenBy.MANAGER: "Their line manager",
    SeenBy.TEAM: "Colleagues in their team who work on this",
    WhyNotOtherwise.NOT_IN_OWN_RECORDS: "Their own records do not say whom to ask",
    WhyNotOtherwise.COLLEAGUES_ASKED: "They asked colleagues, and nobody knows whom to ask",
}
NO_OTHER_WAY = "Why there is no other way"


def why_not_otherwise(access: AccessRequest) -> str:
    """Return why there is no other way, as it reads to somebody else than the requester."""
    return as_theirs(WhyNotOtherwise(access.why_not_otherwise))


def seen_by(access: AccessRequest) -> str:
    """Return who would see it, as it reads to somebody else than the requester."""
    return "\n".join(as_theirs(SeenBy(code)) for code in access.seen_by)


def as_theirs(code: TextChoices) -> str:
    """Return what a requester says of themself as it is said of them."""
    return _THEIRS.get(code, str(code.label))


def need(access: AccessRequest) -> str:
    """Return what cannot be done without it; what was sent before this was asked says so."""
    return str(access.get_need_display()) or "Not asked"


# "The police asked" could be that they ask for the access.
_QUIET: dict[str, str] = {
    QuietReason.POLICE: "The police asked us not to tell them",
    QuietReason.COURT: "A court ordered that they are not told",
}


def quiet(code: str) -> str:
    """Return why those who asked for the shield are not told."""
    return _QUIET.get(code, str(QuietReason(code).label))


def outcome(code: str) -> str:
    """Return an outcome as the IW Team chooses it: what is passed on by phone is still to be."""
    return _TO_PASS_ON.get(code, str(Outcome(code).label))


def outcome_of(access: AccessRequest) -> str:
    """Return how the IW Team concluded, "" if it did not yet.

    That it was passed on by phone only where somebody said so.

    An urgent call was called back before it was logged.
    """
    if access.is_urgent or access.outcome not in PASSED_ON:
        return str(access.get_outcome_display())
    if access.passed_on:
        return f"{_PUT[access.outcome]}, passed on by phone"
    ended = access.stopped_at is not None or access.is_withdrawn
    return f"{_PUT[access.outcome]}, ended before" if ended else outcome(access.outcome)


def status(access: AccessRequest, now: datetime) -> Status:
    """Return what requester and manager read of a request at this moment."""
    if access.is_withdrawn:
        return WITHDRAWN if access.withdrawn_by_id == access.requester_id else NOBODY_ASKS
    if access.state == states.CONCLUDED:
        if not access.is_published(now):
            # One that nobody could agree to any more is still where its requester left it.
            return WITH_MANAGER if _ended_unagreed(access) else WITH_IW
        over = contact_is_over(access, now) or is_read_as_stopped(access, now)
        promised = will_be_contacted(access) and not over
        return CONTACTED if promised else FINISHED
    if access.state == states.LAPSED:
        return _lapsed(access, now)
    if access.state in states.AT_IW:
        return WITH_IW
    return {
        states.DRAFT: DRAFT,
        states.WITH_MANAGER: WITH_MANAGER,
        states.DECLINED: DECLINED,
    }[access.state]


def _lapsed(access: AccessRequest, now: datetime) -> Status:
    """Return what is read of one that ended by the clock: until it is read, where it was left.

    Once a line manager had agreed, what every other end reads as: whether the IW Team looked at
    the record, or had nobody to ask, must not show.
    """
    agreed = access.manager_decided_at is not None
    if not access.is_published(now):
        return WITH_IW if agreed else WITH_MANAGER
    return FINISHED if agreed else NOT_IN_TIME


def will_be_contacted(access: AccessRequest) -> bool:
    """Return whether the outcome, once published, promises contact: not one stopped before.

    Nobody read of that contact, so to read that it is finished tells nothing.
    """
    if access.stopped_at and access.publish_at and access.stopped_at < access.publish_at:
        return False
    return access.outcome in CONTACT


def contact_is_over(access: AccessRequest, now: datetime) -> bool:
    """Return whether the last day of a contact that was promised has passed."""
    last = access.granted_until
    passed = last is not None and clock.today(now) > last
    return will_be_contacted(access) and passed and not is_read_as_stopped(access, now)


def is_read_as_stopped(access: AccessRequest, now: datetime) -> bool:
    """Return whether a contact was stopped, and a 16:00 has passed since: nobody is promised it.

    By whom and why is said by phone alone, and to the source not at all.
    """
    return access.stopped_at is not None and publication.next_hour(access.stopped_at) <= now


def status_for_manager(access: AccessRequest, now: datetime) -> Status:
    """Return what the requester's line manager reads, and who stands in: the same, of somebody.

    It changes when the requester's words change, and by nothing else; but one that the IW Team
    ended because nobody could agree to it never waits for a new line manager. That tells nothing
    of the record, which nobody was asked about.
    """
    read = status(access, now)
    if read == CONTACTED:
        return THEY_ARE_CONTACTED
    if read == WITHDRAWN:
        return THEY_WITHDREW
    return FINISHED if _ended_unagreed(access) else read


def _ended_unagreed(access: AccessRequest) -> bool:
    """Return whether the IW Team ended it while it was with the line manager."""
    agreed = access.manager_decided_at is not None or access.is_urgent
    return access.state == states.CONCLUDED and not agreed
