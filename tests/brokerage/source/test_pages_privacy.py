"""Line manager and source learn nothing of a record, of other sources, or of what the IW Team did.

Pages are compared byte for byte, and the queries behind them statement by statement.
"""

import re

import pytest
from django.utils import timezone

from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from logbook.references import new_reference
from shielding.models import Record
from tests.brokerage.support.cast import a_cast, again, say
from tests.brokerage.support.todays_requests import (
    a_deputy,
    ago,
    agreed,
    approval,
    asked,
    asking,
    at_a_desk,
    concluded,
    question,
    waiting,
)
from tests.support.indistinguishable import (
    closed,
    considered,
    end_proposed,
    shielded,
    statements,
    to_shield,
    unknown,
    unshielded,
    unshielding,
)
from tests.support.indistinguishable import seen as with_the_minute
from tests.support.people import a_practitioner, a_service
from tests.support.requests import a_number
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
LIST, QUESTIONS = "/access/to-agree/", "/access/questions/"
WORLDS = (unknown, considered, to_shield, shielded, unshielding, unshielded, end_proposed, closed)
ENDS = ("declined", "referred", "no_brokerage_needed", "no_longer_needed")


def seen(response):
    """Return an answer as `test_pages_privacy` masks it, without the minute of an earlier act."""
    status, location, page = with_the_minute(response)
    return status, location, re.sub(r" at \d\d:\d\d\.", " at TIME.", page)


def alike(service):
    """Return a cast whose requester and manager look like every other's of this test."""
    cast = a_cast()
    cast.manager = a_practitioner(service=service, name="Morgan Carter")
    cast.requester = a_practitioner(service=service, manager=cast.manager, name="Sam Carter")
    return cast


def walked(prepare, service, outcome, *, deputised):
    """Return what a line manager sees and sets off, for a record in one state."""
    number, cast = a_number(), alike(service)
    prepare(number)
    reader = cast.manager
    if deputised:
        reader, _ = a_deputy(cast.manager)
        type(reader).objects.filter(pk=reader.pk).update(name="Robin Deputy")
    long_ago = agreed(cast, number=number, now=ago(12))
    desk_actions.conclude(long_ago, outcome=outcome, by=cast.member, now=ago(11))
    unpublished = agreed(cast, number=number)
    desk_actions.conclude(unpublished, outcome=outcome, by=cast.member, now=timezone.now())
    declined, open_one = waiting(cast, number=number), waiting(cast, number=number)
    desk, found = at_a_desk(reader), []
    ordered = (long_ago, unpublished, declined, open_one)
    with Statements() as queries:
        for where in ("/", LIST, *map(approval, ordered)):
            found.append(seen(desk.get(where)))
        found.append(seen(desk.post(approval(declined, "decline/"))))
        found.append(seen(desk.post(approval(declined, "decline/"), {"reason": "not_needed"})))
        found.append(seen(desk.post(approval(open_one, "agree/"))))
        for where in (LIST, *map(approval, (declined, open_one))):
            found.append(seen(desk.get(where)))
        found += [seen(desk.post(approval(access, "agree/"))) for access in ordered]
    return found, statements(queries)


def all_read_the_same(worlds, *, deputised):
    service = a_service()
    first, *others = [
        walked(prepare, service, ENDS[turn % len(ENDS)], deputised=deputised)
        for turn, prepare in enumerate(worlds)
    ]
    for pages, asked_for in others:
        for one, other in zip(pages, first[0], strict=True):
            assert one == other
        assert asked_for == first[1]


def test_a_line_manager_reads_the_same_whatever_the_record():
    all_read_the_same(WORLDS, deputised=False)
    states = set(Record.objects.values_list("state", flat=True))
    assert states == {"to_shield", "shielded", "unshielding", "not_shielded", "closed"}


def test_so_does_their_deputy():
    all_read_the_same((unknown, shielded), deputised=True)


def with_the_lead(cast):
    access = asking(cast)
    say(access, cast.source, "objects", now=timezone.now())
    return access


def all_answered(cast):
    access = asking(cast)
    for source in (cast.source, cast.other_source):
        say(access, source, "will_contact", now=timezone.now())
    return access


def nobody_told(cast):
    access = agreed(cast)
    return desk_actions.ask_nobody(access, reason="police", by=cast.member, now=timezone.now())


BEFORE_PUBLICATION = (
    agreed,
    asking,
    all_answered,
    with_the_lead,
    nobody_told,
    lambda cast: concluded(cast, "source_will_contact"),
    lambda cast: concluded(cast, "put_in_touch"),
    lambda cast: concluded(cast, "declined"),
)


def test_until_the_publication_nobody_tells_what_the_iw_team_did():
    service, found = a_service(), []
    for bring in BEFORE_PUBLICATION:
        cast = alike(service)
        access, desk = bring(cast), at_a_desk(cast.manager)
        with Statements() as queries:
            pages = [seen(desk.get(where)) for where in (LIST, approval(access))]
        found.append((pages, statements(queries)))
    assert all(one == found[0] for one in found)


def test_the_order_of_the_list_is_that_of_sending():
    cast = alike(a_service())
    first, second, third = (agreed(cast, now=ago(days)) for days in (9, 8, 7))
    for access in (third, first, second):
        desk_actions.conclude(access, outcome="declined", by=cast.member, now=ago(1))
    rows = at_a_desk(cast.manager).get(LIST).context["rows"]
    expected = [one.reference for one in (third, second, first)]
    assert [row[0].text for row in rows] == expected


# --- A source -------------------------------------------------------------------------------------


def view(access, source):
    """Return what a source sees, page by page, and the statements behind it."""
    type(source).objects.filter(pk=source.pk).update(name="Sam Practitioner")
    desk, liaison = at_a_desk(source), asked(access, source)
    with Statements() as queries:
        pages = [
            seen(desk.get(where))
            for where in (
                QUESTIONS,
                question(liaison),
                question(liaison, "object/"),
                question(liaison, "stop/"),
            )
        ]
    return pages, statements(queries)


OTHERS_SAID = ("", "will_contact", "give_contact", "objects")


@pytest.mark.parametrize("own", ["", "will_contact", "give_contact"])
def test_what_another_source_said_does_not_show(own):
    """Two who said the same see the same; and what one sees is the same whatever others said."""
    found = []
    for other in OTHERS_SAID:
        cast = a_cast()
        names = {cast.requester: "Sam Carter", cast.manager: "Morgan Carter"}
        for person, name in names.items():
            type(person).objects.filter(pk=person.pk).update(name=name)
        access = asking(cast)
        for source, answer in ((cast.source, own), (cast.other_source, other)):
            if answer:
                say(access, source, answer, now=timezone.now())
        access = again(access)
        mine = view(access, cast.source)
        pages = [
            (status, location, page.replace(cast.requester.service.name, "SERVICE"))
            for status, location, page in mine[0]
        ]
        found.append((pages, mine[1]))
        if other == own:
            assert mine == view(access, cast.other_source)
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize("outcome", ["source_will_contact", "put_in_touch"])
def test_who_offered_nothing_cannot_tell_a_contact_through_another_from_none(outcome):
    """The objection was overruled, another source makes contact: it reads like a refusal."""
    views = []
    for granted in (True, False):
        cast = a_cast()
        access = asking(cast)
        now = timezone.now()
        taken = "will_contact" if outcome == "source_will_contact" else "give_contact"
        say(access, cast.source, "objects", now=now)
        say(access, cast.other_source, taken, now=now)
        desk_actions.decide_as_lead(
            access,
            decision="go_ahead" if granted else "no_contact",
            reason="duty" if granted else "safety",
            by=cast.lead,
            now=now,
        )
        until = access.needed_until if granted else None
        desk_actions.conclude(
            access,
            outcome=outcome if granted else "declined",
            granted_until=until,
            by=cast.member,
            now=now,
        )
        for person, name in ((cast.requester, "Sam Carter"), (cast.manager, "Morgan Carter")):
            type(person).objects.filter(pk=person.pk).update(name=name)
        pages, asked_for = view(again(access), cast.source)
        name = cast.requester.service.name
        masked = [(status, to, page.replace(name, "SERVICE")) for status, to, page in pages]
        desk, liaison = at_a_desk(cast.source), asked(access, cast.source)
        with Statements() as queries:
            masked += [seen(desk.post(question(liaison, act))) for act in ("stop/", "object/")]
        views.append((masked, asked_for, statements(queries)))
    assert views[0] == views[1]


def test_another_s_question_is_as_absent_as_one_that_is_not_there():
    cast = a_cast()
    theirs, mine = asked(asking(cast), cast.other_source), waiting(cast)
    deputy, _ = a_deputy(cast.manager)
    manager_actions.agree(mine, by=deputy, now=timezone.now())
    doors = [
        (cast.source, question(theirs), theirs, ("", "answer/", "object/", "stop/")),
        (cast.source, approval(mine), mine, ("", "agree/", "decline/")),
    ]
    for person, address, thing, acts in doors:
        desk = at_a_desk(person)
        none = address.replace(thing.reference, new_reference())
        for act in acts:
            for knock in (desk.get, desk.post):
                with Statements() as one:
                    here = seen(knock(address + act))
                with Statements() as other:
                    nowhere = seen(knock(none + act))
                assert here == nowhere
                assert here[0] in (404, 405)
                assert statements(one) == statements(other)
