"""What waits for a practitioner at home."""

from datetime import datetime

from django.urls import reverse

from brokerage.line_manager.lists import to_agree
from brokerage.source.lists import to_answer
from shielding import clock
from shielding.accounts.deputies.models import staff_to_approve_for
from shielding.accounts.models import User
from shielding.hooks import Waiting


def waiting(user: User, now: datetime) -> list[Waiting]:
    """Return what waits for a practitioner at home: as a source, and as whoever agrees."""
    if not user.is_practitioner:
        return []
    asked = Waiting("Questions about contact", reverse("liaison_list"), to_answer(user))
    if not staff_to_approve_for(user, clock.today(now)).exists():
        return [asked]
    agree = Waiting("Access requests to agree", reverse("access_to_agree"), to_agree(user, now))
    return [asked, agree]
