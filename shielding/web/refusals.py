"""What the product says when it refuses. Imports nothing of ours: every layer may use it."""

from django.db import IntegrityError


class Refused(Exception):
    """An act the product refuses: a page for the person, an entry for the logbook, no change.

    `code` goes into the entry (a short code, nothing about the case); `message` is the sentence
    the person reads; `status` is the HTTP status of the page, `template` draws it.
    """

    code = "refused"
    message = "This cannot be done."
    status = 409
    template = "errors/refused.html"

    def __init__(self, code: str = "", message: str = "", *, status: int = 0) -> None:
        self.code = code or self.code
        self.message = message or self.message
        self.status = status or self.status
        super().__init__(self.code)


class AskFirst(Exception):
    """Something is asked before this page: no refusal, the person goes to `address` and on."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()


class WrongState(Refused):
    """Somebody was there before, or it is too early: who-and-when pages are built on this."""

    code = "wrong_state"
    message = "This has already been done, or cannot be done yet."


class ChangedSince(WrongState):
    """The draft is no longer what the page showed on which it was confirmed."""

    code = "changed_since"
    message = (
        "Nothing was sent: the answers changed after you opened the page, perhaps in another "
        "window. Check them, then confirm and send."
    )


class NotAllowed(Refused):
    """Not this person's to do."""

    code = "not_allowed"
    message = "Your account cannot do this."
    status = 403


class Busy(Refused):
    """A colleague holds the lock: nothing was changed, and trying again will do."""

    code = "busy"
    message = "The service is busy. Your saved answers are safe. Try again in a moment."
    status = 503


def broken_constraint(error: IntegrityError) -> str:
    """Return the name of the constraint that PostgreSQL kept, or "" where it names none.

    An act that foresees one breach asks for it by name; any other is a fault of ours.
    """
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
