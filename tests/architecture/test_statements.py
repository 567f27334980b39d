"""The counting of statements itself: half a minute's pause makes no page another one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.people import an_iw_member
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db


def test_a_page_is_the_same_when_the_session_is_stamped_as_well():
    browser, every, counted = Client(), [], []
    browser.force_login(an_iw_member())
    for minutes in (0, 1):
        session = browser.session
        session["seen_at"] -= 60 * minutes
        session.save()
        with CaptureQueriesContext(connection) as captured, Statements() as statements:
            browser.get("/")
        every.append(len(captured))
        counted.append([query["sql"][:30] for query in statements])
    assert every[1] == every[0] + 4
    assert counted[1] == counted[0]
    assert len(counted[0]) == every[0]
