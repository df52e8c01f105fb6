"""What the commands of planners have in common: what is assumed, how many futures, and where work runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allocator.cli.loading import loaded
from allocator.cli.options import FORCE, JSON, SEED, Command, out_option
from allocator.cli.showing import show, written

if TYPE_CHECKING:
    from allocator.domain.force import Force
    from allocator.planning.history import Rate
    from allocator.planning.runs import Futures
    from allocator.planning.settings import Planning
    from allocator.reporting.model import Report

WORKERS = click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Processes.  [default: one a core]")
CLUSTER = click.option(
    "--cluster", metavar="tls://HOST:PORT", help="Run on a Dask cluster (extra cluster) instead of this machine."
)
CERTIFICATES = click.option(
    "--certificates",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Folder with ca.pem, cert.pem and key.pem for --cluster.  [default: here]",
)
_PLANNING = (
    FORCE,
    click.option(
        "--assume",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="TOML file with other assumptions; without it those with published sources, and ours.",
    ),
    click.option(
        "--history",
        type=click.Path(file_okay=False),
        metavar="HOME",
        help="Take rates from the committed cycles of this store, where there are six or more; needs --as.",
    ),
    click.option("--as", "by", metavar="NAME", help="Who reads the store; recorded as claimed."),
    click.option(
        "--horizon", type=click.IntRange(2, 130), default=26, show_default=True, metavar="N", help="Cycles to come."
    ),
    click.option("--futures", type=click.IntRange(1, 100_000), metavar="N", help="Futures at most for one staffing."),
    click.option("--quick", is_flag=True, help="An answer within a minute or so, with wider intervals."),
    SEED,
    out_option("Write the answer there (.json, .xlsx, .html, .svg), and each future as it ends."),
    click.option("--resume", is_flag=True, help="Go on with the futures that an earlier run left in --out."),
    WORKERS,
    CLUSTER,
    CERTIFICATES,
    JSON,
)


@dataclass(frozen=True)
class PlanningRun:
    """What a planner's command works with.

    Attributes
    ----------
    force : Force
    planning : Planning
    rates : tuple of Rate
        Those that came from the store.
    futures : Futures
    count : int
        Futures at most for one staffing.
    """

    force: Force
    planning: Planning
    rates: tuple[Rate, ...]
    futures: Futures
    count: int


def planning_command(name: str, usual: int, quick: int) -> Callable[[Command], Command]:
    """Give a command the options of planners, and print and write what it returns: a report, and the same as JSON.

    Parameters
    ----------
    name : str
        Of the files that are written.
    usual, quick : int
        Futures where ``--futures`` is not given, without and with ``--quick``.
    """

    def made(command: Command) -> Command:
        @wraps(command)
        def run(folder: Path | None, as_json: bool, **given: Any) -> None:
            if given["resume"] and folder is None:
                raise click.UsageError("--resume: given without --out, where the futures are kept.")
            own = {key: given.pop(key) for key in list(given) if key not in _OF_ALL}
            with _planning_run(folder, usual, quick, **given) as planning_run:
                report, document = command(run=planning_run, **own)
                if planning_run.futures.kept.earlier and not planning_run.futures.resumed:
                    click.echo("None of the futures of the earlier run is of this force and these settings.", err=True)
            _show(report, document, name, folder, as_json)

        shared: Command = run
        for option in reversed(_PLANNING):
            shared = option(shared)
        return shared

    return made


_OF_ALL = {
    *("force", "assume", "history", "by", "horizon", "futures", "quick", "seed", "resume"),
    *("workers", "cluster", "certificates"),
}


@contextmanager
def _planning_run(
    folder: Path | None,
    usual: int,
    quick_count: int,
    *,
    force: Path,
    assume: Path | None,
    history: str | None,
    by: str | None,
    horizon: int,
    futures: int | None,
    quick: bool,
    seed: int,
    resume: bool,
    workers: int | None,
    cluster: str | None,
    certificates: str | None,
) -> Iterator[PlanningRun]:
    from allocator.app.actors import claimed
    from allocator.app.rates import rates_from_history
    from allocator.cli.progress import live_line
    from allocator.compute import executor_at
    from allocator.errors import InputError
    from allocator.planning.inputs import planning_problems, read_planning
    from allocator.planning.runs import Futures, KeptFutures
    from allocator.planning.settings import Planning

    if history is not None and by is None:
        raise click.UsageError("--history: given without --as, which the store's log needs.")
    reading = loaded(force)
    planning = Planning() if assume is None else read_planning(assume)
    rates: tuple[Rate, ...] = ()
    if history is not None:
        from allocator.cli.storing import opened_store

        with opened_store(history) as store:
            planning, rates = rates_from_history(store, claimed(str(by)), planning)
        if not rates:
            click.echo("The store has fewer than 6 committed cycles: the assumptions are used as they are.", err=True)
    if problems := planning_problems(
        reading.force, planning, horizon, "assumptions" if assume is None else assume.name
    ):
        raise InputError(problems)
    count = futures or (quick_count if quick else usual)
    path = None if folder is None else folder / "futures.jsonl"
    executor = executor_at(workers, cluster, certificates)
    line = live_line("{}: {:,} of {:,} futures. Ctrl-C keeps what has ended.")
    with KeptFutures(path, resume=resume) as kept, executor, line as progress:
        at_work = Futures(executor, kept, seed=seed, horizon=horizon, progress=progress)
        yield PlanningRun(reading.force, planning, rates, at_work, count)


def _show(report: Report, document: dict[str, Any], name: str, folder: Path | None, as_json: bool) -> None:
    """Print an answer, and write its files."""
    from allocator.reporting.model import sentences

    if folder is not None:
        from allocator.files.atomic import write_files
        from allocator.reporting.planning import planning_files

        write_files(folder, planning_files(report, document, name))
    everything = "With --out DIR everything is written: every table, charts, and the assumptions with sources."
    show(document if as_json else report.ending(*(written(folder) or sentences(everything))))
