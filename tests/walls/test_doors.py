"""Every address × method × (there, absent) × who comes: the exact answer, declared in a table.

Columns: nobody signed in; the practitioner whose request it is; another practitioner; their line
manager; an IW member; the IW lead; an auditor; the technical administrator.
"""

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from logbook.models import Entry
from tests.walls.world import ABSENT, World, a_letter, a_world, every_url

#            method   nobody owner other manager iw lead auditor administrator
TABLE = """
home                  GET   302 200 200 200 200 200 200 200
your_account          GET   302 200 200 200 200 200 200 200
guidance              GET   302 200 200 200 200 200 200 200
guidance_page         GET   302 200 200 200 200 200 200 200
guidance_page absent  GET   302 404 404 404 404 404 404 404
worksheet             GET   302 200 200 200 200 200 200 200
help_page             GET   200 200 200 200 200 200 200 200
help_page absent      GET   404 404 404 404 404 404 404 404

account_login         GET   200 302 302 302 302 302 302 302
account_login         POST  200 302 302 302 302 302 302 302
account_logout        GET   302 200 200 200 200 200 200 200
account_logout        POST  302 302 302 302 302 302 302 302
account_change_password GET  302 200 200 200 200 200 200 200
account_change_password POST 302 200 200 200 200 200 200 200
account_reset_password GET  200 200 200 200 200 200 200 200
account_reset_password POST 200 200 200 200 200 200 200 200
account_reset_password_done GET 200 200 200 200 200 200 200 200
account_reset_password_from_key GET 200 200 200 200 200 200 200 200
account_reset_password_from_key POST 200 200 200 200 200 200 200 200
account_reauthenticate GET  302 200 200 200 200 200 200 200
account_reauthenticate POST 302 200 200 200 200 200 200 200
session_extend        POST  302 204 204 204 204 204 204 204

health_live           GET   200 200 200 200 200 200 200 200
health_ready          GET   503 503 503 503 503 503 503 503
demo_mails            GET   200 200 200 200 200 200 200 200
demo_mail             GET   200 200 200 200 200 200 200 200
demo_mail absent      GET   404 404 404 404 404 404 404 404

request_list          GET   302 200 200 200 403 403 403 403
request_start         GET   302 200 200 200 403 403 403 403
request_start         POST  302 302 302 302 403 403 403 403
supporting            GET   302 403 403 200 403 403 403 403
request_detail        GET   302 200 404 404 403 403 403 403
request_detail absent GET   302 404 404 404 403 403 403 403
request_page          GET   302 200 404 404 403 403 403 403
request_page          POST  302 200 404 404 403 403 403 403
request_page absent   GET   302 404 404 404 403 403 403 403
request_page absent   POST  302 404 404 404 403 403 403 403
request_check         GET   302 200 404 404 403 403 403 403
request_check         POST  302 200 404 404 403 403 403 403
request_check absent  GET   302 404 404 404 403 403 403 403
request_sent          GET   302 200 404 404 403 403 403 403
request_sent absent   GET   302 404 404 404 403 403 403 403
request_number        POST  302 200 404 404 403 403 403 403
request_number absent POST  302 404 404 404 403 403 403 403
request_again         POST  302 302 404 404 403 403 403 403
request_again absent  POST  302 404 404 404 403 403 403 403
request_discard       GET   302 200 404 404 403 403 403 403
request_discard       POST  302 302 404 404 403 403 403 403
request_discard absent GET  302 404 404 404 403 403 403 403
request_family_told   GET   302 200 404 404 403 403 403 403
request_family_told   POST  302 200 404 404 403 403 403 403
request_family_told absent GET 302 404 404 404 403 403 403 403
request_not_me        GET   302 200 404 404 403 403 403 403
request_not_me        POST  302 302 404 404 403 403 403 403
request_not_me absent GET   302 404 404 404 403 403 403 403
request_review        GET   302 200 404 404 403 403 403 403
request_review        POST  302 200 404 404 403 403 403 403
request_review absent GET   302 404 404 404 403 403 403 403
request_no_longer_needed GET 302 302 404 404 403 403 403 403
request_no_longer_needed POST 302 302 404 404 403 403 403 403
request_no_longer_needed absent GET 302 404 404 404 403 403 403 403
request_withdraw      GET   302 200 404 404 403 403 403 403
request_withdraw      POST  302 200 404 404 403 403 403 403
request_withdraw absent GET 302 404 404 404 403 403 403 403
request_family_of_end GET   302 200 404 404 403 403 403 403
request_family_of_end POST  302 200 404 404 403 403 403 403
request_family_of_end absent GET 302 404 404 404 403 403 403 403
request_professionals GET   302 200 404 404 403 403 403 403
request_professionals POST  302 200 404 404 403 403 403 403
request_professionals absent GET 302 404 404 404 403 403 403 403
request_letter        GET   302 200 404 404 403 403 403 403
request_letter        POST  302 200 404 404 403 403 403 403
request_letter absent GET   302 404 404 404 403 403 403 403
team                  GET   302 403 403 200 403 403 403 403

access_list           GET   302 200 200 200 403 403 403 403
access_start          GET   302 200 200 200 403 403 403 403
access_start          POST  302 302 302 302 403 403 403 403
access_detail         GET   302 200 404 404 403 403 403 403
access_detail absent  GET   302 404 404 404 403 403 403 403
access_page           GET   302 200 404 404 403 403 403 403
access_page           POST  302 200 404 404 403 403 403 403
access_page absent    GET   302 404 404 404 403 403 403 403
access_page absent    POST  302 404 404 404 403 403 403 403
access_reason         GET   302 200 404 404 403 403 403 403
access_reason         POST  302 200 404 404 403 403 403 403
access_reason absent  GET   302 404 404 404 403 403 403 403
access_reason absent  POST  302 404 404 404 403 403 403 403
access_check          GET   302 200 404 404 403 403 403 403
access_check          POST  302 200 404 404 403 403 403 403
access_check absent   GET   302 404 404 404 403 403 403 403
access_sent           GET   302 200 404 404 403 403 403 403
access_sent absent    GET   302 404 404 404 403 403 403 403
access_withdraw       GET   302 200 404 404 403 403 403 403
access_withdraw       POST  302 302 404 404 403 403 403 403
access_withdraw absent GET  302 404 404 404 403 403 403 403
access_discard        GET   302 200 404 404 403 403 403 403
access_discard        POST  302 302 404 404 403 403 403 403
access_discard absent GET   302 404 404 404 403 403 403 403
access_to_agree       GET   302 200 200 200 403 403 403 403
access_approval       GET   302 404 404 200 403 403 403 403
access_approval absent GET  302 404 404 404 403 403 403 403
access_agree          POST  302 404 404 302 403 403 403 403
access_agree absent   POST  302 404 404 404 403 403 403 403
access_decline        POST  302 404 404 200 403 403 403 403
access_decline absent POST  302 404 404 404 403 403 403 403
liaison_list          GET   302 200 200 200 403 403 403 403
liaison_detail        GET   302 404 200 404 403 403 403 403
liaison_detail absent GET   302 404 404 404 403 403 403 403
liaison_answer        POST  302 404 200 404 403 403 403 403
liaison_answer absent POST  302 404 404 404 403 403 403 403
liaison_object        GET   302 404 302 404 403 403 403 403
liaison_object        POST  302 404 409 404 403 403 403 403
liaison_object absent GET   302 404 404 404 403 403 403 403
liaison_stop          GET   302 404 302 404 403 403 403 403
liaison_stop          POST  302 404 409 404 403 403 403 403
liaison_stop absent   GET   302 404 404 404 403 403 403 403

desk_queue            GET   302 403 403 403 200 200 403 403
many_requests         GET   302 403 403 403 200 200 403 403
phoned                GET   302 403 403 403 200 200 403 403
phoned                POST  302 403 403 403 200 200 403 403
redirected            GET   302 403 403 403 200 200 403 403
redirected            POST  302 403 403 403 200 200 403 403
desk_request          GET   302 403 403 403 200 200 403 403
desk_request absent   GET   302 403 403 403 404 404 403 403
desk_number           POST  302 403 403 403 200 200 403 403
desk_number absent    POST  302 403 403 403 404 404 403 403
desk_applied          POST  302 403 403 403 200 200 403 403
desk_applied absent   POST  302 403 403 403 404 404 403 403
desk_agree            POST  302 403 403 403 200 200 403 403
desk_agree absent     POST  302 403 403 403 404 404 403 403
desk_return           POST  302 403 403 403 200 200 403 403
desk_return absent    POST  302 403 403 403 404 404 403 403
desk_propose          POST  302 403 403 403 200 200 403 403
desk_propose absent   POST  302 403 403 403 404 404 403 403
desk_confirm          POST  302 403 403 403 200 200 403 403
desk_confirm absent   POST  302 403 403 403 404 404 403 403
desk_overturn         POST  302 403 403 403 200 200 403 403
desk_overturn absent  POST  302 403 403 403 404 404 403 403
desk_settle           POST  302 403 403 403 200 200 403 403
desk_settle absent    POST  302 403 403 403 404 404 403 403
desk_look_again       POST  302 403 403 403 200 200 403 403
desk_look_again absent POST 302 403 403 403 404 404 403 403

desk_let_go           POST  302 403 403 403 200 200 403 403
desk_let_go absent    POST  302 403 403 403 404 404 403 403

brokerage_queue       GET   302 403 403 403 200 200 403 403
brokerage_urgent      GET   302 403 403 403 200 200 403 403
brokerage_urgent      POST  302 403 403 403 200 200 403 403
brokerage_request     GET   302 403 403 403 200 200 403 403
brokerage_request absent GET 302 403 403 403 404 404 403 403
brokerage_read        POST  302 403 403 403 200 200 403 403
brokerage_read absent POST 302 403 403 403 404 404 403 403
brokerage_ask_sources POST  302 403 403 403 200 200 403 403
brokerage_ask_sources absent POST 302 403 403 403 404 404 403 403
brokerage_keep_quiet  POST  302 403 403 403 200 200 403 403
brokerage_keep_quiet absent POST 302 403 403 403 404 404 403 403
brokerage_ask_lead    POST  302 403 403 403 200 200 403 403
brokerage_ask_lead absent POST 302 403 403 403 404 404 403 403
brokerage_decide      POST  302 403 403 403 200 200 403 403
brokerage_decide absent POST 302 403 403 403 404 404 403 403
brokerage_conclude    POST  302 403 403 403 200 200 403 403
brokerage_conclude absent POST 302 403 403 403 404 404 403 403
brokerage_stop        POST  302 403 403 403 200 200 403 403
brokerage_stop absent POST 302 403 403 403 404 404 403 403
brokerage_redact      POST  302 403 403 403 200 200 403 403
brokerage_redact absent POST 302 403 403 403 404 404 403 403
brokerage_answer      POST  302 403 403 403 200 200 403 403
brokerage_answer absent POST 302 403 403 403 404 404 403 403

review_list           GET   302 403 403 403 200 200 403 403
review_detail         GET   302 403 403 403 200 200 403 403
review_detail absent  GET   302 403 403 403 404 404 403 403
review_conclude       POST  302 403 403 403 200 200 403 403
review_conclude absent POST 302 403 403 403 404 404 403 403
review_escalate       POST  302 403 403 403 302 302 403 403
review_escalate absent POST 302 403 403 403 404 404 403 403
answers_by_phone      GET   302 403 403 403 200 200 403 403
hold_answer           GET   302 403 403 403 200 200 403 403
hold_answer           POST  302 403 403 403 200 200 403 403
hold_answer absent    GET   302 403 403 403 404 404 403 403
hold_let_go           GET   302 403 403 403 200 200 403 403
hold_let_go           POST  302 403 403 403 200 200 403 403
hold_let_go absent    GET   302 403 403 403 404 404 403 403
hold_family           GET   302 403 403 403 302 302 403 403
hold_family           POST  302 403 403 403 302 302 403 403
hold_family absent    GET   302 403 403 403 404 404 403 403

find_record           GET   302 403 403 403 200 200 403 403
find_record           POST  302 403 403 403 200 200 403 403
records_to_shield     GET   302 403 403 403 200 200 403 403
holds_without_practitioner GET 302 403 403 403 200 200 403 403
record_detail         GET   302 403 403 403 200 200 403 403
record_detail absent  GET   302 403 403 403 404 404 403 403
record_number         POST  302 403 403 403 200 200 403 403
record_number absent  POST  302 403 403 403 404 404 403 403
record_never_applied  GET   302 403 403 403 302 302 403 403
record_never_applied  POST  302 403 403 403 409 409 403 403
record_never_applied absent GET 302 403 403 403 404 404 403 403
records_to_unshield   GET   302 403 403 403 200 200 403 403
records_being_unshielded GET 302 403 403 403 200 200 403 403
ends_to_confirm       GET   302 403 403 403 200 200 403 403
record_unshield       GET   302 403 403 403 302 302 403 403
record_unshield       POST  302 403 403 403 409 409 403 403
record_unshield absent GET  302 403 403 403 404 404 403 403
record_unshield_confirm GET 302 403 403 403 302 302 403 403
record_unshield_confirm POST 302 403 403 403 409 409 403 403
record_unshield_confirm absent GET 302 403 403 403 404 404 403 403
record_unshield_stop  GET   302 403 403 403 302 302 403 403
record_unshield_stop  POST  302 403 403 403 302 302 403 403
record_unshield_stop absent GET 302 403 403 403 404 404 403 403
record_still_shielded GET   302 403 403 403 302 302 403 403
record_still_shielded POST  302 403 403 403 302 302 403 403
record_still_shielded absent GET 302 403 403 403 404 404 403 403
record_end_propose    GET   302 403 403 403 200 200 403 403
record_end_propose    POST  302 403 403 403 200 200 403 403
record_end_propose absent GET 302 403 403 403 404 404 403 403
record_end_confirm    GET   302 403 403 403 302 302 403 403
record_end_confirm    POST  302 403 403 403 302 302 403 403
record_end_confirm absent GET 302 403 403 403 404 404 403 403
record_end_withdraw   POST  302 403 403 403 409 409 403 403
record_end_withdraw absent POST 302 403 403 403 404 404 403 403

logbook               GET   302 403 403 403 200 200 200 403
logbook               POST  302 403 403 403 302 302 302 403
logbook_entry         GET   302 403 403 403 200 200 200 403
logbook_entry absent  GET   302 403 403 403 404 404 404 403
logbook_guard         GET   302 403 403 403 200 200 200 403
logbook_misuse        GET   302 403 403 403 403 403 200 403
logbook_misuse        POST  302 403 403 403 403 403 302 403

people                GET   302 403 403 403 200 200 403 200
person                GET   302 403 403 403 200 200 403 200
person absent         GET   302 403 403 403 404 404 403 404
person_add            GET   302 403 403 403 200 200 403 403
person_add            POST  302 403 403 403 200 200 403 403
person_manager        GET   302 403 403 403 200 200 403 403
person_manager        POST  302 403 403 403 302 302 403 403
person_manager absent GET   302 403 403 403 404 404 403 403
deputy                GET   302 200 200 200 403 403 403 403
deputy_name           GET   302 403 403 200 403 403 403 403
deputy_name           POST  302 403 403 200 403 403 403 403
deputy_end            POST  302 404 404 302 302 302 403 403
deputy_end absent     POST  302 404 404 404 404 404 403 403
person_deputy         GET   302 403 403 403 200 200 403 403
person_deputy absent  GET   302 403 403 403 404 404 403 403
person_deputy_name    GET   302 403 403 403 200 200 403 403
person_deputy_name    POST  302 403 403 403 200 200 403 403
person_deputy_name absent GET 302 403 403 403 404 404 403 403
person_name           GET   302 403 403 403 200 200 403 200
person_name           POST  302 403 403 403 200 200 403 200
person_name absent    GET   302 403 403 403 404 404 403 404
person_invite         POST  302 403 403 403 409 409 403 409
person_invite absent  POST  302 403 403 403 404 404 403 404
person_suspend        POST  302 403 403 403 302 302 403 302
person_suspend absent POST  302 403 403 403 404 404 403 404
person_reactivate     POST  302 403 403 403 409 409 403 409
person_reactivate absent POST 302 403 403 403 404 404 403 404
person_hand_over      GET   302 403 403 403 200 200 403 403
person_hand_over      POST  302 403 403 403 200 200 403 403
person_hand_over absent GET 302 403 403 403 404 404 403 403
person_hand_over_to   GET   302 403 403 403 200 200 403 403
person_hand_over_to   POST  302 403 403 403 302 302 403 403
person_hand_over_to absent GET 302 403 403 403 404 404 403 403
services              GET   302 403 403 403 200 200 403 403
service_add           GET   302 403 403 403 200 200 403 403
service_add           POST  302 403 403 403 200 200 403 403
service_close         GET   302 403 403 403 200 200 403 403
service_close         POST  302 403 403 403 409 409 403 403
service_close absent  GET   302 403 403 403 404 404 403 403
notices               GET   302 403 403 403 200 200 403 200
roles                 GET   302 403 403 403 403 200 403 200
role_account          GET   302 403 403 403 403 403 403 200
role_account          POST  302 403 403 403 403 403 403 200
role_propose          GET   302 403 403 403 403 403 403 200
role_propose          POST  302 403 403 403 403 403 403 200
role_propose absent   GET   302 403 403 403 403 403 403 404
role_confirm          POST  302 403 403 403 403 302 403 403
role_confirm absent   POST  302 403 403 403 403 404 403 403
role_refuse           POST  302 403 403 403 403 302 403 403
role_refuse absent    POST  302 403 403 403 403 404 403 403
"""

ROWS = [line.split() for line in TABLE.splitlines() if line.strip()]


def _rows() -> dict[tuple[str, str, str], list[str]]:
    """Return the declared answers by address, subject and method."""
    rows = {}
    for words in ROWS:
        subject = "absent" if words[1] == "absent" else "there"
        method, *answers = words[2:] if subject == "absent" else words[1:]
        rows[words[0], subject, method] = answers
    return rows


def there(world: World, name: str, keys: set[str]) -> dict[str, Any]:
    """Return the arguments of an address for the thing that is there."""
    request = {
        "request_page": world.draft,
        "request_check": world.draft,
        "request_discard": world.draft,
        "request_not_me": world.phoned,
        "request_family_of_end": world.not_agreed,
        "request_professionals": world.applied,
        "request_letter": world.applied,
        "desk_confirm": world.proposed,
        "desk_overturn": world.proposed,
        "desk_settle": world.considered,
        "desk_look_again": world.considered,
        "access_approval": world.to_agree,
        "access_agree": world.to_agree,
        "access_decline": world.to_agree,
        "liaison_detail": world.question,
        "liaison_answer": world.question,
        "liaison_object": world.question,
        "liaison_stop": world.question,
    }.get(name, world.sent)
    reference = request.reference
    if name.startswith("record_"):
        reference = world.sent.record.reference
    if name.startswith("access_"):
        drafts = ("access_page", "access_reason", "access_check", "access_discard")
        reference = (world.access_draft if name in drafts else world.to_agree).reference
    if name.startswith("brokerage_"):
        reference = world.question.access.reference
    if name.startswith("review_"):
        reference = world.review.reference
    if name.startswith("role_"):
        reference = world.grant.reference
    if name == "deputy_end":
        reference = world.deputy.reference
    slug = {
        "guidance_page": "danger-first",
        "help_page": "cookies",
        "request_letter": "professionals",
        "access_page": "purpose",
    }.get(name, "ground")
    every = {
        "reference": reference,
        "liaison": world.question.reference,
        "slug": slug,
        "uid": {
            "role_propose": world.second,
            "person_deputy": world.manager,
            "person_deputy_name": world.manager,
        }.get(name, world.owner).uid,
        "to": world.manager.uid,
        "code": world.service.code,
        "number": Entry.objects.order_by("id").first().pk,
        "uidb36": "1",
        "key": "no-such-key",
        "name": a_letter(),
    }
    return {key: every[key] for key in keys}


def test_every_address_is_in_the_table_and_somebody_can_open_it():
    rows = _rows()
    assert {name for name, *_ in rows} == set(every_url())
    for name in every_url():
        answers = {
            code
            for (row, subject, _), codes in rows.items()
            if row == name and subject == "there"
            for code in codes
        }
        # These cannot be acted out by an empty form here; the people's own tests do.
        acted_elsewhere = {
            "deputy_end",
            "record_never_applied",
            "record_unshield",
            "record_unshield_confirm",
            "record_unshield_stop",
            "record_still_shielded",
            "record_end_confirm",
            "record_end_withdraw",
            "review_escalate",
            "access_agree",
            "liaison_object",
            "liaison_stop",
            "hold_family",
            "person_invite",
            "person_reactivate",
            "person_suspend",
            "health_ready",  # no worker looks here; tests/engine has one
        }
        assert answers & {"200", "204"} or name in {
            "request_again",
            "request_no_longer_needed",
            "role_confirm",
            "role_refuse",
            *acted_elsewhere,
        }, name


@pytest.mark.django_db
def test_every_door_answers_as_declared():
    world = a_world()
    urls = every_url()
    for who in world.everyone():
        world.client(who)
    wrong = []
    for (name, subject, method), expected in _rows().items():
        keys = set(urls[name].pattern.converters)
        arguments = (
            {key: ABSENT[key] for key in keys} if subject == "absent" else there(world, name, keys)
        )
        path = reverse(name, kwargs=arguments)
        found = [str(_answer(world, who, method, path)) for who in world.everyone()]
        if found != expected:
            wrong.append(f"{name} {subject} {method}: {' '.join(found)}, not {' '.join(expected)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_no_door_opens_to_another_method():
    world = a_world()
    answers = set()
    for name, pattern in every_url().items():
        path = reverse(name, kwargs=there(world, name, set(pattern.pattern.converters)))
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"):
            answers |= {_answer(world, who, method, path) for who in ("owner", "iw")}
    assert answers == {405}


def _answer(world: World, who: str, method: str, path: str) -> int:
    """Knock once and undo whatever it did, so that every knock finds the same house."""
    client = world.client(who)
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = client.generic(method, path, content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer.status_code
