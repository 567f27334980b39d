"""A practitioner leaves or moves: the IW Team hands what they hold to a colleague."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.accounts.models import User
from shielding.holds import hand_over, policies
from shielding.holds.forms import ColleagueForm
from shielding.roles import Role
from shielding.web.access import for_roles, found_or_404
from shielding.web.cells import Fact
from shielding.web.fields import choice_of_rows, posted
from shielding.web.refusals import NotAllowed


@for_roles(Role.IW)
def person_hand_over(request: SignedIn, uid: UUID) -> HttpResponse:
    """Choose who takes over: a working practitioner of the same service."""
    person = _practitioner(request, uid)
    form = ColleagueForm(posted(request), person=person)
    if form.is_valid():
        return redirect("person_hand_over_to", uid, form.cleaned_data["to"].uid)
    context = {
        "title": f"Who takes over from {person.name}?",
        "form": form,
        "nobody": not choice_of_rows(form, "to").queryset,
        "back_url": reverse("person", args=[uid]),
    }
    return render(request, "shielding/holds/hand_over.html", context)


@for_roles(Role.IW)
def person_hand_over_to(request: SignedIn, uid: UUID, to: UUID) -> HttpResponse:
    """Say what will change hands, then hand it over."""
    person = _practitioner(request, uid)
    colleague = found_or_404(request, User.objects.visible_to(request.user), uid=to)
    if request.method == "POST":
        moved = hand_over.hand_over(person, to=colleague, by=request.user, now=timezone.now())
        messages.success(request, f"Handed over to {colleague.name}: {moved} in all.")
        return redirect("person", uid)
    if not policies.may_take_over(colleague, person):
        return redirect("person_hand_over", uid)
    log_entry_alone("directory_opened", by=request.user, at=timezone.now(), person=person.uid)
    context = {
        "title": f"Hand over from {person.name} to {colleague.name}",
        "rows": [Fact(words, str(number)) for words, number in hand_over.in_hand(person)],
        "colleague": colleague,
        "back_url": reverse("person_hand_over", args=[uid]),
    }
    return render(request, "shielding/holds/hand_over_confirm.html", context)


def _practitioner(request: SignedIn, uid: UUID) -> User:
    """Return the practitioner this is about; nobody else holds anything."""
    people = User.objects.visible_to(request.user).select_related("service")
    person = found_or_404(request, people, uid=uid)
    if not person.is_practitioner:
        raise NotAllowed("may_not")
    return person
