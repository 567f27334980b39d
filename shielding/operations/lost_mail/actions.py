"""Sending again what could not be delivered, once its address is right."""

from datetime import datetime

from django.db import transaction

from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.notices.models import DeliveryStatus, Mail, Notice
from shielding.web.refusals import NotAllowed, WrongState


def send_again(mail: Mail, *, by: User, now: datetime) -> None:
    """Owe again what a mail that was given up was to tell. It goes as any other that is due now.

    Refuses anyone but the IW Team, and a mail of which nothing is left to send: it was sent again
    already, a later word follows, it is older than 28 days, or it is a link for a
    password.
    """
    with transaction.atomic():
        mail = Mail.objects.select_for_update().get(pk=mail.pk)
        left = Notice.objects.visible_to(by).to_send_again(now).filter(mail=mail)
        if not by.is_active or not by.is_iw:
            raise NotAllowed("may_not_send_again")
        if not left.update(fate=DeliveryStatus.QUEUED, mail=None, due_at=now):
            raise WrongState("nothing_to_send", "Nothing of this email is left to send again.")
        told = [mail.recipient.uid] if mail.recipient else []
        log_entry("mail_sent_again", by=by, at=now, told=told)
