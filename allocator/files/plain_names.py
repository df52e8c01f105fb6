"""Names of files and folders that stand for somebody."""

from __future__ import annotations

import re
from hashlib import sha256


def plain_name(of: str) -> str:
    """A name as far as every file system can hold it, told apart by a short hash where it is not the whole."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", of).strip("-")[:60]
    if plain and plain == of:
        return plain
    return f"{plain}-{sha256(of.encode()).hexdigest()[:8]}".lstrip("-")
