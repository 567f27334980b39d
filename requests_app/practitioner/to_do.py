"""What waits for a practitioner, in the order of their home page and of their own list.

Each duty is one queryset, for the home page's count, for the list behind it, and for nothing else
to disagree with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from requests_app.models import Request, RequestQuerySet
from requests_app.states import LOOK_AGAIN, RETURNED
from shielding import clock
from shielding.accounts.models import User
from shielding.hooks import Waiting


@dataclass(frozen=True)
class Duty:
    """One kind of thing to do: its name in an address, its words, and which requests have it.

    `page` is where it is done, unless that is the request's own page. `due` names the column that
    says by when: once one is past, the whole line is loud.
    """

    slug: str
    title: str
    act: str
    of: Callable[[User, datetime], QuerySet[Request]]
    loud: bool = False
    page: str = ""
    due: str = ""

    def is_loud(self, user: User, now: datetime) -> bool:
        """Return whether the line is loud today."""
        if self.loud or not self.due:
            return self.loud
        return self.of(user, now).filter(**{f"{self.due}__lt": clock.today(now)}).exists()


def _own(user: User) -> RequestQuerySet:
    return Request.objects.visible_to(user).select_related("hold", "review")


DUTIES = (
    Duty(
        "review",
        "Reviews to answer",
        "Say whether the shield is still needed",
        lambda user, now: _own(user).to_answer(user, now).order_by("answer_due", "id"),
        page="request_review",
        due="answer_due",
    ),
    Duty(
        "to-confirm",
        "Phoned requests to confirm",
        "Confirm what was phoned",
        lambda user, now: _own(user).to_confirm().order_by("submitted_at", "id"),
        loud=True,
    ),
    Duty(
        "returned",
        "Requests returned to you",
        "Answer the query",
        lambda user, now: (
            _own(user).to_answer_again().filter(state=RETURNED).order_by("state_since", "id")
        ),
        loud=True,
    ),
    Duty(
        "look-again",
        "Decisions to look at again",
        "Look again",
        lambda user, now: (
            _own(user).to_answer_again().filter(state=LOOK_AGAIN).order_by("state_since", "id")
        ),
        loud=True,
    ),
    Duty(
        "family",
        "Families to tell",
        "Tell the family, then confirm",
        lambda user, now: _own(user).family_to_tell().order_by("submitted_at", "id"),
    ),
    Duty(
        "family-of-end",
        "Families to tell that a request was not agreed",
        "Tell the family, then say so",
        lambda user, now: _own(user).end_to_tell(user).order_by("submitted_at", "id"),
        page="request_family_of_end",
    ),
    Duty(
        "professionals",
        "Professionals to tell",
        "Tell other professionals, then say so",
        lambda user, now: _own(user).professionals_to_tell(user).order_by("submitted_at", "id"),
        page="request_professionals",
    ),
    Duty(
        "drafts",
        "Drafts to finish",
        "Finish the draft",
        lambda user, now: _own(user).drafts_of(user).order_by("-created_at", "-id"),
    ),
)
DUTY = {duty.slug: duty for duty in DUTIES}


def waiting(user: User, now: datetime) -> list[Waiting]:
    """Return what waits for a practitioner, for the home page; nothing for anyone else."""
    if not user.is_practitioner:
        return []
    here = reverse("request_list")
    return [
        Waiting(duty.title, f"{here}?show={duty.slug}", duty.of(user, now), duty.is_loud(user, now))
        for duty in DUTIES
    ]
