"""Who may open a page at all. What they see on it is the query's and the policy's business."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, Protocol, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponseBase

from logbook.days import clock_now
from logbook.guarded import SignedIn, View, mark
from logbook.writing import log_entry_alone
from shielding.web.refusals import NotAllowed

Thing = TypeVar("Thing", bound=Model)


def for_roles(*roles: str, managers: bool = False, leads: bool = False) -> Callable[[View], View]:
    """Let only these roles open the view.

    With `managers` also whoever is anyone's line manager, with `leads` also IW leads. Everyone
    else is refused with 403 and an entry (NotAllowed, turned into both by the middleware).
    The roles stay readable on the view (`allowed_roles`, `allows_managers`, `allows_leads`)
    for the table of roles and pages.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponseBase:
            person = request.user
            if person.role in roles or (leads and person.is_lead):
                return view(request, *args, **kwargs)
            if managers and person.is_manager:
                return view(request, *args, **kwargs)
            raise NotAllowed("other_role", "Your account cannot open this page.")

        return mark(guarded, frozenset(map(str, roles)), managers=managers, leads=leads)

    return decorate


def everyone(view: View) -> View:
    """Mark a view as open to every signed-in person, so that the table can tell it from a slip."""
    roles = frozenset({"practitioner", "iw", "auditor", "administrator"})
    return mark(view, roles, managers=True, leads=True)


def found_or_404(request: SignedIn, things: "QuerySet[Thing]", **named: Any) -> Thing:
    """Return the one of these things that the address names, or end in the page "not found".

    `things` starts at `visible_to`, so that what is absent and what is not this person's end in
    the same page. Asking for it is an entry, with the reference where the address has one.
    """
    thing = things.filter(**named).first()
    return thing if thing is not None else not_there(request, named.get("reference", ""))


def not_there(request: SignedIn, reference: str = "") -> NoReturn:
    """End in the page "not found"; that it was asked for is an entry."""
    page = request.resolver_match.url_name if request.resolver_match else ""
    log_entry_alone(
        "not_found",
        by=request.user,
        at=clock_now(),
        reference=reference,
        page=page or "unnamed",
    )
    raise Http404


class _Exempt(Protocol):
    public_reason: str


def public(reason: str) -> Callable[[View], View]:
    """Exempt a view from signing in, for a reason that is written down beside it.

    The reason stays on the view (`public_reason`): a test lists every view that has one.
    """
    if not reason:
        raise ValueError("a public view needs a written reason")

    def decorate(view: View) -> View:
        exempt: View = login_not_required(view)
        # A function takes attributes, which the type of one does not say.
        cast(_Exempt, exempt).public_reason = reason
        return exempt

    return decorate
