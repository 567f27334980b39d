"""Suspensions of which somebody says that they are wrong: to settle, and settled."""

from typing import TYPE_CHECKING

from shielding.accounts import suspending
from shielding.accounts.suspensions import Suspension
from shielding.holds.disputes import suspension_actions as disputed_suspensions
from tests.support.people import a_practitioner

if TYPE_CHECKING:
    from tests.browser.support.caseload import Caseload


def said_wrong(case: "Caseload", name: str = "Pip Invented-Stopped") -> Suspension:
    """By its person, of a suspension by the member who looks."""
    person = a_practitioner(name=name)
    suspending.suspend(person, by=case.office.iw, now=case.now)
    suspension = Suspension.objects.get(person=person)
    told = suspension.told.get(person=person)
    disputed_suspensions.say_wrong(told, by=person, now=case.now)
    return suspension


def settled(case: "Caseload") -> Suspension:
    """Said to be wrong, and found so."""
    suspension = said_wrong(case, "Sol Invented-Back")
    lead = case.office.lead
    disputed_suspensions.settle(suspension, verdict="wrong", by=lead, now=case.now)
    return suspension


def tell(case: "Caseload") -> dict[str, str]:
    """Tell every story; return the reference of each by its name."""
    return {story.__name__: story(case).reference for story in (said_wrong, settled)}
