"""Which counts a try meets: of a password, of the password once more, of a mailed link."""

from dataclasses import dataclass

from django.http import HttpRequest

from shielding.accounts.attempts import known
from shielding.accounts.attempts.address import network_of
from shielding.accounts.attempts.budget import Kind, Taken, TooMany, take
from shielding.accounts.models import User


@dataclass(frozen=True)
class Tried:
    """A try, with everything that counted it."""

    taken: tuple[Taken, ...]

    def right(self) -> None:
        """Give it back: it was right."""
        for one in self.taken:
            one.right()

    def unused(self) -> None:
        """Give it back: nothing was looked at."""
        for one in self.taken:
            one.unused()


def before_password(request: HttpRequest, typed: str) -> Tried:
    """Count a try to sign in, before the password is looked at. Raises TooMany.

    A browser that is known to the account has tries of its own, until twenty in a row were wrong.
    Any other meets three counts: of wrong tries from this network, of the account from this network
    and of the account from anywhere. The address counts as it was typed, whoever has it.
    """
    email = User.objects.as_stored(typed)
    try:
        return _known(request, email) or _stranger(email, network_of(request))
    except TooMany as refused:
        refused.account = User.objects.filter(email=email).values_list("uid", flat=True).first()
        raise


def _known(request: HttpRequest, email: str) -> Tried | None:
    browser = known.browser_of(request, email)
    if not browser:
        return None
    try:
        return Tried((take(Kind.KNOWN, email, browser),))
    except TooMany as refused:
        if refused.ended:
            return None
        raise


def _stranger(email: str, network: str) -> Tried:
    taken: list[Taken] = []
    # The network first: one that is refused fills the table with no more addresses.
    counts = ((Kind.NETWORK, network), (Kind.PAIR, email, network), (Kind.ACCOUNT, email))
    for kind, *keys in counts:
        try:
            taken.append(take(kind, *keys))
        except TooMany:
            Tried(tuple(taken)).unused()
            raise
    return Tried(tuple(taken))


def before_password_again(request: HttpRequest, person: User) -> Tried:
    """Count a try to give the password once more, in this session alone. Raises TooMany.

    Of the session and not of the person: else whoever stole one could keep the owner, in another,
    from what asks for the password.
    """
    return Tried((take(Kind.AGAIN, person.uid, request.session.session_key or ""),))


def of_a_link(request: HttpRequest) -> None:
    """Count that a link was asked for, or that one was tried which is no good. Raises TooMany.

    By network alone: asking is never refused for what others did to an account.
    """
    take(Kind.LINKS, network_of(request))


def is_mailed_again(typed: str) -> bool:
    """Return whether a link may be mailed to an address: one in ten minutes.

    Who asked learns nothing of it: the link of before is good still.
    """
    try:
        take(Kind.MAIL, User.objects.as_stored(typed))
    except TooMany:
        return False
    return True
