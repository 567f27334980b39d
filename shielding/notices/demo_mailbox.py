"""The demo's post office: every mail becomes a file that a page lists, and goes nowhere."""

import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from logbook.days import clock_now

_NAME = re.compile(r"\d{8}-\d{6}-\d{6}-[A-Za-z0-9_]+")


class Folder:
    """A mail backend, as Django calls one: it "sends" into MAIL_FOLDER."""

    def __init__(self, **options: Any) -> None:
        self.path = Path(settings.MAIL_FOLDER)

    def open(self) -> None:
        """Make the folder, closed to everybody else: a mail may hold a link."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def close(self) -> None:
        """There is nothing to hang up."""

    def send_messages(self, messages: Iterable[Any]) -> int:
        self.open()
        written = 0
        for message in messages:
            now = clock_now().astimezone(UTC)
            started = now.strftime("%Y%m%d-%H%M%S-%f-")
            with tempfile.NamedTemporaryFile(
                dir=self.path, prefix=started, suffix=".part", delete=False
            ) as file:
                file.write(_dated(message.message(), now).as_bytes())
            Path(file.name).rename(Path(file.name).with_suffix(".eml"))
            written += 1
        return written


def _dated(mail: Any, now: datetime) -> Any:
    """Give a mail the date of the demo, whose clock may have been moved."""
    del mail["Date"]
    mail["Date"] = format_datetime(now)
    return mail


@dataclass(frozen=True)
class Letter:
    """A mail of the folder, to be shown."""

    name: str
    to: str
    subject: str
    date: str
    text: str


def letters(at_most: int = 100) -> Iterator[Letter]:
    """Yield the newest mails first."""
    for path in sorted(Path(settings.MAIL_FOLDER).glob("*.eml"), reverse=True)[:at_most]:
        if letter := letter_named(path.stem):
            yield letter


def letter_named(name: str) -> Letter | None:
    """Return the mail of this name, or None; nothing outside the folder has such a name."""
    path = Path(settings.MAIL_FOLDER) / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return Letter(
        name=name,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=str(message["Date"] or _written(name)),
        text=body.get_content() if body else "",
    )


def _written(name: str) -> str:
    """Return when a mail became a file, as its own date would read: not every mail has one."""
    return format_datetime(datetime.strptime(name[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC))
