"""Uploaded files: kept in memory up to a limit and never written to disk, however much is sent."""

from __future__ import annotations

import io

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class LimitedUploadHandler(FileUploadHandler):
    """Reads and discards what exceeds the limit, so that the browser gets a response instead of a lost connection.

    The file's `size` is what was sent, its content ends at `UPLOAD_MAX_BYTES`: check the size before reading.
    """

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        self.content = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        left = settings.UPLOAD_MAX_BYTES - self.content.tell()
        if left > 0:
            self.content.write(raw_data[:left])

    def file_complete(self, file_size: int) -> UploadedFile:
        self.content.seek(0)
        return InMemoryUploadedFile(
            file=self.content,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
