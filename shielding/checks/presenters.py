"""What was found of a record, in words of what to do now. For the IW Team only."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings

from shielding.checks.actions import Found
from shielding.checks.finding_codes import Finding
from shielding.checks.models import Check
from shielding.records import states
from shielding.records.models import Record

if TYPE_CHECKING:
    pass

RECORDED = "What you found is recorded."
NOT_DONE = "What you found is recorded, and nothing else was done."


_ADVICE: dict[str, str] = {
    Finding.OPEN: f"Found open: shield the record on {settings.SYSTEM_NAME} now, then attest it "
    "for each request that stands. Practitioners whose shield had been attested are asked to "
    "phone you. Phone those who have no working account.",
    Finding.DUPLICATE: "A duplicate or unmatched unshielded record was found: phone the "
    "practitioner. The other number comes in as a request of its own, on their "
    "word; nothing here says that the two belong together.",
    Finding.NOT_FOUND: "Nothing was found under this number. Phone the practitioner and have them "
    "read the number to you; if it is another, they place a new request.",
}


def advice_after(found: Found | None, *, done: bool = True) -> str:
    """Return what to do after this was found; nothing where it is simply shielded.

    Where what was asked for was not `done` because of it, that comes first.
    """
    words = _ADVICE.get(found.finding, "") if found else ""
    return words if done or not words else f"{NOT_DONE} {words}"


def message_after(record: Record, found: Found, *, done: bool = True) -> str:
    """Return the message after such a look at a record, above the page that it leads to.

    What to do now is said once: in the box of that page, and in the message where it has none.
    """
    words = advice_after(found, done=done)
    record.refresh_from_db()
    in_box = advice(record, list(record.checks.latest_first()[:1]))
    return (RECORDED if done else NOT_DONE) if words and in_box else words


def advice(record: Record, looks: Sequence[Check]) -> str:
    """Return what is still to do after the last of these looks at the record, or nothing."""
    if not looks or record.state in states.OPEN_TO_ALL:
        return ""
    last = looks[0]
    if last.finding == Finding.OPEN and record.state != states.TO_SHIELD:
        return ""
    return _ADVICE.get(last.finding, "")
