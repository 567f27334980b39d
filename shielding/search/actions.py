"""Searching: what was found, and the entry that somebody searched."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from logbook.references import as_reference
from logbook.writing import log_entry
from shielding.accounts.models import Service, User, as_filed
from shielding.records import policies
from shielding.search import pages_by_reference
from shielding.search.typed import Kind, kind_of
from shielding.web.refusals import NotAllowed

# A page of results has no second one: whoever sees so many types more.
MOST = 25


@dataclass(frozen=True)
class Found:
    """What a search found: the page it leads to, or people and services to choose from.

    `more` says that there are more than are given. `reference` is one that names nothing here.
    """

    kind: Kind
    page: str = ""
    reference: str = ""
    people: Sequence[User] = field(default_factory=list)
    services: Sequence[Service] = field(default_factory=list)
    more: bool = False


def search(sought: str, *, by: User, now: datetime) -> Found:
    """Return what somebody looked for in the search box; an entry of what kind it was, no words.

    An entry names a reference that was found, or that is not there: who tries one after another is
    a sign of misuse. A record number is not looked for here. People and services are found by the
    IW Team alone, and an auditor is given no page of a reference: theirs is the logbook. Refuses
    everybody else. Process document, step 4: who looks is logged.
    """
    if not policies.may_look_up(by):
        raise NotAllowed()
    kind = kind_of(sought)
    match kind:
        case Kind.REFERENCE:
            found = _by_reference(as_reference(sought), by)
        case Kind.NAME if by.is_iw:
            found = _by_name(sought, by)
        case _:
            found = Found(kind)
    with transaction.atomic():
        _write(found, by, now)
    return found


def _write(found: Found, by: User, now: datetime) -> None:
    """Write the entry of a search; of a reference that is not there, that it was asked for."""
    missed = found.reference and not found.page and by.is_iw
    if missed:
        log_entry("not_found", by=by, at=now, reference=found.reference, page="search")
        return
    looked_for = by.is_iw and found.kind in (Kind.REFERENCE, Kind.NAME)
    is_there = "yes" if found.page or found.people or found.services else "no"
    facts = {"kind": found.kind.value, "found": is_there if looked_for else "not_looked_for"}
    log_entry("searched", by=by, at=now, reference=found.reference, **facts)


def _by_reference(reference: str, by: User) -> Found:
    page = pages_by_reference.page_of(reference, by) if by.is_iw else ""
    return Found(Kind.REFERENCE, page=page, reference=reference)


def _by_name(sought: str, by: User) -> Found:
    """Return people by name or address and services by name, each word of it somewhere in it."""
    named, of_name = Q(), Q()
    for word in sought.split():
        named &= Q(sort_name__contains=as_filed(word))
        of_name &= Q(sort_name__contains=as_filed(word))
    address = Q(email__icontains=sought) if "@" in sought else Q(email__istartswith=sought)
    people = User.objects.visible_to(by).filter(named | address).select_related("service")
    services = Service.objects.visible_to(by).filter(of_name).as_listed()
    some, others = list(people[: MOST + 1]), list(services[: MOST + 1])
    more = len(some) > MOST or len(others) > MOST
    return Found(Kind.NAME, people=some[:MOST], services=others[:MOST], more=more)
