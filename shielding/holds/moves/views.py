"""A practitioner moves to another service: to which, then under whom and with what."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.accounts.models import Service, User
from shielding.holds.hand_over import actions as hand_overs
from shielding.holds.moves import actions, policies
from shielding.holds.moves.forms import MoveForm, ServiceForm
from shielding.roles import Role
from shielding.web.access import for_roles, found_or_404
from shielding.web.cells import Fact
from shielding.web.fields import posted
from shielding.web.password_again import FRESH_MINUTES, fresh
from shielding.web.refusals import NotAllowed


@for_roles(Role.IW)
def person_move(request: SignedIn, uid: UUID) -> HttpResponse:
    """Choose the service somebody moves to."""
    person = _practitioner(request, uid)
    form = ServiceForm(posted(request), person=person)
    if form.is_valid():
        return redirect("person_move_to", uid, form.cleaned_data["to"].code)
    context = {
        "title": "To which service do they move?",
        "form": form,
        "person": person.name,
        "waiting": policies.open_hand_over(person),
        "back_url": reverse("person", args=[uid]),
    }
    return render(request, "shielding/holds/moves/service.html", context)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
def person_move_to(request: SignedIn, uid: UUID, code: str) -> HttpResponse:
    """Say what they have in hand, then move them; to a colleague leads to a hand-over."""
    person, now = _practitioner(request, uid), clock_now()
    to = found_or_404(request, Service.objects.visible_to(request.user), code=code)
    rows, shown = hand_overs.in_hand(person), hand_overs.references_in_hand(person)
    form = MoveForm(posted(request), person=person, to=to, shown=shown, asks=bool(rows))
    if form.is_valid():
        before = policies.has_handed_over(person, now)
        without = actions.HANDED_OVER if before else actions.NOTHING
        how = form.cleaned_data.get("how", without)
        if how == actions.HANDED_OVER and rows:
            return redirect("person_hand_over", uid)
        given = {name: form.cleaned_data[name] for name in ("manager", "seen")}
        actions.move_person(person, to=to, how=how, **given, by=request.user, now=now)
        messages.success(request, f"{person.name} is in {to.name} now. They are told.")
        return redirect("person", uid)
    if policies.why_not_to(to, person):
        return redirect("person_move", uid)
    log_entry_alone("directory_opened", by=request.user, at=now, person=person.uid)
    context = {
        "title": "Move to another service",
        "form": form,
        "person": person.name,
        "facts": [
            Fact("From", person.service.name if person.service else ""),
            Fact("To", to.name),
            *(Fact(words, str(number)) for words, number in rows),
        ],
        "staff": person.staff.working().count(),
        "waiting": policies.open_hand_over(person),
        "back_url": reverse("person_move", args=[uid]),
    }
    return render(request, "shielding/holds/moves/move.html", context)


def _practitioner(request: SignedIn, uid: UUID) -> User:
    """Return whoever may be moved."""
    people = User.objects.visible_to(request.user).select_related("service", "line_manager")
    person = found_or_404(request, people, uid=uid)
    if not policies.may_move(request.user, person):
        raise NotAllowed("may_not")
    return person
