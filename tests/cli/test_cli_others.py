"""``allocator rules``, ``template``, ``synth`` and the help."""

import pytest

from allocator.cli import _COMMANDS, allocator
from allocator.files.reading import read_with_notices
from allocator.reporting.reference import reference
from allocator.synth import MIXES, NATION, PROFILES, REGIMES, draw

ENTRIES = [entry for family in reference() for entry in family.entries]


def test_rules_shows_every_rule(run):
    done = run("rules")
    flat = " ".join(done.out.split())
    assert done.code == 0
    for entry in ENTRIES:
        assert f" {entry.id} {entry.guarantee}" in flat


def test_rules_as_markdown(run):
    done = run("rules", "--markdown")
    assert done.out.startswith("# Rules, notes and goals\n")
    assert done.out.count("\n| `") == len(ENTRIES)


def test_template_can_be_read_at_once_and_is_never_overwritten(run, tmp_path):
    assert run("template", tmp_path / "new").code == 0
    assert read_with_notices(tmp_path / "new").force.cases
    again = run("template", tmp_path / "new")
    assert again.code == 2
    assert "officers.csv" in again.err


def test_synth_draws_a_force(run, tmp_path):
    done = run("synth", "surrey", "--out", tmp_path / "s", "--seed", 3)
    assert done.code == 0
    assert read_with_notices(tmp_path / "s").force == draw("surrey", 3)


def test_synth_draws_a_force_in_a_regime_and_says_so(run, tmp_path):
    done = run("synth", "county", "--regime", "leavers", "--out", tmp_path / "c", "--seed", 3)
    assert done.code == 0
    force = read_with_notices(tmp_path / "c").force
    assert force == draw("county", 3, "leavers")
    assert force.name == "County: leavers, seed 3 (synthetic)"
    assert force.name in done.out


def test_synth_draws_the_nation_into_a_folder_that_may_hold_others(run, tmp_path):
    (tmp_path / "notes.txt").write_text("kept")
    done = run("synth", "national", "--regime", "quiet", "--out", tmp_path)
    assert done.code == 0
    assert "2,100 officers" in done.out
    folders = sorted(path.name for path in tmp_path.iterdir() if path.is_dir())
    assert len(folders) == 43
    force = read_with_notices(tmp_path / "cumbria").force
    assert force.name == "National, Cumbria: quiet, seed 0 (synthetic)"
    assert force.cases and all(case.officer for case in force.cases)
    assert (tmp_path / "notes.txt").read_text() == "kept"


def test_synth_writes_no_nation_into_one_workbook(run, tmp_path):
    done = run("synth", "national", "--out", tmp_path / "n.xlsx")
    assert done.code == 2
    assert "expected a folder" in done.err
    assert not list(tmp_path.iterdir())


def test_synth_names_its_profiles_and_regimes(run, tmp_path):
    shown = " ".join(run("synth", "--help").out.split())
    for name in (*PROFILES, *MIXES, NATION):
        assert f" {name} " in shown
    for name, regime in REGIMES.items():
        assert f" {name} {regime.description}" in shown
    done = run("synth", "atlantis", "--out", tmp_path / "s")
    assert done.code == 2
    assert all(name in done.err for name in (*PROFILES, *MIXES, NATION))
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("profile", ["county", "national"])
def test_synth_refuses_an_unknown_regime(run, tmp_path, profile):
    done = run("synth", profile, "--regime", "fith", "--out", tmp_path / "s")
    assert done.code == 2
    assert all(name in done.err for name in REGIMES)
    assert "Maybe fifth is meant." in done.err
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_has_help(run, name):
    done = run(name, "--help")
    assert done.code == 0
    assert done.out.startswith(f"Usage: allocator {name}")
    command = allocator.get_command(None, name)
    assert all(option.help or option.name == "seed" for option in command.params if option.param_type_name == "option")


def test_an_unknown_command(run):
    done = run("frobnicate")
    assert done.code == 2
    assert "No such command 'frobnicate'" in done.err


def test_without_a_command_there_is_help(run):
    done = run()
    assert done.code == 2
    assert "allocate" in done.err


def test_version(run):
    assert run("--version").out.startswith("allocator ")
