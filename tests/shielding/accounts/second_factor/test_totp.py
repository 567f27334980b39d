"""Codes of an app: the RFCs' own vectors, one code once, and the secret in no place in clear."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from shielding.accounts.second_factor import factors, totp
from shielding.accounts.second_factor.factors import Taken
from shielding.accounts.second_factor.models import Factor
from tests.shielding.accounts.second_factor.support.factors import NOW, an_app, code_of
from tests.support.people import a_practitioner
from tests.support.threads import run_together

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"
# RFC 6238, appendix B, SHA-1: the last six of its eight digits.
RFC_6238 = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}


def test_codes_are_the_rfcs_of_the_half_minute_before_and_after_as_well():
    for seconds, code in RFC_6238.items():
        moment, step = datetime.fromtimestamp(seconds, UTC), seconds // 30
        for away, found in ((-60, []), (-30, [step]), (0, [step]), (30, [step]), (60, [])):
            at = moment + timedelta(seconds=away)
            assert totp.steps_of(RFC_SECRET, code, at) == found, (seconds, away)
    assert totp.steps_of(RFC_SECRET, "000000", moment) == []


def test_what_is_typed_is_read_however_it_is_spaced():
    assert [totp.as_typed(one) for one in ("287082", " 287 082", "287-082\n")] == ["287082"] * 3
    assert [totp.as_typed(one) for one in ("", "28708", "2870823", "28708a", "٢٨٧٠٨٢")] == [""] * 5


def test_the_picture_holds_the_address_and_nothing_that_a_page_may_not():
    address = totp.address(RFC_SECRET, person="ann@council.example", service="Shielding requests")
    assert address == (
        "otpauth://totp/Shielding%20requests%3Aann%40council.example"
        f"?secret={RFC_SECRET}&issuer=Shielding%20requests"
    )
    drawn = totp.picture(address)
    assert drawn.startswith("<svg ")
    assert drawn.rstrip().endswith("</svg>")
    assert not any(word in drawn for word in ("style", "script", "class=", RFC_SECRET))
    assert totp.in_fours(RFC_SECRET).startswith("GEZD GNBV ")


@pytest.mark.django_db
def test_a_code_is_taken_once_and_no_earlier_one_after_it(person):
    app, secret = an_app(person)
    code = code_of(secret)
    assert factors.take_code(person, "000000", NOW, NOW) is Taken.NO
    assert factors.take_code(person, code, NOW, NOW) is Taken.YES
    assert factors.take_code(person, code, NOW, NOW) is Taken.BEFORE
    earlier = code_of(secret, NOW - timedelta(seconds=30))
    assert factors.take_code(person, earlier, NOW, NOW) is Taken.BEFORE
    later = code_of(secret, NOW + timedelta(seconds=30))
    assert factors.take_code(person, later, NOW, NOW) is Taken.YES
    app.refresh_from_db()
    assert (app.last_step, app.last_used_at) == (totp.step_at(NOW) + 1, NOW)
    # Nobody else's, and none of what has ended or was never confirmed.
    other = a_practitioner()
    assert factors.take_code(other, code_of(secret, NOW), NOW, NOW) is Taken.NO
    _, unconfirmed = an_app(other, confirmed=False)
    assert factors.take_code(other, code_of(unconfirmed), NOW, NOW) is Taken.NO
    Factor.objects.filter(pk=app.pk).update(ended_at=NOW, ended_by=person, ended_how="own")
    at = NOW + timedelta(minutes=5)
    assert factors.take_code(person, code_of(secret, at), at, at) is Taken.NO


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_with_one_code_one_is_let_in():
    person = a_practitioner()
    _, secret = an_app(person)
    code, start, taken = code_of(secret), threading.Barrier(8), []

    def take() -> None:
        start.wait()
        taken.append(factors.take_code(person, code, NOW, NOW))
        connection.close()

    run_together(*(threading.Thread(target=take) for _ in range(8)))
    assert (taken.count(Taken.YES), taken.count(Taken.BEFORE)) == (1, 7)


@pytest.mark.django_db
def test_the_secret_is_sealed_for_its_row(person):
    (one, secret), (other, _) = an_app(person), an_app(person)
    assert secret.encode() not in bytes(one.sealed)
    assert factors.secret_of(one) == secret
    other.sealed = one.sealed
    with pytest.raises(factors.sealing.Unreadable):
        factors.secret_of(other)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "last_step = last_step - 1",
        "last_step = NULL",
        "sealed = '\\x00'",
        "person_id = person_id + 1",
        "kind = 'key'",
        "confirmed_at = NULL",
        "uid = gen_random_uuid()",
    ],
)
def test_postgresql_keeps_what_an_app_is(person, change):
    app, secret = an_app(person)
    factors.take_code(person, code_of(secret), NOW, NOW)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_factor SET {change} WHERE id = %s", [app.pk])


@pytest.mark.django_db
def test_an_end_is_whole_and_stays(person):
    app, _ = an_app(person)
    factors.end_all(person, "reset", by=a_practitioner(), now=NOW)
    assert not factors.has_factor(person)
    wrong = ["ended_at = NULL, ended_by_id = NULL, ended_how = NULL", "ended_how = 'own'"]
    other, _ = an_app(person)
    wrong_of = {
        app.pk: wrong,
        other.pk: [
            "ended_at = now()",
            f"ended_at = now(), ended_by_id = {person.pk}",
            f"ended_at = now(), ended_by_id = {person.pk}, ended_how = 'reset'",
        ],
    }
    for pk, changes in wrong_of.items():
        for change in changes:
            with pytest.raises(IntegrityError), transaction.atomic():
                connection.cursor().execute(f"UPDATE accounts_factor SET {change} WHERE id = {pk}")
