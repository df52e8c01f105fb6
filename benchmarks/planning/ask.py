"""Futures, a quick sizing, and all forces in one batch, here and on a cluster."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import trustme

from allocator.compute import ClusterExecutor, LocalExecutor, cores
from allocator.domain.force import Force
from allocator.files import write_force
from allocator.planning.forecast import forecast
from allocator.planning.runs import Futures, Kept
from allocator.planning.settings import Planning
from allocator.synth import draw, draw_nation
from benchmarks.races import OURS
from benchmarks.rows import Row, row

QUESTION = "How long does planning ahead take?"
FUTURES, QUICK, HERE, CLUSTER = "futures", "size, quick", "batch here", "batch on a cluster"
COUNT, HORIZON, RUNS = 1_000, 26, 3


def ask(quick: bool) -> Iterator[Row]:
    """One row for the futures, one for the sizing, and one for each batch."""
    yield _futures(draw("surrey"), 4 if quick else COUNT, 3 if quick else HORIZON)
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="benchmark-planning-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        write_force(draw("surrey"), folder / "surrey")
        short = ["--horizon", "3", "--futures", "4"] if quick else []
        taken = _run("size", folder / "surrey", "--quick", *short)
        yield row(force="Surrey", peer=OURS, step=QUICK, run=1, seconds=taken, officers=27, cases=1_249)
        nation = dict(list(draw_nation().items())[: 4 if quick else None])
        for name, force in nation.items():
            write_force(force, folder / "nation" / name)
        cells = {
            "force": f"{len(nation)} forces",
            "officers": sum(len(force.officers) for force in nation.values()),
            "cases": sum(len(force.cases) for force in nation.values()),
            "peer": OURS,
        }
        where = _cluster(folder, stack)
        for number in range(1, (1 if quick else RUNS) + 1):
            for step, words in ((HERE, ()), (CLUSTER, where)):
                taken = _run("batch", folder / "nation", "--out", folder / f"{step}-{number}", *words)
                yield row(step=step, run=number, seconds=taken, size=cores(), **cells)


def _futures(force: Force, count: int, horizon: int) -> Row:
    begun = time.perf_counter()
    with LocalExecutor(cores()) as executor:
        futures = Futures(executor, Kept(), seed=0, horizon=horizon)
        found = forecast(force, Planning(), futures, count)
    taken = time.perf_counter() - begun
    plans = count * horizon
    note = f"{found.outcomes.unproved} of {plans} plans not proved"
    sizes = {"officers": len(force.officers), "cases": len(force.cases)}
    return row(force="Surrey", peer=OURS, step=FUTURES, run=1, size=count, seconds=taken, note=note, **sizes)


def _run(*words: object) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "allocator", *map(str, words)], check=True, capture_output=True)
    return time.perf_counter() - begun


def _cluster(folder: Path, stack: ExitStack) -> tuple[str, ...]:
    """A scheduler and two workers that prove who they are; the options that lead to them."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    certificate.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tls://127.0.0.1:{port}"
    secure = ("--tls-ca-file", folder / "ca.pem", "--tls-cert", folder / "cert.pem", "--tls-key", folder / "key.pem")
    scheduler = ("scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", port, "--no-show")
    workers = ("worker", address, "--nworkers", 2, "--nthreads", 1)
    for words in (scheduler, workers):
        log = stack.enter_context((folder / f"{words[0]}.log").open("w"))
        command = [sys.executable, "-m", "dask", *map(str, words), "--no-dashboard", *map(str, secure)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
        stack.callback(process.wait)
        stack.callback(process.terminate)
    with ClusterExecutor(address, str(folder)) as executor:
        while len({worker for _, worker in executor.each(_whoami, range(8))}) < 2:
            time.sleep(0.5)
    return "--cluster", address, "--certificates", str(folder)


def _whoami(_: int) -> int:
    import os
    import time as clock

    clock.sleep(0.2)
    return os.getpid()
