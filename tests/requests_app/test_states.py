"""Every situation of a request × every act × everybody: what happens, by a table of its own.

The table below was written from the process, not from the code: who may act, in which situations,
and what then stands in the request and in the logbook. Whatever it does not name is refused,
changes nothing and writes nothing.
"""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction

from logbook.models import Entry
from requests_app.desk import actions as desk_actions
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.notices.models import Notice
from shielding.web.refusals import NotAllowed, Refused
from tests.requests_app.support.acts import ACTS, DISOWNED, PHONED, RULES, WITHOUT_ACCOUNT, Expected
from tests.requests_app.support.cast import LATER, SITUATIONS, a_cast, everything
from tests.support.made_once import made_once
from tests.support.requests import NOW
from tests.support.undone import undone

pytestmark = pytest.mark.django_db


def expected(act: str, situation: str, who: str) -> Expected | None:
    """Return what the table says of this cell; None where it is to be refused."""
    for rule in RULES[act]:
        if who in rule.who and situation in rule.where:
            return rule
    return None


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with made_once(a_cast, django_db_blocker) as copy:
        yield copy


@pytest.fixture
def cast(made, db):
    return made()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_act_by_everybody_in(situation, cast):
    request = SITUATIONS[situation](cast)
    request.refresh_from_db()
    people = cast.people()
    names = {person.pk: name for name, person in people.items()}
    before = everything()
    wrong = []
    for act in ACTS:
        for who, person in people.items():
            rule = expected(act, situation, who)
            if rule is None:
                fits, outcome = refused(act, request, who, person)
                fits = fits or (outcome == "not allowed" and not_theirs(situation, who))
            else:
                outcome = what_happens(act, request, person, names)
                state = rule.where[situation] or request.state
                fits = outcome == (state, rule.logged, rule.told)
            if not fits:
                wrong.append(f"{act} by {who}: {outcome}, expected {rule or 'to be refused'}")
    assert wrong == []
    assert everything() == before, "refused, but something changed or was written"


def not_theirs(situation: str, who: str) -> bool:
    """Whether what this person may do elsewhere is here not theirs to do at all."""
    if who == "owner":
        return situation in WITHOUT_ACCOUNT
    return who == "proposer" and situation in (*PHONED, *DISOWNED, *WITHOUT_ACCOUNT)


def refused(act: str, request: Request, who: str, person: User) -> tuple[bool, str]:
    """Do an act that is to be refused; return whether it was, in the right way, and how.

    Whoever may never do it is told so, unless the state forbids it to everybody; whoever may, in
    another state, is told of the state.
    """
    try:
        with transaction.atomic():
            ACTS[act](request, person)
            transaction.set_rollback(True)
    except NotAllowed:
        may_somewhere = any(who in rule.who for rule in RULES[act])
        return not may_somewhere or act == "show_number", "not allowed"
    except Refused as refusal:
        return True, refusal.code
    return False, "done"


def what_happens(act: str, request: Request, person: User, names: dict[int, str]) -> Any:
    """Do an act that is allowed, and undo it; return the state, the entries and who was told."""
    with transaction.atomic():
        last_entry = Entry.objects.newest_first().values_list("id", flat=True).first() or 0
        last_notice = Notice.objects.order_by("-id").values_list("id", flat=True).first() or 0
        try:
            ACTS[act](request, person)
        except Refused as refusal:
            return f"refused: {refusal.code}"
        with connection.cursor() as cursor:  # what PostgreSQL would say at the commit
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        entries = list(Entry.objects.filter(id__gt=last_entry).order_by("id"))
        told = Notice.objects.filter(id__gt=last_notice).values_list("recipient", flat=True)
        state = Request.objects.values_list("state", flat=True).get(pk=request.pk)
        outcome = (
            state,
            tuple(entry.event for entry in entries),
            tuple(sorted(names[recipient] for recipient in told)),
        )
        transaction.set_rollback(True)
    assert {entry.actor for entry in entries} <= {person.uid}
    return outcome


# --- What the table does not tell: time, absence, and what somebody did meanwhile ---------------

DECIDING = ("agree", "return", "propose", "confirm", "overturn", "settle", "look_again")


def test_whoever_opened_the_page_before_a_colleague_acted_is_told_and_decides_nothing(cast):
    request = SITUATIONS["proposed"](cast)
    before = everything()
    for act in DECIDING:
        request.changed_at = NOW - timedelta(minutes=1)  # what their page was made from
        assert who_acted_meanwhile(act, request, cast.member) == cast.proposer, act
    assert everything() == before


def who_acted_meanwhile(act: str, request: Request, person: User) -> User | None:
    try:
        ACTS[act](request, person)
    except desk_actions.ChangedMeanwhile as overtaken:
        return overtaken.request.proposed_by
    return None


def test_for_a_day_after_a_role_was_granted_nobody_is_the_second_of_two(cast):
    request = SITUATIONS["proposed"](cast)
    for act in ("confirm", "overturn"):
        cast.member.second_person_from = LATER + timedelta(microseconds=1)
        cast.member.save()
        with pytest.raises(NotAllowed, match="second_person"):
            ACTS[act](request, cast.member)
        cast.member.second_person_from = LATER
        cast.member.save()
        with undone():
            assert ACTS[act](request, cast.member).state != "proposed", act


def test_nobody_who_is_suspended_does_anything(made, db):
    done = []
    for situation, acts in first_situations().items():
        with undone():
            cast = made()
            request = SITUATIONS[situation](cast)
            before = everything()
            # Suspended since their page was opened: what the page knew of them is out of date.
            User.objects.update(is_active=False)
            for act, (who, person) in product(acts, cast.people().items()):
                if not is_not_allowed(act, request, person):
                    done.append(f"{act} by {who}")
            assert everything() == before, situation
    assert done == []


def first_situations() -> dict[str, list[str]]:
    """Return the acts by the first situation in which somebody may do them."""
    found: dict[str, list[str]] = {}
    for act in ACTS:
        found.setdefault(next(iter(RULES[act][0].where)), []).append(act)
    return found


def is_not_allowed(act: str, request: Request, person: User) -> bool:
    try:
        ACTS[act](request, person)
    except NotAllowed:
        return True
    return False
