"""A seed always gives the same force, and the shipped folders are seed 0."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from allocator.errors import InputError
from allocator.files import read_force
from allocator.synth import PROFILES, draw, draw_divisions, draw_profile

ROOT = Path(__file__).parents[2]
SHIPPED = {"surrey": "surrey-2022", "kent": "kent-2021"}


@pytest.mark.parametrize(("profile", "scenario"), SHIPPED.items())
def test_the_shipped_folder_is_the_default_seed(profile, scenario):
    assert draw(profile) == read_force(ROOT / "scenarios" / scenario)


@pytest.mark.parametrize("profile", PROFILES)
def test_one_seed_one_force(profile):
    assert draw(profile, 5) == draw(profile, 5)
    assert draw(profile, 5) != draw(profile, 6)


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_order_of_sets_changes_nothing(hash_seed):
    says = "from allocator import synth, files; print(synth.draw('surrey') == files.read_force('surrey-2022'))"
    told = subprocess.run(
        [sys.executable, "-c", says],
        cwd=ROOT / "scenarios",
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "True\n"


def test_ids_tell_nothing_about_the_officer():
    """Cases are in the order of their ids, and those of one officer are spread over them."""
    force = draw("surrey")
    ids = [c.case_id for c in force.cases]
    assert ids == sorted(ids) == [f"SY-{i:05d}" for i in range(1, 1250)]
    first = {c.officer for c in force.cases[:135]}  # a ninth of the current cases
    assert len(first) > 20


def test_current_cases_come_before_new_ones():
    force = draw("kent")
    new = [c.officer is None for c in force.cases]
    assert new == sorted(new)


def test_residents_have_come_within_twelve_weeks_and_learners_know_nobody_for_long():
    force = draw("surrey")
    for c in force.cases:
        if c.officer is None:
            continue
        days = (force.cycle_date - c.since).days
        assert days >= 0
        if c.setting == "premises":
            assert days <= 84
        if not force.officer_by_id[c.officer].trained:
            assert days <= 270


def test_every_profile_has_a_line_about_it():
    for name, profile in PROFILES.items():
        assert profile.name == name
        assert profile.description and "\n" not in profile.description


def test_unknown_profile():
    with pytest.raises(InputError, match="'sussex' found, expected one of surrey, kent, divisions"):
        draw("sussex")


def test_seed_below_0():
    with pytest.raises(ValueError, match="seed -1, expected 0 or above"):
        draw("surrey", -1)


def test_a_profile_that_contradicts_itself():
    surrey = PROFILES["surrey"]
    # Shares hold about 9 of 45 cases for 23 officers: 400 high-risk cases do not fit.
    with pytest.raises(ValueError, match="high-risk cases for officers whose shares hold"):
        draw_profile(dataclasses.replace(surrey, high=400))
    # 27 * 49 = 1323 cases at most, less with one officer at 80%.
    with pytest.raises(ValueError, match="to be shared out, where at most"):
        draw_profile(dataclasses.replace(surrey, current=1330))
    one = dataclasses.replace(surrey.divisions[0], officers=3)
    with pytest.raises(ValueError, match="North: 7 roles for 3 officers"):
        draw_profile(dataclasses.replace(surrey, divisions=(one, *surrey.divisions[1:])))


def test_divisions_by_name_are_the_default_numbers():
    assert draw("divisions", 3) == draw_divisions(3)
