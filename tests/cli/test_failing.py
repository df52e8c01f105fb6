"""How commands end when they cannot go on."""

import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from allocator.cli.failing import exit_code_of
from allocator.errors import AllocatorError, InputError, Mismatch, Problem

FORCE = Path(__file__).parents[2] / "scenarios" / "surrey-2022"


def failing(error: BaseException):
    def run() -> None:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            InputError([Problem("cases.csv", "an id", 3)]),
            2,
            "1 problem in the input:\n  cases.csv, row 3: expected an id\n",
        ),
        (AllocatorError("out is a file."), 1, "out is a file.\n"),
        (Mismatch("They disagree."), 1, "They disagree.\n"),
        (KeyboardInterrupt(), 1, "Stopped before it was done.\n"),
        (click.Abort(), 1, "Stopped before it was done.\n"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_a_sentence_and_a_code(error, code, said, capsys):
    assert exit_code_of(failing(error)) == code
    assert capsys.readouterr() == ("", said)


def test_the_unexpected_is_one_sentence_without_the_data(capsys, monkeypatch):
    monkeypatch.delenv("ALLOCATOR_DEBUG", raising=False)
    assert exit_code_of(failing(ZeroDivisionError("case C-123"))) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Something unexpected went wrong (ZeroDivisionError in test_failing.py, line ")
    assert "report it" in err
    assert "Traceback" not in err
    assert "C-123" not in err


def test_whoever_debugs_sees_everything(monkeypatch):
    monkeypatch.setenv("ALLOCATOR_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        exit_code_of(failing(ZeroDivisionError()))


def test_codes_pass_through():
    assert [exit_code_of(lambda: None), exit_code_of(lambda: 3)] == [0, 3]


def python(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


def test_a_reader_that_has_enough_is_no_error():
    # The reader is gone long before anything is written.
    with python("-m", "allocator", "check", str(FORCE), "--json") as process:
        process.stdout.close()
        said = process.stderr.read()
    assert said == b""


def test_python_m_allocator_is_the_command_line():
    with python("-m", "allocator", "rules") as process:
        out, _ = process.communicate()
    assert process.returncode == 0
    assert b"case-limit" in out


def test_what_a_script_starts_in_the_background_is_deaf_to_ctrl_c_and_ended_by_sigterm():
    code = (
        "import signal, sys; from allocator.cli.failing import exit_code_of\n"
        "def run(): print(signal.getsignal(signal.SIGINT).name, flush=True); signal.pause()\n"
        "sys.exit(exit_code_of(run))"
    )
    with python("-c", code, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) as process:
        assert process.stdout.readline() == b"SIG_IGN\n"
        process.send_signal(signal.SIGINT)
        process.terminate()
        assert process.wait() == 1
        assert process.stderr.read() == b"Stopped before it was done.\n"
