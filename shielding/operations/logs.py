"""What may reach a log line: nothing that anybody typed, and no value from the database.

A line holds the time, the level, the logger, and one of three things: for a request its method,
status and the name of its page (never the path, which may hold what was typed); for our own
loggers the message as written in the code; for everyone else the message before its values were
put in. An exception is told by its class and the places in our own code it passed.
"""

import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.urls import Resolver404, resolve
from django.utils.timezone import localtime

_PROJECT = Path(__file__).resolve().parents[2]
_OURS = ("shielding", "requests_app", "brokerage", "logbook")


class Careful(logging.Formatter):
    """Formats a record as one line from an allow-list; returns no argument, body or SQL."""

    def format(self, record: logging.LogRecord) -> str:
        time = localtime(datetime.fromtimestamp(record.created, UTC)).isoformat(timespec="seconds")
        parts = [time, record.levelname, record.name, _what(record)]
        if record.exc_info and record.exc_info[1] is not None:
            parts.append(_trouble(record.exc_info[1]))
        return " ".join(" ".join(parts).split())


def _what(record: logging.LogRecord) -> str:
    request = getattr(record, "request", None)
    if request is not None:
        status = getattr(record, "status_code", "")
        return f"{getattr(request, 'method', '')} {status} page={_page(request)}"
    if record.name.partition(".")[0] in _OURS:
        # Our own lines are written with codes and references only; a test reads every one.
        return record.getMessage()
    return str(record.msg) if isinstance(record.msg, str) else type(record.msg).__name__


def _page(request: Any) -> str:
    """Return the page's name in the URL table; a path may hold what somebody typed."""
    try:
        match = getattr(request, "resolver_match", None) or resolve(request.path_info)
    except (Resolver404, AttributeError):
        return "none"
    return match.url_name or "unnamed"


def _trouble(error: BaseException) -> str:
    """Return the class of an exception, of what caused it, and our own lines on the way."""
    names = [type(error).__name__]
    cause = error.__cause__ or error.__context__
    if cause is not None:
        names.append(f"from {type(cause).__name__}")
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(_PROJECT) and ".venv" not in path.parts:
            names.append(f"at {path.relative_to(_PROJECT)}:{frame.lineno}")
    return " ".join(names)
