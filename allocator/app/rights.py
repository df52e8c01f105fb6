"""Roles and what each may do, as one table. Pages, endpoints, the manual and the tests come from ``RIGHTS``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["viewer", "supervisor", "approver", "planner", "administrator", "service"]
ROLES: tuple[Role, ...] = get_args(Role)

ROLE_WORDS: Mapping[Role, str] = {
    "viewer": "reads caseloads and cases of their divisions",
    "supervisor": "plans their divisions: imports, proposes, overrides, submits, asks what if",
    "approver": "answers for plans: approves, commits, undoes; reads the audit log",
    "planner": "sizes staff and training from aggregates; sees no case",
    "administrator": "keeps accounts and settings, reads the audit log; sees no case",
    "service": "runs batches through the API with a token; has no password",
}


@dataclass(frozen=True, slots=True)
class Right:
    """Something that some roles may do; what it lets them do, as the end of a sentence."""

    name: str
    roles: frozenset[Role]
    says: str


def _right(name: str, roles: str, says: str) -> Right:
    named = roles.split()
    return Right(name, frozenset(role for role in ROLES if role in named), says)


RIGHTS: Mapping[str, Right] = {
    right.name: right
    for right in (
        _right("own", " ".join(ROLES), "sign in, change their own password and tokens, end their sessions"),
        _right("figures", "viewer supervisor approver planner service", "see figures of divisions, and reports"),
        _right("officers", "viewer supervisor approver service", "see officers and their caseloads"),
        _right("cases", "viewer supervisor approver service", "see cases, plans and histories"),
        _right("solve", "supervisor approver planner service", "post problems, ask what if, see the frontier"),
        _right("ask", "supervisor approver service", "ask why, why not and who would be best"),
        _right("plan", "supervisor service", "import, roll over, propose, submit and discard a cycle"),
        _right("override", "supervisor", "give a case to another officer than planned"),
        _right("duties", "supervisor", "say who is away or on reduced duties, and who covers meanwhile"),
        _right("return", "supervisor approver", "send a submitted plan back"),
        _right("approve", "approver", "approve a plan"),
        _right("commit", "approver service", "commit an approved plan, and deliver its messages"),
        _right("undo", "approver", "undo a committed plan"),
        _right("audit", "approver administrator", "read and verify the audit log"),
        _right("settings", "administrator", "change the policy"),
        _right("users", "administrator", "make and change accounts"),
        _right("metrics", "administrator service", "read the server's metrics"),
    )
}


# What a token lets a program do of what its account may: each scope holds those before it.
Scope = Literal["read", "propose", "commit"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
SCOPE_WORDS: Mapping[Scope, str] = {
    "read": "look at figures, officers, cases, the audit log and metrics, and ask why",
    "propose": "also solve, import, place a case, say who is away and who covers, propose, override and send back",
    "commit": "also approve, commit and undo, and whatever else the account may, but for accounts and tokens",
}
_READ = frozenset({"own", "figures", "officers", "cases", "ask", "audit", "metrics"})
_SCOPES: Mapping[Scope, frozenset[str]] = {
    "read": _READ,
    "propose": _READ | {"solve", "plan", "override", "duties", "return"},
    "commit": frozenset(RIGHTS),
}


def in_scope(scope: Scope, right: str) -> bool:
    """Whether a token of a scope lets a program use a right of its account."""
    return right in _SCOPES[scope]


def allowed(role: Role, right: str) -> bool:
    """Whether a role has a right."""
    return role in RIGHTS[right].roles
