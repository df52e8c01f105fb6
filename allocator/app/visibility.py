"""Taking out of a document whatever somebody may not see, whoever composed it.

Fields that hold ids are compared as they are; sentences are looked through word by word for ids that could be nothing
else. An id that could also be a number or a word is looked for only in sentences beside which it stands in a field.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

from allocator.app.view_scope import ViewScope
from allocator.domain.force import Force
from allocator.domain.plan import Finding, Plan

# Where a sentence may be cut into words without cutting an id that looks like any we have met.
_BETWEEN = re.compile(r"[\s,;:()\[\]\"'→]+|\.(?=\s|$)")
_NOBODY: frozenset[str] = frozenset()
NOT_ELIGIBLE = "not eligible"  # all that others are told of an exclusion


@dataclass(frozen=True)
class Hidden:
    """What is not there for somebody.

    Attributes
    ----------
    cases : frozenset of str
        Named nowhere: what is about one goes, and so do sentences that name one.
    officers : frozenset of str
        What is about one goes; as the officer of a case that is seen they may be named.
    everybody : bool
        Officers are named nowhere either.
    """

    cases: frozenset[str]
    officers: frozenset[str]
    everybody: bool = False

    def __or__(self, other: Hidden) -> Hidden:
        """What either hides."""
        return Hidden(self.cases | other.cases, self.officers | other.officers, self.everybody or other.everybody)

    def without(self, document: Any) -> Any:
        """Copy a document of plain data without what is hidden; of exclusions no more is told than "not eligible".

        Items of lists that are about something hidden go as a whole; sentences that name it become None, or go.
        """
        return self._kept(mask_exclusions(document), _NOBODY)

    def mentions(self, text: str, beside: Collection[str] = _NOBODY) -> bool:
        """Whether a text names something that is named nowhere.

        Parameters
        ----------
        text : str
        beside : collection of str
            Ids that stand in fields beside it.
        """
        if text in self._names:
            return True
        words = _BETWEEN.split(text)
        return any(
            word in self._clear or (word in beside and word in self._names) or self._begins(word, text, beside)
            for word in words
        )

    def about(self, finding: Finding) -> bool:
        """Whether a finding is about a case or officer that is hidden."""
        return finding.case in self.cases or (finding.case is None and finding.officer in self.officers)

    def names(self, *findings: Finding) -> bool:
        """Whether the sentence of a finding would name a case that is hidden, or anybody where nobody is named."""
        return any(
            name in self._names
            for finding in findings
            for name in (finding.case, finding.officer, *_texts(finding.facts))
        )

    @cached_property
    def _names(self) -> frozenset[str]:
        return self.cases | self.officers if self.everybody else self.cases

    @cached_property
    def _clear(self) -> frozenset[str]:
        """Ids that could be no other word."""
        return frozenset(name for name in self._names if _is_clear(name))

    @cached_property
    def _odd(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of more than one word, by the first of their words."""
        found: dict[str, tuple[str, ...]] = {}
        for name in self._names:
            if _BETWEEN.search(name):
                first = next(filter(None, _BETWEEN.split(name)), "")
                found[first] = (*found.get(first, ()), name)
        return found

    def _begins(self, word: str, text: str, beside: Collection[str]) -> bool:
        return any(name in text and (_is_clear(name) or name in beside) for name in self._odd.get(word, ()))

    def _kept(self, value: Any, beside: frozenset[str]) -> Any:
        if isinstance(value, dict):
            beside = frozenset(name for name in _texts(value) if name in self._names)
            return {
                key: self._kept(item, beside)
                for key, item in value.items()
                if key not in self.cases and key not in self.officers
            }
        if isinstance(value, list | tuple):
            return [self._kept(item, beside) for item in value if not self._goes(item, beside)]
        return None if isinstance(value, str) and self.mentions(value, beside) else value

    def _goes(self, item: Any, beside: frozenset[str]) -> bool:
        if isinstance(item, str):
            return item in self.officers or self.mentions(item, beside)
        if not isinstance(item, dict):
            return False
        case, officer = item.get("case_id") or item.get("case"), item.get("officer_id") or item.get("officer")
        if item.get("table") in ("cases", "officers"):
            case, officer = (item.get("id"), None) if item["table"] == "cases" else (None, item.get("id"))
        return case in self.cases or (not case and officer in self.officers)


def hidden(force: Force, scope: ViewScope, plan: Plan | None = None) -> Hidden:
    """Find what of a force is not there for somebody.

    Parameters
    ----------
    force : Force
    scope : ViewScope
    plan : Plan, optional
        The plan that is shown: who receives a case sees it.
    """
    planned = {} if plan is None else plan.officer_of
    return Hidden(
        frozenset(c.case_id for c in force.cases if not scope.sees(force, c, planned.get(c.case_id))),
        frozenset(o.officer_id for o in force.officers if not scope.sees_officer(o)),
        scope.aggregates,
    )


def hidden_in(plans: Collection[Plan], scope: ViewScope) -> Hidden:
    """Find what is not there for somebody in any one of several plans, which may be of different forces."""
    return reduce(Hidden.__or__, (hidden(plan.force, scope, plan) for plan in plans))


def mask_exclusions(value: Any) -> Any:
    """Copy a document of plain data in which exclusions are told as "not eligible", and no other rule beside one."""
    if isinstance(value, dict):
        return {
            NOT_ELIGIBLE if _counts_excluded(key, item) else key: mask_exclusions(item) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        if "excluded" in value:
            return [NOT_ELIGIBLE]
        return [
            mask_exclusions(item) for item in value if not (isinstance(item, dict) and item.get("column") == "excluded")
        ]
    return mask_exclusions_in_text(value) if isinstance(value, str) else value


def mask_exclusions_in_text(text: str) -> str:
    """A sentence, or a rule's id, in which an exclusion is told as "not eligible"."""
    if "excluded" in text:
        if text == "excluded" or _CODE.fullmatch(text):
            return NOT_ELIGIBLE
        text = _BARS.sub(rf"\1 {NOT_ELIGIBLE}", text)
    return text.replace(" must not manage case ", f" is {NOT_ELIGIBLE} for case ")


def mask_excluded_rules(rules: tuple[str, ...]) -> tuple[str, ...]:
    """Rules that bar somebody; beside an exclusion none other."""
    return ("excluded",) if "excluded" in rules else rules


_BARS = re.compile(r"\bexcluded bars ([0-9]+)")
_CODE = re.compile(r"rule (?:\S+ )*excluded(?: \S+)*")


def _counts_excluded(key: Any, item: Any) -> bool:
    return key == "excluded" and isinstance(item, int)


def _is_clear(name: str) -> bool:
    """Whether an id could be no other word of a sentence: it holds letters and digits."""
    return any(map(str.isalpha, name)) and any(map(str.isdigit, name))


def _texts(value: Any) -> Iterator[str]:
    """Every text of a document, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(key, str):
                yield key
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
