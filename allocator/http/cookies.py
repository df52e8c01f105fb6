"""Cookies of browsers: for this host alone, and read by no script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

SESSION, VISIT = "allocator_session", "allocator_visit"


@dataclass(frozen=True)
class Cookie:
    """A cookie; where it is for TLS alone, browsers keep other hosts of the domain from setting it.

    Parameters
    ----------
    title : str
    secure : bool
        Whether it is for TLS alone.
    """

    title: str
    secure: bool

    @property
    def name(self) -> str:
        """Its name; ``__Host-`` has browsers insist on TLS, the whole host and no domain."""
        return f"__Host-{self.title}" if self.secure else self.title

    def read(self, request: Request) -> str:
        """What a browser sends of it; empty where it has none."""
        return request.cookies.get(self.name, "")

    def give(self, response: Response, value: str, seconds: int | None = None) -> None:
        """Have a browser keep it, for so long or until the browser is closed."""
        response.set_cookie(self.name, value, max_age=seconds, **self._options)

    def take(self, response: Response) -> None:
        """Have a browser forget it."""
        response.delete_cookie(self.name, **self._options)

    @property
    def _options(self) -> dict[str, Any]:
        return {"secure": self.secure, "httponly": True, "samesite": "lax", "path": "/"}
