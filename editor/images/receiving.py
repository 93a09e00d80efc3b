"""How a file of a form is received: on disk, where pictures wait, and only up to the limit of a picture."""

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from editor.images.limits import UPLOAD_BYTES


class CappedUpload(TemporaryFileUploadHandler):
    """Keep nothing of a file over the limit but its size, from which whoever takes it can tell.

    It is counted as it comes: a part's own word about its length is nothing.
    """

    received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start a file and its count."""
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a chunk, unless the file is over the limit."""
        self.received += len(raw_data)
        if self.received <= UPLOAD_BYTES:
            super().receive_data_chunk(raw_data, start)
        else:
            self.file.truncate(0)
