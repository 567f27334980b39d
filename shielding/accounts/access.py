"""Who may open a page at all. What they see on it is the query's and the policy's business."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase

from shielding.accounts.refused import NotAllowed

View = Callable[..., HttpResponseBase]


def for_roles(*roles: str, managers: bool = False) -> Callable[[View], View]:
    """Let only these roles open the view, and with `managers` also anyone's line manager.

    Everyone else is refused with 403 and an entry (NotAllowed, turned into both by the middleware).
    The roles stay readable on the view (`allowed_roles`, `allows_managers`) for the table of
    roles and pages.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            person = request.user
            if person.role in roles or (managers and person.is_manager):
                return view(request, *args, **kwargs)
            raise NotAllowed("other_role", "Your account cannot open this page.")

        guarded.allowed_roles = frozenset(map(str, roles))  # type: ignore[attr-defined]
        guarded.allows_managers = managers  # type: ignore[attr-defined]
        return guarded

    return decorate


def everyone(view: View) -> View:
    """Mark a view as open to every signed-in person, so that the table can tell it from a slip."""
    view.allowed_roles = frozenset(  # type: ignore[attr-defined]
        {"practitioner", "iw", "auditor", "administrator"}
    )
    view.allows_managers = True  # type: ignore[attr-defined]
    return view


def public(reason: str) -> Callable[[View], View]:
    """Exempt a view from signing in, for a reason that is written down beside it.

    The reason stays on the view (`public_reason`): a test lists every view that has one.
    """
    if not reason:
        raise ValueError("a public view needs a written reason")

    def decorate(view: View) -> View:
        exempt: View = login_not_required(view)
        exempt.public_reason = reason  # type: ignore[attr-defined]
        return exempt

    return decorate
