"""A source who let go while a question was open reads and hears nothing more of it.

The final unshield finishes what is still brokered: told of that, they would know the minute of it,
and, hearing nothing, that another source still asks.
"""

import re
from datetime import timedelta

import pytest

from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from brokerage.models import AccessRequest
from shielding.models import Hold
from shielding.notices.models import Notice
from shielding.unshield import actions as unshield
from tests.brokerage.support.cast import ASKED, DAY, a_cast, a_draft, send
from tests.requests_app.support.desk import at_desk
from tests.support.indistinguishable import masked
from tests.support.requests import a_number
from tests.support.shielded_records import let_go, shielded_for

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def read_and_heard(*, of_another: bool) -> list[object]:
    """Return what a source who let go reads and heard, once the record went as far as it can."""
    cast, number = a_cast(), a_number()
    shielded_for(cast.source, *([cast.other_source] if of_another else []), number=number)
    access = send(a_draft(cast.requester, number=number))
    manager_actions.agree(access, by=cast.manager, now=ASKED)
    desk_actions.ask_sources(access, by=cast.member, now=ASKED)
    record = let_go(Hold.objects.get(source=cast.source), now=ASKED + HOUR).record
    if not of_another:
        unshield.begin_unshield(record, by=cast.member, now=ASKED + 2 * DAY)
        record = unshield.confirm_unshield(record, by=cast.colleague, now=ASKED + 2 * DAY)
    assert (record.state, AccessRequest.objects.get(pk=access.pk).state) == (
        ("shielded", "consulting") if of_another else ("not_shielded", "concluded")
    )
    liaison = access.liaisons.get(hold__source=cast.source)
    browser = at_desk(cast.source)
    pages = [
        browser.get("/access/questions/"),
        browser.get(f"/access/questions/{liaison.reference}/"),
    ]
    heard = Notice.objects.filter(recipient=cast.source, created_at__gt=ASKED + HOUR)
    people = (cast.requester, cast.manager, cast.source)
    names = (*(one.name for one in people), cast.requester.service.name)
    return [
        *(_without(masked(one), names) for one in pages),
        *(one.status_code for one in pages),
        list(heard.values_list("kind", flat=True)),
    ]


def _without(page: str, names: tuple[str, ...]) -> str:
    for name in names:
        page = page.replace(name, "NAME")
    return re.sub(r"SV-\w+", "SERVICE", page)


def test_they_learn_neither_of_the_unshield_nor_of_another_source():
    assert read_and_heard(of_another=False) == read_and_heard(of_another=True)
