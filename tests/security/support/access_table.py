"""The doors of the product: what each answers to whom, and the thing that is behind it."""

from pathlib import Path
from typing import Any

from logbook.models import Entry
from shielding.notices import told_links
from shielding.notices.models import Mail
from tests.security.support.council import World, a_letter

_TABLE = Path(__file__).resolve().parents[1] / "access_table.txt"
# Whose reference an address takes: by its whole name, by how it begins, else a sent request.
_BEHIND = {
    "access_check": "access_draft",
    "access_discard": "access_draft",
    "access_page": "access_draft",
    "deputy_end": "deputy",
    "factor_reset": "reset",
    "factor_reset_withdraw": "reset",
    "hand_over_settle": "disputed",
    "desk_confirm": "proposed",
    "desk_look_again": "considered",
    "desk_overturn": "proposed",
    "desk_settle": "considered",
    "request_check": "draft",
    "request_discard": "draft",
    "request_family_of_end": "not_agreed",
    "request_letter": "applied",
    "request_not_me": "phoned",
    "desk_answers": "without_account",
    "request_page": "draft",
    "request_professionals": "applied",
}
_BEHIND_ALL = {
    "access": "to_agree",
    "address": "address",
    "brokerage": "asked",
    "data": "data_load",
    "go": "shield_import",
    "hand": "hand_over",
    "not": "not_me_said",
    "liaison": "question",
    "people": "people_import",
    "record": "record",
    "review": "review",
    "role": "grant",
    "suspension": "stopped",
}
_SLUGS = {
    "access_page": "record",
    "guidance_page": "danger-first",
    "help_page": "cookies",
    "request_letter": "professionals",
}
_UIDS = {
    "own_session_end": "session",
    "person_deputy": "manager",
    "person_deputy_name": "manager",
    "role_propose": "second",
}


def declared() -> dict[tuple[str, str, str], list[str]]:
    """Return the declared answers by address, subject and method."""
    found = {}
    for line in _TABLE.read_text().splitlines():
        words = line.split()
        if words and words[0] != "#":
            subject = "absent" if words[1] == "absent" else "there"
            method, *answers = words[2:] if subject == "absent" else words[1:]
            found[words[0], subject, method] = answers
    return found


def there(world: World, name: str, keys: set[str]) -> dict[str, Any]:
    """Return the arguments of an address for the thing that is there."""
    every = {
        "reference": _reference(world, name),
        "liaison": world.question.reference,
        "slug": _SLUGS.get(name, "ground"),
        "uid": getattr(world, _UIDS.get(name, "owner")).uid,
        "to": world.manager.uid,
        "code": (world.other if name == "person_move_to" else world.owner).service_code,
        "number": Entry.objects.order_by("id").first().pk,
        "mail": _a_mail(world).pk,
        "uidb36": "1",
        "key": "no-such-key",
        "name": a_letter(),
        "token": _token(world, name),
    }
    return {key: every[key] for key in keys}


def _a_mail(world: World) -> Mail:
    """Return a mail that was overtaken: there is nothing in it to send again."""
    given = {"recipient": world.owner, "kind": "changed", "send_at": world.sent.submitted_at}
    later = {"fate": "overtaken", "next_try_at": world.sent.submitted_at}
    return Mail.objects.get_or_create(**given, defaults=later)[0]


def _token(world: World, name: str) -> str:
    if name == "not_me_by_link":
        return told_links.token_for("password_changed", world.told_of_password)
    told = world.told_of_stopped if name == "suspension_wrong" else world.told
    return told_links.token_for(name.removesuffix("_wrong"), told.reference)


def _reference(world: World, name: str) -> str:
    things = vars(world) | {"record": world.sent.record, "asked": world.question.access}
    of_all = _BEHIND_ALL.get(name.split("_")[0], "sent")
    return str(things[_BEHIND.get(name, of_all)].reference)
