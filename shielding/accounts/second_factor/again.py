"""By what a session's person gave their second factor: a recovery code is not forgotten in it.

When it is asked for again, beside the password, says `shielding.web.password_again`.
"""

from django.contrib.sessions.backends.base import SessionBase

_CAME_BY = "came_by"
RECOVERY = "recovery"


def begun_by(session: SessionBase, how: str) -> None:
    """Keep by what the session begins that is begun now."""
    session[_CAME_BY] = how


def given_again(session: SessionBase, how: str) -> None:
    """Keep by what it was given again: an app or a key takes nothing back of a recovery code."""
    if how == RECOVERY:
        session[_CAME_BY] = how


def came_by_recovery(session: SessionBase) -> bool:
    """Return whether this session's person gave a recovery code for it."""
    return session.get(_CAME_BY) == RECOVERY
