"""Who acts: an account that has signed in, or whoever runs a command on the store's own machine, as they claim."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from allocator.app.rights import Role, Scope, allowed, in_scope
from allocator.app.view_scope import ViewScope
from allocator.errors import Denied, InputError, Problem


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, by the name that they claim; every right is theirs, and everything is there for them.

    Attributes
    ----------
    name : str
        As which they stand in the audit log.
    role : Role or None
        None where it is not known who they are.
    """

    name: str
    role: Role | None = None

    @property
    def scope(self) -> ViewScope:
        """What they see."""
        return ViewScope()

    @property
    def signed_in(self) -> bool:
        """Whether it is known who they are: what they look at for an act is logged then."""
        return False

    def may(self, right: str) -> bool:
        """Whether they have a right."""
        return True


@dataclass(frozen=True, kw_only=True)
class User(Actor):
    """An account.

    Attributes
    ----------
    name : str
        With which they sign in, and as which they stand in the audit log.
    divisions : tuple of str
        Those they work for; empty for all.
    officer_id : str or None
        The officer they are, if they are one.
    must_change : bool
        True until the password that somebody else gave them is changed.
    token_scope : str or None
        What the token lets do with which they came; None where they came themselves.
    kept_from : frozenset of str
        Cases from which the newest data that has them excludes the officer they are.
    covering : frozenset of str
        Cases that officers of their divisions cover at present.
    """

    id: int
    role: Role
    divisions: tuple[str, ...]
    officer_id: str | None
    active: bool
    must_change: bool
    version: int
    created_at: datetime
    token_scope: Scope | None = None
    kept_from: frozenset[str] = frozenset()
    covering: frozenset[str] = frozenset()

    @property
    def scope(self) -> ViewScope:
        """What they see."""
        divisions = frozenset(self.divisions) if self.divisions else None
        aggregates = not self.may("cases")
        return ViewScope(divisions, self.officer_id, self.kept_from, self.covering, aggregates=aggregates)

    @property
    def signed_in(self) -> bool:
        """Whether it is known who they are."""
        return True

    def may(self, right: str) -> bool:
        """Whether they have a right."""
        within = self.token_scope is None or in_scope(self.token_scope, right)
        return self.active and allowed(self.role, right) and within


# Whoever runs a command that tells of no case, and so asks for no name.
OPERATOR = Actor(name="allocator")


def claimed(name: str) -> Actor:
    """Whoever acts under a name that nobody has verified.

    Raises
    ------
    InputError
        When there is no name in it.
    """
    return Actor(name=normalise_actor(name))


def normalise_actor(person: str) -> str:
    """The name of an acting person, in one form.

    Raises
    ------
    InputError
        When there is no name in it.
    """
    name = " ".join(unicodedata.normalize("NFC", person).split())
    if not name or not name.isprintable() or len(name) > 100:
        raise InputError([Problem("--as", "the name of the acting person, 1 to 100 letters", value=person[:120])])
    return name


def require_in_person(actor: Actor) -> None:
    """Refuse to a program with a token what people do themselves.

    Raises
    ------
    Denied
    """
    if isinstance(actor, User) and actor.token_scope is not None:
        said = "A token keeps no accounts, and neither makes tokens nor takes them back."
        raise Denied(said, maybe="sign in and do it there.")


def same_person(one: str, other: str) -> bool:
    """Whether two names are of the same person, as far as names can tell."""
    first, second = (unicodedata.normalize("NFKC", normalise_actor(name)).casefold() for name in (one, other))
    return first == second


def require(actor: Actor, right: str) -> None:
    """Refuse what somebody has no right to.

    Raises
    ------
    Denied
    """
    if not actor.may(right):
        scope = actor.token_scope if isinstance(actor, User) else None
        if scope is not None and actor.role is not None and allowed(actor.role, right):
            raise Denied(f"This token may not do this: its scope is {scope}.")
        raise Denied(f"Your role ({actor.role}) may not do this.")


def sees_whole_force(actor: Actor) -> bool:
    """Whether somebody works for all divisions: what concerns the whole force is for them alone."""
    return actor.scope.divisions is None


def require_whole_force(actor: Actor) -> None:
    """Refuse what concerns the whole force to whoever works for some divisions.

    Raises
    ------
    Denied
    """
    if not sees_whole_force(actor):
        raise Denied("This concerns the whole force, so it is for those who work for all divisions.")
