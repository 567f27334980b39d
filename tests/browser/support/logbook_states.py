"""The logbook's pages, as an auditor and a member of the IW Team see them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from brokerage.line_manager import actions
from logbook.references import new_reference
from logbook.writing import log_entry_alone
from tests.brokerage.support.cast import a_draft, send
from tests.browser.support.caseload import Caseload
from tests.browser.support.state import State
from tests.support.requests import a_number


def with_signs(case: Caseload) -> dict[str, Any]:
    """Let members of the team do so much in one hour of last night that the page lists them."""
    office, now = case.office, timezone.now()
    night = (timezone.localtime(now) - timedelta(days=1)).replace(hour=23, minute=30)
    one = new_reference()
    team, others = (office.iw, office.second, office.lead), (office.practitioner, office.teacher)
    for person in (*team, *others, office.manager, office.auditor, office.administrator):
        log_entry_alone("request_opened", by=person, at=night, record_reference=one)
    for _ in range(105):
        opened = {"record_reference": new_reference(), "purpose": "work_item"}
        log_entry_alone("record_opened", by=office.second, at=night, **opened)
    for _ in range(5):
        refused = {"action": "logbook_misuse", "why": "other_role"}
        log_entry_alone("refused", by=office.practitioner, at=night, **refused)
    number, until = a_number(), timezone.localdate() + timedelta(days=30)
    for _ in range(3):
        draft = a_draft(office.practitioner, number=number, now=now, needed_until=until)
        actions.decline(send(draft, now=now), reason="ask_first", by=office.manager, now=now)
    return {}


LOGBOOK = (
    State("auditor", "home"),
    State("iw", "logbook"),
    State("auditor", "search", asks=True),
    State("auditor", "find_record", asks=True),
    State("auditor", "logbook"),
    State("auditor", "logbook", "filtered", query="?event=signed_in"),
    State("auditor", "logbook", "each entry", query="?fold=no"),
    State("auditor", "logbook", "none found", query="?event=role_refused"),
    State("auditor", "logbook", "a filter that makes no sense", query="?reference=nonsense"),
    State("auditor", "logbook_entry", args=lambda case: {"number": 1}),
    State("auditor", "logbook_entry", "absent", lambda case: {"number": 999_999}, status=404),
    State("lead", "logbook"),
    State("lead", "how_we_are_doing"),
    State("auditor", "how_we_are_doing"),
    State("auditor", "board"),
    State("auditor", "logbook_misuse"),
    State("auditor", "logbook_misuse", "with signs", with_signs),
    State("auditor", "logbook_misuse", "of before", query="?since=1%2F3%2F2026"),
    State("auditor", "logbook_misuse", "days that make no sense", query="?since=tomorrow"),
)
