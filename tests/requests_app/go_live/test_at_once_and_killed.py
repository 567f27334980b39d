"""A file of shields twice at once, beside other acts, and killed at any statement."""

import pytest
from django.db import connection

from requests_app.go_live import actions
from requests_app.go_live.views import SHIELDS
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from shielding.accounts.bulk import actions as imports
from shielding.accounts.bulk.models import FileImport, ImportedRow
from shielding.accounts.bulk.two_uploads import run
from shielding.models import Hold, Record
from tests.concurrency.support.crowd import a_crowd
from tests.concurrency.support.races import held_while_open
from tests.requests_app.go_live.support.files import a_file, a_row, confirmed, rows_of
from tests.support.failures import PulledOut, PullsOut, fail_at_every_statement
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW, a_draft, a_number

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_failure_at_any_statement_of_a_row_leaves_everything_as_it_was():
    one, two = an_iw_member(), an_iw_member()
    content = a_file(a_row(a_practitioner()))
    found = confirmed(content, one=one, two=two)
    (row,) = rows_of(found, content)
    fail_at_every_statement(lambda: actions.take_over(found, row, by=two, now=NOW))


def test_a_run_that_is_killed_anywhere_and_gone_on_with_ends_as_one_that_was_not():
    one, two, people = an_iw_member(), an_iw_member(), [a_practitioner() for _ in range(2)]
    ends, number = set(), 0
    for number in range(0, 400, 17):
        numbers = [a_number() for _ in people]
        content = a_file(*map(a_row, people, numbers))
        found = confirmed(content, one=one, two=two)
        rows = rows_of(found, content)
        pulled = False
        try:
            with connection.execute_wrapper(PullsOut(number)):
                run(found, rows, SHIELDS.do, by=two)
        except PulledOut:
            pulled = True
        run(found, rows, SHIELDS.do, by=two)
        imports.finish(found, left_out=0, by=two, now=NOW)
        ends.add(_as_it_is(found, numbers))
        if not pulled:
            break
    assert number > 40
    assert ends == {(2, 2, 2, 2, "shielded shielded", True)}


def _as_it_is(found: FileImport, numbers: list[str]) -> tuple[object, ...]:
    """Return what an import of these records left, whatever they and it are called."""
    records = [Record.objects.numbered(one).get() for one in numbers]
    holds = Hold.objects.filter(record__in=records)
    applied = holds.filter(applied_at__isnull=False, agreed_at__isnull=False)
    requests = Request.objects.filter(hold__in=holds, imported_at__isnull=False)
    states = " ".join(one.state for one in records)
    over = FileImport.objects.get(pk=found.pk).finished_at is not None
    return found.done.count(), holds.count(), applied.count(), requests.count(), states, over


def test_two_uploads_at_once_place_each_row_once_and_a_request_beside_them_stands():
    one, two = an_iw_member(), an_iw_member()
    with a_crowd(3) as crowd:
        for _ in range(2):
            numbers = [a_number() for _ in range(3)]
            people = [a_practitioner() for _ in numbers]
            content = a_file(*map(a_row, people, numbers))
            found = confirmed(content, one=one, two=two)
            rows = rows_of(found, content)
            # Of the same record another practitioner sends a request, and one the very same.
            drafts = [a_draft(number=numbers[0]), a_draft(people[1], number=numbers[1])]

            def send(drafts=drafts) -> None:
                practitioner_actions.submit(drafts[0], by=drafts[0].practitioner, now=NOW)
                practitioner_actions.submit(drafts[1], by=drafts[1].practitioner, now=NOW)

            twice = [lambda f=found, r=rows: run(f, r, SHIELDS.do, by=two)] * 2
            crowd.at_once(*twice, send)
            assert ImportedRow.objects.filter(file_import=found).count() == 3
            held = [Record.objects.numbered(number).get().holds.standing().count() for number in
                    numbers]  # fmt: skip
            # Where the file was first nothing tells the practitioner that it was this record.
            assert held in ([2, 1, 1], [2, 2, 1])
            imports.finish(found, left_out=0, by=two, now=NOW)
    assert held_while_open() == 0
