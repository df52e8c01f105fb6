"""The policy: what each setting is, its default and what holds, and changing it."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.policies import change_policy, read_policy
from allocator.domain.policy import Policy
from allocator.domain.setting_paths import nest, path_of
from allocator.errors import AllocatorError, InputError
from allocator.files.policies import flatten_policy, setting_expected, setting_keys, setting_schema, setting_value
from allocator.http.dependencies import AppContext, Context
from allocator.http.web.forms import FormError, seen_version
from allocator.http.web.pages import render, sent
from allocator.http.web.visitors import member

router = APIRouter(include_in_schema=False)
WITHHELD = "not shown, since it names somebody who is not yours to see"


@router.get("/settings")
def settings(request: Request, context: Context, user: User = member("own")) -> Response:
    """The policy: what each setting is, its default, and what holds."""
    return _settings(request, context, user)


def _settings(
    request: Request,
    context: AppContext,
    user: User,
    error: Exception | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    settings = read_policy(context.store, user)
    default, now = flatten_policy(Policy()), flatten_policy(settings.policy)
    typed = typed or {}
    return render(
        request,
        "settings.html",
        title="Settings",
        version=settings.version,
        may_change=user.may("settings"),
        keys=[
            {
                "key": key,
                "label": setting_label(key),
                "says": _says(key),
                "default": default.get(key, "none"),
                "value": typed.get(key, now.get(key, "")),
                "changed": now.get(key) != default.get(key),
            }
            for key in setting_keys()
        ],
        note=typed.get("note", ""),
        history=[
            (f"{c.at:%Y-%m-%d %H:%M}", c.key, json.dumps(c.value, ensure_ascii=False), c.note or WITHHELD, c.by)
            for c in settings.changes
        ],
        error=error,
    )


def _asked(key: str, text: str) -> str:
    """What somebody is asked to enter for a setting."""
    return f"{setting_label(key)}: enter {setting_expected(setting_schema(*key.split('.')))}, not “{text[:80]}”."


def setting_label(key: str) -> str:
    """A setting in words."""
    table, _, rest = key.partition(".")
    return f"{table.capitalize().replace('_', ' ')}: {rest.replace('.', ' ').replace('_', ' ')}"


def _says(key: str) -> str:
    """What a setting is; of one of a table such as points.risk.low, what the table is."""
    *above, name = key.split(".")
    says = setting_schema(*above).get("properties", {}).get(name, {}).get("description")
    if says is None and len(above) > 1:
        says = setting_schema(*above[:-1])["properties"][above[-1]].get("description")
    return str(says or "")


@router.post("/settings")
async def save(request: Request, context: Context, user: User = member("settings")) -> Response:
    """Change the policy."""
    async with request.form(max_fields=300, max_files=0) as form:
        typed = {key: value for key, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_save, request, context, user, typed)


def _save(request: Request, context: AppContext, user: User, typed: dict[str, str]) -> Response:
    now = flatten_policy(read_policy(context.store, user).policy)
    values: dict[str, Any] = {}
    try:
        problems: dict[str, str] = {}
        for key in setting_keys():
            if key not in typed:
                continue
            text = typed[key].strip()
            if text in (now.get(key, ""), "") and (text or key not in now):
                continue
            try:
                values[key] = setting_value(key, text)
            except InputError:
                problems[key] = _asked(key, text)
        if problems:
            raise FormError(**problems)
        if values and not typed.get("note", "").strip():
            raise FormError(note="Say why it is changed.")
        if values:
            changes = nest((path_of(key), value) for key, value in values.items())
            change_policy(
                context.store, user, changes, note=typed.get("note", ""), version=seen_version(typed.get("version", ""))
            )
    except InputError as error:
        keys = [(problem.column or "").removeprefix("policy.") for problem in error.problems]
        known = {key: _asked(key, typed[key]) for key in keys if key in typed}
        return _settings(request, context, user, FormError(**known) if known else error, typed)
    except AllocatorError as error:
        return _settings(request, context, user, error, typed)
    return sent("/settings", "saved")
