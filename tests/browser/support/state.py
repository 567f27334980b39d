"""One page in one state, as one person sees it; and the arguments of its address."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from logbook.days import clock_now, real_now
from shielding.accounts.factor_resets import actions as resets
from shielding.accounts.factor_resets.models import FactorReset
from shielding.accounts.models import User
from shielding.accounts.sessions import actions as session_actions
from shielding.accounts.sessions.models import NotMe, SignedIn
from shielding.filled import filled
from shielding.models import HandOverTold, Suspension
from shielding.notices import told_links
from shielding.notices.password_links import PasswordLinks, SetUpLinks
from tests.browser.support.caseload import NEW, Caseload
from tests.browser.support.visitor import Visitor
from tests.support.people import a_practitioner

Arguments = Callable[[Caseload], dict[str, Any]]


@dataclass(frozen=True)
class State:
    """One page in one state, as one person sees it."""

    who: str
    page: str
    about: str = ""
    args: Arguments = field(default=lambda case: {})
    query: str = ""
    status: int = 200
    asks: bool = False
    press: str = ""
    tick: tuple[str, ...] = ()
    write: tuple[tuple[str, str], ...] = ()
    pick: tuple[tuple[str, str], ...] = ()

    def path(self, case: Caseload) -> str:
        return reverse(self.page, kwargs=self.args(case)) + self.query

    def open_by(self, visitor: Visitor, case: Caseload) -> None:
        visitor.open(self.path(case), status=self.status)
        visitor.tick(*self.tick)
        for label, text in self.write:
            visitor.write(label, text)
        for label, option in self.pick:
            visitor.pick(label, option)
        if self.press:
            visitor.press(self.press)

    @property
    def name(self) -> str:
        """A name for pictures and failures."""
        return "-".join(filter(None, (self.who, self.page, self.about.replace(" ", "_"))))


def story(name: str) -> Arguments:
    return lambda case: {"reference": case.reference(name)}


def slug(value: str) -> Arguments:
    return lambda case: {"slug": value}


def person(seat: str) -> Arguments:
    return lambda case: {"uid": getattr(case.office, seat).uid}


def record(of: str) -> Arguments:
    return lambda case: {"reference": case.record(of)}


def review(of: str) -> Arguments:
    return lambda case: {"reference": case.review(of)}


def added_review(of: str) -> Arguments:
    return lambda case: {"reference": case.added_review(of)}


def access(of: str) -> Arguments:
    return lambda case: {"reference": case.access[of]}


def hand_over(case: Caseload) -> dict[str, Any]:
    office = case.office
    return {"uid": office.practitioner.uid, "to": office.manager.uid}


def one_hand_over(case: Caseload) -> dict[str, Any]:
    """A request that a file put to the wrong practitioner, and whose it is."""
    return {"reference": case.imports["named_wrong"], "to": case.office.practitioner.uid}


def a_hand_over(name: str) -> Arguments:
    return lambda case: {"reference": case.hand_overs[name]}


def newcomer(case: Caseload) -> dict[str, Any]:
    """Whoever has a new account that nobody phoned yet."""
    return {"uid": User.objects.get(email=NEW).uid}


def hand_over_link(case: Caseload) -> dict[str, Any]:
    """A link as it is mailed to somebody who was told of a hand-over."""
    told = HandOverTold.objects.filter(person=case.office.mover).first()
    return {"token": told_links.token_for("hand_over", told.reference)}


def suspension_link(case: Caseload) -> dict[str, Any]:
    """A link as it is mailed to somebody who was suspended."""
    told = Suspension.objects.get(reference=case.suspensions["settled"]).told.first()
    return {"token": told_links.token_for("suspension", filled(told).reference)}


def stopped(case: Caseload) -> dict[str, Any]:
    """Whoever was suspended, of which they say that it is wrong."""
    return {"uid": Suspension.objects.get(reference=case.suspensions["said_wrong"]).person.uid}


def a_session_elsewhere(case: Caseload) -> dict[str, Any]:
    """The practitioner is signed in in another browser, and was in a third."""
    now, person = real_now(), case.office.practitioner
    where = {"person": person, "browser": "firefox", "address": "2001:db8::7"}
    SignedIn.objects.create(**where, system="linux", began_at=now, seen_at=now)
    over = {"began_at": now - timedelta(days=1), "seen_at": now - timedelta(days=1)}
    SignedIn.objects.create(**where, system="iphone", **over)
    return {}


def not_me_link(case: Caseload) -> dict[str, Any]:
    """A link as it is mailed to somebody whose password was changed: of nobody who is here."""
    return {"token": told_links.token_for("password_changed", "IW-ZZZZ-ZZZZ")}


def a_not_me(case: Caseload) -> dict[str, Any]:
    """Somebody said that another used their account; nobody has phoned them yet."""
    return {"reference": _not_me("Nan Invented-Thieved").reference}


def a_settled_not_me(case: Caseload) -> dict[str, Any]:
    said, now = _not_me("Ned Invented-Thieved"), real_now()
    if said.settled_at is None:
        answer = {"phoned": True, "found": "another"}
        session_actions.settle_not_me(said, **answer, by=case.office.second, now=now)
    return {"reference": said.reference}


def _not_me(name: str) -> NotMe:
    found = NotMe.objects.filter(person__name=name)
    if not found.exists():
        session_actions.say_not_me(by=a_practitioner(name=name), now=real_now())
    return found.get()


def a_reset(case: Caseload) -> dict[str, Any]:
    """A reset of a second factor that an administrator proposed, or proposes now."""
    waiting = FactorReset.objects.open().first()
    if waiting is None:
        auditor, by = case.office.auditor, case.office.administrator
        waiting = resets.propose_reset(auditor, by=by, now=clock_now())
    return {"reference": waiting.reference}


def a_suspension(name: str) -> Arguments:
    return lambda case: {"reference": case.suspensions[name]}


def an_import(name: str) -> Arguments:
    return lambda case: {"reference": case.imports[name]}


def new_password(case: Caseload) -> dict[str, Any]:
    """A link as it is mailed."""
    person = case.office.teacher
    return {"uidb36": user_pk_to_url_str(person), "key": PasswordLinks().make_token(person)}


def new_password_too_old(case: Caseload) -> dict[str, Any]:
    return new_password(case) | {"key": "no-such-key"}


def set_up_link(case: Caseload) -> dict[str, Any]:
    """A link as it is mailed to somebody who is to set up a second factor."""
    person = case.office.teacher
    return {"uidb36": user_pk_to_url_str(person), "key": SetUpLinks().make_token(person)}


def letter(of: str, kind: str) -> Arguments:
    return lambda case: {"reference": case.reference(of), "slug": kind}


def access_question(page: str, of: str = "ready") -> Arguments:
    return lambda case: {"reference": case.access[of], "slug": page}


def question(page: str, of: str = "a_full_draft") -> Arguments:
    return lambda case: {"reference": case.reference(of), "slug": page}
