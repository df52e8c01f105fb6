"""What the commands of planners have in common: what is assumed, how many futures, and where work runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from allocator.domain.force import Force
    from allocator.planning.history import Rate
    from allocator.planning.runs import Futures
    from allocator.planning.settings import Planning
    from allocator.reporting.planning_report import Told

Command = Callable[..., Any]

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
    click.argument("force", type=click.Path(path_type=Path)),
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
    click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N"),
    click.option(
        "--out",
        type=click.Path(file_okay=False),
        metavar="DIR",
        help="Write the answer there (.json, .xlsx, .html, .svg), and each future as it ends.",
    ),
    click.option("--resume", is_flag=True, help="Go on with the futures that an earlier run left in --out."),
    WORKERS,
    CLUSTER,
    CERTIFICATES,
    click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
)


@dataclass(frozen=True)
class Desk:
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
    quick : bool
    """

    force: Force
    planning: Planning
    rates: tuple[Rate, ...]
    futures: Futures
    count: int
    quick: bool


def planning_command(name: str, usual: int, quick: int) -> Callable[[Command], Command]:
    """Give a command the options of planners, and print and write what it tells.

    Parameters
    ----------
    name : str
        Of the files that are written.
    usual, quick : int
        Futures where ``--futures`` is not given, without and with ``--quick``.
    """

    def made(command: Command) -> Command:
        @wraps(command)
        def run(out: str | None, as_json: bool, **given: Any) -> None:
            from allocator.cli.loading import folder_of

            folder = folder_of(out)
            if given["resume"] and folder is None:
                raise click.UsageError("--resume: given without --out, where the futures are kept.")
            own = {key: given.pop(key) for key in list(given) if key not in _OF_ALL}
            with _desk(folder, usual, quick, **given) as desk:
                told = command(desk=desk, **own)
                if desk.futures.kept.earlier and not desk.futures.resumed:
                    click.echo("None of the futures of the earlier run is of this force and these settings.", err=True)
            show(told, name, folder, as_json)

        for option in reversed(_PLANNING):
            run = option(run)
        return run

    return made


_OF_ALL = {
    *("force", "assume", "history", "by", "horizon", "futures", "quick", "seed", "resume"),
    *("workers", "cluster", "certificates"),
}


@contextmanager
def _desk(
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
) -> Iterator[Desk]:
    from allocator.cli.loading import loaded
    from allocator.cli.progress import live_line
    from allocator.compute import executor_at
    from allocator.db.rates import from_history
    from allocator.errors import InputError
    from allocator.planning.inputs import read_planning, unfit
    from allocator.planning.runs import Futures, Kept
    from allocator.planning.settings import Planning

    if history is not None and by is None:
        raise click.UsageError("--history: given without --as, which the store's log needs.")
    reading = loaded(force)
    planning = Planning() if assume is None else read_planning(assume)
    rates: tuple[Rate, ...] = ()
    if history is not None:
        from allocator.db.store import Store

        with Store(history) as store:
            planning, rates = from_history(store, planning, by=str(by))
        if not rates:
            click.echo("The store has fewer than 6 committed cycles: the assumptions are used as they are.", err=True)
    if problems := unfit(reading.force, planning, horizon, "assumptions" if assume is None else assume.name):
        raise InputError(problems)
    count = futures or (quick_count if quick else usual)
    path = None if folder is None else folder / "futures.jsonl"
    executor = executor_at(workers, cluster, certificates)
    with Kept(path, resume=resume) as kept, executor, live_line() as tell:

        def progress(staffing: str, done: int, wanted: int) -> None:
            if tell is not None:
                tell(f"{staffing}: {done:,} of {wanted:,} futures. Ctrl-C keeps what has ended.")

        at_work = Futures(executor, kept, seed=seed, horizon=horizon, progress=progress)
        yield Desk(reading.force, planning, rates, at_work, count, quick)


def show(told: Told, name: str, folder: Path | None, as_json: bool) -> None:
    """Print an answer, and write its files."""
    from allocator.files.plan_files import json_bytes

    if folder is not None:
        from allocator.files.atomic import write_files
        from allocator.reporting.planning_report import files_of

        write_files(folder, files_of(told, name))
    if as_json:
        click.echo(json_bytes(told.document), nl=False)
        return
    from allocator.cli.console import output
    from allocator.cli.planning_view import print_told

    print_told(output(), told, folder)
