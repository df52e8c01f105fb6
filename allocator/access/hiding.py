"""Taking out of a document whatever somebody may not see, whoever composed it.

Every text in it is looked at, so that an answer with a new field hides as much as one with the old ones.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from allocator.access.sight import Sight
from allocator.domain.force import Force
from allocator.domain.plan import Plan

# Where a sentence may be cut into words without cutting an id that looks like any we have met.
_BETWEEN = re.compile(r"[\s,;:()\[\]\"'→]+|\.(?=\s|$)")


@dataclass(frozen=True)
class Hidden:
    """What is not there for somebody.

    Attributes
    ----------
    cases : frozenset of str
        Named nowhere: what mentions one goes.
    officers : frozenset of str
        Rows about one go; as the officer of a case that is seen they may be named.
    everybody : bool
        Officers are named nowhere either.
    """

    cases: frozenset[str]
    officers: frozenset[str]
    everybody: bool = False

    def without(self, document: Any) -> Any:
        """Copy a document of plain data without what is hidden.

        Items of lists that mention something hidden go as a whole; single texts become None.
        """
        if not self.cases and not self.officers:
            return document
        return self._kept(document)

    def mentions(self, text: str) -> bool:
        """Whether a text names something that is named nowhere."""
        names = self.cases | self.officers if self.everybody else self.cases
        if text in names or any(word in names for word in _BETWEEN.split(text)):
            return True
        return any(name in text for name in self._odd(names))

    def _kept(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: self._kept(item)
                for key, item in value.items()
                if not (isinstance(key, str) and (key in self.cases or key in self.officers))
            }
        if isinstance(value, list | tuple):
            return [self._kept(item) for item in value if not self._goes(item)]
        return None if isinstance(value, str) and self.mentions(value) else value

    def _goes(self, item: Any) -> bool:
        if isinstance(item, str):
            return self.mentions(item)
        if isinstance(item, dict):
            about = item.get("officer_id") or item.get("officer")
            if about in self.officers and not (item.get("case_id") or item.get("case")):
                return True
            return any(self.mentions(text) for text in item.values() if isinstance(text, str))
        return False

    @staticmethod
    def _odd(names: Collection[str]) -> list[str]:
        return [name for name in names if _BETWEEN.search(name)]


def hidden(force: Force, sight: Sight, plan: Plan | None = None) -> Hidden:
    """Find what of a force is not there for somebody.

    Parameters
    ----------
    force : Force
    sight : Sight
    plan : Plan, optional
        The plan that is shown: who receives a case sees it.
    """
    planned = {} if plan is None else plan.officer_of
    return Hidden(
        frozenset(c.case_id for c in force.cases if not sight.sees(force, c, planned.get(c.case_id))),
        frozenset(o.officer_id for o in force.officers if not sight.sees_officer(o)),
        sight.aggregates,
    )
