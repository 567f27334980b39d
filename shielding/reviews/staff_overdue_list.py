"""What a line manager sees of their team's reviews: who is late with an answer, on which request.

Nothing else: no ground, no service, no record.
"""

from datetime import datetime

from shielding import clock
from shielding.accounts.deputies.models import staff_to_approve_for
from shielding.accounts.models import User
from shielding.reviews.models import Consultation, ConsultationQuerySet


def overdue(manager: User, now: datetime) -> ConsultationQuerySet:
    """Return the answers the manager's staff owe past their due day, one for each request.

    Those too of whom they stand in for today. Nothing before that day: who asks for what is their
    staff's to tell.
    """
    staff = staff_to_approve_for(manager, clock.today(now))
    late = Consultation.objects.overdue(now).of_team(staff).one_per_hold()
    return late.select_related("review", "hold__source")
