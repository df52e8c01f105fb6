"""A Dask cluster with certificates on this machine: the same numbers as here, whatever is killed."""

from __future__ import annotations

import os
import signal
import socket
import sys

import pytest

from allocator.compute import ClusterExecutor
from allocator.errors import AllocatorError
from allocator.planning.runs import Futures, Kept
from tests.planning.test_runs import HORIZON, run, staffing
from tests.processes import start, wait_until

pytest.importorskip("distributed")
trustme = pytest.importorskip("trustme")


class Cluster:
    """A scheduler and its workers, each a process that can be killed."""

    def __init__(self, folder):
        ca = trustme.CA()
        certificate = ca.issue_cert("127.0.0.1", "localhost")
        ca.cert_pem.write_to_path(str(folder / "ca.pem"))
        certificate.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
        certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address, self.folder, self.processes = f"tls://127.0.0.1:{self.port}", folder, {}

    def start(self, name, *words):
        files = ("ca-file", "ca.pem"), ("cert", "cert.pem"), ("key", "key.pem")
        secure = [word for option, file in files for word in (f"--tls-{option}", str(self.folder / file))]
        log = (self.folder / f"{name}.log").open("a")
        command = [sys.executable, "-m", "dask", *words, *secure]
        self.processes[name] = start(command, stdout=log, stderr=log, start_new_session=True)

    def start_scheduler(self):
        where = ("--protocol", "tls", "--host", "127.0.0.1", "--port", str(self.port))
        self.start("scheduler", "scheduler", *where, "--no-dashboard", "--no-show")

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def start_worker(self, name):
        # Without a nanny, a worker that is killed is gone.
        self.start(
            name, "worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", "60"
        )

    def kill(self, name):
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self):
        for name in list(self.processes):
            self.kill(name)

    @property
    def executor(self):
        return ClusterExecutor(self.address, str(self.folder))


@pytest.fixture
def cluster(tmp_path):
    found = Cluster(tmp_path)
    found.start_scheduler()
    for k in range(2):
        found.start_worker(f"worker-{k}")
    yield found
    found.close()


def test_the_same_numbers_when_a_worker_is_killed_and_the_scheduler_started_again(cluster):
    undisturbed, done = run(12), []
    with cluster.executor as executor:
        futures = Futures(executor, Kept(), seed=4, horizon=HORIZON)

        def disturb(name, count, wanted):
            done.append(count)
            if count == 3:
                cluster.kill("worker-0")
            if count == 6:
                cluster.kill("scheduler")
                cluster.kill("worker-1")
                cluster.start_scheduler()
                cluster.start_worker("worker-2")

        futures._progress = disturb
        assert futures.of(staffing(), range(12)) == undisturbed
    assert done == list(range(1, 13))


def test_an_address_without_certificates_is_refused(tmp_path):
    for address, says in (("tcp://127.0.0.1:8786", "is refused"), ("127.0.0.1:8786", "is refused")):
        with pytest.raises(AllocatorError, match=says), ClusterExecutor(address) as executor:
            list(executor.each(abs, [1]))
    lacking = ClusterExecutor("tls://127.0.0.1:1", str(tmp_path))
    with pytest.raises(AllocatorError, match=r"has no ca\.pem, cert\.pem, key\.pem"), lacking as executor:
        list(executor.each(abs, [1]))


def test_workers_of_another_version_are_refused(cluster, monkeypatch):
    monkeypatch.setattr("allocator.compute.cluster.version", lambda name: "9.9")
    with pytest.raises(AllocatorError, match=r"here are allocator 9\.9"), cluster.executor as executor:
        for _ in range(20):  # until a worker has arrived
            list(executor.each(abs, [1]))
            executor.close()


def test_a_cluster_of_others_is_not_trusted(cluster, tmp_path_factory):
    other = Cluster(tmp_path_factory.mktemp("other"))
    wait_until(cluster.listens, cluster.processes["scheduler"])
    stranger = ClusterExecutor(cluster.address, str(other.folder))
    with pytest.raises(AllocatorError, match="cannot be reached"), stranger as executor:
        list(executor.each(abs, [1]))
