"""A suspension that is said to be wrong, as its page shows it."""

from shielding.accounts.directory import presenters as people
from shielding.accounts.suspensions import Suspension
from shielding.accounts.telling_apart import name_over_email
from shielding.web import cells
from shielding.web.cells import Fact, Facts

# What is found of a suspension that is said to be wrong, as it is chosen and as it is read later:
# whether the person can sign in then is another matter.
SUSPENSION_WAS: dict[str, str] = {
    Suspension.Verdict.RIGHTFUL: "It was right: the account stays as it is",
    Suspension.Verdict.WRONG: "It was wrong: the person can sign in again, unless the account was "
    "suspended again or its service is closed",
}


_FOUND: dict[str, str] = {
    Suspension.Verdict.RIGHTFUL: "It was right",
    Suspension.Verdict.WRONG: "It was wrong",
}


def suspension_facts(suspension: Suspension) -> Facts:
    """Return who was suspended, who did and said what about it, and when."""
    rows = [
        Fact("Person", name_over_email(suspension.person)),
        Fact("Suspended", cells.done(suspension.suspended_at, suspension.suspended_by)),
    ]
    if suspension.disputed_at:
        said = cells.done(suspension.disputed_at, suspension.disputed_by)
        rows.append(Fact("Said to be wrong", said))
    if suspension.settled_at:
        by = cells.done(suspension.settled_at, suspension.settled_by)
        rows.append(Fact("Settled", f"{_FOUND[suspension.verdict]}\n{by}"))
    return [*rows, Fact.of("Account", people.state_tag(suspension.person))]
