"""What was given up is an alarm: the IW Team is mailed that something could not be delivered."""

from datetime import datetime, time

from django.db.models import Max

from logbook.days import clock_now
from shielding import clock
from shielding.accounts.models import User
from shielding.notices.alerts import Waits, alert
from shielding.notices.kinds import MAIL_LOST, Kind
from shielding.notices.models import Notice

# One for all that is lost: a mail server that refuses everything is one alarm a day, not hundreds.
SUBJECT = "mail"


def raise_alarm(now: datetime) -> None:
    """Owe the team the word that mail was given up: once on each day on which some was."""
    newest = Notice.objects.undelivered(now).aggregate(at=Max("mail__next_try_at"))["at"]
    if newest:
        since = datetime.combine(clock.today(newest), time(0), clock.LONDON)
        team = User.objects.working().iw_team()
        alert(MAIL_LOST, [Waits(SUBJECT, since, "")], people=team, now=now)


def _is_open(_subject: str) -> bool:
    return Notice.objects.undelivered(clock_now()).exists()


def _team(_subject: str, now: datetime) -> list[User]:
    """Return who hears of it, while there is something that could not be delivered."""
    lost = Notice.objects.undelivered(now).exists()
    return list(User.objects.working().iw_team()) if lost else []


KINDS = (
    Kind(
        MAIL_LOST,
        "Mail that could not be delivered",
        readers=_team,
        waits=_is_open,
        says="An email could not be delivered. Sign in: the page about mail says whose.",
    ),
)
