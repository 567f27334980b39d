"""What waits for a practitioner, in the order of their home page and of their own list.

Which requests a duty has, and in which order, is said in lists.py: once, for the home page's count
and for the list behind it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from requests_app.models import Request, late_to_confirm
from requests_app.practitioner import list_rows, lists
from shielding import clock
from shielding.accounts.models import User
from shielding.hooks import Recent, Waiting


@dataclass(frozen=True)
class Duty:
    """One kind of thing to do: its name in an address, its words, and which requests have it.

    `page` is where it is done, unless that is the request's own page. `late` says which of them are
    past their day.
    """

    slug: str
    title: str
    act: str
    of: Callable[[User, datetime], QuerySet[Request]]
    loud: bool = False
    page: str = ""
    late: Callable[[datetime], Q] | None = None


def _past_answer_due(now: datetime) -> Q:
    return Q(answer_due__lt=clock.today(now))


DUTIES = (
    Duty(
        "review",
        "Reviews to answer",
        "Say whether the shield is still needed",
        lists.to_answer,
        page="request_review",
        late=_past_answer_due,
    ),
    Duty(
        "to-confirm",
        "Phoned requests to confirm",
        "Confirm what was phoned",
        lists.to_confirm,
        loud=True,
        late=late_to_confirm,
    ),
    Duty(
        "returned",
        "Requests returned to you",
        "Answer the query",
        lists.returned,
        loud=True,
    ),
    Duty(
        "look-again",
        "Decisions to look at again",
        "Look again",
        lists.to_look_at_again,
        loud=True,
    ),
    Duty(
        "family",
        "Families to tell",
        "Tell the family, then confirm",
        lists.families_to_tell,
    ),
    Duty(
        "family-of-end",
        "Families to tell that a request was not agreed",
        "Tell the family, then say so",
        lists.families_to_tell_of_the_end,
        page="request_family_of_end",
    ),
    Duty(
        "professionals",
        "Professionals to tell",
        "Tell other professionals, then say so",
        lists.professionals_to_tell,
        page="request_professionals",
    ),
    Duty(
        "drafts",
        "Drafts to finish",
        "Finish the draft",
        lists.drafts,
    ),
)
DUTY = {duty.slug: duty for duty in DUTIES}


def waiting(user: User, now: datetime) -> list[Waiting]:
    """Return what waits for a practitioner, for the home page; nothing for anyone else."""
    if not user.is_practitioner:
        return []
    here = reverse("request_list")
    return [
        Waiting(
            duty.title,
            f"{here}?show={duty.slug}",
            duty.of(user, now),
            loud=duty.loud,
            late=duty.late(now) if duty.late else False,
        )
        for duty in DUTIES
    ]


def latest(user: User, now: datetime) -> Recent | None:
    """Return the requests a practitioner sent last, for the home page; nothing for anyone else."""
    if not user.is_practitioner:
        return None
    sent = lists.sent_by(user)[: lists.A_GLANCE]
    return Recent(
        "Your latest requests",
        list_rows.LIST_HEADS,
        list_rows.list_rows(sent, clock.today(now)),
        reverse("request_list"),
    )
