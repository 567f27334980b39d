"""What a member of the IW Team reads when somebody was there before: who, and when."""

from datetime import datetime

from brokerage.models import AccessRequest
from logbook.sentences import Line, latest_line
from shielding.accounts.refused import WrongState

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
    "contact_stopped",
    "access_call_read",
    "reason_redacted",
    "access_handed_over",
)


class Overtaken(WrongState):
    """Somebody acted on this access request since the page was opened; its page says who and when.

    Raised only to members of the IW Team, who may read everybody's names.
    """

    code = "overtaken"
    message = "Somebody acted on this request since you opened the page."
    template = "brokerage/desk/overtaken.html"
    heading = "Somebody was there before you"
    advice = "Nothing of what you sent was saved. Look at the access request as it is now."

    def __init__(self, access: AccessRequest) -> None:
        self.access = access
        super().__init__()

    @property
    def act(self) -> Line | None:
        """The act that was first, with the name of who did it and when, read from its entry."""
        return latest_line(self.access.reference, _MOVES)


def refuse_unseen(access: AccessRequest, seen: datetime | None) -> None:
    """Raise Overtaken where a page posts back an earlier state than the locked row's.

    Without `seen` no page was there to go by.
    """
    if seen is not None and access.changed_at != seen:
        raise Overtaken(access)
