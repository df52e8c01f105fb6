"""Long lists: a page of them at a time, sorted by a column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from allocator.http.urls import number_of

PER_PAGE = 50


@dataclass(frozen=True)
class Paged:
    """One part of a long list.

    Attributes
    ----------
    items : list
    total, page, per : int
    links : mapping
        For the pagination component.
    """

    items: list[Any]
    total: int
    page: int
    per: int
    links: Mapping[str, Any]

    @property
    def pages(self) -> int:
        """How many parts there are."""
        return max(1, -(-self.total // self.per))

    @property
    def first(self) -> int:
        """Number of the first item shown."""
        return (self.page - 1) * self.per + 1

    @property
    def last(self) -> int:
        """Number of the last."""
        return min(self.total, self.page * self.per)


def paged(request: Request, found: Sequence[Any], total: int | None = None, per: int = PER_PAGE) -> Paged:
    """Cut a list after the ``page`` of the address; with ``total``, the list is already cut."""
    count = len(found) if total is None else total
    pages = max(1, -(-count // per))
    page = min(page_asked(request), pages)
    shown = found[(page - 1) * per : page * per] if total is None else found

    def href(k: int) -> str:
        return "?" + urlencode({**dict(request.query_params), "page": k})

    near = sorted({1, page - 1, page, page + 1, pages} & set(range(1, pages + 1)))
    items: list[dict[str, Any]] = []
    for before, k in zip([0, *near], near, strict=False):
        if k > before + 1:
            items.append({"ellipsis": True})
        items.append({"number": k, "current": k == page, "href": href(k)})
    links: dict[str, Any] = {"items": items}
    if page > 1:
        links["previous"] = {"href": href(page - 1)}
    if page < pages:
        links["next"] = {"href": href(page + 1)}
    return Paged(list(shown), count, page, per, links)


def page_asked(request: Request) -> int:
    """The ``page`` of the address, from 1."""
    return number_of(request.query_params.get("page", ""), 7) or 1


def sortable(
    columns: Iterable[tuple[str, str, bool]], kept: Mapping[str, str], sort: str, down: bool
) -> list[dict[str, Any]]:
    """Titles of columns, each a link that sorts by it, or the other way round."""
    return [
        {
            "title": title,
            "numeric": numeric,
            "href": "?" + urlencode({**kept, "sort": name, "order": "desc" if name == sort and not down else "asc"}),
            "aria": ("descending" if down else "ascending") if name == sort else "none",
        }
        for name, title, numeric in columns
    ]
