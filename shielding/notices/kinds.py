"""The kinds of notices: what each is called, and which mail it goes in.

The room that owes a kind registers it when its app starts; here are only the core's own words.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Only mypy has it: settings.AUTH_USER_MODEL, the accounts, which lie above this room.
    from django.contrib.auth.models import _User

# Duty notices of a day share one mail at 09:00. The others of one look share one mail at once.
DUTY, CHANGED = "duty", "changed"
# These have words of their own, or carry a link that only their own mail may hold.
PASSWORD_RESET, INVITATION, NAME_CHANGED = "password_reset", "invitation", "name_changed"
MOVED, PASSWORD_CHANGED, FACTOR_LINK = "person_moved", "password_changed", "factor_link"
MEMBER_SUSPENDED, LET_IN = "member_suspended", "member_let_in"
GLASS_BROKEN = "glass_broken"
# Goes to the address that an account had, and so to nobody's account.
ADDRESS_CHANGED = "address_changed"
HAND_OVER, SUSPENSION, WORD = "hand_over", "suspension", "word_recorded"
# Of these, the page on which whoever was told may say that it is wrong.
WRONG_PAGES = {HAND_OVER: "hand_over_wrong", SUSPENSION: "suspension_wrong"}
# Told in the mail of changes, with a link of its own: to say that it was somebody else.
NOT_ME_PAGES = {PASSWORD_CHANGED: "not_me_by_link"}
OWN_MAIL_KINDS = {
    PASSWORD_RESET, INVITATION, FACTOR_LINK, NAME_CHANGED, ADDRESS_CHANGED, WORD, *WRONG_PAGES,
}  # fmt: skip
# What tells that mail was given up; it is never about itself.
MAIL_LOST = "mail_given_up"
# These reach a suspended person too: it may be what they were suspended for.
TO_ANYBODY = {WORD, *WRONG_PAGES}


# Whom what is owed about a subject is for at a moment: who may open its page now. None where the
# subject is not known to whoever is asked.
Readers = Callable[[str, datetime], "Iterable[_User] | None"]


def _nobody(_subject: str, _now: datetime) -> "Iterable[_User]":
    return ()


def _not_said(_reader: "_User") -> str:
    return ""


def _nothing(_reference: str) -> set[str]:
    return set()


@dataclass(frozen=True)
class Kind:
    """One kind of notice, its words for the page about mail, and whom it is for.

    A duty waits for the one mail of the day. A personal one stays owed to somebody whose things a
    colleague has now: nobody else was about to make contact; one of a manager, to whoever manages.
    The mail asks to phone the IW Team about the references of one that is to be phoned about.
    The references of one that is pressing stand before the others of its mail.
    `readers` are asked again before it is sent: to anybody else it is not. `followers` are those of
    them who are told of what waits although it was owed before they came. `apart` names the
    references that no mail may hold beside one: they are of the same child. `waits` is of a duty
    alert, and says whether its subject waits still: it may go to a mailbox, which has no role.
    One that is told once is told again to whoever could not read it while their account was
    suspended, if it is theirs still. `from_whom` names the colleague whose act a mail with words of
    its own tells its reader of. `says` is the sentence of one that has no reference to name.
    """

    code: str
    words: str
    is_duty: bool = False
    is_personal: bool = False
    is_of_a_manager: bool = False
    is_pressing: bool = False
    is_to_phone_about: bool = False
    readers: Readers | None = None
    followers: Readers = _nobody
    apart: Callable[[str], set[str]] = _nothing
    waits: Callable[[str], bool] | None = None
    is_told_once: bool = False
    says: str = ""
    from_whom: "Callable[[_User], str]" = _not_said


_KINDS: dict[str, Kind] = {}
_ITEMS: list[tuple[Readers, Readers]] = []


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
    """Return the kinds that stay owed to the person they were written for, whoever follows.

    So does what is owed to somebody as a manager: they manage as before.
    """
    stays = [one for one in _KINDS.values() if one.is_personal or one.is_of_a_manager]
    return sorted(kind.code for kind in stays)


def is_pressing(code: str) -> bool:
    """Return whether the references of this kind stand before the others of their mail."""
    return code in _KINDS and _KINDS[code].is_pressing


def kinds_told_once() -> list[str]:
    """Return the kinds that no later reminder follows."""
    return sorted(kind.code for kind in _KINDS.values() if kind.is_told_once)


def alert_kinds() -> list[str]:
    """Return the kinds of duty alerts: to mailboxes at any hour, to members while they work."""
    return sorted(kind.code for kind in _KINDS.values() if kind.waits)


def waits(code: str, subject: str) -> bool:
    """Return whether what a duty alert of this kind is about waits still for the IW Team."""
    asked = _KINDS[code].waits if code in _KINDS else None
    return asked is not None and asked(subject)


def from_whom(code: str, reader: "_User") -> str:
    """Return the name of the colleague whose act a mail of this kind tells of; "" if of nobody."""
    return _KINDS[code].from_whom(reader) if code in _KINDS else ""


def sentences(codes: Iterable[str]) -> list[str]:
    """Return what a mail of these kinds says besides its references."""
    known = [_KINDS[code].says for code in sorted(set(codes)) if code in _KINDS]
    return [words for words in known if words]


def kinds_to_phone_about() -> list[str]:
    """Return the kinds whose mail asks its reader to phone the IW Team."""
    return sorted(kind.code for kind in _KINDS.values() if kind.is_to_phone_about)


def register_item(readers: Readers, followers: Readers = _nobody) -> None:
    """Make known whom a change of some kind of item is for, as an app does when it starts."""
    _ITEMS.append((readers, followers))


def readers_of(code: str, subject: str, now: datetime) -> "list[_User] | None":
    """Return whom a notice of this kind about this subject is for now; None if nobody can say."""
    asked = _KINDS[code].readers if code in _KINDS else None
    found = asked(subject, now) if asked else None
    return None if found is None else list(found)


def followers_of(code: str, subject: str, now: datetime) -> "list[_User]":
    """Return who is to be told of what waits, also if they came after it was owed."""
    return list(_KINDS[code].followers(subject, now) or ()) if code in _KINDS else []


def apart_from(code: str, reference: str) -> set[str]:
    """Return the references that no mail may hold beside this one, in a notice of this kind."""
    return _KINDS[code].apart(reference) - {reference}


def following_kinds() -> list[str]:
    """Return the kinds whose notices go to who came while they waited."""
    return sorted(kind.code for kind in _KINDS.values() if kind.followers is not _nobody)


def kinds_apart() -> list[str]:
    """Return the kinds that keep the references of one child on different days."""
    return sorted(kind.code for kind in _KINDS.values() if kind.apart is not _nothing)


def _of_items(subject: str, now: datetime) -> "list[_User] | None":
    found = [readers(subject, now) for readers, _ in _ITEMS]
    known = [list(people) for people in found if people is not None]
    return [person for people in known for person in people] if known else None


def _followers_of_items(subject: str, now: datetime) -> "list[_User]":
    return [person for _, followers in _ITEMS for person in followers(subject, now) or ()]


register(
    Kind("item_changed", "Something changed", readers=_of_items, followers=_followers_of_items)
)
