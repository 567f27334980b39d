"""What a member of the IW Team reads when somebody was there before: who, and when."""

from datetime import datetime
from functools import cached_property

from brokerage.models import AccessRequest, Liaison
from logbook.sentences import Line, latest_line
from shielding.web.refusals import WrongState

# What changes an access request, so that a page of before is out of date.
_MOVES = (
    "access_withdrawn",
    "access_agreed",
    "access_declined",
    "contact_asked",
    "contact_asked_anew",
    "sources_not_told",
    "contact_answered",
    "access_lead_asked",
    "access_lead_decided",
    "access_concluded",
    "access_ended_with_shield",
    "access_lapsed",
    "access_passed_on",
    "contact_stopped",
    "access_call_read",
    "reason_redacted",  # retired: a page may be older than the upgrade
    "access_handed_over",
)


class ChangedMeanwhile(WrongState):
    """Somebody acted on this access request since the page was opened; its page says who and when.

    Raised only to members of the IW Team, who may read everybody's names.
    """

    code = "overtaken"
    message = "Somebody acted on this request since you opened the page."
    template = "brokerage/desk/changed_meanwhile.html"
    heading = "Somebody has already acted on this"
    advice = "Nothing of what you sent was saved. Look at the access request as it is now."

    def __init__(self, access: AccessRequest, *, elsewhere: str = "") -> None:
        """`elsewhere` is the reference of another request of the person, if the act was there."""
        self.access, self.elsewhere = access, elsewhere
        super().__init__()

    @cached_property
    def act(self) -> Line | None:
        """The act that was first, with the name of who did it and when, read from its entry."""
        return latest_line(self.elsewhere or self.access.reference, _MOVES)


def refuse_unseen(access: AccessRequest, seen: datetime | None) -> None:
    """Raise ChangedMeanwhile where a page posts back an earlier state than the locked row's.

    Without `seen` no page was there to go by.
    """
    if seen is not None and access.changed_at != seen:
        raise ChangedMeanwhile(access)


def last_against(access: AccessRequest) -> tuple[datetime, str]:
    """Return when something was last said against contact of this person with this record.

    An objection, a stop or a lead's *no contact*, with the reference of the request it was said
    to; when this request was sent, where nothing was.
    """
    said = Liaison.objects.against().filter(
        access__record=access.record_id, access__requester=access.requester_id
    )
    decided = AccessRequest.objects.filter(
        record=access.record_id, requester=access.requester_id, no_contact_at__isnull=False
    )
    latest = (
        said.order_by("-since").values_list("since", "access__reference").first(),
        decided.order_by("-no_contact_at").values_list("no_contact_at", "reference").first(),
    )
    sent = (access.submitted_at or access.created_at, access.reference)
    said_at = ((one[0], one[1]) for one in latest if one and one[0])
    return max(said_at, default=sent)


def refuse_unheard(access: AccessRequest, heard: datetime | None) -> None:
    """Raise ChangedMeanwhile where more speaks against contact than the page knew of.

    `heard` is what the page had from `last_against`; without it no page was there to go by. The
    caller has the turn, so nothing is said meanwhile.
    """
    latest, reference = last_against(access)
    if heard is not None and latest > heard:
        elsewhere = reference if reference != access.reference else ""
        raise ChangedMeanwhile(access, elsewhere=elsewhere)
