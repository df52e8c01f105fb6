"""What one plan has other than another, in words."""

from __future__ import annotations

from allocator.analysis.compare import Comparison, FindingPair
from allocator.domain.plan import Finding
from allocator.reporting.sentences import counts
from allocator.reporting.sentences.plans import finding_sentence


def decisive_sentence(comparison: Comparison, names: tuple[str, str]) -> str:
    """Which of two plans is better, and on which goal; how many cases differ."""
    count = len(comparison.cases)
    have = "has" if count == 1 else "have"
    differs = f"{counts.cases(count)} {have} another officer." if count else "No case has another officer."
    pair = comparison.decisive
    if pair is None:
        return f"{differs} The two are level on every goal."
    better, worse = names if pair.difference > 0 else names[::-1]
    least, most = sorted((pair.first, pair.second))
    why = f"{pair.name} {least:,} instead of {most:,}, the first goal that differs"
    return f"{differs} {better} is better than {worse}: {why}."


def broken_sentences(broken: tuple[Finding, ...], name: str) -> list[str]:
    """Which rules a plan breaks, the breach itself last."""
    if not broken:
        return []
    times = "once" if len(broken) == 1 else f"{len(broken):,} times"
    return [f"{name} breaks rules, {times}:", *map(finding_sentence, broken)]


def finding_pair_sentence(pair: FindingPair, names: tuple[str, str]) -> str:
    """An excess that one plan has more of, and how much each has."""
    return f"{finding_sentence(pair.finding)} ({names[0]}: {pair.first} too many, {names[1]}: {pair.second})"
