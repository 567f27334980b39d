"""Who may attest that a source let go, in words."""

from datetime import datetime

from shielding.accounts.models import User
from shielding.holds import policies
from shielding.records.models import Hold


def others_attest(hold: Hold, by: User, now: datetime) -> str:
    """Return `who_may_attest` for a member who may not, and nothing for one who may."""
    return "" if policies.may_attest_word(by, hold, now) else who_may_attest(hold, now)


def who_may_attest(hold: Hold, now: datetime) -> str:
    """Return which members may attest a call about a release, in words, or why nobody may."""
    if may := policies.attesters(hold, now):
        names = ", ".join(one.name for one in may)
        return f"It is not yours to attest. These members may: {names}."
    if hold.released_by_id in policies.who_set_number(hold, now):
        return (
            "Nobody may attest it: whoever recorded it, or somebody who counts as one with them, "
            "set the phone number that is dialled, chose the line manager or took one away, or "
            "moved the practitioner to another service, from 28 days before on. Another member "
            "makes sure of each, takes it out of the directory and enters it again."
        )
    return (
        "Nobody may attest it at the moment: everybody recorded it, set the phone number that is "
        "dialled, moved the practitioner or could be them, or gave whoever recorded it, or got "
        "from them, an account, a name or a role within the last 28 days. A newly granted member "
        "may, 24 hours after the role was confirmed by somebody else."
    )
