"""Names of files and folders that stand for somebody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256


def plain_name(of: str) -> str:
    """A name as far as every file system can hold it, told apart by a short hash where it is not the whole."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", of).strip("-")[:60]
    if plain and plain == of:
        return plain
    return f"{plain}-{sha256(of.encode()).hexdigest()[:8]}".lstrip("-")


def plain_names(of: Iterable[str]) -> dict[str, str]:
    """A name for each, told apart where capitals are not."""
    names = {one: plain_name(one) for one in of}
    alike = Counter(name.casefold() for name in names.values())
    return {
        one: name if alike[name.casefold()] == 1 else f"{name}-{sha256(one.encode()).hexdigest()[:8]}"
        for one, name in names.items()
    }
