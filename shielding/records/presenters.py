"""What pages show of a record, as the cards and lists that templates draw.

For the IW Team only: they name services and people.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import ordinal
from django.urls import reverse

from shielding import clock, hooks
from shielding.accounts.telling_apart import name_over_email, service_today
from shielding.records import letting_go_to_attest, policies, states
from shielding.records.end_codes import END, ReceiptCame
from shielding.records.grounds import GROUND
from shielding.records.letting_go_codes import BY_SOURCE, Release
from shielding.records.models import Hold, Record
from shielding.records.state_colours import COLOURS
from shielding.web.cells import (
    Card,
    Fact,
    Facts,
    Tag,
    day,
    done,
    waiting_words,
    who,
)
from shielding.web.deadlines import SOON_SIX_MONTHS, deadline

CHECK_NOW = "Check now: it may already be open"


# How long a shield may wait to be applied before the tag says it louder: when the team is told
# again. After a day it is late, and the IW leads are told too.
_FEW, _MANY, LATE_AFTER = timedelta(hours=1), timedelta(hours=4), timedelta(hours=24)


def waiting_tag(since: datetime, now: datetime, *, check_now: bool = False, said: str = "") -> Tag:
    """Return how long a shield has waited, in the colour of it: red is for what is late, and for
    what may be open this minute. `said` are other words for how long.
    """
    waited, words = now - since, said or waiting_words(since, now)
    if check_now or waited >= LATE_AFTER:
        return Tag(words, "red")
    if waited >= _MANY:
        return Tag(words, "orange")
    return Tag(words, "yellow" if waited >= _FEW else "blue")


def record_tag(record: Record) -> Tag:
    """Return a record's state as a tag."""
    return Tag(states.RECORD_LABELS[record.state], COLOURS[record.state])


def page_of_hold(hold: Hold) -> str:
    """Return where the IW Team reads what placed a hold: a page of the app above that did."""
    return reverse(hooks.page_of_hold[0], args=[hold.reference])


def own_page_of_hold(hold: Hold) -> str:
    """Return where a source reads what placed their own hold."""
    return reverse(hooks.own_page_of_hold[0], args=[hold.reference])


def check_first(record: Record) -> str:
    """Return what to look at before anything else: a record that waits again once attested."""
    if not policies.is_to_check_now(record):
        return ""
    return (
        f"{CHECK_NOW}. This record was shielded before, and waits to be shielded again: look at "
        f"it on {settings.SYSTEM_NAME} before anything else, and shield it if it is open."
    )


def record_facts(record: Record, now: datetime) -> Facts:
    """Return what is known of a record itself; its number is shown only when asked for."""
    rows: Facts = [Fact.of("State", record_tag(record))]
    if record.state == states.TO_SHIELD and record.waiting_since:
        check_now = policies.is_to_check_now(record)
        tag = waiting_tag(record.waiting_since, now, check_now=check_now)
        rows.append(Fact.of("Waiting", tag))
    rows.append(Fact("Period of shielding", _episode(record)))
    if record.applied_at:
        rows += [
            Fact("First attested as shielded", when=record.applied_at),
            Fact("Attested by", who(record.applied_by)),
        ]
    if record.review_due and record.state not in states.OPEN_TO_ALL:
        due = deadline(record.review_due, clock.today(now), soon=SOON_SIX_MONTHS)
        rows.append(Fact("Next six-monthly review", due=due))
    if record.state == states.CLOSED:
        by = done(record.closed_at, record.closed_by)
        words = (END[record.end_code].label, receipt(record), by)
        rows.append(Fact("Ended", "\n".join(filter(None, words))))
    return rows


def receipt(record: Record) -> str:
    """Return when and how another authority's receipt came, in words; nothing without one."""
    if record.receipt_on is None:
        return ""
    how = ReceiptCame(record.receipt_came).label.lower()
    return f"The other authority confirmed it on {day(record.receipt_on)}, {how}"


def _episode(record: Record) -> str:
    if record.episode_started_at is None:
        return "None: nobody has asked for it to be shielded"
    return f"The {ordinal(record.episode)}, since {day(record.episode_started_at)}"


def in_force(record: Record, holds: Iterable[Hold]) -> str:
    """Return how many of this episode's requests stand: "2 of 3 requests in force"."""
    now_asking = [hold for hold in holds if hold.episode == record.episode]
    standing = sum(hold.is_standing for hold in now_asking)
    noun = "request" if len(now_asking) == 1 else "requests"
    return f"{standing} of {len(now_asking)} {noun} in force"


def hold_card(
    hold: Hold, record: Record, *, others_attest: str = "", denied: Iterable[str] = ()
) -> Card:
    """Return one source's claim as a card: who asks, why, and what was done about it.

    `others_attest`: who may attest that they withdrew where that is not the reader's, in words.
    `denied`: when they said that they had not withdrawn, and who had recorded it, in words.
    """
    rows = [
        Fact(
            "Request",
            hold.reference,
            url=page_of_hold(hold),
            action="Open",
            hidden=f"request {hold.reference}",
        ),
        Fact("Practitioner", name_over_email(hold.source)),
        *service_today(hold.source, hold.service),
        Fact("Ground", GROUND[hold.ground].label),
        Fact("Asked for", done(hold.placed_at, hold.placed_by)),
        Fact("Shield attested", applied_words(hold)),
        Fact("Agreed", done(hold.agreed_at, hold.agreed_by, _not_agreed(hold))),
    ]
    rows += [Fact("Said not to have been withdrawn", words) for words in denied]
    if hold.is_standing:
        rows += _in_force_rows(hold)
    else:
        rows += _ended_rows(hold, others_attest) + _denied_rows(hold, record, others_attest)
    period = f" (the {ordinal(hold.episode)} period of shielding)"
    earlier = "" if hold.episode == record.episode else period
    return Card(f"{hold.service.name}{earlier}", rows)


def applied_words(hold: Hold) -> str:
    """Return when and by whom it was attested that the record is shielded for this hold; or not.

    What was found open since is attested no more: while the hold stands it is to be, again.
    """
    if hold.applied_at is not None:
        return done(hold.applied_at, hold.applied_by)
    if hold.found_open_at is None:
        return "Not yet" if hold.is_standing else "Not before it ended"
    again = ": to attest again" if hold.is_standing else ""
    return f"Found open on {day(hold.found_open_at)}{again}"


def _not_agreed(hold: Hold) -> str:
    if hold.released_how == Release.NOT_AGREED:
        return "Not agreed"
    return "Not yet" if hold.is_standing else "Not before it ended"


def ended_words(how: str) -> str:
    """Return in a word how a request ended: its practitioner withdrew it, or it was not theirs."""
    return "Withdrawn" if how in BY_SOURCE else "Ended"


def _in_force_rows(hold: Hold) -> Facts:
    row = Fact(
        "Shield",
        tag="In force",
        colour="green",
        url=reverse("hold_let_go", args=[hold.reference]),
        action="Record that they withdrew",
        hidden=f"request {hold.reference}, on their confirmed word",
    )
    in_error = Fact(
        "Entered in error?",
        "The number was wrong, or it is about another child",
        url=reverse("hold_in_error", args=[hold.reference]),
        action="Record that it was entered in error",
        hidden=f"(request {hold.reference}, on their confirmed word)",
    )
    review = Fact(
        "Something changed?",
        "A review between the regular ones",
        url=reverse("hold_review", args=[hold.reference]),
        action="Ask for a review",
        hidden=f"of request {hold.reference}",
    )
    not_theirs = Fact(
        "Not theirs?",
        "The file named the wrong practitioner, or it is about another child",
        url=reverse("hold_hand_over", args=[hold.reference]),
        action="Hand over to another practitioner",
        hidden=f"(request {hold.reference} alone)",
    )
    owed = _owed_row(hold) if getattr(hold, "owed", None) else []
    # Nobody here entered what was taken over.
    return [row, review, not_theirs if hold.imported_at is not None else in_error, *owed]


def _owed_row(hold: Hold) -> Facts:
    return [
        Fact(
            "Review",
            tag="Answer owed",
            colour="yellow",
            url=reverse("hold_answer", args=[hold.reference]),
            action="Record what they said",
            hidden=f"by phone for request {hold.reference}",
        )
    ]


def _word_row(hold: Hold, others_attest: str) -> Facts:
    owed = getattr(hold, "word_owed", "")
    if not owed:
        attested = done(hold.word_attested_at, hold.word_attested_by)
        return [Fact("Their word", attested)] if hold.word_attested_at else []
    words = [
        "To be attested by another member, who phones them",
        letting_go_to_attest.WHY[owed],
        "Until then the record cannot be unshielded.",
        others_attest,
    ]
    row = Fact("Their word", "\n".join(filter(None, words)))
    if others_attest:
        return [row]
    return [
        replace(
            row,
            url=reverse("hold_attest", args=[hold.reference]),
            action="Attest that they withdrew",
            hidden=f"request {hold.reference}",
        )
    ]


def _denied_rows(hold: Hold, record: Record, others_attest: str) -> Facts:
    """Return the way to what its practitioner says who did not let go, for whoever records that."""
    waits = getattr(hold, "word_owed", "") != ""
    again = letting_go_to_attest.stands_again_on_word(hold, record)
    if letting_go_to_attest.came_too_late(hold, record) and not waits:
        return [Fact("Not withdrawn?", letting_go_to_attest.TOO_LATE)]
    if hold.source is None or others_attest or not (waits or again):
        return []
    return [
        Fact(
            "Not withdrawn?",
            "They did not withdraw it, meant another child, or it is not theirs",
            url=reverse("hold_denied", args=[hold.reference]),
            action="Record that it stands again",
            hidden=f"request {hold.reference}, on their word",
        )
    ]


def _ended_rows(hold: Hold, others_attest: str) -> Facts:
    ended = done(hold.released_at, hold.released_by)
    words = ended_words(hold.released_how)
    rows: Facts = [Fact(words, f"{ended}, {hold.get_released_how_display()}")]
    rows += _word_row(hold, others_attest)
    if hold.family:
        said = done(hold.family_at, hold.family_by)
        rows.append(Fact("Family", f"{hold.get_family_display()}\n{said}"))
    elif hold.released_how != Release.ENDED:
        rows.append(
            Fact(
                "Family",
                "Not said yet whether they were told",
                url=reverse("hold_family", args=[hold.reference]),
                action="Record that the family was told",
                hidden=f"of the end of request {hold.reference}",
            )
        )
    return rows
