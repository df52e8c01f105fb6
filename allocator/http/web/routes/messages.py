"""Messages that wait for their delivery."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.messages import Unsent, deliver_messages, waiting_messages
from allocator.errors import AllocatorError
from allocator.http.dependencies import AppContext, Context
from allocator.http.web.lists import PER_PAGE
from allocator.http.web.pages import render, sent
from allocator.http.web.visitors import member
from allocator.reporting.acts import wrong_time_sentence
from allocator.reporting.words import joined

router = APIRouter(include_in_schema=False)


@router.get("/messages")
def messages_page(request: Request, context: Context, user: User = member("commit")) -> Response:
    """Messages that wait for their delivery."""
    return _messages(request, context, user)


def _messages(request: Request, context: AppContext, user: User, error: Exception | None = None) -> Response:
    found, total = waiting_messages(context.store, user, limit=PER_PAGE)
    rows = [
        (one.recipient, one.kind, one.cycle_id, f"{one.written_at:%Y-%m-%d %H:%M}", one.attempts, _wrong(one))
        for one in found
    ]
    return render(
        request,
        "messages.html",
        title="Messages",
        rows=rows,
        total=total,
        seen_part=user.scope.divisions is not None,
        error=error,
    )


def _wrong(one: Unsent) -> str:
    """Why a message waits, and what cannot be of its times."""
    return joined(one.error, None if one.wrong_time is None else wrong_time_sentence(one.wrong_time))


@router.post("/messages")
def post_delivery(request: Request, context: Context, user: User = member("commit")) -> Response:
    """Deliver the messages that wait."""
    try:
        done = deliver_messages(context.store, user)
    except AllocatorError as error:
        return _messages(request, context, user, error)
    if done.error is not None:
        return _messages(request, context, user, AllocatorError(f"{done.failed:,} could not be delivered."))
    return sent("/messages", "delivering" if done.elsewhere else "delivered")
