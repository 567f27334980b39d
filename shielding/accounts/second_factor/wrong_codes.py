"""Wrong codes of a person: counted before a code is looked at, and slower with each.

They come after the right password: somebody who guesses here has it. So the person is told after
five, and after twenty in a row the password ends.
"""

from datetime import datetime

from django.db import connection
from django.db.models import F

from shielding.accounts.models import User
from shielding.accounts.second_factor.models import WrongCodes

FREE = 4
TOLD_AFTER, ENDED_AFTER = 5, 20

# Of two at once each is counted, and one that must wait counts for nothing: waiting does not
# become longer by trying.
_COUNT = """
INSERT INTO accounts_wrongcodes AS wrong (person_id, in_a_row, last_at)
VALUES (%(person)s, 1, %(now)s)
ON CONFLICT (person_id) DO UPDATE SET in_a_row = wrong.in_a_row + 1, last_at = excluded.last_at
WHERE wrong.in_a_row < %(free)s
    OR wrong.last_at + make_interval(
        secs => LEAST(900, 15 * power(2, LEAST(wrong.in_a_row, 20) - %(free)s))
    ) <= excluded.last_at
RETURNING in_a_row
"""


def count_one(person: User, real: datetime) -> int:
    """Count a try as wrong until it is known to be right, and return the how manyth in a row.

    0 where the person has to wait before the next one. Commits by itself.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"person": person.pk, "now": real, "free": FREE})
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def was_right(person: User) -> None:
    """Begin to count anew: the last one was right."""
    WrongCodes.objects.filter(person=person).update(in_a_row=0)


def not_counted(person: User) -> None:
    """Take one back that was neither right nor a guess."""
    WrongCodes.objects.filter(person=person, in_a_row__gt=0).update(in_a_row=F("in_a_row") - 1)
