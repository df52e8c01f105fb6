"""What people write names nobody to whoever may not see them: every kind of it, and however it is written."""

from __future__ import annotations

import json
import random
import unicodedata
from dataclasses import replace
from typing import get_args, get_type_hints

import pytest

from allocator.app.actors import claimed
from allocator.app.approvals import discard_cycle, return_cycle, submit_cycle
from allocator.app.audit import log_page
from allocator.app.cover import agree_cover, load_cover
from allocator.app.documents import visible_cycle_document, visible_override_document
from allocator.app.moves import move_case, take_back
from allocator.app.overrides import override_case
from allocator.app.placements import place_case
from allocator.app.policies import change_policy, read_policy
from allocator.app.scenarios import keep_scenario, scenarios_for
from allocator.app.view_scope import ViewScope
from allocator.app.views import load_view
from allocator.app.visibility import hidden
from allocator.db import service_tables, tables
from allocator.http.api import models
from tests.cycling import ANN, BOB, imported, proposed, small, with_officer
from tests.tiny import force, new, officer

NAMES = ("SY-00001", "OM-E08", "Case 7, b", "Zoë-1", "7")
# What may stand beside an id without making another of it: punctuation, signs, blanks, marks, what is not seen.
BESIDE = [chr(k) for k in range(0x20, 0x3000) if not chr(k).isalnum() and unicodedata.category(chr(k)) != "Cn"]
UNSEEN = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200f", "\u034f", "\ufe0f", "\u180e", "\u3164"]


def of():
    cases = [new(name, division="East") for name in NAMES if name != "OM-E08"]
    return force([officer("A"), officer("OM-E08", division="East")], [new("c1"), *cases])


CUT = hidden(of(), ViewScope(frozenset({"North"})))


def written(name, chance):
    """A name as somebody could write it: in other letters, with what is not seen in it, among other words."""
    at = chance.randrange(len(name) + 1)
    style = chance.choice(
        [
            str.lower,
            str.upper,
            lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),  # fullwidth
            lambda text: text[:at] + chance.choice(UNSEEN) + text[at:],
            lambda text: unicodedata.normalize("NFD", text),
            lambda text: text.replace("-", chance.choice("\u2010\u2011\u2013\u2212")),
            str,
        ]
    )
    before, after = chance.choice(["", "see ", "of"]), chance.choice(["", " too", "x"])
    left = "" if before == "" and chance.random() < 0.5 else chance.choice(BESIDE)
    right = "" if after == "" and chance.random() < 0.5 else chance.choice(BESIDE)
    return f"{before}{left}{style(name)}{right}{after}"


@pytest.mark.parametrize("seed", range(40))
def test_a_hidden_id_is_found_however_it_is_written(seed):
    chance = random.Random(seed)
    for name in NAMES:
        for _ in range(25):
            text = written(name, chance)
            assert CUT.cut({"note": text}) == {"note": None}, ascii(text)


@pytest.mark.parametrize("text", ["SY-000011", "XSY-00001", "SY-0001", "Case 7b", "17 and 70", "see c1", "é7", ""])
def test_what_names_nobody_hidden_stays(text):
    assert CUT.cut({"note": text}) == {"note": text}


def test_what_one_wrote_oneself_is_shown_as_one_wrote_it():
    """Else whoever writes ids would be told by what is left out which of them there are."""
    own = replace(CUT, reader="Nia")
    note = {"note": "SY-00001", "by": "Nia"}
    assert own.cut(note) == note and own.cut({**note, "by": "Ann"})["note"] is None


# Each kind of text that people write, by its place in requests: who writes it, and where others read it.
def override(store, path, ann, text):
    proposed(store, small(), path / "f")
    done = override_case(store, ann, "c2", "B", reason="other", note=text, cycle_id=1)
    return lambda reader: (
        visible_cycle_document(store, load_view(store, reader, "cycle", cycle_id=1)),
        visible_override_document(store, load_view(store, reader, "cycle", cycle_id=1), done),
    )


def place(store, path, ann, text):
    imported(store, small(), path / "f")
    place_case(store, ann, "c4", "B", reason="other", note=text)
    return lambda reader: log_page(store, reader, offset=0, limit=50)


def move(store, path, ann, text):
    imported(store, small(), path / "f")
    move_case(store, ann, "c2", "B", reason="other", note=text)
    return lambda reader: log_page(store, reader, offset=0, limit=50)


def back(store, path, ann, text):
    imported(store, small(), path / "f")
    place_case(store, ann, "c4", "B", reason="continuity")
    take_back(store, ann, "c4", reason="other", note=text)
    return lambda reader: log_page(store, reader, offset=0, limit=50)


def cover(store, path, ann, text):
    imported(store, with_officer(small(), "A", status="absent"), path / "f")
    agree_cover(store, ann, {"c2": "B"}, reason="other", note=text, best=False)
    return lambda reader: (
        log_page(store, reader, offset=0, limit=50),
        load_cover(store, reader).entries if reader.may("cases") else (),
    )


def send_back(store, path, ann, text):
    proposed(store, small(), path / "f")
    submit_cycle(store, claimed(ANN))
    return_cycle(store, claimed(BOB), reason="placement", note=text)
    return lambda reader: log_page(store, reader, offset=0, limit=50)


def set_policy(store, path, ann, text):
    imported(store, small(), path / "f")
    change_policy(store, claimed("Ada"), {"limits": {"cases": 45}}, note=text)
    return lambda reader: (read_policy(store, reader).changes, log_page(store, reader, offset=0, limit=50))


def share(store, path, ann, text):
    """Shared by whoever sees no more than the reader, as an account may after it was narrowed."""
    imported(store, small(), path / "f")
    change = {"what": "officer-leaves", "officer": "A", "comment": text}
    for document, name in (({"change": [change]}, "x"), ({"comment": text, "change": []}, "y"), ({}, text[:90])):
        keep_scenario(store, ann, document, name=name, shared=True)
    return lambda reader: scenarios_for(store, reader)


SHARED = ("PostScenario", "document")
WRITTEN = {
    ("PostOverride", "note"): override,
    ("PostPlacement", "note"): place,
    ("PostCover", "note"): cover,
    ("PostMove", "note"): move,
    ("PostTakeBack", "note"): back,
    ("PostReturn", "note"): send_back,
    ("PatchPolicy", "note"): set_policy,
    SHARED: share,
}
KEPT = {
    ("covers", "note"),
    ("overrides", "note"),
    ("policy_changes", "note"),
}  # columns; others are kept in the log, or as scenarios


@pytest.mark.parametrize("kind", WRITTEN, ids=".".join)
def test_no_kind_of_text_names_a_hidden_case_or_officer(kind, store, person, tmp_path):
    ann = person("supervisor", "Ann")
    narrow = person("supervisor", "Narrow", divisions=["North"])
    read = WRITTEN[kind](store, tmp_path, narrow if kind == SHARED else ann, "because of c5? and mum of S")
    north, planner = person("approver", "north", divisions=["North"]), person("administrator", "figures")
    everybody = person("approver", "boss")
    if kind == SHARED:
        north, everybody = person("supervisor", "north 2", divisions=["North"]), person("supervisor", "boss 2")
        planner = person("planner", "figures 2")
    assert "mum of S" in words(read(everybody))
    assert "mum of S" not in words(read(north))
    if kind[0] != "PostOverride":
        assert "mum of S" not in words(read(planner))


def test_a_note_names_nobody_of_other_data_either(store, person, tmp_path):
    """c9 is of a cycle that was discarded; the plan knows nothing of it."""
    imported(store, small(cases=(*small().cases, new("c9", division="South"))), tmp_path / "first")
    discard_cycle(store, claimed(BOB))
    proposed(store, small(), tmp_path / "f")
    done = override_case(store, claimed(ANN), "c2", "B", reason="other", note="as with c9")
    north, boss = person("supervisor", "north", divisions=["North"]), person("supervisor", "boss")
    for reader, note in ((north, None), (boss, "as with c9")):
        seen = load_view(store, reader, "cycle", cycle_id=2)
        assert visible_override_document(store, seen, done)["note"] == note
        assert visible_cycle_document(store, seen)["plan"]["overrides"][0]["note"] == note


def words(found):
    return json.dumps(found, default=str) if isinstance(found, dict | list) else repr(found)


def test_every_kind_of_text_is_among_them():
    """A new field or column of what people write fails here until it is cut like the others."""
    bodies = [model for model in vars(models).values() if isinstance(model, type) and issubclass(model, models.Body)]
    notes = {
        (model.__name__, name)
        for model in bodies
        for name, hint in get_type_hints(model, include_extras=True).items()
        if models.Note in (hint, *get_args(hint)) or name in ("note", "comment", "why")
    }
    assert notes == {kind for kind in WRITTEN if kind[1] == "note"}
    every = {**tables.metadata.tables, **service_tables.metadata.tables}
    assert {(table.name, c.name) for table in every.values() for c in table.c if c.name in ("note", "comment")} == KEPT
