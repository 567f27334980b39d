"""Everybody's own page of where they are signed in, and "this was not me" until it is settled."""

from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from logbook.days import clock_now, real_now
from logbook.guarded import SignedIn as Asking
from logbook.writing import log_entry_alone
from shielding.accounts.sessions import actions, list_rows, policies, presenters
from shielding.accounts.sessions.ending import own
from shielding.accounts.sessions.forms import SettleNotMeForm
from shielding.accounts.sessions.models import NotMe, SignedIn
from shielding.roles import Role
from shielding.web.access import everyone, for_roles, found_or_404, public
from shielding.web.fields import posted
from shielding.web.paging import WHOSE, of_whom, page_of
from shielding.web.password_again import FRESH_MINUTES, fresh

# Enough to see what is not one's own: a person signs in a few times a day.
RECENT = 20


@everyone
@require_safe
def own_sessions(request: Asking) -> HttpResponse:
    """Show a person where they are signed in, and where they were lately."""
    mine, here = SignedIn.objects.visible_to(request.user), own(request.session)
    open_ones = list(mine.open(real_now()))
    over = mine.exclude(pk__in=[one.pk for one in open_ones])[:RECENT]
    context = {
        "title": "Where you are signed in",
        "sessions": list_rows.open_ones(open_ones, here),
        "heads": list_rows.RECENT_HEADS,
        "rows": list_rows.recent_rows(over),
        "back_url": reverse("your_account"),
    }
    return render(request, "shielding/accounts/sessions/own_sessions.html", context)


@everyone
@fresh(FRESH_MINUTES, back_to="own_sessions")
@require_POST
def own_session_end(request: Asking, uid: UUID) -> HttpResponse:
    """Sign the person out in one other browser."""
    session = found_or_404(request, SignedIn.objects.visible_to(request.user), uid=uid)
    actions.end_one(session, here=own(request.session), by=request.user, now=clock_now())
    messages.success(request, "You are signed out there.")
    return redirect("own_sessions")


@everyone
@fresh(FRESH_MINUTES, back_to="own_sessions")
@require_POST
def own_sessions_end_others(request: Asking) -> HttpResponse:
    """Sign the person out everywhere but here."""
    actions.end_others(here=own(request.session), by=request.user, now=clock_now())
    messages.success(request, "You are signed out everywhere but here.")
    return redirect("own_sessions")


@everyone
def not_me(request: Asking) -> HttpResponse:
    """Ask, and then take the word, that somebody else used this account. It asks no password: who
    has lost hold of the account must be able to say so at once.
    """
    if request.method == "POST":
        actions.say_not_me(by=request.user, now=clock_now())
        return redirect(f"{reverse('account_login')}?{urlencode({'ended': 'not_me'})}")
    context = {"title": "This was not me", "back_url": reverse("own_sessions")}
    return render(request, "shielding/accounts/sessions/not_me.html", context)


@public("The link in the mail stands for its reader, who may have lost the account to a thief.")
def not_me_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the word of somebody whose password was changed that it was not them; only a post acts.

    Answers the same for any token, in any state.
    """
    said = request.method == "POST"
    if said and (told := actions.told_by(token)) and told.recipient:
        actions.say_not_me(link=told.subject, by=told.recipient, now=clock_now())
    context = {"title": "You said that it was not you" if said else "This was not me", "said": said}
    return render(request, "shielding/accounts/sessions/not_me_by_link.html", context)


@for_roles(Role.IW)
@require_safe
def not_mes(request: Asking) -> HttpResponse:
    """List those who said that somebody else used their account, and whom nobody has phoned yet."""
    every, whose = NotMe.objects.visible_to(request.user), request.GET.get("whose", "")
    mine = partial(policies.to_settle_by, request.user, clock_now())
    page = page_of(request, of_whom(every.open().with_people(), mine, whose))
    context = {
        "title": "People to phone about their account",
        "caption": WHOSE.get(whose, ""),
        "page": page,
        "heads": list_rows.NOT_ME_HEADS,
        "rows": list_rows.not_me_rows(page),
        "noun": "account",
        "empty": "Nobody says that somebody else used their account.",
        "back_url": reverse("home"),
    }
    return render(request, "shielding/desk/listed.html", context)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
def not_me_settle(request: Asking, reference: str) -> HttpResponse:
    """Show what was said of an account; a member who phoned the person settles it here."""
    every, now = NotMe.objects.visible_to(request.user).with_people(), clock_now()
    found = found_or_404(request, every, reference=reference)
    form = SettleNotMeForm(posted(request))
    if form.is_valid():
        actions.settle_not_me(found, **form.cleaned_data, by=request.user, now=now)
        messages.success(request, f"{reference} is settled.")
        return redirect("not_me_settle", reference)
    log_entry_alone("directory_opened", by=request.user, at=now, person=found.person.uid)
    context = {
        "title": f"Phone {found.person.name}",
        "form": form,
        "facts": presenters.not_me_facts(found),
        "person_url": reverse("person", args=[found.person.uid]),
        "is_open": found.settled_at is None,
        "may_settle": policies.may_settle(request.user, found, now),
        "back_url": reverse("not_mes"),
    }
    return render(request, "shielding/accounts/sessions/not_me_settle.html", context)
