"""Sources who answer, are silent or have no account, and what a lead decides of it."""

from brokerage import states
from brokerage.desk import actions as desk_actions
from brokerage.models import AccessRequest
from brokerage.source import actions as source_actions
from logbook.references import new_reference
from requests_app.desk import phoned_requests
from requests_app.models import Request
from requests_app.practitioner import actions as requests
from shielding.accounts.models import User
from shielding.holds import actions as shield
from tests.brokerage.support.cast import ASKED, a_cast, again, agreed
from tests.support.requests import NOW, a_number, full_answers
from tests.support.requests import agreed as request_agreed


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def lead_decides(access: AccessRequest, decision: str, cast, *, now=ASKED, lead=None):
    if again(access).state != states.WITH_LEAD:
        desk_actions.ask_lead(again(access), by=cast.member, now=now)
    reason = "duty" if decision == "go_ahead" else "safety"
    lead = lead or cast.lead
    return desk_actions.decide_as_lead(
        again(access), decision=decision, reason=reason, by=lead, now=now
    )


def silent(access: AccessRequest, source: User, cast, *, now) -> None:
    liaison = access.liaisons.get(hold__source=source)
    source_actions.answer(liaison, answer="no_answer", by=cast.member, now=now)


def a_phoned_claim(cast, practitioner: User, number: str) -> Request:
    """Return an agreed claim of a service, which its practitioner has not confirmed."""
    request = phoned_requests.log_phoned(
        reference=new_reference(),
        number=number,
        ground="abuse",
        caller="practitioner",
        practitioner=practitioner,
        service=practitioner.service,
        by=cast.member,
        now=NOW,
    )
    values = full_answers(family_told="will", family_told_on=None)
    del values["number"]
    Request.objects.filter(pk=request.pk).update(**values)
    shield.attest_applied(
        Request.objects.get(pk=request.pk).hold,
        checked_on=NOW.date(),
        no_duplicate=True,
        by=cast.colleague,
        now=NOW,
    )
    return request_agreed(Request.objects.get(pk=request.pk), by=cast.colleague, now=NOW)


def asked_of_a_service(practitioner_of):
    """Return a cast, an access request and its one question, put to a service; and the claim."""
    cast, number = a_cast(), a_number()
    claim = a_phoned_claim(cast, practitioner_of(cast), number)
    access = agreed(cast, number=number)
    desk_actions.ask_sources(access, by=cast.member, now=ASKED)
    return cast, access, access.liaisons.get(), claim


def confirms(claim: Request, by: User) -> None:
    requests.confirm_phoned(Request.objects.get(pk=claim.pk), by=by, now=ASKED)
