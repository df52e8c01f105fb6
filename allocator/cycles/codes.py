"""Coded reasons that people choose from, each with its words. A note may stand beside a code."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.errors import InputError, Problem, meant

OVERRIDE_REASONS: Mapping[str, str] = {
    "knows-case": "the officer knows the person or those close to them",
    "specialism": "the officer has experience that the case calls for",
    "continuity": "a hard-won relationship should not end now",
    "geography": "the officer works nearer to where the person lives",
    "officer-safety": "safety of the officer",
    "conflict": "a conflict of interest that the data does not hold",
    "data-late": "the data is known to be out of date",
    "other": "another reason, told in the note",
}

# A placement between two plans needs no other reason where the officer comes first among those who may have the case.
RANKED_FIRST = "ranked-first"
# A case moves between two plans only for what cannot wait for the next.
MOVE_REASONS: Mapping[str, str] = {
    "conflict": "a conflict of interest",
    "staff-risk": "risk to staff",
    "officer-left": "the officer has left",
    "team-asked": "the person's team asked for it",
    "mistake": "it was given to the officer by mistake",
    "other": "another reason, told in the note",
}
PLACEMENT_REASONS: Mapping[str, str] = {
    RANKED_FIRST: "first of all who may have the case",
    **MOVE_REASONS,
    **OVERRIDE_REASONS,
}

EXEMPTION_REASONS: Mapping[str, str] = {
    "course-booked": "the officer is booked on the course",
    "supervised": "the officer is closely supervised in this case",
    "short-term": "for a short time, until somebody else can",
    "only-option": "no officer within the rules would do",
    "authorised": "authorised by a senior officer, named in the note",
}

# Underscored, as cells of files are read. A reason can reveal health.
DUTY_REASONS: Mapping[str, str] = {
    "sick_leave": "sick leave",
    "parental_leave": "maternity, paternity, adoption or parental leave",
    "phased_return": "phased return to work",
    "secondment": "seconded elsewhere",
    "training": "on a course",
    "other_duties": "other duties",
    "new_starter": "new to the role",
    "other": "another reason",
}

RETURN_REASONS: Mapping[str, str] = {
    "placement": "a placement should be changed",
    "newer-data": "newer data should be planned",
    "policy": "the policy should be changed",
    "other": "another reason, told in the note",
}

# Data Protection Act 2018, section 62: consulting and disclosing are logged with their justification.
PURPOSES: Mapping[str, str] = {
    "allocation": "deciding who manages a case",
    "supervision": "supervising an officer or a case",
    "handover": "handing a case over",
    "performance": "monthly performance data",
    "complaint": "answering a complaint or a misconduct matter",
    "subject-access": "answering the person whose data it is",
    "legal": "a court, tribunal or legal advice",
    "audit": "auditing this system",
    "planning": "sizing staff and training",
}

LONGEST_NOTE = 1_000
NOTE_HINT = "Say nothing of anybody's health in a note, and no opinion about staff."


def require_code(code: str, codes: Mapping[str, str], where: str) -> str:
    """Check a code.

    Parameters
    ----------
    code : str
        As typed.
    codes : mapping of str to str
        Those there are, with their words.
    where : str
        Where it was typed, for messages.

    Raises
    ------
    InputError
        When there is no such code.
    """
    found = code.strip().lower().replace("_", "-").replace(" ", "-")
    if found not in codes:
        *most, last = codes
        expected = f"one of {', '.join(most)} or {last}"
        raise InputError([Problem(where, expected, value=code, maybe=meant(found, codes))])
    return found


def require_note(note: str, codes: Mapping[str, str | None]) -> str:
    """Check a note beside codes, and give it in one form.

    Parameters
    ----------
    note : str
        As typed.
    codes : mapping of str to (str or None)
        Each code by where it was typed, None where there is none.

    Raises
    ------
    InputError
        When the note is too long, or missing beside a code that says nothing without one.
    """
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE:
        raise InputError([Problem("--note", f"at most {LONGEST_NOTE:,} letters", value=f"{len(note):,} letters")])
    for where, code in codes.items():
        if code in ("other", "authorised") and not note:
            raise InputError([Problem("--note", f"a note, since {where} is {code}")])
    return note
