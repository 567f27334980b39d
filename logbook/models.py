"""The logbook's one table, read-only from Python; `writing.record` is the only way in."""

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q


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

    def beside(self, entry: "Entry") -> "tuple[int | None, int | None]":
        """Return the numbers of the entries written before and after this one, where there are."""
        older = self.written_before(entry).values_list("pk", flat=True)[:1]
        newer = self.written_after(entry).values_list("pk", flat=True)[:1]
        return next(iter(older), None), next(iter(newer), None)

    def newest_first(self) -> "EntryQuerySet":
        """Return the entries by number, the latest first."""
        return self.order_by("-id")

    def newest_written_first(self) -> "EntryQuerySet":
        """Return the entries as lists show them: by time of writing, then by number."""
        return self.order_by("-written_at", "-id")

    def written_before(self, entry: "Entry") -> "EntryQuerySet":
        """Return the entries that stand after this one in that order, the nearest first."""
        return self._beyond(entry, "lt").newest_written_first()

    def written_after(self, entry: "Entry") -> "EntryQuerySet":
        """Return the entries that stand before this one in that order, the nearest first."""
        return self._beyond(entry, "gt").order_by("written_at", "id")

    def _beyond(self, entry: "Entry", side: str) -> "EntryQuerySet":
        at = entry.written_at
        # The first is implied by the second: by it PostgreSQL finds its place in an index.
        return self.filter(
            Q(**{f"written_at__{side}e": at}),
            Q(**{f"written_at__{side}": at}) | Q(**{"written_at": at, f"id__{side}": entry.pk}),
        )


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
