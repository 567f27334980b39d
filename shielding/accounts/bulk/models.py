"""Imports from a file that two members upload: nothing of the file is kept but by what it is known
again.
"""

import secrets
from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, Count, F, Q, UniqueConstraint

from logbook.references import new_reference
from shielding.accounts.models import User, both_or_neither

_PROTECT = models.PROTECT


class Kind(models.TextChoices):
    PEOPLE = "people", "People"
    SHIELDS = "shields", "Shields"


def new_row_key() -> bytes:
    """Return the key of one import, under which its rows are known again."""
    return secrets.token_bytes(32)


class FileImportQuerySet(models.QuerySet["FileImport"]):
    def visible_to(self, user: User) -> "FileImportQuerySet":
        """Return every import for an IW member, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()

    def of_kind(self, kind: str) -> "FileImportQuerySet":
        return self.filter(kind=kind)

    def open(self) -> "FileImportQuerySet":
        """Return those that wait for the second member, or that were not run to their end."""
        return self.filter(finished_at__isnull=True, taken_back_at__isnull=True)

    def with_people(self) -> "FileImportQuerySet":
        """Return them with whose steps they are, the latest first."""
        people = ("proposed_by", "proposed_anew_by", "confirmed_by", "taken_back_by")
        return self.select_related(*people).order_by("-id")


class FileImport(models.Model):
    """An import that one member proposes and another confirms, each with the same file.

    The file itself is kept nowhere: `digest` says only whether another upload is the same.
    """

    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    digest = models.BinaryField()
    rows = models.PositiveIntegerField()
    # Under which its rows are known again; gone once it has ended, so that nothing matches them.
    row_key = models.BinaryField(null=True, default=new_row_key)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, _PROTECT, related_name="+")
    # Who took the proposal's place: whoever proposed it had left the team before it was run to its
    # end. The file is still the first one's, to the byte: they alone chose what it says.
    proposed_anew_at = models.DateTimeField(null=True)
    proposed_anew_by = models.ForeignKey(User, _PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, _PROTECT, null=True, related_name="+")
    # Before or after it was confirmed: what was imported by then stays.
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(User, _PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)
    left_out = models.PositiveIntegerField(default=0, db_default=0)

    objects = FileImportQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(kind__in=Kind.values), name="file_import_kind_known"),
            both_or_neither("confirmed", "file_import_confirmed_pair"),
            both_or_neither("proposed_anew", "file_import_proposed_anew_pair"),
            both_or_neither("taken_back", "file_import_taken_back_pair"),
            CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="file_import_by_two",
            ),
            CheckConstraint(
                condition=Q(proposed_anew_by__isnull=True)
                | Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("proposed_anew_by")),
                name="file_import_anew_by_two",
            ),
            CheckConstraint(
                condition=Q(finished_at__isnull=True)
                | Q(confirmed_at__isnull=False, taken_back_at__isnull=True),
                name="file_import_finished_once_confirmed",
            ),
            CheckConstraint(
                condition=Q(row_key__isnull=True)
                | Q(finished_at__isnull=True, taken_back_at__isnull=True),
                name="file_import_ended_has_no_key",
            ),
            UniqueConstraint(
                fields=["kind", "digest"],
                condition=Q(taken_back_at__isnull=True),
                name="file_import_of_a_file_once",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.finished_at is None and self.taken_back_at is None

    @property
    def proposal(self) -> tuple[int, datetime]:
        """Whose proposal it is now (their primary key), and since when."""
        if self.proposed_anew_by_id is None or self.proposed_anew_at is None:
            return self.proposed_by_id, self.proposed_at
        return self.proposed_anew_by_id, self.proposed_anew_at

    @property
    def key_of_rows(self) -> bytes:
        """By what its rows are told from those of any other; nothing once it has ended."""
        return bytes(self.row_key or b"")


class ImportedRow(models.Model):
    """A row of an import that was done, known again by an HMAC: no import does it twice.

    Neither its line nor what came of it is kept: a row that is done stays so, whatever became of
    the account or the shield since.
    """

    file_import = models.ForeignKey(FileImport, _PROTECT, related_name="done")
    digest = models.BinaryField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["file_import", "digest"], name="imported_row_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


def rows_done(imports: list[FileImport]) -> dict[int, int]:
    """Return how many rows of each of these imports are done, by one query."""
    done = ImportedRow.objects.filter(file_import__in=imports).order_by()
    return dict(done.values_list("file_import").annotate(number=Count("pk")))
