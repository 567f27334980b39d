"""Every address × method × (there, absent) × who comes: the exact answer, in a table.

Its columns: nobody signed in; the practitioner whose request it is; another practitioner; their
line manager; an IW member; the IW lead; an auditor; the technical administrator.
"""

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from tests.security.support.access_table import declared, there
from tests.security.support.council import ABSENT, World, every_url
from tests.security.support.headers import differing

FORM = "application/x-www-form-urlencoded"
# Never 200 here, as an empty form cannot act them out: the people's own tests do.
ACTED_ELSEWHERE = {
    "access_agree",
    "address_withdraw",
    "data_load_take_back",
    "deputy_end",
    "duty_take",
    # Between the password and a session: accounts/second_factor/test_stage.py and test_own.py.
    *(
        "factor_again",
        "factor_app",
        "factor_begin",
        "factor_codes",
        "factor_key",
        "factor_spoken_code",
    ),
    *("factor_reset_withdraw", "recovery_code"),
    *("own_factor_app", "own_factor_end", "own_factor_key", "second_factor", "stage_leave"),
    "go_live_take_back",
    "health_ready",  # no worker looks here; tests/worker has one
    "hand_over_withdraw",
    "hold_attest",
    "hold_denied",
    "hold_family",
    "hold_hand_over",
    "hold_hand_over_to",
    "liaison_contact",
    "liaison_object",
    "liaison_stop",
    "mail_send_again",
    "own_session_end",
    "own_sessions_end_others",
    "person_invite",
    "person_reactivate",
    "person_suspend",
    "service_reopen",
    "people_import_take_back",
    "person_vouch",
    "record_end_confirm",
    "record_end_withdraw",
    "record_never_applied",
    "record_still_shielded",
    "record_unshield",
    "record_unshield_confirm",
    "record_unshield_stop",
    "request_no_longer_needed",
    "review_escalate",
    "role_confirm",
    "role_refuse",
}


def test_every_address_is_in_the_table_and_somebody_can_open_it():
    answers_of = declared()
    assert {name for name, *_ in answers_of} == set(every_url())
    for name in every_url():
        answers = {
            code
            for (row, subject, _), codes in answers_of.items()
            if row == name and subject == "there"
            for code in codes
        }
        assert answers & {"200", "204"} or name in ACTED_ELSEWHERE, name


@pytest.mark.django_db
def test_every_door_answers_as_declared_and_with_the_headers_of_every_answer(world):
    urls = every_url()
    for who in world.everyone():
        world.client(who)
    wrong = []
    for (name, subject, method), expected in declared().items():
        keys = set(urls[name].pattern.converters)
        arguments = (
            {key: ABSENT[key] for key in keys} if subject == "absent" else there(world, name, keys)
        )
        path = reverse(name, kwargs=arguments)
        answers = {who: _answer(world, who, method, path) for who in world.everyone()}
        found = [str(answer.status_code) for answer in answers.values()]
        if found != expected:
            wrong.append(f"{name} {subject} {method}: {' '.join(found)}, not {' '.join(expected)}")
        for who, answer in answers.items():
            if lacking := differing(answer):
                wrong.append(f"{name} {subject} {method} {who} {answer.status_code}: {lacking}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_no_door_opens_to_another_method(world):
    answers = set()
    for name, pattern in every_url().items():
        path = reverse(name, kwargs=there(world, name, set(pattern.pattern.converters)))
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"):
            answers |= {_answer(world, who, method, path).status_code for who in ("owner", "iw")}
    assert answers == {405}


def _answer(world: World, who: str, method: str, path: str) -> Any:
    """Knock once and undo whatever it did, so that every knock finds the same house."""
    client = world.client(who)
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = client.generic(method, path, content_type=FORM, secure=True)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer
