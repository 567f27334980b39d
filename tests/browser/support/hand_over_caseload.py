"""Hand-overs on their way: proposed by one or another, void, and done."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from shielding.accounts.models import User
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.hand_over.models import HandOver
from tests.support import hand_overs
from tests.support.people import a_practitioner, an_iw_member

if TYPE_CHECKING:
    from tests.browser.support.caseload import Caseload


def to_confirm(case: "Caseload") -> HandOver:
    office = case.office
    return hand_overs.proposed(office.teacher, to=office.joiner, by=office.second, now=case.now)


def own(case: "Caseload") -> HandOver:
    office = case.office
    return hand_overs.proposed(office.joiner, to=office.teacher, by=office.iw, now=case.now)


def void(case: "Caseload") -> HandOver:
    """Proposed by somebody who is no longer in the team."""
    gone = an_iw_member(name="Gus Invented-Gone")
    proposal = hand_overs.proposed(case.office.head, to=case.office.teacher, by=gone, now=case.now)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    return proposal


def done(case: "Caseload") -> HandOver:
    return HandOver.objects.get(person=case.office.mover)


def said_wrong(case: "Caseload") -> HandOver:
    """Handed over by two members, of which the old source says that it is wrong."""
    leaver = a_practitioner(name="Lin Invented-Gone")
    colleague = a_practitioner(service=leaver.service, name="Col Invented")
    hand_overs.hand_over(
        leaver, to=colleague, proposed_by=case.office.iw, by=case.office.second, now=case.now
    )
    hand_over = HandOver.objects.get(person=leaver)
    disputes.say_wrong(hand_over.told.get(person=leaver), by=leaver, now=case.now)
    return hand_over


STORIES: tuple[Callable[["Caseload"], HandOver], ...] = (to_confirm, own, void, done, said_wrong)


def tell(case: "Caseload") -> dict[str, str]:
    """Tell every story; return the reference of each by its name."""
    return {story.__name__: story(case).reference for story in STORIES}
