"""What the lists of reviews hold: the IW Team's by tab, and a line manager's of their staff."""

from datetime import datetime

from shielding import clock
from shielding.accounts.deputies.models import staff_to_approve_for
from shielding.accounts.models import User
from shielding.reviews.models import Consultation, ConsultationQuerySet, Review, ReviewQuerySet


def reviews_by_tab(person: User, now: datetime) -> dict[str, tuple[str, ReviewQuerySet]]:
    """Return the reviews that are open, overdue and added, each with its tab's words.

    By what the address calls them; the first is the list that opens.
    """
    reviews = Review.objects.visible_to(person)
    return {
        "": ("Open", reviews.of_records().open()),
        "overdue": ("Overdue", reviews.of_records().overdue(now)),
        "added": ("Added", reviews.added().open()),
    }


def staff_overdue(manager: User, now: datetime) -> ConsultationQuerySet:
    """Return the answers the manager's staff owe past their due day, one for each request.

    Those too of whom they stand in for today: the name, the request and the day, and no ground,
    service or record. Nothing before that day: who asks for what is their staff's to tell.
    """
    staff = staff_to_approve_for(manager, clock.today(now))
    late = Consultation.objects.overdue(now).of_team(staff).one_per_hold()
    return late.select_related("review", "hold__source")
