"""The entries of what a sheet refused and told all the same: whoever it was, they tried."""

from datetime import datetime

from logbook.writing import log_entry_alone
from requests_app.practitioner.question_forms import QuestionsForm
from shielding.accounts.colleagues import note_nobody_named
from shielding.accounts.models import User


def note_refused(
    form: QuestionsForm, reference: str, *, action: str, by: User, now: datetime
) -> None:
    """Write that nobody has the email that was typed, and that they ask for the record already."""
    if form.nobody_named:
        note_nobody_named(by=by, reference=reference, now=now)
    if form.standing:
        refused = {"action": action, "why": "already_asked"}
        log_entry_alone("refused", by=by, at=now, reference=reference, **refused)
