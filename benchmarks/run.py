"""Ask the questions and write results, tables and charts: ``python -m benchmarks.run [QUESTION ...] [--quick]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from benchmarks.questions import HERE, NAMES, Question, question
from benchmarks.rows import Row, Writer, rows_so_far


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 0 when every question was answered, 1 when one failed, 2 for a wrong call."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.partition(":")[0] + ".")
    parser.add_argument(
        "questions", nargs="*", metavar="QUESTION", help=f"{', '.join(NAMES)}; all of them unless given"
    )
    parser.add_argument("--quick", action="store_true", help="small forces and limits, to see that everything works")
    parser.add_argument("--out", type=Path, help="folder for results [default: where they are kept; quick: a new one]")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on from what an ended run has left, where a question takes hours",
    )
    options = parser.parse_args(arguments)
    if problem := unknown(options.questions):
        print(problem, file=sys.stderr)
        return 2
    if options.out and options.out.exists() and not options.out.is_dir():
        print(f"--out: {options.out} is a file; a folder is needed to write into.", file=sys.stderr)
        return 2
    out = options.out or (Path(tempfile.mkdtemp(prefix="benchmarks-")) if options.quick else HERE)
    failed = []
    try:
        for name in NAMES:
            if name not in (options.questions or NAMES):
                continue
            if not answered(question(name), out / name, options.quick, options.resume):
                failed.append(name)
    except KeyboardInterrupt:
        print(f"\nStopped. Rows so far are in results.partial.csv below {out}.", file=sys.stderr)
        return 1
    from benchmarks.report import write_report  # only whoever draws charts waits for what draws them

    print(f"Written: {write_report(out)}", file=sys.stderr)
    if failed:
        print(f"Not answered: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def unknown(names: Sequence[str]) -> str | None:
    """What is wrong with the names of questions, with advice; None when they all exist."""
    for name in names:
        if name not in NAMES:
            meant = get_close_matches(name, NAMES, 1)
            advice = f"\nMaybe: {meant[0]}" if meant else ""
            return f"QUESTION: {name!r} found, expected one of {', '.join(NAMES)}.{advice}"
    return None


def answered(asked: Question, folder: Path, quick: bool, resume: bool = False) -> bool:
    """Ask one question and write its rows as they come; False when it failed, and its rows so far are kept."""
    print(f"{asked.name}: {asked.says}", file=sys.stderr)
    kept = rows_so_far(folder) if resume and asked.resume else []
    rows = asked.resume(quick, kept) if asked.resume else asked.ask(quick)
    begun, writer, done = time.perf_counter(), Writer(folder), False
    try:
        for cells in kept:
            writer.write(cells)
        for number, cells in enumerate(rows, len(kept) + 1):
            writer.write(cells)
            print(f"  {time.perf_counter() - begun:5.0f} s  {number:3}  {line(cells)}", file=sys.stderr, flush=True)
        done = True
    except Exception:  # one question that fails does not keep the others from being asked
        traceback.print_exc()
    finally:
        writer.close(done)
    return done


def line(cells: Row) -> str:
    """A row in a few words."""
    what = [cells[column] for column in ("force", "regime", "step", "peer")]
    what += [f"{column} {cells[column]:g}" for column in ("size", "run") if cells[column] is not None]
    told = [f"{cells['seconds']:.2f} s"] if cells["seconds"] is not None else []
    if cells["proved"] is not None:
        told.append("proved" if cells["proved"] else "not proved")
    if cells["note"]:
        told.append(cells["note"])
    return f"{' · '.join(filter(None, what))}: {', '.join(told)}"


if __name__ == "__main__":
    sys.exit(main())
