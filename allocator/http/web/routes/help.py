"""The manual: its topics, what a search finds, each page with its pictures and schemas. For everybody."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.errors import NotThere
from allocator.http.web.markdown import manual_html
from allocator.http.web.pages import render
from allocator.http.web.visitors import recognise
from allocator.manual.pages import FOLDER, PARTS, page, search, topics

router = APIRouter(include_in_schema=False)
_KINDS = {".svg": "image/svg+xml", ".png": "image/png", ".json": "application/schema+json"}
MOST_SEARCHED = 200  # characters of one search


@router.get("/help")
def contents(request: Request) -> Response:
    """The topics, or the sections in which words are."""
    recognise(request)
    words = request.query_params.get("search", "").strip()[:MOST_SEARCHED]
    parts = [(part, [page(topic) for topic in named]) for part, named in PARTS.items()]
    title = "Search the manual" if words else "Help"
    return render(request, "help.html", title=title, words=words, found=search(words), parts=parts)


@router.get("/help/{topic}")
def topic_page(request: Request, topic: str) -> Response:
    """A page of the manual."""
    recognise(request)
    every = topics()
    if topic not in every:
        raise NotThere(f"The manual has no page {topic}.", maybe="look through its topics under Help.")
    at = every.index(topic)
    before = page(every[at - 1]) if at else None
    after = page(every[at + 1]) if at + 1 < len(every) else None
    shown = page(topic)
    return render(
        request,
        "help_topic.html",
        title=shown.title,
        sections=[section for section in shown.sections if section.level == 2],
        text=manual_html(topic),
        before=before,
        after=after,
    )


@router.get("/help/pictures/{name}")
def picture(name: str) -> Response:
    """A picture of a page."""
    return _file("pictures", name)


@router.get("/help/schemas/{name}")
def schema(name: str) -> Response:
    """The schema of a command's JSON."""
    return _file("schemas", name)


def _file(folder: str, name: str) -> Response:
    files: dict[str, Path] = {path.name: path for path in (FOLDER / folder).iterdir() if path.suffix in _KINDS}
    if name not in files:
        raise NotThere("The manual has no such file.")
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(files[name].read_bytes(), media_type=_KINDS[files[name].suffix], headers=headers)
