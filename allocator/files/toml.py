"""Values as TOML writes them; the standard library only reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any


def toml_text(value: Any) -> str:
    """Write a value as in a ``.toml`` file, on one line.

    Parameters
    ----------
    value : str, bool, number, date, sequence or mapping
        Anything else is shown as Python would, for messages.
    """
    if isinstance(value, str):
        # JSON's escapes are TOML's too, save that TOML wants one for DEL as well.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | date):
        return str(value)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{toml_key(key)} = {toml_text(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(toml_text, value))}]"
    return repr(value)


def toml_key(key: Any) -> str:
    """Write a key: bare where it may be, else quoted."""
    name = str(key)
    return name if name.isascii() and name.replace("_", "").replace("-", "").isalnum() else toml_text(name)
