"""What a source says by phone, written down by a member of the IW Team from a page of a moment."""

from datetime import datetime

from django.db import transaction

from brokerage import brokering
from brokerage.locking import locked
from brokerage.models import Liaison
from brokerage.overtaken import Overtaken
from shielding.accounts.models import User


def answer_on_word(
    liaison: Liaison, *, answer: str, asked_at: datetime, by: User, now: datetime
) -> Liaison:
    """Record what a source said to a member, as `brokering.answer` does with all its refusals.

    `asked_at` is when the source whom the page named was asked. Refuses where the question has
    gone to somebody else since: the word of who left is not their colleague's. Returns it.
    """
    with transaction.atomic():
        access = locked(liaison.access_id, by)
        if not Liaison.objects.filter(pk=liaison.pk, asked_at=asked_at).exists():
            raise Overtaken(access)
        return brokering.answer(liaison, answer=answer, by=by, now=now)
