"""What a page may not tell apart: the states a record can be in, and what a browser is given."""

import re
from datetime import timedelta

from django.utils import timezone

from logbook.references import REFERENCE
from requests_app.desk import actions
from shielding.models import Record
from shielding.unshield.actions import begin_unshield, confirm_unshield
from shielding.unshield.other_ends import confirm_end, propose_end
from tests.support.people import an_iw_member
from tests.support.requests import a_request
from tests.support.shielded_records import let_go, shielded_for


def masked(response):
    """Return a page without what differs on every page: the token, references and the clock."""
    text = response.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "TOKEN", text)
    text = re.sub(REFERENCE, "REFERENCE", text)
    text = re.sub(r'name="seen" value="[^"]+"', "SEEN", text)
    return re.sub(r"<time.*?</time>", "TIME", text, flags=re.DOTALL)


def seen(response):
    location = re.sub(REFERENCE, "REFERENCE", response.headers.get("Location", ""))
    return response.status_code, location, masked(response)


def statements(queries):
    """Return the statements with their values taken out."""
    return [
        re.sub(r"'(?:[^']|'')*'(::\w+)?|\bs\d+_x\d+\b|\b\d+\b|NULL", "?", query["sql"])
        for query in queries.captured_queries
    ]


def unknown(number):
    """Leave the number as nobody has asked for it."""


def considered(number):
    a_request(number=number, decision="considered")


def to_shield(number):
    a_request(number=number)


def shielded(number):
    actions.attest_applied_for_request(
        a_request(number=number, now=timezone.now()),
        checked_on=timezone.localdate(),
        no_duplicate=True,
        by=an_iw_member(),
        now=timezone.now(),
    )


def let_go_long_ago(number):
    """Return a shielded record whose only source let go ten days ago."""
    past = timezone.now() - timedelta(days=10)
    (hold,) = shielded_for(number=number, now=past)
    return let_go(hold, now=past).record


def unshielding(number):
    begin_unshield(let_go_long_ago(number), by=an_iw_member(), now=timezone.now())


def unshielded(number):
    unshielding(number)
    record = Record.objects.numbered(number).get()
    confirm_unshield(record, by=an_iw_member(), now=timezone.now())


def end_proposed(number):
    shielded(number)
    record = Record.objects.numbered(number).get()
    return propose_end(record, code="died", by=an_iw_member(), now=timezone.now())


def closed(number):
    record = end_proposed(number)
    seen = [hold.reference for hold in record.holds.standing()]
    confirm_end(
        record, seen=seen, attested=False, no_duplicate=True, by=an_iw_member(), now=timezone.now()
    )
