"""What of a leaver's access requests goes to a colleague, in the hand-over that the core begins.

A grant is for the one asker, the declarations are theirs, and sources were told their name: so a
request that was sent ends, and the colleague finds a draft with the same answers to send anew; a
contact that runs is stopped.
"""

from datetime import datetime

from django.db.models import Q

from brokerage import parts, source_policies
from brokerage.access_request_codes import Answer
from brokerage.locking import in_turn, move
from brokerage.models import AccessRequest, AccessRequestQuerySet, Liaison, LiaisonQuerySet
from brokerage.notices import ask, tell_of_draft, tell_parties, withdraw_notices
from brokerage.source.actions import stop
from logbook.days import clock_now
from logbook.writing import log_entry
from shielding import clock
from shielding.accounts.models import Service, User
from shielding.filled import filled
from shielding.models import Hold

# Nothing that attests.
_COPIED = ("purpose", "sought", "need", "why_not_otherwise", "seen_by", "needed_until")


def in_hand(person: User) -> list[tuple[str, int]]:
    """Return how many drafts and sent access requests would go or end, in words."""
    running = _running(person, clock_now())
    return [
        ("Drafts of access requests", AccessRequest.objects.drafts_of(person).count()),
        ("Access requests sent and still open", _open(person).count()),
        ("Current contacts under their access requests", running.count()),
    ]


def hand_over_drafts(person: User, to: User, by: User, now: datetime) -> int:
    """Give a person's drafts to a colleague; returns how many."""
    moved = 0
    for draft in AccessRequest.objects.drafts_of(person).select_for_update().order_by("id"):
        draft.requester, draft.changed_at = to, now
        # What the leaver attested is not the colleague's word.
        draft.documented, draft.documented_on = "", None
        draft.save()
        _log(draft, draft, person, to, by=by, now=now)
        tell_of_draft(draft, to, now=now)
        moved += 1
    return moved


def moved(person: User, service: Service, by: User, now: datetime) -> None:
    """Give a person's drafts the service they are in now; what was sent keeps its own."""
    drafts = AccessRequest.objects.drafts_of(person).select_for_update().order_by("id")
    keys = [draft.pk for draft in drafts]
    AccessRequest.objects.filter(pk__in=keys).update(service=service)


def hand_over_sent(person: User, to: User, holds: list[Hold], by: User, now: datetime) -> int:
    """End a person's open access requests; give a colleague a draft of each. Returns how many.

    No draft goes to somebody who has a part in the request: the colleague may be who agreed. A
    contact that runs is stopped, and what was asked about the `holds` is asked anew: neither counts
    as changing hands. The records of the holds are locked by the caller.
    """
    _lock(person, holds, now)
    moved = 0
    for access in _open(person).select_for_update().order_by("id"):
        move(access, "withdraw", now)
        access.withdrawn_at, access.withdrawn_by, access.changed_at = now, by, now
        access.save()
        withdraw_notices(access)
        tell_parties(access, now=now)
        draft = None if to.pk in parts.people_of(access) else _drafted(access, to, now)
        _log(access, draft, person, to, by=by, now=now)
        if draft is not None:
            tell_of_draft(draft, to, now=now)
        moved += 1
    for access in _running(person, now).select_for_update(of=("self",)).order_by("id"):
        stop(access, by=by, now=now)
    _ask_anew(holds, to, by, now)
    return moved


def ask_whom_they_went_to(holds: list[Hold], to: User, by: User, now: datetime) -> None:
    """Ask anew what was asked about holds that went back to, or on to, another source."""
    asked = AccessRequest.objects.filter(pk__in=_asked_about(holds).values("access"))
    list(asked.select_for_update().order_by("id").values_list("pk"))
    _ask_anew(holds, to, by, now)


def _lock(person: User, holds: list[Hold], now: datetime) -> None:
    """Lock all that a hand-over changes at once: two leavers may be asked of by each other."""
    own = Q(pk__in=_open(person)) | Q(pk__in=_running(person, now))
    asked = Q(pk__in=_asked_about(holds).values("access"))
    changed = AccessRequest.objects.filter(own | asked)
    list(changed.select_for_update().order_by("id").values_list("pk"))


def _open(person: User) -> AccessRequestQuerySet:
    return AccessRequest.objects.open_of(person)


def _running(person: User, now: datetime) -> AccessRequestQuerySet:
    return AccessRequest.objects.running(clock.today(now)).filter(requester=person)


def _drafted(access: AccessRequest, to: User, now: datetime) -> AccessRequest:
    draft = AccessRequest(
        requester=to,
        service=to.service,
        created_at=now,
        state_since=now,
        changed_at=now,
        **{name: getattr(access, name) for name in _COPIED},
    )
    draft.seal_number(filled(access.record).number_in_clear())
    draft.save()
    return draft


def _asked_about(holds: list[Hold]) -> LiaisonQuerySet:
    return Liaison.objects.at_desk().filter(hold__in=holds)


def _ask_anew(holds: list[Hold], to: User, by: User, now: datetime) -> None:
    """Ask a colleague what was asked about the claims they were given: a yes was the leaver's own.

    What speaks against contact stands, and the colleague may object beside it. A lead who went
    ahead did not know of them: that is void.
    """
    asked = _asked_about(holds).select_for_update(of=("self",))
    for liaison in asked.select_related("access__requester", "hold__source"):
        access = liaison.access
        access.void_go_ahead()
        access.changed_at = now  # a page that shows what the leaver said is out of date
        access.save()
        _ask_one_anew(liaison, to, by, in_turn(access, now))


def _ask_one_anew(liaison: Liaison, to: User, by: User, now: datetime) -> None:
    """Ask the claim's new source, or leave them out for another part they have in the request.

    Until the claim goes on to somebody who has none: no claim that stands may stay unheard.
    """
    left_out = to.pk in parts.people_of(liaison.access)
    liaison.asked_at = now
    if not source_policies.speaks_against(liaison):
        liaison.asked_of, liaison.on_word, liaison.family = to, False, ""
        liaison.answer = Answer.LEFT_OUT if left_out else ""
        liaison.answered_at = now if left_out else None
        liaison.answered_by = by if left_out else None
    liaison.save()
    log_entry(
        "contact_asked_anew",
        by=by,
        at=now,
        reference=liaison.access.reference,
        liaison=liaison.reference,
        answer=liaison.answer,
    )
    if not left_out:
        ask(liaison, now=now)


def _log(
    access: AccessRequest,
    draft: AccessRequest | None,
    person: User,
    to: User,
    *,
    by: User,
    now: datetime,
) -> None:
    log_entry(
        "access_handed_over",
        by=by,
        at=now,
        reference=access.reference,
        draft=draft.reference if draft else "",
        before=person.uid,
        after=to.uid,
    )
