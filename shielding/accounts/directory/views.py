"""Pages about people, services and roles, and everybody's own account."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.accounts import actions, policies, role_grants, suspending
from shielding.accounts.addresses import looks_shared
from shielding.accounts.deputies.models import day_of
from shielding.accounts.directory import list_rows, presenters
from shielding.accounts.directory.forms import (
    ManagerForm,
    PeopleFilter,
    PhoneForm,
    PractitionerForm,
    RenameForm,
    RoleAccountForm,
    RoleForm,
    ServiceForm,
    VouchForm,
)
from shielding.accounts.factor_resets.policies import may_propose_reset, resets_alone
from shielding.accounts.history import is_vouched_for, to_vouch_for
from shielding.accounts.models import RoleGrant, Service, User
from shielding.accounts.suspensions import Suspension
from shielding.roles import Role
from shielding.web.access import everyone, for_roles, found_or_404
from shielding.web.cells import Chip
from shielding.web.fields import Form, posted
from shielding.web.paging import WHOSE, of_whom, page_of
from shielding.web.password_again import FRESH_MINUTES, fresh
from shielding.web.refusals import NotAllowed

# The page of a head of hundreds stays a page: the directory lists them all.
MOST_STAFF = 50
SENT_TWICE = "was sent an invitation before: this form was sent twice, and made one account"


@everyone
@require_safe
def your_account(request: SignedIn) -> HttpResponse:
    """Show a person what the directory says of them; they change only their password here."""
    context = {"title": "Your account", "facts": presenters.own_facts(request.user)}
    return render(request, "shielding/accounts/directory/your_account.html", context)


@everyone
@require_POST
def session_extend(request: SignedIn) -> HttpResponse:
    """Answer "stay signed in": getting here has counted as activity already."""
    return HttpResponse(status=204)


@for_roles(Role.IW, Role.ADMINISTRATOR)
@require_safe
def people(request: SignedIn) -> HttpResponse:
    """List people by role, account state and service, 25 a page."""
    form = PeopleFilter(request.GET, names=request.user.is_iw)
    page = page_of(request, form.people())
    context = {
        "title": "People",
        "filter": form,
        "page": page,
        "heads": list_rows.PEOPLE_HEADS,
        "rows": list_rows.people_rows(page, request.user),
        "chips": _chips(request, form),
    }
    return render(request, "shielding/accounts/directory/people.html", context)


@for_roles(Role.IW, Role.ADMINISTRATOR)
@require_safe
def person(request: SignedIn, uid: UUID) -> HttpResponse:
    """Show one person's directory page. Opening it is an entry."""
    found = _person(request, uid)
    now = clock_now()
    log_entry_alone("directory_opened", by=request.user, at=now, person=found.uid)
    staff = found.staff.working().select_related("service", "line_manager")
    context = {
        "title": found.name,
        "person": found,
        "facts": presenters.person_facts(found, request.user, day_of(now)),
        "heads": list_rows.STAFF_HEADS,
        "staff": list_rows.staff_rows(staff[:MOST_STAFF], request.user),
        "shared_address": looks_shared(found.email),
        "disputed": Suspension.objects.visible_to(request.user).disputed().filter(person=found),
        "may_suspend": policies.may_suspend(request.user, found),
        "may_let_in": policies.may_look_after(request.user, found),
        "may_reset": found.suspended_at is None
        and (resets_alone(request.user, found) or may_propose_reset(request.user, found)),
        "to_phone": request.user.is_iw and found.is_practitioner and not is_vouched_for(found),
        "may_vouch": policies.may_vouch(request.user, found, now),
        "may_invite": found.is_active and policies.may_invite(request.user, found),
        "back_url": reverse("people"),
    }
    return render(request, "shielding/accounts/directory/person.html", context)


@for_roles(Role.IW)
def person_add(request: SignedIn) -> HttpResponse:
    """Add a practitioner; the next page asks who their line manager is."""
    form, now = PractitionerForm(posted(request)), clock_now()
    if form.is_valid():
        added = actions.add_practitioner(**form.cleaned_data, by=request.user, now=now)
        words = "is sent an invitation" if added.created_at == now else SENT_TWICE
        messages.success(request, f"{added.name} has an account and {words}.")
        return redirect("person_manager", added.uid)
    return _question(request, form, "Add a practitioner", back=reverse("people"))


@for_roles(Role.IW)
def person_manager(request: SignedIn, uid: UUID) -> HttpResponse:
    """Choose whom a person reports to."""
    found = _person(request, uid)
    _only(policies.may_set_line_manager(request.user, found))
    manager = found.line_manager.uid if found.line_manager else None
    form = ManagerForm(posted(request), person=found, initial={"manager": manager})
    if form.is_valid():
        actions.set_line_manager(
            found, form.cleaned_data["manager"], by=request.user, now=clock_now()
        )
        messages.success(request, "The line manager is saved.")
        return redirect("person", found.uid)
    title = f"Who is the line manager of {found.name}?"
    return _question(request, form, title, back=reverse("person", args=[uid]))


@for_roles(Role.IW, Role.ADMINISTRATOR)
def person_name(request: SignedIn, uid: UUID) -> HttpResponse:
    """Correct a person's name."""
    found = _person(request, uid)
    _only(policies.may_rename(request.user, found))
    initial = {"name": found.name}
    form = RenameForm(posted(request), person=found, by=request.user, initial=initial)
    if form.is_valid():
        actions.rename(found, form.cleaned_data["name"], by=request.user, now=clock_now())
        messages.success(request, "The name is saved.")
        return redirect("person", found.uid)
    return _question(request, form, "Correct the name", back=reverse("person", args=[uid]))


@for_roles(Role.IW)
def person_phone(request: SignedIn, uid: UUID) -> HttpResponse:
    """Keep a person's work phone number."""
    found = _person(request, uid)
    _only(policies.may_set_phone(request.user, found))
    form = PhoneForm(posted(request), initial={"phone": found.phone})
    if form.is_valid():
        actions.set_phone(found, form.cleaned_data["phone"], by=request.user, now=clock_now())
        messages.success(request, "The phone number is saved.")
        return redirect("person", found.uid)
    back = reverse("person", args=[uid])
    return _question(request, form, "Set the work phone number", back=back, person=found.name)


@for_roles(Role.IW)
@require_safe
def people_to_phone(request: SignedIn) -> HttpResponse:
    """List the new accounts that let go of nothing before somebody phoned the person behind."""
    whose, mine = request.GET.get("whose", ""), policies.to_vouch_by(request.user, clock_now())
    accounts = to_vouch_for().select_related("service", "line_manager")
    page = page_of(request, of_whom(accounts, mine, whose))
    context = {
        "title": "New accounts to phone",
        "caption": WHOSE.get(whose, ""),
        "page": page,
        "heads": list_rows.PEOPLE_HEADS,
        "rows": list_rows.people_rows(page, request.user),
        "noun": "account",
        "empty": "Nobody has to be phoned because of a new account.",
        "back_url": reverse("home"),
    }
    return render(request, "shielding/desk/listed.html", context)


@for_roles(Role.IW)
def person_vouch(request: SignedIn, uid: UUID) -> HttpResponse:
    """Attest a call to the person behind a new account, as somebody who did not make it."""
    found, now = _person(request, uid), clock_now()
    form = VouchForm(posted(request))
    if form.is_valid():
        actions.vouch(found, **form.cleaned_data, by=request.user, now=now)
        messages.success(request, f"{found.name} may withdraw requests now.")
        return redirect("person", uid)
    if not policies.may_vouch(request.user, found, now):
        return redirect("person", uid)
    title = f"Phone {found.name}"
    return _question(request, form, title, back=reverse("person", args=[uid]))


@for_roles(Role.IW, Role.ADMINISTRATOR)
@fresh(FRESH_MINUTES, back_to="person", named=("uid",))
@require_POST
def person_invite(request: SignedIn, uid: UUID) -> HttpResponse:
    """Send somebody the link to choose their first password again."""
    actions.invite_again(_person(request, uid), by=request.user, now=clock_now())
    messages.success(request, "The invitation is sent again.")
    return redirect("person", uid)


@for_roles(Role.IW, Role.ADMINISTRATOR)
@fresh(FRESH_MINUTES, back_to="person", named=("uid",))
@require_POST
def person_suspend(request: SignedIn, uid: UUID) -> HttpResponse:
    """Stop an account, wherever it is signed in."""
    suspending.suspend(_person(request, uid), by=request.user, now=clock_now())
    messages.success(request, "The account is suspended.")
    return redirect("person", uid)


@for_roles(Role.IW, Role.ADMINISTRATOR)
@fresh(FRESH_MINUTES, back_to="person", named=("uid",))
@require_POST
def person_reactivate(request: SignedIn, uid: UUID) -> HttpResponse:
    """Let a suspended person sign in again."""
    suspending.reactivate(_person(request, uid), by=request.user, now=clock_now())
    messages.success(request, "The account can be used again.")
    return redirect("person", uid)


@for_roles(Role.IW)
@require_safe
def services(request: SignedIn) -> HttpResponse:
    """List the services, open ones first."""
    listed = Service.objects.visible_to(request.user).as_listed()
    page = page_of(request, listed)
    context = {
        "title": "Services",
        "page": page,
        "heads": list_rows.SERVICE_HEADS,
        "rows": list_rows.service_rows(page),
        "back_url": reverse("people"),
    }
    return render(request, "shielding/accounts/directory/services.html", context)


@for_roles(Role.IW)
def service_add(request: SignedIn) -> HttpResponse:
    """Add a service."""
    form, now = ServiceForm(posted(request)), clock_now()
    if form.is_valid():
        added = actions.add_service(**form.cleaned_data, by=request.user, now=now)
        twice = "" if added.created_at == now else " once: the form was sent twice"
        messages.success(request, f"The service is added{twice}. Its code is {added.code}.")
        return redirect("services")
    return _question(request, form, "Add a service", back=reverse("services"))


@for_roles(Role.IW)
def service_close(request: SignedIn, code: str) -> HttpResponse:
    """Close a service, after asking; its page then shows what is left in it."""
    service = found_or_404(request, Service.objects.visible_to(request.user), code=code)
    if request.method == "POST":
        actions.close_service(service, by=request.user, now=clock_now())
        messages.success(request, "The service is closed.")
        return redirect("service", code)
    context = {
        "title": f"Close {service.name}?",
        "service": service,
        "people": service.people.working().count(),
        "back_url": reverse("service", args=[code]),
    }
    return render(request, "shielding/accounts/directory/service_close.html", context)


@for_roles(Role.IW)
@require_POST
def service_reopen(request: SignedIn, code: str) -> HttpResponse:
    """Open a closed service again."""
    service = found_or_404(request, Service.objects.visible_to(request.user), code=code)
    actions.reopen_service(service, by=request.user, now=clock_now())
    messages.success(request, "The service is open again.")
    return redirect("service", code)


@for_roles(Role.ADMINISTRATOR, leads=True)
@require_safe
def roles(request: SignedIn) -> HttpResponse:
    """List the proposed roles: an IW lead decides them here, an administrator follows them."""
    now, whose = clock_now(), request.GET.get("whose", "")
    related = ("person", "proposed_by", "confirmed_by", "refused_by")
    grants = RoleGrant.objects.visible_to(request.user).select_related(*related)
    page = page_of(request, grants.decided())
    context = {
        "title": "Roles",
        "caption": WHOSE.get(whose, ""),
        "proposed": [
            {
                "reference": grant.reference,
                "facts": presenters.grant_facts(grant),
                "may_decide": policies.may_decide_role(request.user, grant, now),
                "void": policies.why_void_grant(grant),
            }
            for grant in of_whom(grants.open(), policies.to_decide_by(request.user, now), whose)
        ],
        "page": page,
        "heads": list_rows.GRANT_HEADS,
        "rows": list_rows.grant_rows(page),
        "back_url": reverse("people"),
    }
    return render(request, "shielding/accounts/directory/roles.html", context)


@for_roles(Role.ADMINISTRATOR)
@fresh(FRESH_MINUTES)
def role_account(request: SignedIn) -> HttpResponse:
    """Propose an account for a colleague outside the services."""
    form, now = RoleAccountForm(posted(request)), clock_now()
    if form.is_valid():
        account = {name: form.cleaned_data[name] for name in ("uid", "name", "email")}
        grant = role_grants.propose_account(**account, **form.role(), by=request.user, now=now)
        twice = "" if grant.proposed_at == now else " once: the form was sent twice"
        messages.success(request, f"The account is proposed{twice}. An IW lead must confirm it.")
        return redirect("roles")
    return _question(request, form, "Propose an account", back=reverse("roles"))


@for_roles(Role.ADMINISTRATOR)
@fresh(FRESH_MINUTES)
def role_propose(request: SignedIn, uid: UUID) -> HttpResponse:
    """Propose another role for an account outside the services."""
    found = _person(request, uid)
    _only(policies.may_propose_role(request.user, found))
    form = RoleForm(posted(request))
    if form.is_valid():
        role_grants.propose_role(found, **form.role(), by=request.user, now=clock_now())
        messages.success(request, "The role is proposed. An IW lead must confirm it.")
        return redirect("roles")
    title = f"Propose a role for {found.name}"
    return _question(request, form, title, back=reverse("person", args=[uid]))


@for_roles(leads=True)
@fresh(FRESH_MINUTES, back_to="roles")
@require_POST
def role_confirm(request: SignedIn, reference: str) -> HttpResponse:
    """Give the proposed role."""
    grant = found_or_404(request, RoleGrant.objects.visible_to(request.user), reference=reference)
    role_grants.confirm_role(grant, by=request.user, now=clock_now())
    messages.success(request, "The role is confirmed. The person and the auditors are told.")
    return redirect("roles")


@for_roles(leads=True)
@fresh(FRESH_MINUTES, back_to="roles")
@require_POST
def role_refuse(request: SignedIn, reference: str) -> HttpResponse:
    """Refuse the proposed role."""
    grant = found_or_404(request, RoleGrant.objects.visible_to(request.user), reference=reference)
    role_grants.refuse_role(grant, by=request.user, now=clock_now())
    messages.success(request, "The role is refused.")
    return redirect("roles")


def _only(allowed: bool) -> None:
    """Refuse the page of an act that the action would refuse."""
    if not allowed:
        raise NotAllowed("may_not")


def _person(request: SignedIn, uid: UUID) -> User:
    people = User.objects.visible_to(request.user).select_related("service", "line_manager")
    return found_or_404(request, people, uid=uid)


def _chips(request: SignedIn, form: PeopleFilter) -> list[Chip]:
    """Return the filters in use, each with the address of the list without it."""
    chips = []
    for field in form:
        if field.value() and not field.errors:
            rest = request.GET.copy()
            rest.pop(field.name)
            rest.pop("page", None)
            chips.append(Chip(form.words(field.name), f"?{rest.urlencode()}"))
    return chips


def _question(
    request: SignedIn, form: Form, title: str, *, back: str, person: str = ""
) -> HttpResponse:
    context = {"title": title, "form": form, "back_url": back, "person": person}
    return render(request, "layouts/question.html", context)
