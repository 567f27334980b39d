"""The few views that take a file: held in memory, with a ceiling, after everything else was asked.

A view marked so asks who is there before a byte of what was sent is read: Django's check of the
token reads the whole form, so it is done here, once the file's handler is in place.
"""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import IO, Any, Protocol, cast

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpResponseBase
from django.utils.datastructures import MultiValueDict
from django.views.decorators.csrf import csrf_protect

from logbook.guarded import SignedIn, View

# Five thousand rows, and what the form has beside them.
MOST_BYTES = 1024 * 1024


class InMemory(FileUploadHandler):
    """Keeps a file in memory until its request has ended; never on a disk.

    What is longer than MOST_BYTES is refused before it is read.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse what is too long: it ends in the page of a request too large."""
        if content_length > MOST_BYTES:
            raise RequestDataTooBig

    def new_file(self, *args: Any, **named: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **named)
        self._held = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece of it."""
        self._held.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        """Give the whole to the view."""
        self._held.seek(0)
        return InMemoryUploadedFile(
            self._held, self.field_name, "file", self.content_type, file_size, self.charset
        )


class _Exempt(Protocol):
    csrf_exempt: bool


def takes_a_file(view: View) -> View:
    """Let a view take a file. Goes below whatever asks who is there, next to the view.

    The token of the form is asked for all the same, by the decorator instead of the middleware.
    """
    checked: Callable[..., HttpResponseBase] = csrf_protect(view)

    @wraps(view)
    def taking(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [InMemory(request)]
        return checked(request, *args, **kwargs)

    # A function takes attributes, which the type of one does not say.
    cast(_Exempt, taking).csrf_exempt = True
    return taking


def posted_file(request: SignedIn) -> "MultiValueDict[str, UploadedFile[bytes]] | None":
    """Return the files that a form binds to, as `posted` returns the rest of it."""
    return request.FILES if request.method == "POST" else None
