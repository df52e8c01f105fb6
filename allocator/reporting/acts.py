"""What is said when something was done to a cycle, and of its messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from allocator.reporting.recommend import effect_sentence
from allocator.reporting.words import cases, counted, joined

if TYPE_CHECKING:
    from allocator.app.commits import Committed, Undone
    from allocator.app.messages import Delivered
    from allocator.app.moves import TakenBack
    from allocator.app.placements import Placed
    from allocator.db.outbox import WrongTime
    from allocator.db.placements import Placement, PlacementFate

_DONE = {
    "submit": "Cycle {} is submitted: somebody else approves it, or returns it.",
    "return": "Cycle {} is proposed again: it can be overridden, planned anew and submitted.",
    "approve": "Cycle {} is approved: `allocator cycle commit` makes it real.",
    "discard": "Cycle {} is discarded.",
}


def act_sentence(act: str, cycle_id: int) -> str:
    """What an act on a cycle led to, and what comes next."""
    return _DONE[act].format(cycle_id)


def commit_sentences(done: Committed) -> tuple[str, str]:
    """What a commit made real, and what it wrote."""
    count = {action: len(found) for action, found in done.plan.actions.items()}
    return (
        f"Cycle {done.cycle.id} is committed: {cases(count['kept'])} stay, {count['moved']:,} move, "
        f"{count['placed']:,} are placed, {count['unplaced']:,} have nobody.",
        f"{done.messages:,} messages wait: `allocator deliver` sends them.",
    )


def undo_sentence(done: Undone) -> str:
    """What an undo took back, and who is told of it."""
    return joined(
        f"Cycle {done.cycle.id} is undone.",
        f"{counted(done.withdrawn, 'message')} had not gone out, and never will." if done.withdrawn else None,
        f"People who had been told, and are told of this: {done.told:,}; `allocator deliver` sends it."
        if done.told
        else None,
    )


def placement_sentences(done: Placed) -> tuple[str, str, str]:
    """Who has a case from now on, what that does, and who is told."""
    case = done.case
    return (
        f"Case {case.case_id} is with {case.officer} since {case.since}; cycle {done.cycle.id}.",
        effect_sentence(done.candidate),
        "1 message waits: `allocator deliver` sends it.",
    )


def move_sentences(done: Placed) -> tuple[str, str, str]:
    """Who has a case from now on instead of another, what that does, and who is told."""
    first, effect, _ = placement_sentences(done)
    return first, effect, "2 messages wait: `allocator deliver` sends them."


def taken_back_sentence(done: TakenBack) -> str:
    """Whose a case is again, and what became of the messages."""
    who = "has nobody again" if done.case.officer is None else f"is with {done.case.officer} again"
    gone = counted(done.withdrawn, "message")
    told = (
        f"{gone} had not gone out, and never will." if done.withdrawn else "Those who had been told are told of this."
    )
    return f"Case {done.case.case_id} {who}; cycle {done.cycle.id}. {told}"


def fate_sentence(fate: PlacementFate) -> str:
    """What newer data does to a case that was placed between two plans."""
    placed = f"Case {fate.case_id}, placed with {fate.officer_id} by {fate.by},"
    told = f"{fate.officer_id} is told that it is no longer theirs."
    match fate.fate:
        case "stays":
            return f"{placed} is in this data as it was before, and stays with {fate.officer_id}."
        case "gone":
            return f"{placed} is not in this data: {told}"
        case "elsewhere":
            return f"{placed} is with {fate.now or 'nobody'} in this data: {told}"


def placed_refusal(cycle_id: int, count: int, named: Sequence[Placement]) -> str:
    """Why a cycle cannot be discarded: how many cases were placed in it, and some of them."""
    shown = named[:10]
    told = "".join(f"{', ' if k else ': '}{one.case_id} with {one.officer_id}" for k, one in enumerate(shown))
    more = f" and {count - len(shown):,} more" if shown and count > len(shown) else ""
    said = "1 case was placed" if count == 1 else f"{count:,} cases were placed"
    return f"{said} in cycle {cycle_id}, and would be lost with it{told}{more}."


def delivery_sentence(done: Delivered, folder: object) -> str:
    """How many messages went where, and how many are left."""
    if done.elsewhere:
        return f"Another delivery is under way, and sends what waits: {counted(done.waiting, 'message')}."
    return f"{done.delivered:,} messages delivered to {folder}; {done.waiting:,} wait."


def wrong_time_sentence(found: WrongTime) -> str:
    """What cannot be of a message's times."""
    if found.what == "written":
        return f"Message {found.message} says that it was written at {found.at:%Y-%m-%d %H:%M} UTC, which is to come."
    return f"Message {found.message} waits until {found.at:%Y-%m-%d %H:%M} UTC, longer than its tries allow."
