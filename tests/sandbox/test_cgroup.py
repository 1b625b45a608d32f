"""Control groups: found, made, entered, emptied. Version 2 is tried on files like its own where the kernel has none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader import sandbox
from grader.records import Limits
from grader.sandbox import bubblewrap, cgroup
from grader.sandbox.cgroup import Group, Hierarchy

LIMITS = Limits(memory_mb=100, disk_mb=10, processes=20)
HELD = (100 + 10 + cgroup.SHM_MB) << 20
VERSION_1 = "9:name=systemd:/\n8:pids:/\n4:memory:/service/abc\n2:cpu,cpuacct:/\n0::/\n"
VERSION_2 = "0::/user.slice/grading\n"


@pytest.fixture
def hierarchy() -> Hierarchy:
    """This machine's own; skips visibly where groups cannot be made (an ordinary user, most containers)."""
    found = cgroup.here()
    if found is None:
        pytest.skip("this user may not make control groups here")
    return found


# ---------------------------------------------------------------- where groups can be made


def test_without_any_hierarchy_there_is_none(tmp_path: Path) -> None:
    assert cgroup.find(tmp_path, VERSION_1) is None
    assert cgroup.find(tmp_path, VERSION_2) is None


def test_a_folder_without_the_memory_controller_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("hugetlb\n")
    (tmp_path / "user.slice" / "grading").mkdir(parents=True)
    assert cgroup.find(tmp_path, VERSION_2) is None
    assert [path.name for path in tmp_path.rglob("grader-*")] == []


def test_this_machine_gives_its_own_group_or_the_top(hierarchy: Hierarchy) -> None:
    assert cgroup.find(Path("/sys/fs/cgroup"), Path("/proc/self/cgroup").read_text()) == hierarchy
    assert hierarchy.parent.is_dir()


# ---------------------------------------------------------------- version 2, by its files


def test_version_2_writes_its_limits_and_reads_its_kills(tmp_path: Path) -> None:
    group = Group.__new__(Group)
    group.version, group.folder = "cgroup v2", tmp_path
    (tmp_path / "pids.max").write_text("max")
    group._limit(LIMITS)
    assert (tmp_path / "memory.max").read_text() == str(HELD)
    assert (tmp_path / "memory.swap.max").read_text() == "0"
    assert (tmp_path / "pids.max").read_text() == str(20 + cgroup.OWN_PROCESSES)
    assert not group.out_of_memory()
    (tmp_path / "memory.events").write_text("low 0\nhigh 0\nmax 12\noom 1\noom_kill 0\n")
    assert not group.out_of_memory()
    (tmp_path / "memory.events").write_text("low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\n")
    assert group.out_of_memory()


# ---------------------------------------------------------------- a real group


@pytest.mark.sandbox
def test_a_program_begins_in_its_group_which_is_gone_afterwards(
    hierarchy: Hierarchy, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = Group(hierarchy, LIMITS)
    monkeypatch.setattr("grader.sandbox.cgroup.group", lambda limits: group)
    monkeypatch.setattr("grader.sandbox.bubblewrap.Plan._namespaces", _without_cgroup_namespace)
    ending = sandbox.run(sandbox.Command(argv=("/bin/cat", "/proc/self/cgroup", "/proc/1/cgroup")), LIMITS)
    assert ending.ended == "ok"
    assert ending.stdout.decode().count(f"/{group.folder.name}\n") == 2
    assert not group.folder.exists()


_namespaces = bubblewrap.Plan._namespaces


def _without_cgroup_namespace(plan: bubblewrap.Plan) -> list[str]:
    """In a namespace of its own a program sees its group as the root."""
    return [word for word in _namespaces(plan) if word not in ("--unshare-all", "--unshare-cgroup-try")]


@pytest.mark.sandbox
def test_what_is_left_in_a_group_is_killed_when_it_closes(hierarchy: Hierarchy) -> None:
    group = Group(hierarchy, LIMITS)
    left = subprocess.Popen(["/bin/sleep", "60"])
    group.take(left.pid)
    group.close()
    assert left.wait(timeout=5) == -9
    assert not group.folder.exists()


@pytest.mark.sandbox
def test_a_group_that_cannot_be_entered_starts_nothing(hierarchy: Hierarchy, monkeypatch: pytest.MonkeyPatch) -> None:
    group = Group(hierarchy, LIMITS)
    group.close()
    monkeypatch.setattr("grader.sandbox.cgroup.group", lambda limits: group)
    ending = sandbox.run(sandbox.Command(argv=("/bin/echo", "ran")), LIMITS)
    assert ending.ended == "sandbox-error"
    assert ending.detail.startswith("the control group cannot be entered: ")
    assert ending.stdout == b""


@pytest.mark.sandbox
def test_groups_of_graders_that_died_are_swept_away(hierarchy: Hierarchy) -> None:
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    left = hierarchy.parent / f"{cgroup.NAME}{int(dead.stdout)}-7"
    ours = hierarchy.parent / f"{cgroup.NAME}{os.getpid()}-999999"
    left.mkdir()
    ours.mkdir()
    try:
        cgroup.sweep(hierarchy.parent)
        assert (left.exists(), ours.exists()) == (False, True)
    finally:
        ours.rmdir()


# What the watchdog does not see: no process holds it, and it is written faster than anybody looks.
TMPFS = "for n in 1 2 3 4 5 6 7 8; do head -c 30000000 /dev/zero > /dev/shm/$n || exit 9; done"


@pytest.mark.sandbox
def test_a_sandbox_is_ended_by_the_kernel_when_nobody_looks(
    hierarchy: Hierarchy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.sandbox.watch.Watch.look", lambda watch: "")
    hog = "held = []\nwhile True: held.append(bytearray(b'x' * (4 << 20)))"
    command = sandbox.Command(argv=(sys.executable, "-I", "-c", hog))
    ending = sandbox.run(command, Limits(time_s=20, memory_mb=100, disk_mb=16))
    assert ending.ended == "memory"
    assert ending.detail == "the kernel killed a process above 100 MB"
    assert ending.memory_limit == f"{hierarchy.version} and watchdog"


@pytest.mark.sandbox
def test_files_in_memory_count_too(hierarchy: Hierarchy) -> None:
    command = sandbox.Command(argv=("/bin/sh", "-c", TMPFS))
    ending = sandbox.run(command, Limits(time_s=20, memory_mb=16, disk_mb=16))
    assert ending.ended != "ok"
    assert hierarchy.parent.exists()


@pytest.mark.sandbox
def test_without_groups_the_watchdog_holds_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.sandbox.cgroup.here", lambda: None)
    hog = "held = []\nwhile True: held.append(bytearray(b'x' * (4 << 20)))"
    ending = sandbox.run(sandbox.Command(argv=(sys.executable, "-I", "-c", hog)), Limits(time_s=20, memory_mb=100))
    assert (ending.ended, ending.memory_limit) == ("memory", "watchdog on PSS")
