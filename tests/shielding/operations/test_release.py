"""The release step: migrated as the owner, and each setting an auditor must date logged once."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from logbook.models import Entry
from logbook.policies import entries_for
from logbook.reading import facts_of, latest_facts
from shielding.management.commands.release import LOGGED
from shielding.models import Record
from shielding.operations.database_roles import as_owner
from shielding.unshield import actions
from shielding.web.refusals import NotAllowed
from tests.support.people import an_auditor, an_iw_member
from tests.support.requests import NOW
from tests.support.shielded_records import DAY, being_unshielded

pytestmark = pytest.mark.django_db(transaction=True)


def _logged(event: str = "setting_changed") -> list[tuple[str, str]]:
    entries = Entry.objects.filter(event=event).order_by("id")
    return [(facts_of(entry)["setting"], facts_of(entry)["value"]) for entry in entries]


def test_each_setting_is_logged_when_it_differs_from_the_last_one_logged(settings, capsys):
    call_command("release", verbosity=1)
    assert [name for name, _ in _logged()] == list(LOGGED)
    assert "is not set" not in capsys.readouterr().err  # a demo is told nothing
    settings.LOCAL_HTTP = False
    call_command("release", verbosity=1)
    assert len(_logged()) == len(LOGGED)
    assert "COUNCIL_PHONE_OUT_OF_HOURS is not set" in capsys.readouterr().err

    settings.FIRST_REVIEW_DAYS = 5
    call_command("release", verbosity=0)
    assert _logged()[len(LOGGED) :] == [("FIRST_REVIEW_DAYS", "5")]


def test_from_how_many_on_something_is_a_sign_of_misuse_is_logged_for_auditors_alone(settings):
    call_command("release", verbosity=0)
    assert _logged("threshold_changed")[0] == ("MISUSE_DAYS", "7")
    settings.MISUSE = settings.MISUSE | {"burst": 500}
    call_command("release", verbosity=0)
    count = len(settings.MISUSE)
    assert _logged("threshold_changed")[count:] == [("MISUSE_BURST", "500")]
    read = {
        role: entries_for(person).filter(event="threshold_changed").count()
        for role, person in {"auditor": an_auditor(), "iw": an_iw_member()}.items()
    }
    assert read == {"auditor": count + 1, "iw": 0}


def test_two_long_values_are_told_apart_and_neither_is_written_out(settings):
    settings.RECORD_NUMBER_PATTERN = r"CP\d{8}" + "(?:)" * 30
    call_command("release", verbosity=0)
    one = latest_facts("setting_changed", setting="RECORD_NUMBER_PATTERN")
    settings.RECORD_NUMBER_PATTERN += "|CQ[0-9]{8}"
    call_command("release", verbosity=0)
    other = latest_facts("setting_changed", setting="RECORD_NUMBER_PATTERN")
    assert one["value"] != other["value"]
    assert one["value"].startswith("sha256.")


def test_a_database_that_keeps_text_otherwise_is_refused_before_anything_is_done(monkeypatch):
    name = f"{connection.settings_dict['NAME']}_ascii"
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    try:
        with monkeypatch.context() as there:
            there.setitem(connection.settings_dict, "NAME", name)
            with pytest.raises(CommandError, match="keeps text as SQL_ASCII"):
                call_command("release", verbosity=0)
    finally:
        connection.close()
        with as_owner(connection), connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def test_who_began_confirms_alone_only_once_the_owner_switched_two_people_off(settings):
    member = an_iw_member()
    an_iw_member()
    record = being_unshielded(member)
    confirm = {"by": member, "now": NOW + DAY}
    settings.UNSHIELD_BY_TWO = False
    with pytest.raises(NotAllowed, match="second_person"):
        actions.confirm_unshield(record, **confirm)
    call_command("release", verbosity=0)
    assert latest_facts("setting_changed", setting="UNSHIELD_BY_TWO")["value"] == "False"
    try:
        assert actions.confirm_unshield(record, **confirm).state == "not_shielded"
    finally:
        settings.UNSHIELD_BY_TWO = True
        call_command("release", verbosity=0)
    again = being_unshielded(member)
    with pytest.raises(IntegrityError, match="record_unshield_by_two"), transaction.atomic():
        Record.objects.filter(pk=again.pk).update(
            unshield_confirmed_at=NOW, unshield_confirmed_by=member
        )
