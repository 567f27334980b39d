"""The kinds of notices: what each is called, and which mail it goes in.

The room that owes a kind registers it when its app starts; here are only the core's own words.
"""

from dataclasses import dataclass

# Duty notices of a day share one mail at 09:00. The others of one look share one mail at once.
DUTY, CHANGED = "duty", "changed"
# These carry a link that only their own mail may hold.
PASSWORD_RESET, INVITATION, HAND_OVER = "password_reset", "invitation", "hand_over"
OWN_MAIL_KINDS = {PASSWORD_RESET, INVITATION, HAND_OVER}
# These reach a suspended person too: it may be what they were suspended for.
TO_ANYBODY = {HAND_OVER}


@dataclass(frozen=True)
class Kind:
    """One kind of notice, and its words for the page about mail.

    A duty waits for the one mail of the day. A personal one stays owed to somebody whose things a
    colleague has now: nobody else was about to make contact.
    """

    code: str
    words: str
    is_duty: bool = False
    is_personal: bool = False


_KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make kinds known, as an app does when it starts."""
    _KINDS.update({kind.code: kind for kind in kinds})


def words_of(code: str) -> str:
    """Return what a kind is called on the page about mail."""
    return _KINDS[code].words if code in _KINDS else code


def duty_kinds() -> list[str]:
    """Return the kinds that wait for the one mail of the day."""
    return sorted(kind.code for kind in _KINDS.values() if kind.is_duty)


def personal_kinds() -> list[str]:
    """Return the kinds that stay owed to the person they were written for, whoever follows."""
    return sorted(kind.code for kind in _KINDS.values() if kind.is_personal)


register(Kind("item_changed", "Something changed"))
