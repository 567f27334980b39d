"""How what is owed becomes delivered mail: gathered, claimed, sent, marked. The only sender.

A crash between the mail server's "accepted" and our mark sends a mail twice; nothing loses one.
A mail says how many items wait, their references and where to sign in: it may be read by anyone.
"""

import logging
import time
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection as database
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac

from logbook.days import really
from shielding import clock
from shielding.filled import filled
from shielding.notices import readers, told_links
from shielding.notices.kinds import (
    ADDRESS_CHANGED,
    CHANGED,
    DUTY,
    FACTOR_LINK,
    INVITATION,
    NAME_CHANGED,
    NOT_ME_PAGES,
    OWN_MAIL_KINDS,
    TO_ANYBODY,
    WORD,
    WRONG_PAGES,
    alert_kinds,
    duty_kinds,
    from_whom,
    is_pressing,
    kinds_to_phone_about,
    sentences,
)
from shielding.notices.mail_hours import mail_hour
from shielding.notices.models import OWED, DeliveryStatus, Mail, Notice
from shielding.notices.password_links import PasswordLinks, SetUpLinks
from shielding.notices.timers import LATE

if TYPE_CHECKING:
    # Only mypy has it: settings.AUTH_USER_MODEL, the accounts, which lie above this room.
    from django.contrib.auth.models import _User

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than the mail server may take: settings.EMAIL_TIMEOUT
TRIES = 8
# One look ends within the task's time limit, also when its last mail waits out the server.
SENDING_SECONDS = 25
# Any number will do, as long as nothing else locks it: one gathers, the others need not.
_GATHERING = 7_301_003

_OWED = """
WITH owed AS (
    SELECT id, recipient_id, mailbox, due_at,
           CASE WHEN kind = ANY(%(own_kinds)s) THEN kind
                WHEN mailbox <> '' THEN %(changed)s
                WHEN kind = ANY(%(duty_kinds)s) THEN %(duty)s
                ELSE %(changed)s END AS envelope
    FROM accounts_notice
    WHERE fate = 'queued' AND mail_id IS NULL AND due_at <= %(now)s
    ORDER BY id FOR UPDATE SKIP LOCKED
), addressed AS (
    SELECT id, recipient_id, mailbox, envelope,
           CASE WHEN envelope = %(changed)s THEN %(now)s
                WHEN envelope <> %(duty)s THEN due_at
                WHEN due_at > %(today)s THEN %(tomorrow)s
                WHEN EXISTS (SELECT 1 FROM accounts_mail gone
                             WHERE gone.recipient_id = owed.recipient_id
                             AND gone.kind = %(duty)s AND gone.send_at = %(today)s
                             AND (gone.attempt > 0 OR gone.fate <> 'queued')) THEN %(tomorrow)s
                ELSE %(today)s END AS send_at
    FROM owed
)
"""
_WRITE_ENVELOPES = """
INSERT INTO accounts_mail
    (recipient_id, mailbox, kind, send_at, fate, attempt, refusals, next_try_at)
SELECT DISTINCT recipient_id, mailbox, envelope, send_at, 'queued', 0, 0, send_at FROM addressed
ON CONFLICT DO NOTHING
"""
# A mail that was tried has been read out already: nothing is added to it, whoever claims it now.
# People and mailboxes apart, so that each is found by an index of its own.
_FILL_ENVELOPES = """, of_people AS (
    SELECT addressed.id, mail.id AS mail_id
    FROM addressed JOIN accounts_mail mail ON mail.recipient_id = addressed.recipient_id
        AND mail.kind = addressed.envelope AND mail.send_at = addressed.send_at
    WHERE mail.fate = 'queued' AND mail.attempt = 0
    FOR UPDATE OF mail
), of_mailboxes AS (
    SELECT addressed.id, mail.id AS mail_id
    FROM addressed JOIN accounts_mail mail ON mail.mailbox = addressed.mailbox
        AND mail.kind = addressed.envelope AND mail.send_at = addressed.send_at
    WHERE mail.mailbox <> '' AND mail.fate = 'queued' AND mail.attempt = 0
    FOR UPDATE OF mail
), filled AS (
    SELECT id, mail_id FROM of_people UNION ALL SELECT id, mail_id FROM of_mailboxes
)
UPDATE accounts_notice notice SET mail_id = filled.mail_id FROM filled WHERE notice.id = filled.id
"""
# Those that were never tried come first: one that kills its worker keeps nobody else waiting.
_CLAIM = """
UPDATE accounts_mail SET attempt = attempt + 1, lease_until = %(lease)s
WHERE id = (
    SELECT id FROM accounts_mail
    WHERE fate = ANY(%(owed)s) AND next_try_at <= %(now)s
        AND (lease_until IS NULL OR lease_until < %(real)s)
    ORDER BY attempt, next_try_at, id FOR UPDATE SKIP LOCKED LIMIT 1
) RETURNING id
"""


def deliver(now: datetime, real: datetime | None = None) -> None:
    """Gather what is due and send mail after mail, until none is due or the time is up.

    `real` is what time it really is, by the same look at the clock. A mail server that is away is
    nobody's failure: nothing is claimed, and the next look tries again. Process document, step 7.
    """
    real = real or really(now)
    gather(now)
    until = time.monotonic() + SENDING_SECONDS
    server = get_connection()
    try:
        while time.monotonic() < until and Mail.objects.due(now, real).exists():
            server.open()
            if not _send_one(server, now, real):
                break
    except OSError as error:
        logger.warning("The mail server cannot be reached: %s", type(error).__name__)
    finally:
        _hang_up(server)


def gather(now: datetime) -> None:
    """Put every notice that is due into its envelope. Two at once do it once.

    Duty notices share the mail of 09:00 London; what comes due later, or when that has gone, goes
    tomorrow. What was due by then and could not go, since the worker stood still, goes now.
    What waited is first owed to whoever it is for by now, and kept from what may not stand beside
    it; what members are alerted to waits for their hours. A mailbox gets at once whatever it is
    owed.
    """
    day = clock.today(now)
    values: dict[str, Any] = {
        "now": now,
        "today": mail_hour(day),
        "tomorrow": mail_hour(day + timedelta(days=1)),
        "duty": DUTY,
        "changed": CHANGED,
        "duty_kinds": duty_kinds(),
        "own_kinds": sorted(OWN_MAIL_KINDS),
    }
    with transaction.atomic(), database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_GATHERING])
        if cursor.fetchone() == (True,):
            readers.follow(now)
            readers.keep_apart(now)
            readers.keep_to_hours(now)
            cursor.execute(_OWED + _WRITE_ENVELOPES, values)
            cursor.execute(_OWED + _FILL_ENVELOPES, values)


def claim(now: datetime, real: datetime | None = None) -> Mail | None:
    """Take the next mail that is due for five minutes, or return None.

    Whoever crashes with it loses it then; whoever comes back later than that cannot mark it. The
    five minutes are real ones: two workers must not have one mail because the demo's clock moved.
    """
    values: dict[str, Any] = {"now": now, "real": real or really(now), "owed": list(OWED)}
    values["lease"] = values["real"] + LEASE
    with database.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        row = cursor.fetchone()
    return Mail.objects.select_related("recipient").get(pk=row[0]) if row else None


def mark(mail: Mail, fate: DeliveryStatus, *, now: datetime) -> bool:
    """Write what became of a claimed mail and of its notices; False if the claim was lost."""
    with transaction.atomic():
        mine = Mail.objects.filter(pk=mail.pk, attempt=mail.attempt, fate__in=OWED)
        marked = mine.update(
            fate=fate,
            lease_until=None,
            sent_at=now if fate == DeliveryStatus.SENT else None,
            refusals=mail.refusals,
            next_try_at=now + _pause(mail.refusals),
        )
        if marked:
            Notice.objects.filter(mail=mail, fate__in=OWED).update(fate=fate)
    return bool(marked)


def is_late(now: datetime) -> bool:
    """Return whether something owed should have been gathered or tried ten minutes ago."""
    waiting = Notice.objects.filter(fate=DeliveryStatus.QUEUED, mail=None, due_at__lt=now - LATE)
    return waiting.exists() or Mail.objects.late(now, LATE).exists()


def _send_one(server: Any, now: datetime, real: datetime) -> bool:
    """Claim one mail and bring it to some end; False when there is none."""
    mail = claim(now, real)
    if mail is None:
        return False
    with transaction.atomic():
        owed = readers.still_right(Notice.objects.filter(mail=mail, fate__in=OWED), now)
    if not owed or _has_begun(mail):
        mark(mail, DeliveryStatus.OVERTAKEN, now=now)
    elif mail.recipient and not mail.recipient.is_active and mail.kind not in TO_ANYBODY:
        mark(mail, DeliveryStatus.GIVEN_UP, now=now)
    elif _is_out_of_hours(mail, owed, now):
        _put_off(mail, readers.hears_at(now, mail.recipient_id))
    else:
        _try(server, mail, _references(owed), now)
    return True


def _references(owed: list[Notice]) -> list[str]:
    """Return what a mail names, each once: what is pressing first, without a word about it."""
    pressing = {one.mentions for one in owed if is_pressing(one.kind)} - {""}
    others = {one.mentions for one in owed} - pressing - {""}
    return [*sorted(pressing), *sorted(others)]


def _is_out_of_hours(mail: Mail, owed: list[Notice], now: datetime) -> bool:
    """Whether a member who is not on duty is alerted to all this, and by now it is evening: it was
    refused before.
    """
    alerts = {one.kind for one in owed} <= set(alert_kinds())
    return alerts and mail.recipient is not None and readers.hears_at(now, mail.recipient_id) > now


def _put_off(mail: Mail, until: datetime) -> None:
    """Give a claimed mail back, to be tried at a later hour. It is no refusal."""
    mine = Mail.objects.filter(pk=mail.pk, attempt=mail.attempt, fate__in=OWED)
    mine.update(lease_until=None, next_try_at=until)


def _has_begun(mail: Mail) -> bool:
    """Whether somebody who is invited has a password already."""
    return mail.kind == INVITATION and filled(mail.recipient).has_usable_password()


def _try(server: Any, mail: Mail, references: list[str], now: datetime) -> None:
    try:
        server.send_messages([_message(mail, references)])
    except (SMTPException, OSError, ValueError) as error:
        _hang_up(server)
        mail.refusals += 1
        logger.warning("Mail %d, refusal %d: %s", mail.pk, mail.refusals, type(error).__name__)
        mark(
            mail,
            DeliveryStatus.GIVEN_UP if mail.refusals >= TRIES else DeliveryStatus.FAILED,
            now=now,
        )
    else:
        mark(mail, DeliveryStatus.SENT, now=now)


def _message(mail: Mail, references: list[str]) -> EmailMultiAlternatives:
    name, context = _words(mail, references)
    context["signed"] = _signed()
    message = EmailMultiAlternatives(
        subject=settings.MAIL_SUBJECT,
        body=render_to_string(f"emails/{name}.txt", context),
        from_email=_sender(),
        to=[mail.address],
        headers={"Message-ID": _message_id(mail), "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    return message


def _sender() -> str:
    """Return whom a mail is from: a name that its reader knows, and the address."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((settings.MAIL_SENDER_NAME or name or settings.COUNCIL_NAME, address))


def _signed() -> dict[str, str]:
    """Return what stands below every mail: who sends it, and by which number to check that."""
    council, sender = settings.COUNCIL_NAME, settings.MAIL_SENDER_NAME
    known = not sender or council in sender
    return {
        "sender": (sender or council) if known else f"{sender}, {council}",
        "check_phone": settings.MAIL_CHECK_PHONE or settings.COUNCIL_PHONE,
    }


def _words(mail: Mail, references: list[str]) -> tuple[str, dict[str, Any]]:
    """Return the template and what it says. A link's token is made here and stored nowhere."""
    if mail.kind not in OWN_MAIL_KINDS:
        return "items", {
            "references": references,
            "to_phone": _to_phone_about(mail),
            "says": sentences(_kinds_in(mail)),
            "not_me": _not_me(mail),
            "phone": settings.COUNCIL_PHONE,
            "site_url": settings.SITE_URL,
        }
    if mail.kind == NAME_CHANGED:
        return mail.kind, {"site_url": settings.SITE_URL}
    if mail.kind == ADDRESS_CHANGED:
        return mail.kind, {"council": settings.COUNCIL_NAME, "phone": settings.COUNCIL_PHONE}
    if mail.kind == WORD:
        told = {"references": references, "phone": settings.COUNCIL_PHONE}
        return mail.kind, {**told, "site_url": settings.SITE_URL}
    if mail.kind in WRONG_PAGES:
        return "told", {"items": _told(mail), "site_url": settings.SITE_URL}
    person, links = filled(mail.recipient), PasswordLinks()
    if mail.kind == FACTOR_LINK:
        return mail.kind, {"link": _set_up_link(person), "minutes": settings.PASSWORD_LINK_MINUTES}
    arguments = {"uidb36": user_pk_to_url_str(person), "key": links.make_token(person)}
    path = reverse("account_reset_password_from_key", kwargs=arguments)
    return mail.kind, {
        "link": urljoin(settings.SITE_URL, path),
        "site_url": settings.SITE_URL,
        "minutes": settings.PASSWORD_LINK_MINUTES,
        "last_day": links.last_day(),
        "is_asked": person.is_practitioner,
        "council": settings.COUNCIL_NAME,
        "by": from_whom(mail.kind, person),
    }


def _set_up_link(person: "_User") -> str:
    arguments = {"uidb36": user_pk_to_url_str(person), "key": SetUpLinks().make_token(person)}
    return str(urljoin(settings.SITE_URL, reverse("factor_link", kwargs=arguments)))


def _to_phone_about(mail: Mail) -> list[str]:
    """Return the references about which the mail asks its reader to phone the IW Team."""
    asked = Notice.objects.filter(mail=mail, fate__in=OWED, kind__in=kinds_to_phone_about())
    return sorted(set(asked.values_list("mentions", flat=True)))


def _kinds_in(mail: Mail) -> list[str]:
    """Return the kinds of what the mail is to tell."""
    return list(Notice.objects.filter(mail=mail, fate__in=OWED).values_list("kind", flat=True))


def _told(mail: Mail) -> list[tuple[str, str]]:
    """Return each thing's reference and the link by which its reader can say that it is wrong."""
    notices = Notice.objects.filter(mail=mail, fate__in=OWED).order_by("id")
    return [(notice.mentions, _link_of(notice)) for notice in notices]


def _not_me(mail: Mail) -> str:
    """Return the link by which the reader can say that it was somebody else, or nothing."""
    owed = Notice.objects.filter(mail=mail, fate__in=OWED, kind__in=NOT_ME_PAGES)
    last = owed.order_by("id").last()
    return _link_of(last) if last else ""


def _link_of(notice: Notice) -> str:
    token = told_links.token_for(notice.kind, notice.subject)
    path = reverse((WRONG_PAGES | NOT_ME_PAGES)[notice.kind], kwargs={"token": token})
    return str(urljoin(settings.SITE_URL, path))


def _message_id(mail: Mail) -> str:
    """The same for every try of one mail, so that a mailbox can drop a second copy."""
    name = salted_hmac("shielding.mail", str(mail.pk), algorithm="sha256").hexdigest()[:32]
    return f"<{name}@{urlsplit(settings.SITE_URL).hostname}>"


def _pause(refusals: int) -> timedelta:
    """1, 2, 4 ... minutes, at most an hour."""
    return timedelta(minutes=min(60, 2 ** max(refusals - 1, 0)))


def _hang_up(server: Any) -> None:
    with suppress(OSError):
        server.close()
