"""Filling templates: what every page shares, and errors as pages."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from allocator.app.actors import User
from allocator.errors import InputError
from allocator.http.csrf import FormTokens
from allocator.http.errors import MOST_TOLD, RETRY, FormExpired, PasswordNeeded, SignInNeeded, details_of
from allocator.http.urls import address_of
from allocator.http.web.forms import form_problems, problem_sentence
from allocator.http.web.visitors import may_see, recognise
from allocator.reporting.goals import ON_PAGES
from allocator.reporting.history import entry_sentence
from allocator.reporting.words import counted

_environment = Environment(
    loader=ChoiceLoader(
        [
            PackageLoader("allocator.http.web"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    ),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def drawn(svg: str, links: bool) -> Markup:
    """A chart for a page: one picture to a screen reader, or where its points may be followed, named links."""
    if links:
        return Markup(svg)
    return Markup(re.sub(r"</?a\b[^>]*>", "", svg).replace("<svg ", '<svg aria-hidden="true" ', 1))


_environment.filters["drawn"] = drawn
_environment.filters["urlencode"] = address_of  # which leaves no "/" in an id

_environment.globals.update(GOALS=ON_PAGES, counted=counted, entry_sentence=entry_sentence)


# Pages of the menu: words, address, and the right that somebody needs to see it.
MENU = (
    ("Home", "/", "own"),
    ("Officers", "/officers", "officers"),
    ("Cases", "/cases", "cases"),
    ("Cycles", "/cycles", "figures"),
    ("What if", "/whatif", "solve"),
    ("Plan staffing", "/staffing", "solve"),
    ("History and audit", "/history", "history"),
    ("Reports", "/reports", "figures"),
    ("Settings", "/settings", "own"),
    ("Users", "/users", "users"),
)


def render(
    request: Request, template: str, *, status: int = 200, error: Exception | None = None, **values: Any
) -> Response:
    """Fill a template.

    Parameters
    ----------
    request : Request
    template : str
    status : int
    error : Exception, optional
        What went wrong with a form: told at the top of the page.
    **values
    """
    user: User | None = getattr(request.state, "user", None)
    here = request.url.path
    navigation = [
        {"text": words, "href": href, "active": here == href or (href != "/" and here.startswith(href))}
        for words, href, right in MENU
        if user is not None and may_see(user, right)
    ]
    tokens = form_tokens(request)
    token, visit = tokens.of(request), ""

    def csrf_token() -> str:
        nonlocal token, visit
        if token is None:
            visit, token = tokens.begin()
        return token

    shared: dict[str, Any] = {
        "user": user,
        "navigation": navigation,
        "nonce": getattr(request.state, "nonce", ""),
        "csrf_token": csrf_token,
        "done": request.query_params.get("done"),
        "errors": None,
        "back": None,
        "refresh": None,
    }
    if error is not None:
        status, shared["errors"], shared["advice"] = form_problems(error)
        shared["done"] = None
    text = _environment.get_template(template).render({**shared, **values})
    later = {"Retry-After": "60"} if status in RETRY else {}
    response = HTMLResponse(text, status, {"Vary": "Cookie", **later})
    if visit:
        tokens.visit.give(response, visit)
    return response


def form_tokens(request: Request) -> FormTokens:
    """Tokens of the running application's forms."""
    found: FormTokens = request.app.state.form_tokens
    return found


_TITLES = {404: "There is nothing here", 403: "This is not for you", 503: "The service cannot do this at present"}


def page_refusal(request: Request, error: Exception) -> Response:
    """Answer a browser with an error as a page; whoever has to sign in is led there."""
    if isinstance(error, SignInNeeded):
        if isinstance(error, PasswordNeeded):
            return RedirectResponse("/password", 303)
        wanted = request.url.path if request.method == "GET" else "/"
        if "hx-request" in request.headers:
            return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
        return RedirectResponse(f"/sign-in?{urlencode({'next': wanted})}", 303)
    recognise(request)
    status, document = details_of(error)
    problems = [problem_sentence(p) for p in error.problems[:MOST_TOLD]] if isinstance(error, InputError) else []
    return render(
        request,
        "refusal.html",
        status=status,
        title=_TITLES[status] if status in _TITLES and not isinstance(error, FormExpired) else "It could not be done",
        said=document["detail"],
        advice=document["maybe"],
        problems=problems,
    )


def sent(href: str, done: str | None = None) -> Response:
    """Lead a browser on after something was done, so that a reload does not do it again."""
    return RedirectResponse(href + (f"?done={done}" if done else ""), 303)
