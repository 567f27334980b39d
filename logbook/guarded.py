"""What every view for signed-in people stands on: who asks, and who may open it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from django.http import HttpRequest, HttpResponseBase

if TYPE_CHECKING:
    # Only mypy has it: settings.AUTH_USER_MODEL, the accounts that the logbook cannot import.
    from django.contrib.auth.models import _User

View = Callable[..., HttpResponseBase]


class SignedIn(HttpRequest):
    """A request of somebody who is signed in: what a view gets that is not `public`.

    Django makes every request an HttpRequest; SignInFirst lets nobody else through to such a view.
    """

    user: "_User"


class _Marked(Protocol):
    allowed_roles: frozenset[str]
    allows_managers: bool
    allows_leads: bool


def mark(view: View, roles: frozenset[str], *, managers: bool = False, leads: bool = False) -> View:
    """Write on a view who may open it, for the table of roles and pages, and return it."""
    marked = cast(_Marked, view)  # a function takes attributes, which the type of one does not say
    marked.allowed_roles = roles
    marked.allows_managers = managers
    marked.allows_leads = leads
    return view
