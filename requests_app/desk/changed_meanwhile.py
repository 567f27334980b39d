"""What a member of the IW Team reads when a colleague was there before: who, and when."""

from logbook.sentences import Line, latest_line
from requests_app.models import Request
from shielding.web.refusals import WrongState

# What changes a request's state, so that a page of before is out of date.
_MOVES = (
    "request_returned",
    "agreed_review_open",
    "not_agreed_proposed",
    "not_agreed_overturned",
    "not_agreed_confirmed",
    "considered_confirmed",
    "let_go_concluded",
    "look_again_asked",
    "request_resubmitted",
    "considered_resubmitted",
    "request_answers_changed",
    "answers_on_word",
    "phoned_request_confirmed",
    "phoned_request_disowned",
)


class ChangedMeanwhile(WrongState):
    """Somebody acted on this request since the page was opened; its page says who and when.

    Raised only to members of the IW Team, who may read each other's names.
    """

    code = "overtaken"
    message = "Somebody acted on this request since you opened the page."
    template = "requests_app/desk/changed_meanwhile.html"
    heading = "Somebody has already acted on this"
    advice = "Nothing of what you sent was saved. Look at the request as it is now."

    def __init__(self, request: Request, *, events: tuple[str, ...] = _MOVES) -> None:
        self.request = request
        self._events = events
        super().__init__()

    @property
    def act(self) -> Line | None:
        """The act that was first, with the name of who did it and when, read from its entry."""
        return latest_line(self.request.reference, self._events)
