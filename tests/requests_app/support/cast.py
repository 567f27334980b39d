"""One request in every situation it can be in, and everybody who might act on it."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import timedelta

from django.db import connection, transaction

from logbook.references import new_reference
from requests_app import locking
from requests_app.desk import actions as desk_actions
from requests_app.desk import phoned_requests
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from shielding.accounts.models import User
from shielding.holds import actions as shield
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import NOW, a_number, a_written_draft, full_answers

LATER = NOW + timedelta(hours=1)


@dataclass(frozen=True)
class Cast:
    """The owner's manager is also the one named as having supported the request."""

    owner: User
    colleague: User
    manager: User
    proposer: User
    member: User
    lead: User
    auditor: User
    administrator: User

    def people(self) -> dict[str, User]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def a_cast() -> Cast:
    service = a_service()
    manager = a_practitioner(service=service)
    return Cast(
        owner=a_practitioner(service=service, manager=manager),
        colleague=a_practitioner(service=service, manager=manager),
        manager=manager,
        proposer=an_iw_member(),
        member=an_iw_member(),
        lead=an_iw_member(lead=True),
        auditor=an_auditor(),
        administrator=an_administrator(),
    )


def draft(cast: Cast, *, decision: str = "shield") -> Request:
    return a_written_draft(
        cast.owner,
        decision=decision,
        supporter=cast.manager,
        supporter_not_listed=False,
        supported_on=NOW.date(),
        family_told="will",
        family_told_on=None,
    )


def discarded(cast: Cast) -> Request:
    request = draft(cast)
    practitioner_actions.discard_draft(request, by=cast.owner, now=NOW)
    return request


def submitted(cast: Cast) -> Request:
    return practitioner_actions.submit(draft(cast), by=cast.owner, now=NOW)


def returned(cast: Cast) -> Request:
    return desk_actions.return_with_query(
        submitted(cast), query="points", seen=NOW, by=cast.member, now=NOW
    )


def proposed(cast: Cast) -> Request:
    return _propose(submitted(cast), cast)


def returned_proposed(cast: Cast) -> Request:
    """Its practitioner has a query to answer, and knows of no proposal."""
    return _propose(returned(cast), cast)


def _propose(request: Request, cast: Cast) -> Request:
    return desk_actions.propose_not_agreed(
        request, reason="well_known", seen=NOW, by=cast.proposer, now=NOW
    )


def agreed(cast: Cast) -> Request:
    return _agree(submitted(cast), cast)


def _agree(request: Request, cast: Cast) -> Request:
    return desk_actions.agree(
        request, involvement="on_record", no_duplicate=True, seen=NOW, by=cast.member, now=NOW
    )


def not_agreed(cast: Cast) -> Request:
    return desk_actions.confirm_not_agreed(
        proposed(cast), no_duplicate=True, seen=NOW, by=cast.member, now=NOW
    )


def applied(cast: Cast) -> Request:
    request = submitted(cast)
    desk_actions.attest_applied_for_request(
        request, checked_on=NOW.date(), no_duplicate=True, by=cast.member, now=NOW
    )
    return request


def considered(cast: Cast) -> Request:
    return practitioner_actions.submit(draft(cast, decision="considered"), by=cast.owner, now=NOW)


def look_again(cast: Cast) -> Request:
    return desk_actions.ask_to_look_again(
        considered(cast), query="risk", seen=NOW, by=cast.member, now=NOW
    )


def settled(cast: Cast) -> Request:
    return desk_actions.settle_considered(
        considered(cast), no_duplicate=True, seen=NOW, by=cast.member, now=NOW
    )


def let_go(cast: Cast) -> Request:
    return _let_go(submitted(cast), cast)


def returned_let_go(cast: Cast) -> Request:
    return _let_go(returned(cast), cast)


def proposed_let_go(cast: Cast) -> Request:
    return _let_go(proposed(cast), cast)


def _let_go(request: Request, cast: Cast) -> Request:
    """Its source lets go: an act the pages do not offer yet, on the core's own function."""
    with transaction.atomic():
        hold = locking.locked(request.pk, cast.owner).hold
        shield.release_hold(hold, how="source", by=cast.owner, now=NOW)
    return request


def phoned(cast: Cast) -> Request:
    return phoned_requests.log_phoned(
        reference=new_reference(),
        number=a_number(),
        ground="abuse",
        caller="practitioner",
        practitioner=cast.owner,
        service=cast.owner.service,
        by=cast.proposer,
        now=NOW,
    )


def phoned_answered(cast: Cast) -> Request:
    request = phoned(cast)
    values = full_answers(family_told="will", family_told_on=None)
    del values["number"]
    Request.objects.filter(pk=request.pk).update(**values)
    request.refresh_from_db()
    return request


def phoned_agreed(cast: Cast) -> Request:
    return _agree(phoned_answered(cast), cast)


def phoned_let_go(cast: Cast) -> Request:
    return _let_go(phoned_answered(cast), cast)


def confirmed(cast: Cast) -> Request:
    return practitioner_actions.confirm_phoned(phoned_answered(cast), by=cast.owner, now=NOW)


def disowned(cast: Cast) -> Request:
    return _disown(phoned_answered(cast), cast)


def returned_disowned(cast: Cast) -> Request:
    request = desk_actions.return_with_query(
        phoned_answered(cast), query="points", seen=NOW, by=cast.member, now=NOW
    )
    return _disown(request, cast)


def _disown(request: Request, cast: Cast) -> Request:
    practitioner_actions.disown_phoned(request, by=cast.owner, now=NOW)
    return request


def phoned_for_nobody(cast: Cast) -> Request:
    """A GP without an account: the service is the source."""
    return phoned_requests.log_phoned(
        reference=new_reference(),
        number=a_number(),
        ground="abuse",
        caller="gp",
        practitioner=None,
        service=cast.owner.service,
        by=cast.proposer,
        now=NOW,
    )


SITUATIONS: dict[str, Callable[[Cast], Request]] = {
    make.__name__: make
    for make in (
        draft,
        discarded,
        submitted,
        returned,
        proposed,
        returned_proposed,
        agreed,
        not_agreed,
        applied,
        considered,
        look_again,
        settled,
        let_go,
        returned_let_go,
        proposed_let_go,
        phoned,
        phoned_answered,
        phoned_agreed,
        phoned_let_go,
        confirmed,
        disowned,
        returned_disowned,
        phoned_for_nobody,
    )
}


def everything() -> str:
    """Return one value that differs if any row of any table that acts write differs."""
    tables = (
        "requests_app_request",
        "shielding_record",
        "shielding_hold",
        "shielding_review",
        "shielding_consultation",
        "shielding_dutyday",
        "brokerage_accessrequest",
        "brokerage_participation",
        "brokerage_liaison",
        "accounts_notice",
        "accounts_fileimport",
        "accounts_importedrow",
        "logbook_entry",
    )
    rows = " UNION ALL ".join(
        f"SELECT '{table} ' || t::text AS row FROM {table} t" for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(string_agg(row, '' ORDER BY row)) FROM ({rows}) AS all_rows")
        (digest,) = cursor.fetchone()
    return digest
