"""Filling templates: what every page shares, long lists in parts, and errors as pages."""

from __future__ import annotations

import csv
import io
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Depends, Request
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from allocator.analysis.compare import GoalPair
from allocator.app.views import require
from allocator.db.accounts import User
from allocator.db.sessions import Session
from allocator.errors import InputError, Problem
from allocator.http.dependencies import COOKIE, AppContext, get_context
from allocator.http.errors import MOST_TOLD, PasswordNeeded, SignInNeeded, details_of
from allocator.http.urls import address_of
from allocator.reporting.sentences.goals import ON_PAGES

PER_PAGE = 50
MOST_DOWNLOADS = 10
MOST_LISTED = 100_000  # problems of one download

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

# What each goal is.
GOAL_SAYS = {
    "unplaced": "Every case without an officer counts, the more the higher its risk (called unplaced in files).",
    "excess": "Cases by which officers and premises are above their limits (called excess in files).",
    "fairness": "How far workloads are from a fair share; less is more even (called fairness in files).",
    "disruption": "What is lost where officers change: months of knowing each other (called disruption in files).",
}
_environment.globals.update(GOALS=ON_PAGES, GOAL_SAYS=GOAL_SAYS)


def signed(number: int) -> str:
    """A difference with its sign."""
    return f"+{number:,}" if number > 0 else f"\N{MINUS SIGN}{-number:,}" if number < 0 else "0"


def effect_words(goals: Sequence[GoalPair]) -> str:
    """What is added to each goal that changes, in strict order."""
    told = ", ".join(f"{ON_PAGES[pair.name]} {signed(pair.difference)}" for pair in goals if pair.difference)
    return told[:1].upper() + told[1:] if told else "Nothing changes about the goals"


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

# What stands above a page after something was done; the address names it, so that nothing else can be put there.
DONE = {
    "imported": "The export was read.",
    "overridden": "The case goes to the officer you chose.",
    "submit": "The plan is submitted: somebody else approves it, or sends it back.",
    "approve": "The plan is approved: committing it makes it real.",
    "commit": "The plan is committed, and everybody's messages wait to be delivered.",
    "undo": "The commit is undone, and those who had been told are told of that.",
    "discard": "The cycle is discarded.",
    "return": "The plan is sent back: it can be changed and submitted again.",
    "placed": "The case is with the officer you chose, who is told by message once messages are delivered.",
    "delivered": "The messages are delivered.",
    "saved": "It is saved.",
    "removed": "It is removed.",
    "revoked": "It no longer holds.",
    "password": "Your password is changed; your other sessions have ended.",
}


def may_see(user: User, right: str) -> bool:
    """Whether a page of the menu is for somebody."""
    return user.may("cases") or user.may("audit") if right == "history" else user.may(right)


def visitor(request: Request) -> Session:
    """Who looks at pages: by the session of their browser.

    Raises
    ------
    SignInNeeded
    """
    session = get_context(request).session(request.cookies.get(COOKIE))
    if session is None:
        raise SignInNeeded("Sign in to go on.")
    request.state.user_id = session.user.id
    request.state.user = session.user
    return session


def recognise(request: Request) -> None:
    """Look who it is on a page that is for everybody, so that it has their menu."""
    if getattr(request.state, "user", None) is None:
        session = get_context(request).session(request.cookies.get(COOKIE))
        request.state.user = None if session is None else session.user


Visitor = Annotated[Session, Depends(visitor)]


def member(right: str) -> Any:
    """Depend on a right of whoever looks at a page."""

    def checked(session: Visitor) -> User:
        if session.user.must_change:
            raise PasswordNeeded("Choose a password of your own first.")
        require(session.user, right)
        return session.user

    return Depends(checked)


class FormError(InputError):
    """What is wrong with a form, a whole sentence for each field."""

    def __init__(self, **fields: str) -> None:
        super().__init__([Problem(name, said) for name, said in fields.items()])


def require_reason(reason: str, note: str) -> None:
    """Refuse a decision without a reason.

    Raises
    ------
    FormError
    """
    if not reason:
        raise FormError(reason="Choose a reason.")
    if reason == "other" and not note.strip():
        raise FormError(note="Say the reason in the note.")


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
    page = min(max(1, number_in(request, "page")), pages)
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


def number_in(request: Request, name: str, default: int = 1) -> int:
    """A whole number of the address."""
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default


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
    token = form_token(request)
    shared: dict[str, Any] = {
        "user": user,
        "navigation": navigation,
        "nonce": getattr(request.state, "nonce", ""),
        "csrf": Markup('<input type="hidden" name="csrftoken" value="{}">').format(token),
        "done": DONE.get(request.query_params.get("done", "")),
        "errors": None,
        "back": None,
        "refresh": None,
    }
    if error is not None:
        status, shared["errors"], shared["advice"] = _told(error)
        shared["done"] = None
    text = _environment.get_template(template).render({**shared, **values})
    return HTMLResponse(text, status, {"Vary": "Cookie"})


def form_token(request: Request) -> str:
    """The token that a form of this browser carries; empty where the request came no further than the guards."""
    give = request.scope.get("csrftoken")
    return str(give()) if give is not None else ""


def _told(error: Exception) -> tuple[int, list[dict[str, str]], str | None]:
    status, document = details_of(error)
    if isinstance(error, InputError):
        friendly, count = isinstance(error, FormError), len(error.problems)
        found = [_line(problem, friendly) for problem in error.problems[:50]]
        return status, found, f"{count:,} problems in all." if count > 50 else None
    return status, [{"text": document["detail"]}], document["maybe"]


def _line(problem: Problem, sentence: bool) -> dict[str, str]:
    said = problem.expected if sentence else problem_sentence(problem)
    field_id = (problem.column or problem.file).lstrip("-").lower()
    return {"text": said, "href": f"#{quote(field_id)}"}


def problem_sentence(problem: Problem) -> str:
    """A problem as one line."""
    where = ", ".join(
        str(part)
        for part in (problem.file.lstrip("-").capitalize() if problem.file.startswith("--") else problem.file,
                     None if problem.row is None else f"row {problem.row}", problem.column)
        if part is not None
    )  # fmt: skip
    found = "" if problem.value is None else f"“{problem.value}” found, "
    advice = "" if problem.maybe is None else f" Maybe {problem.maybe}"
    return f"{where}: {found}expected {problem.expected}.{advice}"


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
        title={404: "There is nothing here", 403: "This is not for you"}.get(status, "It could not be done"),
        said=document["detail"],
        advice=document["maybe"],
        problems=problems,
    )


def sent(href: str, done: str | None = None) -> Response:
    """Lead a browser on after something was done, so that a reload does not do it again."""
    return RedirectResponse(href + (f"?done={done}" if done else ""), 303)


def items(
    pairs: Mapping[str, str] | Sequence[tuple[str, str]], chosen: str | None = None, empty: str | None = None
) -> list[dict[str, Any]]:
    """Options of a select component."""
    found: list[dict[str, Any]] = [{"value": "", "text": empty}] if empty is not None else []
    listed = pairs.items() if isinstance(pairs, Mapping) else pairs
    return found + [{"value": key, "text": words, "selected": key == chosen} for key, words in listed]


def seen_version(text: str) -> int:
    """The version that a form was made with.

    Raises
    ------
    InputError
        When it was not made by us.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InputError([Problem("version", "a form of this service", maybe="load the page again.")])
    return int(text)


@dataclass
class Downloads:
    """Lists of problems to be downloaded once more, for whoever made them; kept a while, and not for ever."""

    kept: OrderedDict[str, tuple[int, str]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, user: User, problems: Sequence[Problem]) -> str:
        """Keep a list; the address at which it is found."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(["file", "row", "column", "found", "expected", "advice"])
        for p in problems[:MOST_LISTED]:
            writer.writerow([harmless(v) for v in (p.file, p.row, p.column, p.value, p.expected, p.maybe)])
        name = secrets.token_urlsafe(12)
        with self.lock:
            self.kept[name] = (user.id, text.getvalue())
            while len(self.kept) > MOST_DOWNLOADS:
                self.kept.popitem(last=False)
        return f"/downloads/{name}.csv"

    def find(self, user: User, name: str) -> str | None:
        """A list that this person made."""
        with self.lock:
            owner, text = self.kept.get(name, (0, ""))
        return text if owner == user.id else None


def harmless(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def cookie(context: AppContext, response: Response, secret: str | None) -> None:
    """Give a browser its session, or take it away."""
    options: dict[str, Any] = {
        "secure": context.settings.secure_cookies,
        "httponly": True,
        "samesite": "lax",
        "path": "/",
    }
    if secret is None:
        response.delete_cookie(COOKIE, **options)
    else:
        age = int(timedelta(hours=context.settings.session_hours).total_seconds())
        response.set_cookie(COOKIE, secret, max_age=age, **options)
