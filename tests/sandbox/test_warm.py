"""Copies of a warm worker: what they see, what ends them, and what happens where none can be had."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader import sandbox
from grader.child.worker import namespaces
from grader.evidence import execute
from grader.records import Limits, Run, RunSpec
from grader.sandbox import bubblewrap, warm
from tests.support.runs import handed_in, told

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.keras,
    pytest.mark.skipif(
        any(tree.startswith(warm.COVERED) for tree in bubblewrap.python_trees()),
        reason="this interpreter lies where a copy has a folder of its own (/tmp): all runs start cold",
    ),
]


@pytest.fixture
def afresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No worker before and after, and no memory of a refusal."""
    sandbox.cool_down()
    monkeypatch.setattr(warm, "_refused", [])
    yield
    sandbox.cool_down()


def data_file(folder: Path, name: str) -> Path:
    path = folder / f"{name}.npz"
    images, labels = np.zeros((10, 28, 28), np.uint8), np.arange(10).astype(np.uint8)
    np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)
    return path


def run(*cells: str, data: Path | None = None, **limits: float) -> Run:
    spec = RunSpec(limits=Limits(**{"time_s": 120, "cell_s": 90, **limits}))  # type: ignore[arg-type]
    return execute.execute(handed_in(*cells), spec, inputs=execute.Inputs(data_file=data))


def printed(ran: Run) -> list[str]:
    assert ran.ended == "ok", ran.detail
    return [cell["output"].strip() for cell in told(ran, "cells")]


def test_a_copy_sees_the_data_of_its_own_run_only(tmp_path: Path) -> None:
    look = """
        import numpy, os
        print(os.listdir("/data"), os.listdir("/in/data"), len(numpy.load("/in/data/mnist.npz")["y_test"]))
    """
    first, second = data_file(tmp_path, "first"), data_file(tmp_path, "second")
    for path in (first, second, first):
        ran = run(look, data=path)
        assert ran.isolation.endswith(", warm")
        assert printed(ran) == ["[] ['mnist.npz'] 10"]
    without = run("import os; print(os.listdir('/data'), os.path.exists('/in/data'))")
    assert printed(without) == ["[] False"]


def test_a_copy_has_limits_and_a_world_of_its_own() -> None:
    cells = (
        """
        import os, resource, socket
        room = os.statvfs("/tmp")
        print(os.getpid() < 10, os.listdir("/dev/shm"), room.f_blocks * room.f_frsize >> 20)
        """,
        "print(resource.getrlimit(resource.RLIMIT_NPROC)[1], resource.getrlimit(resource.RLIMIT_FSIZE)[1] >> 20)",
        """
        server = socket.create_server(("127.0.0.1", 0))
        print(socket.create_connection(server.getsockname()) is not None)
        """,
        "open('/in/x', 'w')",
    )
    ran = run(*cells, disk_mb=70, processes=120)
    assert [(cell.cell, cell.error) for cell in ran.failed] == [(4, "OSError")]
    assert [cell["output"].strip() for cell in told(ran, "cells")][:3] == ["True [] 70", "120 70", "True"]


def test_where_namespaces_cannot_be_nested_runs_start_cold_and_the_card_says_so(
    afresh: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm._WorkerPlan, "_filter", bubblewrap.Plan._filter)  # which forbids it, as some kernels do
    ran = run("print(1)")
    assert printed(ran) == ["1"]
    assert not ran.isolation.endswith("warm")
    assert "unshare" in warm._refused[0]


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(warm.ENABLED, "0")
    assert warm.plan(sandbox.python_command("runner.run"), Limits(), 0) is None


def test_a_worker_that_was_killed_is_replaced(afresh: None) -> None:
    assert run("print(1)").isolation.endswith(", warm")
    worker = warm._workers[0]
    worker.process.kill()
    worker.process.wait()
    assert run("print(1)").isolation.endswith(", warm")
    assert warm._workers[0] is not worker


def test_the_end_of_a_worker_in_the_middle_of_a_run_costs_nobody_anything(afresh: None) -> None:
    run("print(1)")
    timer = threading.Timer(3, warm._workers[0].process.kill)
    timer.start()
    ran = run("import time; time.sleep(10_000)")
    assert ran.ended == "sandbox-error"  # not timeout: its end is seen when it happens
    timer.join()


def test_a_copy_is_stopped_with_all_others(afresh: None) -> None:
    run("print(1)")
    timer = threading.Timer(2, sandbox.stop_all)
    timer.start()
    with pytest.raises(sandbox.Stopped):
        run("import time; time.sleep(60)")
    timer.join()


def test_inputs_arrive_as_they_were_sent(tmp_path: Path) -> None:
    files = {f"{tmp_path}/in/a b/ñ.txt": b"", f"{tmp_path}/in/big": os.urandom(3_000_000)}
    descriptor = warm.packed(files)
    namespaces._unpack(descriptor)
    os.close(descriptor)
    assert {str(path): path.read_bytes() for path in (tmp_path / "in").rglob("*") if path.is_file()} == files
