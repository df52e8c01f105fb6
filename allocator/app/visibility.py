"""Taking out of an answer whatever somebody may not see, before anything is worded.

Answers are plain data: records, tuples and mappings of cases, officers, findings and ids. Forces and plans within them
are left whole: figures are counted over them, and no case or officer may be named from them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property, reduce
from typing import Any, TypeVar

from allocator.analysis.changes import Change
from allocator.app.view_scope import ViewScope
from allocator.cycles.difference import RowChange
from allocator.cycles.staleness import Staleness
from allocator.db.proposals import Proposal
from allocator.domain.force import Case, Force, Officer
from allocator.domain.outline import ForceOutline
from allocator.domain.plan import Finding, Plan
from allocator.errors import NotThere
from allocator.rules.notes.nobody_can import NobodyCan
from allocator.rules.placement.excluded import NOT_ELIGIBLE, Excluded

T = TypeVar("T")
_WRITTEN = "note"  # what people wrote themselves
_INVISIBLE = ("Cc", "Cf", "Me", "Mn")  # categories of characters that are not seen in a text, or upon others alone
_FILLERS = "\u115f\u1160\u3164\uffa0"  # letters that are not seen
_MINUS = "\N{MINUS SIGN}"
_GONE: Any = object()


@dataclass(frozen=True)
class Hidden:
    """What is not there for somebody.

    Attributes
    ----------
    cases : frozenset of str
        Named nowhere: what is about one goes, and so does what people wrote of one.
    officers : frozenset of str
        What is about one goes; as the officer of a case that is seen they may be named.
    premises : frozenset of str
        What is about one and about no case or officer goes.
    divisions : frozenset of str
        What is about one as a whole goes.
    everybody : bool
        Officers are named nowhere either.
    elsewhere : frozenset of str
        Cases and officers of other data that what people wrote must not name.
    reader : str or None
        Whom what they wrote themselves is shown as they wrote it, whomever it names: what is left out would tell.
    """

    cases: frozenset[str]
    officers: frozenset[str]
    premises: frozenset[str] = frozenset()
    divisions: frozenset[str] = frozenset()
    everybody: bool = False
    elsewhere: frozenset[str] = frozenset()
    reader: str | None = None

    def __or__(self, other: Hidden) -> Hidden:
        """What either hides."""
        return Hidden(
            self.cases | other.cases,
            self.officers | other.officers,
            self.premises | other.premises,
            self.divisions | other.divisions,
            self.everybody or other.everybody,
            self.elsewhere | other.elsewhere,
            self.reader or other.reader,
        )

    def with_notes_of(self, everywhere: Hidden) -> Hidden:
        """The same, with notes that name whoever is hidden anywhere left out."""
        named = everywhere.cases | everywhere.officers | everywhere.elsewhere
        return replace(self, elsewhere=self.elsewhere | named, reader=everywhere.reader)

    def names_hidden(self, text: str) -> bool:
        """Whether what somebody wrote names a hidden case or officer, however they wrote it."""
        plain, gaps = _plain(text)
        return any(name in plain and _stands_in(name, plain, gaps) for name in self._written_names)

    def cut(self, answer: T) -> T:
        """Copy an answer without what is hidden; of exclusions no more is told than "not eligible".

        Items of collections that are about something hidden go as a whole; fields that name it become None.

        Raises
        ------
        NotThere
            When the answer itself is about something hidden.
        """
        found: T = self._cut(answer)
        if found is _GONE:
            raise NotThere("This is about a case or officer that is not there.")
        return found

    @cached_property
    def _names(self) -> frozenset[str]:
        return self.cases | self.officers if self.everybody else self.cases

    @cached_property
    def _written_names(self) -> frozenset[str]:
        named = self.cases | self.officers | self.elsewhere
        return frozenset(filter(None, (_plain(name)[0].strip() for name in named)))

    def _cut(self, value: Any) -> Any:
        match value:
            case str():
                return _GONE if value in self._names else NOT_ELIGIBLE if value == Excluded.id else value
            case Finding():
                return self._finding(value)
            case Mapping():
                return self._mapping(value)
            case tuple() | list() | frozenset():
                return self._collection(value)
            case Case():
                return _GONE if value.case_id in self.cases else value
            case Officer():
                return _GONE if value.officer_id in self._names else value
            case Plan() | Proposal():
                return value
            case _ if is_dataclass(value):
                return self._record(value)
        return value

    def _finding(self, finding: Finding) -> Any:
        if finding.case is not None:
            gone = finding.case in self.cases
        elif finding.officer is not None:
            gone = finding.officer in self.officers
        else:
            about = finding.premises in self.premises or finding.facts.get("division") in self.divisions
            gone = about or (self.everybody and finding.kind == "note")
        if gone:
            return _GONE
        facts = self._mapping(NobodyCan.without_exclusions(finding).facts)
        if any(before and not facts.get(name) for name, before in finding.facts.items() if isinstance(before, tuple)):
            return _GONE  # all that it names is hidden
        return replace(finding, rule=self._cut(finding.rule), facts=facts)

    def _mapping(self, value: Mapping[Any, Any]) -> dict[Any, Any]:
        found = {}
        for key, item in value.items():
            if key in self.cases or key in self.officers:
                continue
            kept = self._written(item, value.get("by")) if key == _WRITTEN else self._cut(item)
            found[NOT_ELIGIBLE if key == Excluded.id else key] = None if kept is _GONE else kept
        return found

    def _collection(self, value: Any) -> Any:
        if Excluded.id in value:
            return type(value)([NOT_ELIGIBLE])
        kept = [self._cut(item) for item in value if not self._is_about_hidden(item)]
        return type(value)(item for item in kept if item is not _GONE)

    def _record(self, value: Any) -> Any:
        changed = {}
        for field in fields(value):
            before = getattr(value, field.name)
            written = field.name == _WRITTEN
            after = self._written(before, getattr(value, "by", None)) if written else self._cut(before)
            if after is _GONE and isinstance(before, Finding | Case | Officer):
                return _GONE  # a record is about what its finding, case or officer is about
            if after is not before:
                changed[field.name] = None if after is _GONE else after
        return replace(value, **changed) if changed else value

    def _written(self, text: Any, by: Any) -> Any:
        if not isinstance(text, str) or (by is not None and by == self.reader):
            return text
        return _GONE if self.names_hidden(text) else text

    def _is_about_hidden(self, item: Any) -> bool:
        """Whether an item of a collection is about something hidden: its case, or without one its officer."""
        match item:
            case str():
                return item in self.officers
            case Change():
                named = {"cases": self.cases, "officers": self.officers}
                return any(name in named.get(table, ()) for _, name, table in item.mentions())
            case RowChange():
                if item.column == Excluded.id:
                    return True
                return item.name in {"cases": self.cases, "officers": self.officers}.get(item.table, ())
            case Case():
                return item.case_id in self.cases
            case Officer():
                return item.officer_id in self.officers
            case (Officer() | str() as first, *_):
                return self._is_about_hidden(first) or first in self.cases
        case, officer = _id_of(item, "case"), _id_of(item, "officer")
        return case in self.cases or (case is None and officer in self.officers)


def _plain(text: str) -> tuple[str, frozenset[int]]:
    """A text in plain letters, as ids are looked for in it, and before which of them something unseen was left out."""
    if text.isascii() and text.isprintable():
        return " ".join(text.casefold().split()), frozenset()
    letters, gaps = list[str](), set[int]()
    for letter in text:
        plain = _plain_letter(letter)
        if not plain:
            gaps.add(len(letters))
        elif plain != " " or letters[-1:] != [" "]:
            letters += plain
    return "".join(letters), frozenset(gaps)


def _plain_letter(letter: str) -> str:
    category = unicodedata.category(letter)
    if letter.isspace():
        return " "
    if category in _INVISIBLE or letter in _FILLERS:
        return ""
    if category == "Pd" or letter == _MINUS:
        return "-"
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
    plain = "".join(part for part in plain if unicodedata.category(part) not in _INVISIBLE)
    if category == "No" or not letter.isalnum():  # a sign, such as that of a footnote or a trade mark
        return " " if any(map(str.isalnum, plain)) else plain
    return plain


def _stands_in(name: str, text: str, gaps: Collection[int]) -> bool:
    """Whether a name stands somewhere in a text with no letter or digit directly before or after it."""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        before, after = text[max(0, at - 1) : at], text[end : end + 1]
        if (at in gaps or not before.isalnum()) and (end in gaps or not after.isalnum()):
            return True
        at = text.find(name, at + 1)
    return False


EXCLUSIONS_ALONE = Hidden(frozenset(), frozenset())  # what whoever sees the whole force is not told


def _id_of(item: Any, what: str) -> str | None:
    """Id of the case or officer that a record is about; None where it is about none."""
    about = getattr(item, what, None)
    found: str | None = getattr(about, f"{what}_id", about) or getattr(item, f"{what}_id", None)
    return found if isinstance(found, str) else None


def hidden(force: Force, scope: ViewScope, plan: Plan | None = None) -> Hidden:
    """Find what of a force is not there for somebody; under a plan that is shown, who receives a case sees it."""
    return hidden_under({} if plan is None else plan.officer_of, force, scope)


def hidden_under(planned: Mapping[str, str | None], force: Force | ForceOutline, scope: ViewScope) -> Hidden:
    """Find what of a force is not there for somebody while cases are planned to be with these officers."""
    return Hidden(
        _hidden_cases(planned, force, scope),
        frozenset(o.officer_id for o in force.officers if not scope.sees_officer(o)),
        frozenset(p.premises_id for p in force.premises if not scope.covers(p.division)),
        frozenset(name for name in force.divisions if not scope.covers(name)),
        scope.aggregates,
    )


def _hidden_cases(planned: Mapping[str, str | None], force: Any, scope: ViewScope) -> frozenset[str]:
    return frozenset(c.case_id for c in force.cases if not scope.sees(force, c, planned.get(c.case_id)))


def cut_staleness(stale: Staleness, unseen: Hidden) -> Staleness:
    """What has overtaken a plan, without what is hidden; a placement that only an exclusion touches is not told."""
    shown = unseen.cut(stale)
    gone = {change.name for change in shown.difference.of("cases", "left")}
    told = (one for one in shown.touched if one.case_changes or one.officer_changes or one.bars or one.case_id in gone)
    return replace(shown, touched=tuple(told))


def hidden_in(plans: Collection[Plan], scope: ViewScope) -> Hidden:
    """Find what is not there for somebody in any one of several plans, which may be of different forces."""
    return reduce(Hidden.__or__, (hidden(plan.force, scope, plan) for plan in plans))
