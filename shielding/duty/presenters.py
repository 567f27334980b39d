"""Who is on duty today, in words, for the home page of the IW Team."""

from datetime import datetime

from shielding import clock
from shielding.accounts.models import User
from shielding.duty import rota
from shielding.duty.policies import may_be_on_duty
from shielding.web.cells import day_and_time


def duty_words(person: User, now: datetime) -> str:
    """Return who is on duty now and until when; nothing for anybody but the IW Team."""
    if not person.is_iw:
        return ""
    found, day = rota.running(now), rota.running_day(now)
    before_eight = day < clock.today(now)
    if found is None:
        return (
            "Nobody is on duty until 8am today."
            if before_eight
            else "Nobody is named on the rota for today."
        )
    if not may_be_on_duty(found.member):
        until = "until 8am today" if before_eight else "for today"
        named = f"{found.member.name} is named on the rota {until}, and has left the team."
        return f"{named} The IW leads are mailed alerts at any hour instead."
    who = "You are" if found.member_id == person.pk else f"{found.member.name} is"
    return f"{who} on duty until {day_and_time(rota.over_at(found.day))}."
