"""Events that nothing writes any more: refused when written, read and found as ever."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from brokerage import states
from logbook.events import EVENTS
from logbook.models import Entry
from logbook.pages.filters import EntryFilter
from logbook.writing import NotLoggable, log_entry, log_entry_alone
from tests.brokerage.support.cast import a_cast, in_state
from tests.logbook.support.pages import LIST, of_before, shown, text_of
from tests.support.people import a_practitioner, an_iw_member
from tests.support.replay import replay

NOW = datetime(2026, 3, 27, 14, 5, 9, tzinfo=UTC)
# As older versions wrote them, and how each reads.
RETIRED = {
    "request_agreed": (
        {"involvement": "on_record", "days_late": 0},
        "agreed the request IW-7KQ4-M2XD on record ",
    ),
    "text_refused": (
        {"field": "reason", "kinds": ["phone", "name"]},
        "typed a text that the guard refused (reason: phone, name)",
    ),
    "text_confirmed": (
        {"kinds": ["title"]},
        "confirmed that a text of IW-7KQ4-M2XD names nobody (title)",
    ),
    "reason_redacted": ({"kind": "name"}, "took the text out of IW-7KQ4-M2XD: name"),
    "guard_figures_opened": (
        {"quarter": "2026-3"},
        "read the guard’s figures of quarter 2026-3",
    ),
}


def test_which_events_are_retired():
    assert {code for code, event in EVENTS.items() if event.retired} == set(RETIRED)


@pytest.mark.django_db
@pytest.mark.parametrize("event", RETIRED)
def test_a_retired_event_is_not_written(event):
    facts, _ = RETIRED[event]
    for write in (log_entry, log_entry_alone):
        with pytest.raises(NotLoggable, match="retired"), transaction.atomic():
            write(event, by=an_iw_member(), at=NOW, reference="IW-7KQ4-M2XD", **facts)
    assert not Entry.objects.filter(event=event).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("event", RETIRED)
def test_an_entry_of_before_is_found_and_reads_as_it_did(client, auditor, event):
    facts, words = RETIRED[event]
    person = a_practitioner(name="Pat Carter")
    entry = of_before(event, by=person, **facts)
    of_before("signed_in", by=person)
    answer = client.get(LIST, {"event": event})
    assert shown(answer) == [entry.pk]
    assert words in text_of(answer)
    assert "Pat Carter" in text_of(answer)
    assert words in text_of(client.get(f"{LIST}{entry.pk}/"))
    choices = EntryFilter({}, queryset=Entry.objects.all()).form.fields["event"].choices
    groups = [group for _, group in choices if isinstance(group, list | tuple)]
    assert event in [code for group in groups for code, _ in group]


@pytest.mark.django_db(transaction=True)
def test_a_logbook_of_before_is_replayed():
    """Entries of retired events change no row, and what was sent before has no code."""
    cast = a_cast()
    access = in_state(cast, states.WITH_MANAGER)
    _, folded = replay()
    # Agreeing, as it was written before, is of a request to shield: it is folded as it was.
    for event in RETIRED.keys() - {"request_agreed"}:
        of_before(event, by=cast.member, reference=access.reference, **RETIRED[event][0])
    assert replay() == ([], folded)
    type(access).objects.filter(pk=access.pk).update(need="")
    sent = Entry.objects.get(event="access_submitted", reference=access.reference)
    of_before(
        "access_submitted",
        by=cast.requester,
        reference=access.reference,
        record_reference=sent.record,
        purpose="assessment",
        sought="contact",
        why_not_otherwise="not_in_own_records",
        seen_by=["me"],
        needed_until="2026-04-30",
        documented="yes",
    )
    assert replay() == ([], folded + 1)
