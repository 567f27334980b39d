"""Hand-overs, disputes and words by phone, answered badly: a sentence, and nothing half done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.accounts.suspensions import SuspensionTold
from shielding.holds import letting_go
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes import suspension_actions as disputed_suspensions
from shielding.holds.hand_over.models import HandOver
from shielding.models import Hold
from shielding.notices import told_links
from shielding.notices.kinds import HAND_OVER
from shielding.reviews import actions as reviews
from shielding.unshield import actions as unshield
from tests.concurrency.support.crowd import a_crowd
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.hostile import HOSTILE
from tests.support.made_once import made_once
from tests.support.people import a_practitioner, a_service, an_administrator, an_iw_member
from tests.support.shielded_records import DAY, GONE, agreed_holds, at, shielded_for
from tests.support.what_stands import what_stands

pytestmark = pytest.mark.django_db


class Scene:
    """A leaver with a claim, a colleague of the same service, and members who took no part yet."""

    def __init__(self, state: str) -> None:
        self.then = at(timezone.localdate() - 20 * DAY)
        service = a_service()
        self.leaver, self.colleague = (a_practitioner(service=service) for _ in range(2))
        self.stranger = a_practitioner()
        (self.hold,) = shielded_for(self.leaver, now=self.then)
        User.objects.iw_team().update(is_active=False)
        self.proposer, self.member, self.third = (an_iw_member() for _ in range(3))
        self.proposal: HandOver | None = None
        getattr(self, f"_{state}")()

    @property
    def reference(self) -> str:
        return self.proposal.reference if self.proposal else ""

    @property
    def token(self) -> str:
        return told_links.token_for(HAND_OVER, self.proposal.told.get(person=self.leaver).reference)

    def _standing(self) -> None:
        """Nothing was done yet."""

    def _asked(self) -> None:
        reviews.open_reviews_of(self.hold.record, now=self.then + 170 * DAY)

    def _proposed(self) -> None:
        self.proposal = hand_overs.proposed(
            self.leaver, to=self.colleague, by=self.proposer, now=self.then
        )

    def _handed_over(self) -> None:
        self._proposed()
        hand_overs.confirmed(self.proposal, by=self.member, now=self.then)

    def _disputed(self) -> None:
        self._handed_over()
        told = self.proposal.told.get(person=self.leaver)
        disputes.say_wrong(told, by=self.leaver, now=self.then)

    def _word_recorded(self) -> None:
        suspending.suspend(self.leaver, by=an_administrator(), now=self.then)
        letting_go.withdraw(self.hold, parting=GONE, by=self.proposer, now=self.then)


LEFT = {"own_systems_unshielded": "on", "family": "told"}
ANSWERED = {"answer": "still_needed", "views": "no"}


@dataclass(frozen=True)
class Case:
    """One form: the state it needs, its address, what is good, and who may send it."""

    state: str
    address: Callable[[Scene], str]
    good: Callable[[Scene], dict[str, str]] = lambda _scene: {}
    by: str = "third"
    # Another reference or id in the address, of something that is no such thing.
    foreign: Callable[[Scene, str], str] | None = None


def of_person(scene: Scene, uid: Any) -> str:
    return f"/people/{uid}/hand-over/"


def of_hand_over(what: str) -> Callable[[Scene, str], str]:
    return lambda _scene, reference: f"/people/hand-overs/{reference}/{what}"


def by_phone(what: str) -> Callable[[Scene, str], str]:
    return lambda _scene, reference: f"/by-phone/{reference}/{what}/"


def its_hand_over(what: str) -> Callable[[Scene], str]:
    return lambda scene: f"/people/hand-overs/{scene.reference}/{what}"


def its_hold(what: str) -> Callable[[Scene], str]:
    return lambda scene: f"/by-phone/{scene.hold.reference}/{what}/"


FORMS = {
    "propose": Case(
        "standing", lambda s: f"/people/{s.leaver.uid}/hand-over/{s.colleague.uid}/"
    ),
    "confirm": Case(
        "proposed", its_hand_over(""), lambda s: {"seen": s.hold.reference},
        foreign=of_hand_over(""),
    ),
    "withdraw": Case("proposed", its_hand_over("withdraw/"), foreign=of_hand_over("withdraw/")),
    "say wrong": Case("handed_over", lambda s: f"/changed-hands/{s.token}/", by="nobody"),
    "settle": Case(
        "disputed", its_hand_over("settle/"),
        lambda s: {"verdict": "wrong", "seen": s.then.isoformat()},
        foreign=of_hand_over("settle/"),
    ),
    "record a word": Case(
        "standing", its_hold("let-go"), lambda _s: LEFT, foreign=by_phone("let-go")
    ),
    "record an answer": Case(
        "asked", its_hold("answer"), lambda _s: ANSWERED, foreign=by_phone("answer")
    ),
    "attest a word": Case(
        "word_recorded", its_hold("attest"),
        lambda s: {"phoned": "on", "seen": s.then.isoformat()},
        foreign=by_phone("attest"),
    ),
    "deny a word": Case(
        "word_recorded", its_hold("not-withdrawn"),
        lambda s: {"phoned": "on", "seen": s.then.isoformat()},
        foreign=by_phone("not-withdrawn"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def made(form, django_db_setup, django_db_blocker):
    """The scene of a form, for all that is asked of the form."""
    with made_once(lambda: Scene(FORMS[form].state), django_db_blocker) as copy:
        yield copy


@pytest.fixture
def scene(made, db):
    return made()


def of_each(forms: Iterable[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("form", list(forms), scope="module")


def browser(scene: Scene, case: Case, by: User | None = None) -> Client:
    return Client() if case.by == "nobody" else at_desk(by or getattr(scene, case.by))


def refused(answer: Any, *codes: int) -> None:
    """Say that it is a page with words for its reader, or the way back to one."""
    assert answer.status_code in codes
    if answer.status_code != 302:
        assert len(main(answer)) > 20


def send(case: Case, scene: Scene, **changed: Any) -> Any:
    given = case.good(scene) | changed
    return browser(scene, case).post(
        case.address(scene), {name: value for name, value in given.items() if value is not None}
    )


@of_each(FORMS)
def test_what_is_good_is_done(form, scene):
    """The other tests send the same, and one thing else."""
    case = FORMS[form]
    before = what_stands()
    assert send(case, scene).status_code in (200, 302)
    assert what_stands() != before


FIELDS = [(field, form) for form, fields in {
    "confirm": ["seen"],
    "settle": ["verdict", "seen"],
    "record a word": ["own_systems_unshielded", "family"],
    "record an answer": ["answer", "views"],
    "attest a word": ["phoned"],
    "deny a word": ["phoned"],
}.items() for field in fields]  # fmt: skip
TICKS = ("own_systems_unshielded", "phoned")


@pytest.mark.parametrize(("field", "form"), FIELDS, scope="module")
def test_a_field_that_is_absent_or_hostile_changes_nothing(form, field, scene):
    case = FORMS[form]
    before = what_stands()
    for value in (None, *HOSTILE.values()):
        if field in TICKS and value not in (None, ""):
            continue  # a tick is a tick, whatever a script calls it
        answer = send(case, scene, **{field: value})
        refused(answer, 200, 409)
        if answer.status_code == 200:
            assert answer.context["form"].errors, value
    assert what_stands() == before


@of_each(form for form in FORMS if form != "say wrong")
def test_somebody_outside_the_team_is_refused(form, scene):
    case, administrator = FORMS[form], an_administrator()
    before = what_stands()
    for somebody in (scene.leaver, scene.stranger, administrator):
        somebody.refresh_from_db()
        answer = browser(scene, case, somebody).post(case.address(scene), case.good(scene))
        # The leaver may be suspended, and is signed out.
        refused(answer, 403, 302 if not somebody.is_active else 403)
    assert what_stands() == before


@of_each(form for form, case in FORMS.items() if case.foreign)
def test_the_reference_of_something_else_is_not_found(form, scene):
    """Of a record, a request of somebody else's kind, a hand-over, and of nothing."""
    case = FORMS[form]
    others = [scene.hold.record.reference, "IW-2222-2222"]
    others += [scene.reference] if "by-phone" in case.address(scene) else [scene.hold.reference]
    before = what_stands()
    for other in filter(None, others):
        answer = browser(scene, case).post(case.foreign(scene, other), case.good(scene))
        refused(answer, 404)
    assert what_stands() == before


@of_each(["propose"])
def test_nothing_is_proposed_for_another_person(scene):
    """To somebody of another service, to themself, to a member, to nobody; and the other way."""
    member, before = at_desk(scene.third), what_stands()
    of_another = (scene.stranger.uid, scene.proposer.uid, uuid4())
    for uid in (scene.leaver.uid, *of_another):
        refused(member.post(f"/people/{scene.leaver.uid}/hand-over/{uid}/"), 404, 409)
        refused(member.post(f"/people/{scene.leaver.uid}/hand-over/", {"to": str(uid)}), 200)
    for uid in of_another:
        refused(member.post(f"/people/{uid}/hand-over/{scene.leaver.uid}/"), 403, 404, 409)
    assert what_stands() == before


@of_each(["say wrong"])
def test_a_link_of_something_else_says_nothing_wrong(scene):
    other = a_practitioner()
    agreed_holds(other, now=scene.then)
    heir = a_practitioner(service=other.service)
    hand_overs.hand_over(other, to=heir, by=scene.third, now=scene.then)
    references = {
        "record": scene.hold.record.reference,
        "hold": scene.hold.reference,
        "hand_over": scene.reference,
        "another_hand_over": HandOver.objects.get(person=other).reference,
        "unknown": "IW-2222-2222",
    }
    before = what_stands()
    of_nothing = main(Client().post("/changed-hands/nonsense/"))
    for name, reference in references.items():
        link = f"/changed-hands/{told_links.token_for(HAND_OVER, reference)}/"
        assert main(Client().post(link)) == of_nothing, name
    assert what_stands() == before


@of_each(FORMS)
def test_sent_twice_it_is_done_once(form, scene):
    case = FORMS[form]
    address, given = case.address(scene), case.good(scene)
    client = browser(scene, case)
    assert client.post(address, given).status_code in (200, 302)
    once = what_stands()
    again = client.post(address, given)
    refused(again, 200 if form == "say wrong" else 409)
    assert what_stands() == once


def taken_back(scene: Scene) -> None:
    at_desk(scene.member).post(f"/people/hand-overs/{scene.reference}/withdraw/")


def confirmed(scene: Scene) -> None:
    hand_overs.confirmed(scene.proposal, by=scene.member, now=timezone.now())


def proposed_by_another(scene: Scene) -> None:
    hand_overs.proposed(scene.leaver, to=scene.colleague, by=scene.member, now=timezone.now())


def let_go(scene: Scene) -> None:
    letting_go.withdraw(scene.hold, parting=GONE, by=scene.leaver, now=timezone.now())


def another_claim(scene: Scene) -> None:
    shielded_for(scene.leaver, now=scene.then)


def colleague_suspended(scene: Scene) -> None:
    suspending.suspend(scene.colleague, by=an_administrator(), now=timezone.now())


def settled(scene: Scene) -> None:
    disputes.settle(scene.proposal, verdict="rightful", by=scene.third, now=timezone.now())


def said_wrong_and_found_so(scene: Scene) -> None:
    told = scene.proposal.told.get(person=scene.colleague)
    disputes.say_wrong(told, by=scene.colleague, now=timezone.now())
    disputes.settle(scene.proposal, verdict="wrong", by=scene.third, now=timezone.now())


def settled_and_said_anew(scene: Scene) -> None:
    settled(scene)
    told = scene.proposal.told.get(person=scene.colleague)
    disputes.say_wrong(told, by=scene.colleague, now=timezone.now())


def attested(scene: Scene) -> None:
    letting_go.attest_word(scene.hold, phoned=True, by=scene.member, now=timezone.now())


def let_go_anew(scene: Scene) -> None:
    """The suspended source says that it is wrong: it stands again, and a word is recorded anew."""
    told = SuspensionTold.objects.get(person=scene.leaver)
    disputed_suspensions.say_wrong(told, by=scene.leaver, now=timezone.now())
    hold = Hold.objects.get(pk=scene.hold.pk)
    letting_go.withdraw(hold, parting=GONE, by=scene.proposer, now=timezone.now())


def member_suspended(scene: Scene) -> None:
    suspending.suspend(scene.third, by=an_administrator(), now=timezone.now())


STALE = [
    ("propose", proposed_by_another, 409),
    ("propose", colleague_suspended, 409),
    ("confirm", taken_back, 409),
    ("confirm", confirmed, 409),
    ("confirm", let_go, 409),
    ("confirm", another_claim, 409),
    ("confirm", colleague_suspended, 409),
    ("withdraw", confirmed, 409),
    ("withdraw", taken_back, 409),
    ("settle", settled, 409),
    ("settle", settled_and_said_anew, 409),
    ("record a word", let_go, 409),
    ("record an answer", let_go, 409),
    ("attest a word", attested, 409),
    ("attest a word", let_go_anew, 409),
    ("deny a word", attested, 409),
    ("deny a word", let_go_anew, 409),
    *((form, member_suspended, 302) for form in FORMS if form != "say wrong"),
]


@pytest.mark.parametrize(
    ("meanwhile", "code", "form"),
    [(meanwhile, code, form) for form, meanwhile, code in STALE],
    ids=[f"{form}, {one.__name__}" for form, one, _ in STALE],
    scope="module",
)
def test_a_page_that_was_open_while_somebody_acted_changes_nothing(form, meanwhile, code, scene):
    case = FORMS[form]
    address, given = case.address(scene), case.good(scene)
    client = browser(scene, case)
    client.get(address)
    meanwhile(scene)
    before = what_stands()
    refused(client.post(address, given), code)
    assert what_stands() == before


def test_a_mail_that_was_open_while_it_was_settled_is_kept_and_moves_nothing():
    """What they say is an entry: but the claim was given back already."""
    scene = Scene("handed_over")
    link = f"/changed-hands/{scene.token}/"
    said_wrong_and_found_so(scene)
    before = what_stands()
    refused(Client().post(link), 200)
    after = what_stands()
    assert {name for name in after if after[name] != before[name]} == {"Entry", "HandOverTold"}


def test_a_word_is_not_attested_once_the_record_is_being_unshielded():
    """The page was open while a call was attested and an unshield begun."""
    scene = Scene("word_recorded")
    attested(scene)
    unshield.begin_unshield(scene.hold.record, by=scene.member, now=timezone.now())
    before = what_stands()
    refused(at_desk(scene.third).post(its_hold("attest")(scene), {"phoned": "on"}), 409)
    assert what_stands() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", FORMS)
def test_sent_by_four_at_once_it_is_done_once(form):
    case = FORMS[form]
    scene = Scene(case.state)
    clients = [browser(scene, case, one) for one in _four(scene)]
    address, given = case.address(scene), case.good(scene)
    with a_crowd(4) as crowd:
        answers = crowd.at_once(*[partial(one.post, address, given) for one in clients])
    codes = sorted(one.status_code for one in answers)
    done = [200] * 4 if form == "say wrong" else [302, 409, 409, 409]
    assert codes == done
    for one in answers:
        refused(one, 200, 302, 409)
    events = [event for _, event in what_stands()["Entry"]]
    assert events.count(ENTRY[form]) == 1


ENTRY = {
    "propose": "hand_over_proposed", "confirm": "handed_over", "withdraw": "hand_over_withdrawn",
    "say wrong": "hand_over_disputed", "settle": "hand_over_settled",
    "record a word": "hold_released", "record an answer": "consultation_answered",
    "attest a word": "word_attested", "deny a word": "release_denied",
}  # fmt: skip


def _four(scene: Scene) -> list[User]:
    """Return members who may do it: none of them took part in anything yet."""
    return [scene.third, *(an_iw_member() for _ in range(3))]
