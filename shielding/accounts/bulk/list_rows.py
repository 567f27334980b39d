"""The columns of the list of imports."""

from collections.abc import Iterable

from django.urls import reverse

from shielding.accounts.bulk.models import FileImport, rows_done
from shielding.accounts.bulk.presenters import state_words
from shielding.web.cells import Rows, Text, day, who

IMPORT_HEADS = ("Reference", "Rows", "Proposed", "By", "State")


def import_rows(imports: Iterable[FileImport], page: str) -> Rows:
    """Return the cells of each import, which lead to its page."""
    shown = list(imports)
    done = rows_done(shown)
    return [
        [
            Text(found.reference, url=reverse(page, args=[found.reference])),
            str(found.rows),
            day(found.proposed_at),
            who(found.proposed_by),
            state_words(found, done.get(found.pk, 0)),
        ]
        for found in shown
    ]
