"""The template is a sound force, and its dictionary leaves nothing out."""

from pathlib import Path

import pytest

from allocator.domain.force import Case, Officer, Premises
from allocator.domain.policy import Policy
from allocator.errors import InputError, Problem
from allocator.files.reading import read_with_notices
from allocator.files.template import dictionary_page, settings_page, write_template

NAMES = ["README.md", "cases.csv", "force.toml", "officers.csv", "premises.csv"]


def test_the_template_is_a_sound_force_of_one_row_a_table(tmp_path: Path) -> None:
    write_template(tmp_path / "new")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == NAMES
    reading = read_with_notices(tmp_path / "new")
    force = reading.force
    assert reading.notices == ()
    assert (len(force.officers), len(force.cases), len(force.premises)) == (1, 1, 1)
    assert force.policy == Policy()
    for name, model in (("officers", Officer), ("cases", Case), ("premises", Premises)):
        header = (tmp_path / "new" / f"{name}.csv").read_text().splitlines()[0]
        assert header.split(",") == list(model.model_fields)


def test_every_column_and_setting_is_explained() -> None:
    page = dictionary_page()
    for model in (Officer, Case, Premises):
        for name, field in model.model_fields.items():
            assert field.description
            assert f"| {name} | {field.description} |" in page
    for table in Policy.model_fields:
        for key, field in type(getattr(Policy(), table)).model_fields.items():
            assert field.description
            assert f"| policy.{table}.{key} | {field.description} |" in page
            assert f"\n{key} = " in settings_page() or f"\n# {key} = " in settings_page()
    assert (
        "| capacity | percent of a full caseload (part time, new joiner, reduced duties) "
        "| a whole percent from 0 to 100 | 100 |" in page
    )
    assert "| risk | assessed risk; there is no default | low, medium, high or very_high | must be given |" in page
    assert "| a list, each a whole number from 0 to 3 | `[2, 3]` |" in page
    assert '| a list, each low, medium, high or very_high | `["very_high"]` |' in page
    assert '| a list, each a text, without ; | `["da"]` |' in page
    assert "| former | officer_ids who have managed the case before; " in page
    assert (
        "| visit_due | date by which the next visit is due | a date such as 2025-03-31 or 31/03/2025 | empty |" in page
    )
    settings = settings_page()
    for line in ('risks = ["very_high"]', 'skills = ["da"]', "former = 12"):
        assert f"\n{line}  # " in settings


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("mine")
    (tmp_path / "README.md").write_text("mine too")
    with pytest.raises(InputError) as refused:
        write_template(str(tmp_path))
    advice = "choose a new folder: nothing is overwritten."
    assert list(refused.value.problems) == [
        Problem(str(tmp_path / "cases.csv"), "no such file yet", maybe=advice),
        Problem(str(tmp_path / "README.md"), "no such file yet", maybe=advice),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "cases.csv"]
