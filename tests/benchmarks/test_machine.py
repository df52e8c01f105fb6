"""What a benchmark says of where it ran."""

from importlib.metadata import version

from benchmarks.machine import machine, versions


def test_the_machine_is_described():
    found = machine()
    assert set(found) == {"cores", "cpu", "memory_gb", "system", "python"}
    assert found["cores"] >= 1 and found["memory_gb"] > 0 and found["cpu"]


def test_versions_are_those_installed():
    assert versions()["ortools"] == version("ortools") and versions()["highspy"] == version("highspy")
