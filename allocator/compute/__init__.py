"""Where work runs: in processes of this machine, on a cluster, or here; one way to submit, limit, cancel and follow.

Every `Executor` is given a function and a list of tasks, and tells of them as they go on. On this machine a worker is a
process that is kept warm, is limited in memory and time, can be asked to stop with what it has, or killed, and whose
death costs no more than its own task, which is tried once more.

Why a process and a pipe a worker, of the standard library, and no pool of a library. Tried with kills at random, a
kill of an idle worker, a kill of the caller, and the cancelling of a running task:

- ``concurrent.futures`` and loky 3.7: one killed worker takes the tasks of all others with it; a task that runs cannot
  be cancelled; when the caller is killed, workers live on.
- pebble 5.2, the nearest: a task can be cancelled, and a kill costs that task alone, but its workers share one pair of
  pipes under a lock. Whoever dies there, or dies idle, breaks the pool; of six runs with kills at random five broke and
  one never ended. It has no word for progress, memory, or a gentle stop, and does not tell which process has a task.
- None of them limits memory, reports progress or ends with its caller: beside a library, all of that is to be written
  too, and only the process itself saved. With a pipe of its own, a worker can be killed in the middle of a message and
  harms nobody, since whoever reads it finds the end of the pipe.

So `multiprocessing` starts the processes; Dask, which is maintained and does the same across machines, is beside it.
"""

from allocator.compute.cluster import ClusterExecutor
from allocator.compute.executor import Event, Executor, InProcessExecutor, WorkersLost
from allocator.compute.limits import WorkerLimits, cores
from allocator.compute.local import LocalExecutor

__all__ = [
    "ClusterExecutor",
    "Event",
    "Executor",
    "InProcessExecutor",
    "LocalExecutor",
    "WorkerLimits",
    "WorkersLost",
    "cores",
    "executor_at",
]


def executor_at(workers: int | None = None, cluster: str | None = None, certificates: str | None = None) -> Executor:
    """Choose where work runs: a Dask cluster where one is named, else so many processes, or one for each core.

    Nothing is started before there is work. Processes start afresh: a script that uses them needs the main guard.
    """
    if cluster is not None:
        return ClusterExecutor(cluster, certificates)
    return LocalExecutor(workers or cores())
