"""Recovery codes: ten, each good once, kept nowhere in clear; and wrong codes, counted."""

import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from shielding.accounts.second_factor import factors, recovery
from shielding.accounts.second_factor.models import RecoveryCode
from tests.shielding.accounts.second_factor.support.factors import NOW, recovery_codes
from tests.support.people import a_practitioner
from tests.support.threads import run_together


def test_ten_different_codes_that_nobody_can_tell_from_the_batch(settings):
    batch = uuid.uuid4()
    codes = recovery.codes_of(batch)
    assert len(set(codes)) == 10
    assert all(recovery.as_typed(recovery.as_shown(one).lower()) == one for one in codes)
    assert recovery.codes_of(batch) == codes != recovery.codes_of(uuid.uuid4())
    settings.RECORD_INDEX_KEY = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
    assert not set(recovery.codes_of(batch)) & set(codes)


def test_what_is_no_code_is_nothing():
    for typed in ("", "ABCDE", "ABCDE-FGHJKL", "ABCDE-FGHJ0", "ABCDE-FGHJ1", "ABCDE FGHJI"):
        assert recovery.as_typed(typed) == ""
    assert recovery.as_typed(" abcde – fghjk ") == "ABCDEFGHJK"


@pytest.mark.django_db
def test_a_recovery_code_is_taken_once_and_only_when_it_was_kept(person):
    codes, other = recovery_codes(person), a_practitioner()
    assert not factors.take_recovery_code(other, codes[0], NOW)
    assert factors.take_recovery_code(person, codes[0], NOW)
    assert not factors.take_recovery_code(person, codes[0], NOW)
    assert factors.codes_left(person) == 9
    new = recovery_codes(other, kept=False)
    assert not factors.take_recovery_code(other, new[0], NOW)
    assert factors.codes_to_keep(other) == new
    assert factors.codes_to_keep(person) == []
    factors.end_all(person, "reset", by=other, now=NOW)
    assert not factors.take_recovery_code(person, codes[1], NOW)
    stored = str(list(RecoveryCode.objects.values()))
    assert not any(one in stored for one in codes + new)
    for change in ("used_at = now()", "kept_at = NULL, used_at = NULL", "digest = '\\x00'"):
        with pytest.raises(IntegrityError), transaction.atomic():
            connection.cursor().execute(
                f"UPDATE accounts_recoverycode SET {change} WHERE used_at IS NOT NULL"
                f" OR person_id = {other.pk}"
            )


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_with_one_recovery_code_one_is_let_in():
    person = a_practitioner()
    codes, start, taken = recovery_codes(person), threading.Barrier(8), []

    def take() -> None:
        start.wait()
        taken.append(factors.take_recovery_code(person, codes[0], NOW))
        connection.close()

    run_together(*(threading.Thread(target=take) for _ in range(8)))
    assert taken.count(True) == 1
