"""The logbook's one table, read-only from Python; `writing.record` is the only way in."""

from typing import Any, NoReturn

from django.db import models


class AppendOnly(Exception):
    """Raised where code tries to change, remove or create an entry through the ORM."""


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads only: PostgreSQL refuses the rest too, this says so sooner and more clearly."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("Entries are written by logbook.writing.log_entry and never changed.")

    create = bulk_create = get_or_create = update_or_create = _refuse
    update = bulk_update = delete = _refuse

    def numbered(self, number: int) -> "Entry | None":
        """Return the entry with this number, if there is one."""
        return self.filter(pk=number).first()

    def beside(self, number: int) -> "tuple[int | None, int | None]":
        """Return the numbers of the entries before and after this one, where there are such."""
        numbers = self.values_list("pk", flat=True)
        older = numbers.filter(pk__lt=number).order_by("-pk").first()
        return older, numbers.filter(pk__gt=number).order_by("pk").first()

    def newest_first(self) -> "EntryQuerySet":
        """Return the entries by number, the latest first."""
        return self.order_by("-id")


class Entry(models.Model):
    """Who did what, when, to which reference.

    The migration makes the table by hand: number, time of writing and transaction are columns
    the application's database role may not set, and the content columns can one day be emptied
    (retention) without touching the rest. `facts` is the exact text that was written.
    """

    id = models.BigAutoField(primary_key=True)
    written_at = models.DateTimeField()
    schema = models.SmallIntegerField()
    salt = models.BinaryField()
    at = models.DateTimeField(null=True)
    actor = models.UUIDField(null=True)
    role = models.TextField(null=True)  # noqa: DJ001 - null means emptied, "" means nobody's role
    service = models.TextField(null=True)  # noqa: DJ001 - the same
    event = models.TextField(null=True)  # noqa: DJ001 - the same
    reference = models.TextField(null=True)  # noqa: DJ001 - the same
    record = models.TextField(null=True)  # noqa: DJ001 - the same
    facts = models.TextField(null=True)  # noqa: DJ001 - the same
    erased_by = models.BigIntegerField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        db_table = "logbook_entry"
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.pk} {self.event or 'erased'} {self.reference or ''}".strip()

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("Entries are written by logbook.writing.log_entry.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("Entries are never removed.")
