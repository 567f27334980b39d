"""A manager's page of who stands in for them, and the IW Team's of who stands in for somebody."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.accounts.colleagues import note_nobody_named
from shielding.accounts.deputies import actions, policies, presenters
from shielding.accounts.deputies.forms import DeputyForm, OwnDeputyForm
from shielding.accounts.deputies.models import Deputy, day_of
from shielding.accounts.models import User
from shielding.roles import Role
from shielding.web.access import for_roles, found_or_404
from shielding.web.fields import posted
from shielding.web.refusals import NotAllowed


@for_roles(Role.PRACTITIONER)
@require_safe
def deputy(request: SignedIn) -> HttpResponse:
    """Show who stands in for this person, and for whom they do: a deputy may manage nobody now."""
    context = {
        "title": "Your deputy",
        "own": True,
        "name_url": reverse("deputy_name"),
        "back_url": reverse("your_account"),
    }
    context |= presenters.page_about(request.user, request.user, day_of(clock_now()))
    return render(request, "shielding/accounts/deputies/deputy.html", context)


@for_roles(Role.PRACTITIONER)
def deputy_name(request: SignedIn) -> HttpResponse:
    """Name who stands in for oneself."""
    return _name(request, request.user, "Name your deputy", back=reverse("deputy"))


@for_roles(Role.IW)
@require_safe
def person_deputy(request: SignedIn, uid: UUID) -> HttpResponse:
    """Show who stands in for somebody. Opening it is an entry, as with all of their page."""
    found = _practitioner(request, uid)
    now = clock_now()
    log_entry_alone("directory_opened", by=request.user, at=now, person=found.uid)
    context = {
        "title": f"Deputy of {found.name}",
        "name_url": reverse("person_deputy_name", args=[uid]),
        "back_url": reverse("person", args=[uid]),
    }
    context |= presenters.page_about(found, request.user, day_of(now))
    return render(request, "shielding/accounts/deputies/deputy.html", context)


@for_roles(Role.IW)
def person_deputy_name(request: SignedIn, uid: UUID) -> HttpResponse:
    """Name who stands in for somebody."""
    found = _practitioner(request, uid)
    title = f"Name a deputy of {found.name}"
    return _name(request, found, title, back=reverse("person_deputy", args=[uid]))


@for_roles(Role.PRACTITIONER, Role.IW)
@require_POST
def deputy_end(request: SignedIn, reference: str) -> HttpResponse:
    """End a deputy's time early."""
    found = found_or_404(request, Deputy.objects.visible_to(request.user), reference=reference)
    actions.end_deputy(found, by=request.user, now=clock_now())
    messages.success(request, f"{reference} is ended. Manager and deputy are told.")
    if found.manager_id == request.user.pk:
        return redirect("deputy")
    return redirect("person_deputy", found.manager.uid)


def _name(request: SignedIn, manager: User, title: str, *, back: str) -> HttpResponse:
    if not policies.may_name_deputy(request.user, manager):
        raise NotAllowed("may_not_name_deputy", "Only a line manager has a deputy.")
    now, asked = clock_now(), DeputyForm if request.user.is_iw else OwnDeputyForm
    form = asked(posted(request), manager=manager)
    if form.is_valid():
        named = actions.name_deputy(manager, **form.cleaned_data, by=request.user, now=now)
        messages.success(request, f"{named.deputy.name} is named. Manager and deputy are told.")
        return redirect(back)
    if form.nobody_named:
        note_nobody_named(by=request.user, now=now)
    nobody = isinstance(form, DeputyForm) and not form.people()
    context = {"title": title, "form": form, "back_url": back, "nobody": nobody}
    return render(request, "shielding/accounts/deputies/deputy_name.html", context)


def _practitioner(request: SignedIn, uid: UUID) -> User:
    people = User.objects.visible_to(request.user).practitioners()
    return found_or_404(request, people, uid=uid)
