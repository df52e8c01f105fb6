"""The head of the log in other places: a home that is set back is noticed, and a place that is away stops nobody."""

from __future__ import annotations

import shutil
import socket
from contextlib import closing
from pathlib import Path

import pytest

from allocator.app.actors import claimed
from allocator.app.audit import show_log, verify_log
from allocator.db.audit import read_head
from allocator.db.backups import backup, restore
from allocator.db.head_places import parse_places
from allocator.db.store import Store
from allocator.db.tables import audit
from allocator.errors import AllocatorError, InputError, Unavailable
from allocator.jobs.worker import open_store
from allocator.reporting.audit import place_sentence, verified_notes
from tests.cycling import ANN, committed, small
from tests.db.test_log import tampered

ROOT = claimed("root")


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder / "allocator.head"


@pytest.fixture
def told():
    return []


@pytest.fixture
def kept(url, place, told, tmp_path):
    """A store with a few acts, whose head is published to a place."""
    with Store(tmp_path / "home", url, str(place)) as store:
        store.warn = lambda news: told.append(place_sentence(news))
        store.upgrade()
        committed(store, small(), tmp_path / "force")
        told.clear()
        yield store


def act(store):
    show_log(store, claimed(ANN))


def problems(store):
    return verify_log(store, ROOT).problems


def test_every_act_is_published_wherever_it_is_asked(kept, place, tmp_path, told):
    other = place.with_name("other.head")
    with Store(kept.home.folder, kept.home.database, f"{place}, {other}") as store:
        store.warn = lambda news: told.append(place_sentence(news))
        store.upgrade()
        assert told == [f"{other} did not exist: it has the head of the audit log from row 5 on."]
        for count in (6, 7):
            act(store)
            heads = [read_head(path) for path in (store.home.head, place, other)]
            assert heads[0].count == count and heads == [heads[0]] * 3
        found = verify_log(store, ROOT)
        assert found.problems == () and found.compared == (str(place), str(other))
        assert verified_notes(found) == (f"Its head was compared with {place} and {other}.",)
        worker, _ = open_store(store.home)
        act(worker)
        assert read_head(place).count == read_head(other).count == 8
    assert len(told) == 1


def test_a_home_that_is_set_back_is_noticed(place, tmp_path):
    """With all it holds: key, head, log and rows fit together, and only the other place knows better."""
    home, earlier = tmp_path / "home", tmp_path / "earlier"
    with Store(home, None, str(place)) as store:
        store.upgrade()
        committed(store, small(), tmp_path / "force")
        assert problems(store) == ()
    shutil.copytree(home, earlier)
    with Store(home, None, str(place)) as store:
        for _ in range(4):
            act(store)
        assert problems(store) == ()
    shutil.rmtree(home)
    shutil.copytree(earlier, home)
    before = place.read_bytes()
    with Store(home, None, str(place)) as store:
        said = f"{place} knows 9 entries of the audit log, and there are 5: it was set back."
        assert problems(store) == (said,)
        store.upgrade()
        for what in (act, lambda store: store.require_ready()):
            with pytest.raises(Unavailable, match=rf"set back or changed: row 9, the last that {place} knows"):
                what(store)
        assert problems(store) == (said,) and place.read_bytes() == before
    with Store(home) as other:  # whoever goes on without the place is found out too
        assert problems(other) == ()
        for _ in range(6):
            act(other)
    with Store(home, None, str(place)) as store:
        assert problems(store) == (f"Audit row 9 is another than {place} says.",)
        with pytest.raises(Unavailable, match="set back or changed"):
            act(store)
        assert place.read_bytes() == before


def test_a_log_that_was_cut_off_with_its_head_is_noticed(kept, place):
    kept.home.head.write_bytes(place.read_bytes().replace(b'"count": 5', b'"count": 4'))
    tampered(kept, audit.delete().where(audit.c.seq == 5))
    assert f"{place} knows 5 entries of the audit log, and there are 4: it was set back." in problems(kept)


def test_a_place_that_is_missing_is_named_and_begins_again(kept, place, told):
    place.unlink()
    assert problems(kept) == (f"{place}, to which the head of the audit log is published, does not exist.",)
    act(kept)
    assert told == [f"{place} did not exist: it has the head of the audit log from row 6 on."] and problems(kept) == ()


def test_a_place_that_cannot_be_written_stops_nobody_and_is_told_once(kept, place, told):
    away = place.parent.rename(place.parent.with_name("away"))
    for _ in range(2):
        act(kept)
    assert told == [
        f"{place} cannot be written: No such file or directory. The head of the audit log is not published there."
    ]
    kept.require_ready()
    assert problems(kept) == (f"{place}, to which the head of the audit log is published, does not exist.",)
    away.rename(place.parent)
    assert problems(kept) == (f"{place} knows the audit log as far as row 5, and was not written after that.",)
    for _ in range(2):
        act(kept)
    assert told[1:] == [f"The head of the audit log is published to {place} again."] and problems(kept) == ()


@pytest.mark.parametrize("text", ["", "{", '{"count": -1, "mac": ""}', None])
def test_a_place_that_is_damaged_stops_nobody_and_stays_as_it_is(kept, place, told, text):
    place.unlink()
    if text is None:
        place.mkdir()
    else:
        place.write_text(text)
    for _ in range(2):
        act(kept)
    (said,) = told
    why = "cannot be read: Is a directory." if text is None else "does not hold the head of an audit log."
    assert said == f"{place} {why} The head of the audit log is not published there."
    assert problems(kept) == (f"{place} {why}",)
    assert place.is_dir() if text is None else place.read_text() == text


def test_a_place_that_knows_another_log_is_left_alone(kept, place, tmp_path):
    before = place.read_bytes()
    with Store(tmp_path / "second", None, str(place)) as other:
        other.upgrade()
        assert problems(other) == (f"{place} knows 5 entries of the audit log, and there are 0: it was set back.",)
        with pytest.raises(AllocatorError, match="set back or changed"):
            committed(other, small(), tmp_path / "force")
    assert place.read_bytes() == before


def test_lines_of_syslog_tell_the_head_and_nobody_waits_for_it(kept, place, tmp_path, told):
    path = tmp_path / "log"
    name = f"syslog:{path}"
    with Store(kept.home.folder, kept.home.database, name) as store:
        store.warn = lambda news: told.append(place_sentence(news))
        act(store)
        act(store)
        (said,) = told
        assert said.startswith(f"{name} cannot be written: ") and said.endswith("is not published there.")
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
            listening.bind(str(path))
            listening.setblocking(False)
            act(store)
            head = read_head(store.home.head)
            line = listening.recv(1000).decode()
            assert line.startswith("<110>allocator[") and line.endswith(f"]: audit head 8 {head.mac}")
            found = verify_log(store, ROOT)
            said = f"{name} cannot be read back: the line there for row 8 should end in {head.mac}."
            assert found.problems == () and verified_notes(found) == (said,)
            with pytest.raises(BlockingIOError):
                listening.recv(1000)
        assert told[1:] == [f"The head of the audit log is published to {name} again."]


def test_drafts_of_killed_writers_are_removed_there_and_nothing_else(kept, place):
    draft, others = place.with_name(f".{place.name}.0a1b2c3d.new"), place.with_name(".other.0a1b2c3d.new")
    draft.write_text("half")
    others.write_text("of somebody else")
    kept.upgrade()
    assert not draft.exists() and others.exists()


def test_what_is_restored_is_published(kept, tmp_path):
    backup(kept, tmp_path / "backup.tar.gz")
    new = tmp_path / "new.head"
    with Store(tmp_path / "other", None, str(new)) as other:
        restore(other, tmp_path / "backup.tar.gz")
        assert read_head(new).count == 5 and problems(other) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("head", "'head' found, expected the absolute path of a file, syslog:, or syslog:SOCKET"),
        ("syslog:log", "'syslog:log' found, expected the absolute path"),
        ("/srv/home/head", "expected a file outside /srv/home, which would be set back with it"),
        ("/srv/other/../home/messages/head", "expected a file outside /srv/home"),
        ("/a, /b, /a", "'/a' found, expected each place once"),
    ],
)
def test_what_is_no_place_is_refused(tmp_path, text, expected):
    with pytest.raises(InputError) as refused:
        parse_places(text, Path("/srv/home"))
    (problem,) = refused.value.problems
    assert str(problem).startswith("ALLOCATOR_AUDIT_HEADS: ") and expected in str(problem)
    assert parse_places(" /a ,syslog:,, syslog:/run/x", Path("/srv/home"))[1].file is None
