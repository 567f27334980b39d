"""What becomes of a file that somebody sends: the product takes none."""

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class NoFiles(FileUploadHandler):
    """Reads a form with a file as any other, and leaves the file out: nothing of it is kept.

    One larger than any form of ours is refused before a byte of it is read. Without a handler
    Django reads the whole of it into memory first, of whoever sends it, before they sign in.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse what is longer than a form may be: it ends in the page of a request too large."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if most is not None and content_length > most:
            raise RequestDataTooBig

    def new_file(self, *_args: Any, **_named: Any) -> None:
        """Leave out every file, whatever it is called."""
        raise SkipFile

    def receive_data_chunk(self, _raw: bytes, _start: int) -> None:
        """Take nothing: no file gets this far."""

    def file_complete(self, _size: int) -> None:
        """Give nothing to the view."""
