"""What the page of an own request offers its source to do after sending."""

from typing import Any

from requests_app import policies
from requests_app.models import Request
from requests_app.practitioner import letters
from shielding.accounts.models import User
from shielding.models import Consultation


def offers(asked: Request, *, by: User) -> dict[str, Any]:
    """Return what the template draws links to: only what would be done, not refused."""
    owed = Consultation.objects.visible_to(by).owed().filter(hold=asked.hold)
    return {
        "may_answer_review": owed.exists(),
        "may_withdraw": policies.may_withdraw(by, asked),
        "may_say_family_of_end": policies.may_say_family_of_end(by, asked),
        "may_say_professionals_told": policies.may_say_professionals_told(by, asked),
        "letters": letters.printable(by, asked),
    }
