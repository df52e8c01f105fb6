"""What answers of API and pages have in common."""

from __future__ import annotations

from fastapi import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(name: str, content: bytes | str, media_type: str = XLSX) -> Response:
    """A file to keep under a name, a workbook unless told otherwise."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
